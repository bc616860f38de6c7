"""A thing as compact JSON: each statement with its basis and the lines of the source that it stands in."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, TypeAlias

import pyoxigraph as ox

from kankei.namespaces import KK, PREFIXES, RDF, Base

MAX_STATEMENTS = 400
_EVIDENCE = KK + "Evidence"
_PLACE = KK + "place"
_LINES = re.compile(r"/id/(source/[a-z0-9-]+)#line=(\d+),(\d+)")
_SHORTENED = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))

Value: TypeAlias = ox.NamedNode | ox.Literal
Nodes: TypeAlias = Mapping[str, Mapping[str, Sequence[Value]]]
"""The values of each node by property."""


@dataclass(frozen=True)
class Entity:
    """The statements of one document, and the evidence for them."""

    base: Base
    iri: str
    nodes: Nodes
    evidence: Mapping[tuple[str, str, Value | None], str]
    """The evidence node for a node, its property and a value, or where it is for any value, None."""
    derived: Mapping[str, str] = field(default_factory=dict)
    """Properties that a rule derives, by IRI."""

    @classmethod
    def of(cls, base: Base, iri: str, lines: bytes, derived: Mapping[str, str]) -> "Entity":
        """The thing of a document in N-Triples."""
        nodes: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                nodes[quad.subject.value][quad.predicate.value].append(quad.object)
        return cls(base, iri, nodes, _evidence(nodes), derived)

    def json(self, prefix: str = "") -> dict[str, Any]:
        """The statements, or those of which the property begins so, with basis and lines."""
        statements = self._statements(prefix)
        shown = [self._statement(*statement) for statement in islice(statements, MAX_STATEMENTS)]
        left_out = sum(1 for _ in statements)
        return {
            "iri": self.iri,
            "statements": shown,
            **({"statements_left_out": left_out} if left_out else {}),
        }

    def _statements(self, prefix: str) -> Iterator[tuple[str, str, Value]]:
        for node, properties in self.nodes.items():
            if self._is_evidence(node):
                continue
            for predicate, values in properties.items():
                if predicate != _PLACE and short(predicate).startswith(prefix):
                    yield from ((node, predicate, value) for value in values)

    def _statement(self, node: str, predicate: str, value: Value) -> dict[str, Any]:
        named = {"value": short(value.value)} if isinstance(value, ox.NamedNode) else _literal(value)
        subject = node.removeprefix(self.iri) or "self"
        return {"of": subject, "property": short(predicate), **named, **self._basis(node, predicate, value)}

    def _basis(self, node: str, predicate: str, value: Value) -> dict[str, Any]:
        evidence = self.evidence.get((node, predicate, value)) or self.evidence.get((node, predicate, None))
        if evidence:
            return self._evidence_basis(self.nodes[evidence])
        if predicate in self.derived:
            return {"basis": "derived", "rule": self.derived[predicate]}
        if places := self.nodes[node].get(_PLACE, ()):
            return {"basis": "stated", **self._lines(places)}
        return {"basis": "structure"}

    def _evidence_basis(self, evidence: Mapping[str, Sequence[Value]]) -> dict[str, Any]:
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

    def _is_evidence(self, node: str) -> bool:
        return any(term.value == _EVIDENCE for term in self.nodes[node].get(RDF + "type", ()))

    def _lines(self, places: Iterable[Value]) -> dict[str, list[str]]:
        """Lines of a source as people count them, from 1: ``source/sheets-103-106, lines 36-37``."""
        matches = [match for place in places if (match := _LINES.search(place.value))]
        lines = [f"{match[1]}, lines {int(match[2]) + 1}-{match[3]}" for match in matches]
        return {"lines": sorted(lines)} if lines else {}


def _evidence(nodes: Nodes) -> dict[tuple[str, str, Value | None], str]:
    """The first evidence node for each statement that some nodes are evidence for."""
    covering: dict[tuple[str, str, Value | None], str] = {}
    for node, properties in nodes.items():
        about, covered = properties.get(KK + "about", ()), properties.get(KK + "onProperty", ())
        for thing, predicate, value in product(about, covered, properties.get(KK + "onValue", (None,))):
            covering.setdefault((thing.value, predicate.value, value), node)
    return covering


def _literal(value: ox.Literal) -> dict[str, str]:
    return {"value": value.value, **({"language": value.language} if value.language else {})}


def short(iri: str) -> str:
    """An IRI with its prefix, where it has one."""
    for prefix, namespace in _SHORTENED:
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
