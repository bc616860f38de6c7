"""Changes as values: which document, node and property changed, from what to what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyoxigraph as ox

from kankei.dataset.statements import Term

Properties = Mapping[str, tuple[Term, ...]]
"""The objects of one node by property."""


class NodeStatus(StrEnum):
    """What happened to a node; STATED, UNSTATED: it stands in a column that was blank before, or is now."""

    CHANGED = "changed"
    APPEARED = "appeared"
    VANISHED = "vanished"
    STATED = "stated"
    UNSTATED = "unstated"


class Comparability(StrEnum):
    """Whether two budgets may be subtracted; the share of an amount printed as 内数 is unknown."""

    COMPARED = "compared"
    NOT_EXACT = "not-exact"
    OTHER_STAGE = "other-stage"


@dataclass(frozen=True)
class PathStep:
    """One property on the path to a node, and the mark that tells the node from its siblings, if any."""

    property: str
    mark: str = ""


@dataclass(frozen=True)
class PropertyChange:
    """A property whose objects differ: those of the old state only, and those of the new state only."""

    property: str
    old: tuple[Term, ...]
    new: tuple[Term, ...]
    old_places: tuple[str, ...]
    new_places: tuple[str, ...]
    is_provenance: bool
    """Whether it only states where and how a statement is printed."""


@dataclass(frozen=True)
class BudgetChange:
    """The comparison of two amounts: their difference in yen, or why there is none."""

    comparability: Comparability
    yen: int | None = None


@dataclass(frozen=True)
class NodeChange:
    """The properties of one node that differ, and all its properties in both states."""

    node: str
    path: tuple[PathStep, ...]
    status: NodeStatus
    properties: tuple[PropertyChange, ...]
    is_evidence: bool
    """Whether it is evidence or a curator's note."""
    budget: BudgetChange | None = None
    parent: tuple[str, str] = ("", "")
    """The node and property that lead to it."""
    old: Properties = field(default_factory=dict)
    new: Properties = field(default_factory=dict)

    @property
    def is_provenance(self) -> bool:
        """Whether nothing differs but evidence, places and print."""
        is_changed = self.status == NodeStatus.CHANGED
        return self.is_evidence or (is_changed and all(p.is_provenance for p in self.properties))

    @property
    def came_or_went(self) -> bool:
        """Whether only one of the two states has the node."""
        return self.status in {NodeStatus.APPEARED, NodeStatus.VANISHED}


class DocumentStatus(StrEnum):
    """What happened to a document."""

    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class DocumentChange:
    """The changes of one document; `removed` and `added` are all of them, as triples."""

    iri: str
    status: DocumentStatus
    nodes: tuple[NodeChange, ...]
    removed: tuple[ox.Triple, ...]
    added: tuple[ox.Triple, ...]

    @property
    def is_programme(self) -> bool:
        """Whether it is the document of a programme."""
        return "/id/programme/" in self.iri


@dataclass(frozen=True)
class Difference:
    """The documents that differ between two operands, and how many programmes both have."""

    documents: tuple[DocumentChange, ...]
    continued: int
    notes: tuple[str, ...] = ()
    """Message keys of what was left out of the comparison."""
    editions: bool = False
    """Whether two editions are compared, of which only programmes have entries."""
    derived: frozenset[str] = frozenset()
    """Properties that a build derives from others."""

    def __bool__(self) -> bool:
        return bool(self.documents)

    def count_programmes(self, status: DocumentStatus) -> int:
        """How many programmes were added, are gone, or changed."""
        return sum(d.status == status for d in self.documents if d.is_programme)


def sort_documents(documents: Iterable[DocumentChange]) -> tuple[DocumentChange, ...]:
    """Documents in the order of a report: programmes first, each group by IRI."""
    return tuple(sorted(documents, key=lambda d: (not d.is_programme, d.iri)))
