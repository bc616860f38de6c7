"""One state of a document: its statements by node and property, and the position of each node in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, StatementIndex, text
from kankei.diff.changes import PathStep
from kankei.namespaces import KK

EVIDENCE = KK + "Evidence"
_MARKS = {
    KK + "entry": (KK + "fiscalYear", KK + "number"),
    KK + "cell": (KK + "heading",),
    KK + "absence": (KK + "column",),
}
"""Properties that tell a value from its siblings, the surest first, by the property that leads to it."""
_OTHER_MARKS = (KK + "number", KK + "position")
_CROSS_REFERENCES = frozenset({KK + "latestEntry", KK + "about"})
"""Properties that lead to a node which another property contains."""


@dataclass(frozen=True)
class DocumentGraph(StatementIndex):
    """The distinct triples of one state of a document, indexed in canonical order."""

    triples: frozenset[ox.Triple] = frozenset()

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Self:
        """The graph of some triples."""
        distinct = frozenset(triples)
        return cls(StatementIndex.of(sorted(distinct, key=str)).nodes, distinct)

    def places(self, node: str, predicate: str) -> tuple[str, ...]:
        """The cited lines of a node's property: those of the evidence for it, else those of the node."""
        if node not in self.nodes:
            return ()
        own = tuple(map(text, self.objects(node, KK + "place")))
        return self._places_by_statement.get((node, predicate)) or own

    @cached_property
    def _places_by_statement(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        by_statement: dict[tuple[str, str], tuple[str, ...]] = {}
        for node, properties in self.nodes.items():
            places = tuple(map(text, properties.get(KK + "place", ())))
            if places and self.value(node, TYPE) == EVIDENCE:
                for about in properties.get(KK + "about", ()):
                    for predicate in properties.get(KK + "onProperty", ()):
                        key = text(about), text(predicate)
                        by_statement[key] = tuple(dict.fromkeys((*by_statement.get(key, ()), *places)))
        return by_statement


def column_property(column: str) -> str:
    """The property whose values stand in a column, such as ``kk:needsSurvey`` for ``column:needs-survey``."""
    first, *others = column.rpartition("/")[2].split("-")
    return KK + first + "".join(map(str.capitalize, others))


@dataclass(frozen=True)
class Position:
    """The path to a node, and its last statement: the parent node and the property."""

    path: tuple[PathStep, ...]
    parent: tuple[str, str] = ("", "")


def find_positions(document: str, a: DocumentGraph, b: DocumentGraph) -> dict[str, Position]:
    """The position of every node of two graphs: the document, its descendants, then evidence and notes."""
    positions = {document: Position(())}
    queue = [document]
    for node in queue:
        children = dict.fromkeys((*a.children(node), *b.children(node)))
        for predicate, child in children:
            if child not in positions and predicate not in _CROSS_REFERENCES:
                siblings = sum(p == predicate for p, _ in children)
                step = PathStep(predicate, _mark((a, b), predicate, child) if siblings > 1 else "")
                positions[child] = Position((*positions[node].path, step), (node, predicate))
                queue.append(child)
    for node in sorted({*a.nodes, *b.nodes} - positions.keys()):
        positions[node] = Position((PathStep(a.value(node, TYPE) or b.value(node, TYPE), _fragment(node)),))
    return positions


def _mark(graphs: Iterable[DocumentGraph], predicate: str, node: str) -> str:
    marks = (graph.value(node, mark) for graph in graphs for mark in _MARKS.get(predicate, _OTHER_MARKS))
    return next((mark.rpartition("/")[2] for mark in marks if mark), _fragment(node))


def _fragment(node: str) -> str:
    return node.partition("#")[2] or node
