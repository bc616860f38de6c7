"""The fiscal year that a sheet speaks of: the one in the heading of its budget column (rule entry-year)."""

from dataclasses import dataclass

from kankei.curation.candidate.budget import headed
from kankei.curation.candidate.value import Basis, Ground
from kankei.namespaces import KK
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt


@dataclass(frozen=True)
class Year:
    """`year` is None where nothing tells it; `heading` where it is printed, None if a curator gave it."""

    year: int | None
    heading: LineRange | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def ground(self) -> Ground | None:
        """What an entry's fiscal year rests on."""
        if self.heading:
            return Ground("entry-year", (f"{KK}fiscalYear",), Basis.INFERRED, (self.heading,), "entry-year")
        return _GIVEN if self.year else None


_GIVEN = Ground(
    "entry-year",
    (f"{KK}fiscalYear",),
    Basis.EDITORIAL,
    (),
    ja="年度は資料に印字がなく、取り込みの際に与えた。",
    en="The source prints no year; it was given when the sheet was read.",
)


def year_of(sheet: Sheet, given: int | None) -> Year:
    """The year of a sheet; one that a curator gives counts where none, or no single one, is printed."""
    columns = [cell for cell in sheet.cells if cell.column is Column.BUDGET]
    printed = {said.year.year: cell for cell in columns if (said := headed(cell.heading))}
    if len(printed) == 1:
        ((year, cell),) = printed.items()
        return Year(year, cell.heading.place)
    if given is not None:
        return Year(given)
    places = [cell.heading.place for cell in columns]
    return Year(None, None, (_unknown(places[0] if places else sheet.place, sorted(printed)),))


def _unknown(place: LineRange, years: list[int]) -> Doubt:
    if years:
        listed = ", ".join(map(str, years))
        return Doubt(
            "fiscalYear",
            f"予算額の欄が複数の年度（{listed}）を挙げ、どれがシートの年度か分からない。--year で与える。",
            f"The budget columns name several years ({listed}); give the sheet's own by --year.",
            place,
        )
    return Doubt(
        "fiscalYear",
        "予算額の欄の見出しから年度を読み取れない。--year で与える。",
        "The heading of the budget column names no fiscal year that can be read; give it by --year.",
        place,
    )
