"""Whether a query has the same result, byte for byte, each time it is evaluated over one release."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from kankei.engine.query.lexer import Kind, Token, tokens
from kankei.engine.query.service_guard import calls_service

_NONDETERMINISTIC = ("bnode", "now", "rand", "uuid")  # struuid ends in one of them
# Cheap to look for; most queries hold none of these and need no lexer.
_SUSPECT = (*_NONDETERMINISTIC, "construct", "service")
_SUSPECT_USE = re.compile(rf"(?:{'|'.join(_NONDETERMINISTIC)})\s*[(#]|construct|service")
_LONGEST_LEXED = 4096  # characters, which take up to 30 ms
_MEMOIZED = 512  # queries
# A comparison may look like an IRI: `?a<NOW()&&?b>1`. With a scheme and two slashes it cannot be one.
_ABSOLUTE = re.compile("<[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_CALL_IN_COMPARISON = re.compile(rf"(?:{'|'.join(_NONDETERMINISTIC)})\(", re.IGNORECASE)


class DeterminismCheck:
    """Tells which queries are deterministic, and remembers those that it had to lex."""

    def __init__(self) -> None:
        self._lexed: dict[str, bool] = {}

    def known(self, query: str) -> bool | None:
        """Whether a query is deterministic, as far as that can be told at once; else none."""
        if not _is_suspect(query):
            return True
        return False if len(query) > _LONGEST_LEXED else self._lexed.get(query)

    def lex(self, query: str) -> bool:
        """Whether a query is deterministic."""
        if len(self._lexed) >= _MEMOIZED:
            del self._lexed[next(iter(self._lexed))]
        self._lexed[query] = deterministic = is_deterministic(query)
        return deterministic


def is_deterministic(query: str) -> bool:
    """Whether a query is known to have the same result each time.

    It has not if it calls BNODE, NOW, RAND, UUID or STRUUID (SPARQL 1.1 Query Language, section 17.4),
    constructs blank nodes, or calls another server. Of one that may and is too long to be lexed, nothing is
    known.
    """
    if not _is_suspect(query):
        return True
    if len(query) > _LONGEST_LEXED:
        return False
    query_tokens = list(tokens(query))
    end = Token(Kind.PUNCTUATION, "", len(query))
    if any(_is_call(token, following) for token, following in pairwise((*query_tokens, end))):
        return False
    return not _constructs_blank_nodes(query_tokens) and not calls_service(query)


def _is_suspect(query: str) -> bool:
    """Whether a query holds the words of one that has another result each time, if only in a string."""
    lowered = query.lower()
    return any(word in lowered for word in _SUSPECT) and _SUSPECT_USE.search(lowered) is not None


def _is_call(token: Token, following: Token) -> bool:
    """Whether a token calls a nondeterministic function."""
    if token.kind is Kind.IRI:
        return not _ABSOLUTE.match(token.text) and _CALL_IN_COMPARISON.search(token.text) is not None
    # Oxigraph needs no white space before a call: `FILTERRAND()<1`.
    is_name = token.kind is Kind.WORD and token.text.lower().endswith(_NONDETERMINISTIC)
    return is_name and following.text == "("


def _constructs_blank_nodes(query_tokens: list[Token]) -> bool:
    """Whether the template of a CONSTRUCT, or the pattern that serves as one, holds blank nodes."""
    remaining = iter(query_tokens)
    for token in remaining:
        if token.kind is Kind.WORD and token.text.lower().endswith("construct"):
            return any(inner.kind is Kind.BLANK or inner.text in {"[", "("} for inner in _group(remaining))
    return False


def _group(remaining: Iterator[Token]) -> Iterator[Token]:
    """The tokens of the first group in braces; a template has none inside, and a pattern only at its cost."""
    for token in remaining:
        if token.text == "{":
            break
    return takewhile(lambda token: token.text != "}", remaining)
