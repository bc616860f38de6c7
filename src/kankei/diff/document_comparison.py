"""Comparison of two states of one document, node by node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kankei.dataset.statements import TYPE, Term, text
from kankei.diff.changes import (
    BudgetChange,
    Comparability,
    DocumentChange,
    DocumentStatus,
    NodeChange,
    NodeStatus,
    PropertyChange,
)
from kankei.diff.document_graph import EVIDENCE, DocumentGraph, Position, column_property, find_positions
from kankei.diff.node_matching import NodeMatching
from kankei.namespaces import CONCEPTS, KK

_PRINT = frozenset(KK + name for name in ("place", "raw", "heading"))
"""Properties that state where and how a statement is printed, not what it means."""
_UNINTERPRETED = _PRINT | {TYPE, KK + "position"}
_COLUMN = KK + "column"
_MONEY = tuple(KK + name for name in ("amount", "upperBound", "amountKind", "stage"))


def compare_documents(
    document: str, a: DocumentGraph, b: DocumentGraph, matching: NodeMatching | None = None
) -> DocumentChange | None:
    """The changes between two states of a document; none where they have the same triples.

    With a matching, nodes of the second state go by the names of their counterparts in the first.
    """
    matching = matching or NodeMatching()
    b = matching.rename(b)
    if a.triples == b.triples:
        return None
    nodes = tuple(_Comparison(document, a, b, matching).changes())
    removed, added = sorted(a.triples - b.triples, key=str), sorted(b.triples - a.triples, key=str)
    only_one = DocumentStatus.GONE if a.triples else DocumentStatus.ADDED
    status = DocumentStatus.CHANGED if a.triples and b.triples else only_one
    return DocumentChange(document, status, nodes, tuple(removed), tuple(added))


@dataclass
class _Comparison:
    document: str
    a: DocumentGraph
    b: DocumentGraph
    matching: NodeMatching
    positions: dict[str, Position] = field(init=False)
    absences: dict[tuple[str, str], str] = field(init=False)
    """Absences that only one state has, by the statement whose value is absent: node and property."""
    replaced: frozenset[str] = field(init=False)
    """Those of them in whose place the other state has values."""

    def __post_init__(self) -> None:
        self.positions = find_positions(self.document, self.a, self.b)
        one_sided = [node for node in self.positions if self._is_in_one(node)]
        self.absences = dict(self._absences(one_sided))
        filled = {self.positions[node].parent for node in one_sided}
        self.replaced = frozenset(node for parent, node in self.absences.items() if parent in filled)

    def _absences(self, nodes: Sequence[str]) -> Iterator[tuple[tuple[str, str], str]]:
        for node in nodes:
            column = self.a.value(node, _COLUMN) or self.b.value(node, _COLUMN)
            if column:
                yield (self.positions[node].parent[0], column_property(column)), node

    def changes(self) -> Iterator[NodeChange]:
        """Each node that differs, in the order of the document."""
        differing = {text(triple.subject) for triple in self.a.triples ^ self.b.triples}
        for node in filter((differing - self.replaced).__contains__, self.positions):
            properties = tuple(self._property_changes(node))
            if properties or self._is_in_one(node):
                yield NodeChange(
                    node=node,
                    path=self.positions[node].path,
                    status=self._status(node),
                    properties=properties,
                    is_evidence=self._is_evidence(node),
                    budget=_budget_change(self.a, self.b, node),
                    parent=self.positions[node].parent,
                    old=self.a.properties(node),
                    new={p: self._original(p, terms) for p, terms in self.b.properties(node).items()},
                )

    def _property_changes(self, node: str) -> Iterator[PropertyChange]:
        for predicate in sorted({*self.a.properties(node), *self.b.properties(node)}):
            before, after = self.a.objects(node, predicate), self.b.objects(node, predicate)
            old = tuple(o for o in before if o not in after and not self._leads_to_change(node, predicate, o))
            new = tuple(o for o in after if o not in before and not self._leads_to_change(node, predicate, o))
            if (old or new) and not (predicate == TYPE and self._is_in_one(node)):
                yield PropertyChange(
                    predicate,
                    old,
                    self._original(predicate, new),
                    self.a.places(node, predicate),
                    self.b.places(node, predicate),
                    self._is_print(node, predicate),
                )

    def _original(self, predicate: str, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        """Objects of the second state in its own names."""
        return tuple(self.matching.original(predicate, term) for term in terms)

    def _leads_to_change(self, node: str, predicate: str, value: Term) -> bool:
        """Whether a statement only leads to a node that is itself reported to have appeared or vanished."""
        position = self.positions.get(text(value))
        is_parent = position is not None and position.parent == (node, predicate)
        return is_parent and self._is_in_one(text(value))

    def _is_in_one(self, node: str) -> bool:
        return (node in self.a.nodes) != (node in self.b.nodes)

    def _is_evidence(self, node: str) -> bool:
        types = {self.a.value(node, TYPE), self.b.value(node, TYPE)}
        return not types.isdisjoint({EVIDENCE, KK + "CuratorNote"})

    def _is_print(self, node: str, predicate: str) -> bool:
        """Raw text is only print where the node has an interpretation of it too."""
        interpreted = {*self.a.properties(node), *self.b.properties(node)} - _UNINTERPRETED
        return predicate in _PRINT and (predicate != KK + "raw" or bool(interpreted))

    def _status(self, node: str) -> NodeStatus:
        absence = self.absences.get(self.positions[node].parent, "")
        if node not in self.a.nodes:
            return NodeStatus.STATED if absence in self.a.nodes else NodeStatus.APPEARED
        if node not in self.b.nodes:
            return NodeStatus.UNSTATED if absence in self.b.nodes else NodeStatus.VANISHED
        return NodeStatus.CHANGED


def _budget_change(a: DocumentGraph, b: DocumentGraph, node: str) -> BudgetChange | None:
    """The comparison of a budget's amounts, where both states have the budget and its money differs.

    There is a difference only where both amounts are exact and of the same stage.
    """
    if KK + "Budget" not in {a.value(node, TYPE)} & {b.value(node, TYPE)}:
        return None
    if all(a.objects(node, p) == b.objects(node, p) for p in _MONEY):
        return None
    if a.objects(node, KK + "stage") != b.objects(node, KK + "stage"):
        return BudgetChange(Comparability.OTHER_STAGE)
    old, new = _exact_amount(a, node), _exact_amount(b, node)
    if old is None or new is None:
        return BudgetChange(Comparability.NOT_EXACT)
    return BudgetChange(Comparability.COMPARED, new - old)


def _exact_amount(graph: DocumentGraph, node: str) -> int | None:
    amounts = graph.objects(node, KK + "amount")
    is_exact = graph.value(node, KK + "amountKind") == CONCEPTS + "amount-kind/exact"
    digits = graph.value(node, KK + "amount")
    return int(digits) if is_exact and len(amounts) == 1 and digits.isdecimal() else None
