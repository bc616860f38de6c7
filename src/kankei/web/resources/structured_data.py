"""What search engines read in a page: schema.org as JSON-LD, a description, canonical and other addresses."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, Triple

from kankei.localisation import LANGUAGES
from kankei.namespaces import SCHEMA
from kankei.web.rdf.graph import TYPE, Graph, Term

LOCALES = {"ja": "ja_JP", "en": "en_US"}
"""The locale of each language, as Open Graph has it."""
# In a script element these could end it, or begin a comment (HTML, section 4.12.1.3).
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class PageHead:
    """The addresses of a page under the public address, by language, and what it says of itself."""

    address: str
    language: str
    title: str
    description: str
    data: Markup | None = None
    """JSON-LD for a script element."""

    @property
    def canonical(self) -> str:
        """The address of the page in its language."""
        return f"{self.address}?lang={self.language}"

    @property
    def translations(self) -> Sequence[tuple[str, str]]:
        """Language and address of the page in each language; the last chooses by ``Accept-Language``."""
        return [*((tag, f"{self.address}?lang={tag}") for tag in LANGUAGES), ("x-default", self.address)]

    @property
    def locale(self) -> str:
        """The locale of Open Graph."""
        return LOCALES[self.language]


def json_ld(triples: Sequence[Triple], root: str, language: str) -> Markup:
    """A schema.org view as JSON-LD for a script element: texts in one language, linked things inside."""
    graph = Graph.of(triples)
    content = {"@context": "https://schema.org", **_node(graph, root, language, frozenset())}
    return Markup(json.dumps(content, ensure_ascii=False).translate(_ESCAPES))  # noqa: S704 - escaped for scripts


def _node(graph: Graph, iri: str, language: str, above: frozenset[str]) -> dict[str, Any]:
    """The node object of a thing of the view; things above it in the tree are only named."""
    types = [kind.removeprefix(SCHEMA) for kind in graph.types(iri)]
    node: dict[str, Any] = {"@type": types[0] if len(types) == 1 else types, "@id": iri}
    for predicate, terms in _sorted(graph.nodes[iri]):
        values = [_value(graph, term, language, above | {iri}) for term in terms if _is_in(term, language)]
        if predicate != TYPE and values:
            node[predicate.removeprefix(SCHEMA)] = values[0] if len(values) == 1 else values
    return node


def _sorted(properties: Mapping[str, Sequence[Term]]) -> Iterator[tuple[str, list[Term]]]:
    for predicate in sorted(properties):
        yield predicate, sorted(properties[predicate], key=str)


def _is_in(term: Term, language: str) -> bool:
    return not isinstance(term, Literal) or term.language in {None, language}


def _value(graph: Graph, term: Term, language: str, above: frozenset[str]) -> Any:
    if isinstance(term, Literal):
        return term.value
    iri = str(getattr(term, "value", term))
    return _node(graph, iri, language, above) if iri in graph.nodes and iri not in above else iri
