"""The role of each node in its document: the properties that lead to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from kankei.diff.changes import Step
from kankei.diff.document_graph import TYPE, Graph
from kankei.namespaces import KK

_MARKS = {
    KK + "entry": (KK + "fiscalYear", KK + "number"),
    KK + "cell": (KK + "heading",),
}
"""What tells a value of a property from its siblings, the surest first."""
_ANY = (KK + "number", KK + "position")
_ASIDE = frozenset({KK + "latestEntry", KK + "about"})
"""Properties that lead to a node which has its role by another."""


@dataclass(frozen=True)
class Role:
    """The way to a node, and its last statement: the node before it, and the property."""

    path: tuple[Step, ...]
    parent: tuple[str, str] = ("", "")


def roles(document: str, a: Graph, b: Graph) -> dict[str, Role]:
    """The role of every node of two graphs: the document, what it leads to, then evidence and notes."""
    found = {document: Role(())}
    waiting = [document]
    for node in waiting:
        children = dict.fromkeys((*a.children(node), *b.children(node)))
        for predicate, child in children:
            if child not in found and predicate not in _ASIDE:
                siblings = sum(p == predicate for p, _ in children)
                step = Step(predicate, _mark((a, b), predicate, child) if siblings > 1 else "")
                found[child] = Role((*found[node].path, step), (node, predicate))
                waiting.append(child)
    for node in sorted({*a.nodes, *b.nodes} - found.keys()):
        kind = a.value(node, TYPE) or b.value(node, TYPE)
        found[node] = Role((Step(kind, _fragment(node)),))
    return found


def _mark(graphs: Iterable[Graph], property_: str, node: str) -> str:
    marks = (graph.value(node, telling) for graph in graphs for telling in _MARKS.get(property_, _ANY))
    return next((mark.rpartition("/")[2] for mark in marks if mark), _fragment(node))


def _fragment(node: str) -> str:
    return node.partition("#")[2] or node
