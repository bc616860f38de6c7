"""The index of an import: a table of its sheets with what each leaves to look at, as one HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kankei.curation.candidate.candidate import Candidate, FieldStatus
from kankei.curation.matching.sheet_matcher import MatchStatus
from kankei.curation.report.html import render
from kankei.curation.report.source_facts import SourceFacts
from kankei.curation.report.summary import Counts
from kankei.curation.report.wording import Words
from kankei.source.lines.doubt import Weight


@dataclass(frozen=True)
class IndexRow:
    """What the index tells of one sheet; `report` is the path of its report, from the index on."""

    report: str
    number: str | None
    name: str | None
    slug: str
    source: str
    year: int | None
    counts: Counts
    standing: MatchStatus = MatchStatus.NEW

    @property
    def open(self) -> int:
        """How many doubts about the sheet are unresolved."""
        return self.counts.doubts[Weight.UNRESOLVED]


def row(candidate: Candidate, report: str, standing: MatchStatus = MatchStatus.NEW) -> IndexRow:
    """The row of a candidate, which need not be kept for it; `standing` is what it is to the dataset."""
    return IndexRow(
        report,
        candidate.number.text if candidate.number else None,
        candidate.name.text if candidate.name else None,
        candidate.slug,
        candidate.source,
        candidate.year,
        Counts.of(candidate),
        standing,
    )


def index(rows: Sequence[IndexRow], sources: Sequence[SourceFacts], language: str) -> str:
    """The page on all sheets of an import, in the order of the rows; `language` is ja or en."""
    return render(
        "index.html",
        Words(language),
        rows=rows,
        sources=sources,
        open=sum(bool(found.open) for found in rows),
        statuses=[*FieldStatus],
        quoted=quote,
        settled=Weight.SETTLED,
    )
