"""The index of an ingest as an HTML page: values by sheet, sheets by column, what several sheets share."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.matching.sheet_matcher import MatchStatus
from kankei.curation.report.candidate_summary import SourceSummary
from kankei.curation.report.field_overview import (
    COLUMNS,
    ColumnOverview,
    ColumnState,
    one_line,
    overview,
    subject_of,
)
from kankei.curation.report.rendering import render_page
from kankei.curation.report.term_labels import Labeller
from kankei.source.lines.document import Doubt, Weight

_PAGE = re.compile(r"(?<=page )[0-9]+|[0-9]+(?=ページ)")
_SHOWN = tuple(subject for subject in COLUMNS if subject not in {"theme", "link"})
"""The columns whose values the table of sheets shows."""


@dataclass(frozen=True)
class IndexRow:
    """The row of a sheet in the index; `report` is the path of its report, from the index on.

    `doubts` are the open doubts about it, `settled` is how many there are to check.
    """

    report: str
    number: str | None
    name: str | None
    slug: str
    source: str
    year: int | None
    columns: tuple[ColumnOverview, ...]
    doubts: tuple[Doubt, ...]
    settled: int
    status: MatchStatus = MatchStatus.NEW

    @property
    def open(self) -> int:
        """How many doubts are for a curator to decide on this sheet: names that the data lack are none."""
        return sum(not doubt.missing for doubt in self.doubts)

    @property
    def shown(self) -> tuple[ColumnOverview, ...]:
        """The columns whose values the table of sheets shows."""
        return tuple(column for column in self.columns if column.subject in _SHOWN)


def index_row(
    candidate: Candidate, report: str, labeller: Labeller, status: MatchStatus = MatchStatus.NEW
) -> IndexRow:
    """The row of a candidate, which need not be kept for it; `status` is how it matches the dataset."""
    return IndexRow(
        report,
        candidate.number.text if candidate.number else None,
        one_line(candidate.name.text) if candidate.name else None,
        candidate.slug,
        candidate.source,
        candidate.year,
        overview(candidate, labeller),
        tuple(doubt for doubt in candidate.doubts if doubt.weight is Weight.UNRESOLVED),
        sum(doubt.weight is Weight.SETTLED for doubt in candidate.doubts),
        status,
    )


@dataclass(frozen=True)
class Recurring:
    """What is settled once: a name that the data lack, or a doubt of the same words, and its sheets."""

    text: str
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True)
class ColumnTally:
    """The sheets by the state of one column."""

    subject: str
    rows: Mapping[ColumnState, tuple[IndexRow, ...]]


def missing_names(rows: Sequence[IndexRow]) -> dict[str, tuple[Recurring, ...]]:
    """The names that the data lack, by the subject of their doubts; those on most sheets first."""
    rows_of: dict[str, dict[str, list[IndexRow]]] = {}
    for row in rows:
        for doubt in dict.fromkeys(doubt for doubt in row.doubts if doubt.missing):
            rows_of.setdefault(subject_of(doubt), {}).setdefault(doubt.missing, []).append(row)
    return {subject: _by_frequency(names) for subject, names in rows_of.items()}


def recurring_doubts(rows: Sequence[IndexRow], language: str) -> tuple[Recurring, ...]:
    """The other open doubts that several sheets share word for word, numbers of pages apart."""
    rows_of: dict[str, list[IndexRow]] = {}
    for row in rows:
        texts = (_PAGE.sub("…", getattr(doubt, language)) for doubt in row.doubts if not doubt.missing)
        for text in dict.fromkeys(texts):
            rows_of.setdefault(text, []).append(row)
    return _by_frequency({text: group for text, group in rows_of.items() if len(group) > 1})


def _by_frequency(groups: Mapping[str, Sequence[IndexRow]]) -> tuple[Recurring, ...]:
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return tuple(Recurring(text, tuple(rows)) for text, rows in ordered)


def tallies(rows: Sequence[IndexRow]) -> Iterator[ColumnTally]:
    """The sheets by the state of each column."""
    for position, subject in enumerate(COLUMNS):
        by_state: dict[ColumnState, list[IndexRow]] = {state: [] for state in ColumnState}
        for row in rows:
            by_state[row.columns[position].state].append(row)
        yield ColumnTally(subject, {state: tuple(group) for state, group in by_state.items()})


def index_page(rows: Sequence[IndexRow], sources: Sequence[SourceSummary], language: str) -> str:
    """The page on all sheets of an ingest, in the order of the rows; `language` is ja or en."""
    missing = missing_names(rows)
    return render_page(
        "index.html",
        Labeller(language),
        rows=rows,
        sources=sources,
        subjects=_SHOWN,
        tallies=[*tallies(rows)],
        missing=missing,
        names=sum(map(len, missing.values())),
        recurring=recurring_doubts(rows, language),
        doubts=sum(row.open for row in rows),
        open=sum(bool(row.open) for row in rows),
        settled=sum(row.settled for row in rows),
        states=ColumnState,
        quoted=quote,
    )
