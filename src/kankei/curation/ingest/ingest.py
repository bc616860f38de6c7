"""Ingest as a whole: read everything first, so that a document that cannot be read leaves nothing written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.ingest.first_pass import Progress, ReadDocument, read
from kankei.curation.ingest.options import Order
from kankei.curation.ingest.second_pass import Written, write
from kankei.curation.matching.programme_index import ProgrammeIndex, read_programme_index
from kankei.curation.matching.programme_profile import ProgrammeProfile
from kankei.curation.matching.sheet_matcher import MatchStatus


@dataclass(frozen=True)
class Ingest:
    """What was read: how many sheets, and the candidates, which are written as one goes through them.

    `dropped` are the programmes of the editions that sheets continue which no sheet does; `standing` is SAME
    where the data have all sheets already.
    """

    order: Order
    count: int
    dropped: tuple[ProgrammeProfile, ...]
    standing: MatchStatus
    written: Iterator[Written]


def ingest(order: Order, progress: Progress) -> Ingest:
    """Read the documents of an order.

    Raises what `reading.read` raises, before anything is written, and UsageError where a file cannot be.
    """
    names = read_known_terms(order.inputs, order.base)
    index = read_programme_index(
        order.inputs, order.base, lambda done, whole: progress("read the dataset", done, whole)
    )
    documents = read(order, names, index, progress)
    count = sum(len(one.sheets) for one in documents)
    written = write(order, documents, names, index, progress)
    found = {sheet.status for one in documents for sheet in one.sheets} - {MatchStatus.SAME}
    standing = next(iter(found), MatchStatus.SAME)
    return Ingest(order, count, tuple(_dropped(documents, index)), standing, written)


def _dropped(documents: Sequence[ReadDocument], index: ProgrammeIndex) -> Iterator[ProgrammeProfile]:
    """The programmes whose last entry is of a source that some sheet continues, and that none does."""
    sheets = [sheet for one in documents for sheet in one.sheets if sheet.status is MatchStatus.CONTINUES]
    taken = {sheet.identity.slug for sheet in sheets}
    own = {one.document.slug for one in documents}
    sources = {entry.source for slug in taken for entry in index.programmes[slug].entries} - own
    for source in sorted(sources):
        yield from (one for one in index.latest(source) if one.slug not in taken)
