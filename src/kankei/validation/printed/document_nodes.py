"""The nodes of one data file: their properties as texts, who refers to them, and the evidence about them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, text
from kankei.namespaces import CONCEPTS, KK
from kankei.validation.printed.text_readings import Properties

APPLIED_RULES = frozenset(
    f"{CONCEPTS}rule/{slug}" for slug in ("call-year", "days-of-moment", "entry-year", "telephone-country")
)
"""The rules that the grammars apply themselves: evidence that cites one does not excuse another value."""


@dataclass(frozen=True)
class EvidenceNode:
    """What a ``kk:Evidence`` says; `values` is empty where it is about all values of its properties."""

    iri: str
    about: tuple[str, ...]
    properties: tuple[str, ...]
    values: tuple[str, ...]
    basis: str
    rule: str
    places: tuple[str, ...]

    @property
    def is_reading_of_curator(self) -> bool:
        """Whether a person reads otherwise: editorial, or inferred by no rule that the grammars apply."""
        if self.basis == f"{KK}editorial":
            return True
        return self.basis == f"{KK}inferred" and self.rule not in APPLIED_RULES

    def covers(self, name: str, value: str) -> bool:
        """Whether it is about this value of a property."""
        return name in self.properties and (not self.values or value in self.values)


@dataclass(frozen=True)
class DocumentNodes:
    """The nodes that the statements of one document describe."""

    statements: Sequence[ox.Quad]

    @cached_property
    def properties(self) -> Mapping[str, Properties]:
        """The values of each node by property, as texts."""
        nodes: dict[str, dict[str, tuple[str, ...]]] = {}
        for statement in self.statements:
            own = nodes.setdefault(text(statement.subject), {})
            name, value = statement.predicate.value, text(statement.object)
            before = own.get(name, ())
            if value not in before:
                own[name] = (*before, value)
        return nodes

    @cached_property
    def evidence(self) -> Sequence[EvidenceNode]:
        """All evidence of the document."""
        return tuple(self._evidence(node) for node in self.of_class("Evidence"))

    @cached_property
    def readings_of_curator(self) -> Mapping[str, Sequence[EvidenceNode]]:
        """By node, the evidence that says that a person reads it otherwise."""
        by_node: dict[str, list[EvidenceNode]] = defaultdict(list)
        for evidence in self.evidence:
            if evidence.is_reading_of_curator:
                for node in evidence.about:
                    by_node[node].append(evidence)
        return by_node

    def type(self, node: str) -> str:
        """The first class of a node."""
        return next(iter(self.properties[node].get(TYPE, ())), "")

    def of_class(self, name: str) -> Iterator[str]:
        """The nodes of a class of the ontology."""
        return (node for node, own in self.properties.items() if KK + name in own.get(TYPE, ()))

    def values(self, node: str, name: str) -> tuple[str, ...]:
        """The values of a property of the ontology, by its local name."""
        return self.properties.get(node, {}).get(KK + name, ())

    def value(self, node: str, name: str) -> str:
        """The first value of a property; empty where there is none."""
        return next(iter(self.values(node, name)), "")

    def term(self, node: str, name: str, value: str) -> ox.NamedNode | ox.Literal | None:
        """The value of a property, given as a text, as a term; None where the node does not have it."""
        for one in self.statements:
            if (text(one.subject), one.predicate.value, text(one.object)) == (node, name, value):
                return None if isinstance(one.object, ox.BlankNode | ox.Triple) else one.object
        return None

    def is_excused(self, node: str, name: str, value: str = "") -> bool:
        """Whether evidence says that a person reads a property, or the whole text, of a node otherwise."""
        return any(
            f"{KK}raw" in evidence.properties or (value and evidence.covers(name, value))
            for evidence in self.readings_of_curator.get(node, ())
        )

    @cached_property
    def owned(self) -> Sequence[tuple[str, str, str]]:
        """Each node, property and node that the property leads to; not of evidence and notes."""
        described = self.properties
        return tuple(
            (node, name, value)
            for node, properties in described.items()
            if f"{KK}about" not in properties
            for name, values in properties.items()
            for value in values
            if value in described
        )

    def _evidence(self, node: str) -> EvidenceNode:
        return EvidenceNode(
            node,
            self.values(node, "about"),
            self.values(node, "onProperty"),
            self.values(node, "onValue"),
            self.value(node, "basis"),
            self.value(node, "rule"),
            self.values(node, "place"),
        )
