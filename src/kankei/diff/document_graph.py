"""A document's statements, to be looked up by node and property."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.namespaces import KK, RDF

TYPE = RDF + "type"
EVIDENCE = KK + "Evidence"
ASIDE = frozenset({EVIDENCE, KK + "CuratorNote"})
"""Classes of nodes that speak of other nodes."""


@dataclass(frozen=True)
class Graph:
    """Distinct triples, and the objects of each node by property, in canonical order."""

    triples: frozenset[ox.Triple]
    nodes: Mapping[str, Mapping[str, tuple[Term, ...]]]

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Self:
        """The graph of some triples."""
        distinct = frozenset(triples)
        nodes: dict[str, dict[str, tuple[Term, ...]]] = defaultdict(dict)
        for triple in sorted(distinct, key=str):
            node, predicate = nodes[text(triple.subject)], triple.predicate.value
            node[predicate] = (*node.get(predicate, ()), triple.object)
        return cls(distinct, dict(nodes))

    def objects(self, node: str, predicate: str) -> tuple[Term, ...]:
        """The values of a node's property."""
        return self.nodes.get(node, {}).get(predicate, ())

    def value(self, node: str, predicate: str) -> str:
        """The text of a property's first value; empty where there is none."""
        return next(map(text, self.objects(node, predicate)), "")

    def children(self, node: str) -> list[tuple[str, str]]:
        """Property and node of each statement that leads to a node of this graph."""
        properties = self.nodes.get(node, {}).items()
        return [(p, text(o)) for p, objects in properties for o in objects if text(o) in self.nodes]

    def places(self, node: str, predicate: str = "") -> tuple[str, ...]:
        """Where a node's property stands: the places of the evidence for it, else those of the node."""
        return self._by_evidence.get((node, predicate)) or tuple(map(text, self.objects(node, KK + "place")))

    @cached_property
    def _by_evidence(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return _places_by_statement(self)


def _places_by_statement(graph: Graph) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for node, properties in graph.nodes.items():
        places = tuple(map(text, properties.get(KK + "place", ())))
        if places and graph.value(node, TYPE) == EVIDENCE:
            for about in properties.get(KK + "about", ()):
                for predicate in properties.get(KK + "onProperty", ()):
                    key = text(about), text(predicate)
                    found[key] = tuple(dict.fromkeys((*found.get(key, ()), *places)))
    return found
