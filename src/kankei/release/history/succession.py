"""What a build takes from outside of its data: its date, and the release that it follows."""

from dataclasses import dataclass
from pathlib import Path

from kankei.dataset.dataset import Dataset
from kankei.errors import BrokenRelease, UsageError
from kankei.namespaces import Base
from kankei.release.document_index import Index
from kankei.release.history.changes import CHANGES
from kankei.release.history.moments import date_of, parse_date
from kankei.release.history.previous_release import PreviousRelease
from kankei.release.history.records import restate_modified
from kankei.release.history.revision import ChangeDetails, Comparison, Revision, no_details
from kankei.release.published_inputs import newest_date, stated_modified
from kankei.release.reader import QUADS, TRIPLES


@dataclass(frozen=True)
class Succession:
    """The date of a build, the release that it follows, and what tells what changed within a document.

    Without a date it is the newest that the data states. Without a previous release it is the current one,
    where there is one of the same base that can be read.
    """

    date: str | None = None
    previous: Path | None = None
    details: ChangeDetails = no_details

    def revise(self, dataset: Dataset, index: Index, release: Path, current: Path) -> Revision:
        """Compare a release in the making, of which the lines are written, with the one before.

        Dates the documents of the index, and the dataset in store and lines; writes the changes. Raises
        `UsageError` for a date that is malformed or too early, and where a named release cannot be followed.
        """
        base, stated = dataset.base, stated_modified(dataset)
        previous = self._open_previous(current, base)
        followed = date_of(previous.newest.moment) if previous else ""
        comparison = Comparison(
            index=index,
            dump=release / TRIPLES,
            base=base,
            date=self._date(max(newest_date(dataset), followed)),
            previous=previous,
            details=self.details,
            restated=bool(previous) and stated > followed,
        )
        revision = comparison.revise()
        dumps = (release / TRIPLES, release / QUADS)
        restate_modified(dumps, dataset.store, base, stated, revision.modified)
        (release / CHANGES).write_bytes(revision.lines)
        return revision

    def _date(self, earliest: str) -> str:
        date = parse_date(self.date) if self.date is not None else earliest
        if date < earliest:
            raise UsageError(
                f"the date is before {earliest}, the newest of the data and of past releases", date
            )
        return date

    def _open_previous(self, current: Path, base: Base) -> PreviousRelease | None:
        if self.previous is None:
            return open_current(current, base)
        previous = PreviousRelease.open(self.previous)
        if previous.base != base:
            raise UsageError(
                f"the release to follow has another base, {previous.base.iri}", str(self.previous)
            )
        return previous


FROM_DATA = Succession()
"""The newest date of the data, and the current release."""


def open_current(current: Path, base: Base) -> PreviousRelease | None:
    """The current release, if there is one of the base that can be read."""
    try:
        previous = PreviousRelease.open(current)
    except BrokenRelease:
        return None
    return previous if previous.base == base else None
