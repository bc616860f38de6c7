"""A thing as compact JSON: each statement with its basis and the lines of the source that it stands in."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from kankei.namespaces import KK, PREFIXES, RDF, Base

MAX_STATEMENTS = 400
_EVIDENCE = KK + "Evidence"
_PLACE = KK + "place"
_LINES = re.compile(r"/id/(source/[a-z0-9-]+)#line=(\d+),(\d+)")
_SHORTENED = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


@dataclass(frozen=True)
class Entity:
    """The statements of one document, and the evidence for them."""

    base: Base
    iri: str
    nodes: Mapping[str, Mapping[str, Sequence[ox.NamedNode | ox.Literal]]]
    derived: Mapping[str, str] = field(default_factory=dict)
    """Properties that a rule derives, by IRI."""

    @classmethod
    def of(cls, base: Base, iri: str, lines: bytes, derived: Mapping[str, str]) -> "Entity":
        """The thing of a document in N-Triples."""
        nodes: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                nodes[quad.subject.value][quad.predicate.value].append(quad.object)
        return cls(base, iri, nodes, derived)

    def json(self, prefix: str = "") -> dict[str, Any]:
        """The statements, or those of which the property begins so, with basis and lines."""
        statements = [
            self._statement(node, predicate, value)
            for node, properties in self.nodes.items()
            if not self._is_evidence(node)
            for predicate, values in properties.items()
            if predicate != _PLACE and short(predicate).startswith(prefix)
            for value in values
        ]
        shown = statements[:MAX_STATEMENTS]
        left_out = (
            {"statements_left_out": len(statements) - len(shown)} if len(statements) > len(shown) else {}
        )
        return {"iri": self.iri, "statements": shown, **left_out}

    def _statement(self, node: str, predicate: str, value: ox.NamedNode | ox.Literal) -> dict[str, Any]:
        named = {"value": short(value.value)} if isinstance(value, ox.NamedNode) else _literal(value)
        subject = node.removeprefix(self.iri) or "self"
        return {"of": subject, "property": short(predicate), **named, **self._basis(node, predicate, value)}

    def _basis(self, node: str, predicate: str, value: ox.NamedNode | ox.Literal) -> dict[str, Any]:
        for evidence in self.nodes.values():
            if self._is_about(evidence, node, predicate, value):
                basis = [short(term.value).removeprefix("kk:") for term in evidence.get(KK + "basis", ())]
                rules = [short(term.value) for term in evidence.get(KK + "rule", ())]
                grounds = [
                    term.value
                    for term in evidence.get(KK + "ground", ())
                    if isinstance(term, ox.Literal) and term.language == "en"
                ]
                return {
                    "basis": basis[0] if basis else "unknown",
                    **({"rule": rules[0]} if rules else {}),
                    **({"ground": grounds[0]} if grounds else {}),
                    **self._lines(evidence.get(_PLACE, ())),
                }
        if predicate in self.derived:
            return {"basis": "derived", "rule": self.derived[predicate]}
        if places := self.nodes[node].get(_PLACE, ()):
            return {"basis": "stated", **self._lines(places)}
        return {"basis": "structure"}

    def _is_about(
        self,
        evidence: Mapping[str, Sequence[ox.NamedNode | ox.Literal]],
        node: str,
        predicate: str,
        value: ox.NamedNode | ox.Literal,
    ) -> bool:
        about = {term.value for term in evidence.get(KK + "about", ())}
        properties = {term.value for term in evidence.get(KK + "onProperty", ())}
        values = evidence.get(KK + "onValue", ())
        return node in about and predicate in properties and (not values or value in values)

    def _is_evidence(self, node: str) -> bool:
        return any(term.value == _EVIDENCE for term in self.nodes[node].get(RDF + "type", ()))

    def _lines(self, places: Iterable[ox.NamedNode | ox.Literal]) -> dict[str, list[str]]:
        """Lines of a source as people count them, from 1: ``source/sheets-103-106, lines 36-37``."""
        matches = [match for place in places if (match := _LINES.search(place.value))]
        lines = [f"{match[1]}, lines {int(match[2]) + 1}-{match[3]}" for match in matches]
        return {"lines": sorted(lines)} if lines else {}


def _literal(value: ox.Literal) -> dict[str, str]:
    return {"value": value.value, **({"language": value.language} if value.language else {})}


def short(iri: str) -> str:
    """An IRI with its prefix, where it has one."""
    for prefix, namespace in _SHORTENED:
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
