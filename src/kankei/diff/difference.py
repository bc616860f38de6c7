"""The whole of what differs between two sides: programmes first, then other documents."""

from collections.abc import Iterable
from dataclasses import dataclass

from kankei.diff.changes import DocumentChange, Status


@dataclass(frozen=True)
class Difference:
    """The documents that differ, and how many programmes both sides have."""

    documents: tuple[DocumentChange, ...]
    continued: int
    notes: tuple[str, ...] = ()
    """Keys of sentences on what was left out of the comparison."""
    editions: bool = False
    """Whether two fiscal years are compared, of which only programmes have entries."""
    derived: frozenset[str] = frozenset()
    """Properties that a build derives from others."""

    def __bool__(self) -> bool:
        return bool(self.documents)

    def programmes(self, status: Status) -> int:
        """How many programmes were added, are gone, or changed."""
        return sum(d.status == status for d in self.documents if d.is_programme)


def ordered(documents: Iterable[DocumentChange]) -> tuple[DocumentChange, ...]:
    """Documents in the order in which they are told."""
    return tuple(sorted(documents, key=lambda d: (not d.is_programme, d.iri)))
