"""Sheets of the review as values: what the files of one review year say of one project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kankei.source.review.columns import FileKind
from kankei.source.review.csv_file import CsvFile

SheetKey = tuple[int, int]
"""The number of a project (予算事業ID) and the review year (事業年度)."""
UnitPath = tuple[tuple[str, str], ...]
"""The names of a unit and those above it, the ministry first, each after the column in which it stands."""


@dataclass(frozen=True, order=True)
class RowPlace:
    """A row of a source, by the slug of the source and the number of the row (RFC 7111)."""

    source: str
    row: int


@dataclass
class ReviewSource:
    """A file that was read: its kind, its slug as a source, its number of rows, the header included."""

    file: CsvFile
    kind: FileKind
    year: int
    slug: str
    row_count: int = 0


@dataclass
class BudgetRow:
    """Budget and execution of one fiscal year: amounts in yen by column, the rate, texts."""

    year: int
    place: RowPlace
    amounts: Mapping[str, int]
    rate: Decimal | None
    texts: Mapping[str, str]


@dataclass
class DetailRow:
    """A further row about a sheet, of a policy, a law, a rate or a related project: its cells by column."""

    place: RowPlace
    cells: Mapping[str, str]


@dataclass
class Sheet:
    """A project in one review year."""

    project: int
    year: int
    name: str
    unit: UnitPath
    places: list[RowPlace] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Cells that are kept as they are, by column."""
    years: dict[str, int] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    """Slugs of the concepts of how the project is carried out."""
    budgets: dict[int, BudgetRow] = field(default_factory=dict)
    details: dict[FileKind, list[DetailRow]] = field(default_factory=dict)

    @property
    def key(self) -> SheetKey:
        """Number of the project and review year."""
        return self.project, self.year


@dataclass(frozen=True)
class Review:
    """All sheets by their key, and the files that they come from."""

    sheets: Mapping[SheetKey, Sheet]
    sources: tuple[ReviewSource, ...]

    def projects(self) -> dict[int, list[Sheet]]:
        """The sheets of each project by its number, the earliest first."""
        projects: dict[int, list[Sheet]] = {}
        for key in sorted(self.sheets):
            projects.setdefault(key[0], []).append(self.sheets[key])
        return projects
