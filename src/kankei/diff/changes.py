"""The changes of a document as values: which node, which property, from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyoxigraph as ox

from kankei.dataset.statements import Term


class Kind(StrEnum):
    """What became of a node; that the source says nothing is itself said, by a node that is *not stated*."""

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
class Step:
    """One property on the way to a node, and what tells the node from its siblings, if it has any."""

    property: str
    mark: str = ""


@dataclass(frozen=True)
class Field:
    """A property whose values differ: those of the one state only, and those of the other only."""

    property: str
    old: tuple[Term, ...]
    new: tuple[Term, ...]
    old_places: tuple[str, ...]
    new_places: tuple[str, ...]
    provenance: bool
    """Whether it only says where and how a statement is printed."""


@dataclass(frozen=True)
class BudgetChange:
    """What may be said of two amounts: their difference in yen, or why there is none."""

    comparability: Comparability
    yen: int | None = None


Said = Mapping[str, tuple[Term, ...]]
"""All that one state says of a node: values by property."""


@dataclass(frozen=True)
class NodeChange:
    """The fields of one node that differ, and all that both states say of it."""

    node: str
    path: tuple[Step, ...]
    kind: Kind
    fields: tuple[Field, ...]
    evidence: bool
    """Whether it is evidence or a curator's note."""
    budget: BudgetChange | None = None
    parent: tuple[str, str] = ("", "")
    """The node and property that lead to it."""
    old: Said = field(default_factory=dict)
    new: Said = field(default_factory=dict)

    @property
    def provenance(self) -> bool:
        """Whether nothing differs but evidence, places and print."""
        return self.evidence or (self.kind == Kind.CHANGED and all(f.provenance for f in self.fields))


class Status(StrEnum):
    """What became of a document."""

    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class DocumentChange:
    """What differs in one document; `removed` and `added` are all of it, as triples."""

    iri: str
    status: Status
    nodes: tuple[NodeChange, ...]
    removed: tuple[ox.Triple, ...]
    added: tuple[ox.Triple, ...]

    @property
    def is_programme(self) -> bool:
        """Whether it is the document of a programme."""
        return "/id/programme/" in self.iri
