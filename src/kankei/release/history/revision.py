"""Comparison of a new release with the one before: the dates of its documents, its changes, its history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from kankei.namespaces import DCT, ONTOLOGY, OWL, Base
from kankei.release.document_index import Document, Index
from kankei.release.history.changes import (
    Change,
    ChangeStatus,
    carry_on,
    count_by_status,
    oldest_moment,
)
from kankei.release.history.history import History, PastRelease, RemovedThing
from kankei.release.history.moments import date_of, next_moment
from kankei.release.history.previous_release import PreviousRelease

ChangeDetails: TypeAlias = Callable[[str, bytes, bytes], Sequence[Mapping[str, Any]]]
"""What changed in a document, node by node as JSON values: its IRI, its N-Triples before and after."""

_TERMS = ""
_DATASET = "dataset"


def no_details(_iri: str, _before: bytes, _after: bytes) -> Sequence[Mapping[str, Any]]:
    """Nothing about what changed within a document."""
    return ()


@dataclass(frozen=True)
class Revision:
    """What a new release adds to the history: its moment and changes, and the lines of `changes.jsonl`."""

    moment: str
    changes: tuple[Change, ...]
    lines: bytes
    past: History
    """The history up to the release before."""

    @property
    def modified(self) -> str:
        """The date on which the newest change was published."""
        return date_of(self.moment)

    def history(self, version: str) -> History:
        """The history up to the new release, which may be the one before itself, built again."""
        if self.past.releases and self.past.releases[0].version == version:
            return self.past
        return self.past.with_release(PastRelease(version, self.moment, **count_by_status(self.changes)))


@dataclass(frozen=True)
class Comparison:
    """A new release's documents in its N-Triples dump, and what to compare them with."""

    index: Index
    dump: Path
    base: Base
    date: str
    """The date of the build, on or after that of the release before."""
    previous: PreviousRelease | None
    details: ChangeDetails
    restated: bool = False
    """Whether the data states a later date of the dataset than the release before has."""

    def revise(self) -> Revision:
        """Date the documents of the index, and tell what changed."""
        if self.previous is None:
            moment = next_moment(self.date)
            self._date_documents({}, moment)
            return Revision(moment, (), b"", History(complete_since=moment))
        before = self.previous.newest.moment
        changes = tuple(self._changes(self.previous, next_moment(self.date, before)))
        moment = next_moment(self.date if changes else date_of(before), before)
        changed = {change.path: change.status for change in changes}
        past = self._past(self.previous, changes)
        self._date_documents(changed, moment)
        lines, complete = carry_on(changes, self.previous.changes)
        if not complete:
            past = replace(past, complete_since=_before_oldest(past, lines) or before)
        return Revision(moment, changes, lines, past)

    def _date_documents(self, changed: Mapping[str, ChangeStatus], moment: str) -> None:
        known = self.previous.documents if self.previous else {}
        removed = self.previous.history.removed if self.previous else {}
        for number, document in enumerate(self.index.documents):
            path = document.path
            issued = (
                known[path].issued if path in known else removed[path].issued if path in removed else moment
            )
            modified = known[path].modified if path in known and path not in changed else moment
            self.index.documents[number] = replace(document, issued=issued, modified=modified)

    def _changes(self, previous: PreviousRelease, moment: str) -> Iterator[Change]:
        """Each change by path, the ontology first."""
        present = {document.path: document for document in self.index.documents}
        with self.dump.open("rb") as dump:
            terms = dump.read(min(document.offset for document in self.index.documents))
            if terms != previous.lines(_TERMS):
                nodes = self.details(ONTOLOGY, previous.lines(_TERMS), terms)
                labels = self.index.labels.get(ONTOLOGY, {})
                yield Change(moment, ChangeStatus.CHANGED, ONTOLOGY, _TERMS, OWL + "Ontology", labels, nodes)
            for path in sorted(present.keys() | previous.documents.keys()):
                if path not in present:
                    yield _one_sided(previous.documents[path], moment, ChangeStatus.REMOVED)
                elif path not in previous.documents:
                    yield _one_sided(present[path], moment, ChangeStatus.ADDED)
                else:
                    dump.seek(present[path].offset)
                    before, after = previous.lines(path), dump.read(present[path].length)
                    if path == _DATASET:
                        before, after = self._without_date(before), self._without_date(after)
                    if before != after or (path == _DATASET and self.restated):
                        nodes = self.details(present[path].iri, before, after)
                        change = _one_sided(present[path], moment, ChangeStatus.CHANGED)
                        yield replace(change, nodes=nodes)

    def _without_date(self, lines: bytes) -> bytes:
        """The statements about the dataset without its own date, which follows from all others."""
        dated = f"<{self.base.dataset}> <{DCT}modified> ".encode()
        return b"".join(line for line in lines.splitlines(keepends=True) if not line.startswith(dated))

    def _past(self, previous: PreviousRelease, changes: Sequence[Change]) -> History:
        """The history up to the release before, with the things that are removed now."""
        gone = {
            change.path: RemovedThing(
                change.iri, previous.documents[change.path].issued, change.moment, change.kind, change.labels
            )
            for change in changes
            if change.status == ChangeStatus.REMOVED
        }
        back = {change.path for change in changes if change.status == ChangeStatus.ADDED}
        kept = {path: thing for path, thing in previous.history.removed.items() if path not in back}
        return replace(previous.history, removed=kept | gone)


def _one_sided(document: Document, moment: str, status: ChangeStatus) -> Change:
    return Change(moment, status, document.iri, document.path, document.type, document.labels)


def _before_oldest(past: History, lines: bytes) -> str:
    """The moment of the release before the oldest one that has changes among the lines; empty for none."""
    oldest = past.at(oldest_moment(lines))
    before = past.before(oldest) if oldest else None
    return before.moment if before else ""
