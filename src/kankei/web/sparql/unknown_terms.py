"""Terms in a query that its vocabulary does not have: they match nothing, which no error tells."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from kankei.engine.query.lexer import Kind, Token, tokens

_MOST = 5
_CUTOFF = 0.6


@dataclass(frozen=True)
class UnknownTerm:
    """A term as the query writes it, and the names of similar ones."""

    name: str
    similar: Sequence[str]


def unknown_terms(query: str, namespace: str, known: Collection[str]) -> list[UnknownTerm]:
    """The names in a namespace whose IRI is not among the known ones, each once; a few of them."""
    lexed = list(tokens(query))
    prefixes = _prefixes(lexed)
    names: dict[str, str] = {}
    for token in lexed:
        prefix, mark, local = token.text.partition(":")
        if token.kind is Kind.PREFIXED and mark and local and prefixes.get(prefix) == namespace:
            names[token.text] = local
    locals_ = [iri.removeprefix(namespace) for iri in known if iri.startswith(namespace)]
    unknown = ((name, local) for name, local in names.items() if namespace + local not in known)
    return [
        UnknownTerm(name, [_renamed(name, close) for close in get_close_matches(local, locals_, 3, _CUTOFF)])
        for name, local in islice(unknown, _MOST)
    ]


def _prefixes(lexed: Sequence[Token]) -> Mapping[str, str]:
    """The prefixes that a query declares, with their namespaces."""
    return {
        name.text.partition(":")[0]: iri.text[1:-1]
        for keyword, name, iri in zip(lexed, lexed[1:], lexed[2:], strict=False)
        if keyword.text.upper() == "PREFIX" and name.kind is Kind.PREFIXED and iri.kind is Kind.IRI
    }


def _renamed(name: str, local: str) -> str:
    return f"{name.partition(':')[0]}:{local}"
