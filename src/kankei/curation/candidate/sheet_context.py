"""What the fields of a sheet are read with: known terms, the sheet's fiscal year and its unit of money."""

import re
from dataclasses import dataclass

from kankei.curation.candidate.evidence import Basis, Evidence
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.value_node import MESSAGES, doubt
from kankei.namespaces import KK
from kankei.source.grammars import budget_heading
from kankei.source.grammars.budget_heading import BudgetHeading
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import PrintedText

_UNIT = re.compile(
    r"(?<!\s)\s*+[（(［\[【]\s*+(?:単\s*+位\s*+[:：]?\s*+)?(?:(?:百\s*+万|千|億|万)\s*+)?円\s*+[）)］\]】]\s*+$"
)
"""The unit that a heading may print behind year and stage."""


@dataclass(frozen=True)
class SheetYear:
    """A sheet's fiscal year, None if it is not known; `place` is where it is printed, None if it is not."""

    year: int | None
    place: LineRange | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def evidence(self) -> Evidence | None:
        """What an entry's fiscal year rests on: the printed heading (rule entry-year) or the curator."""
        name, properties = "entry-year", (f"{KK}fiscalYear",)
        if self.place:
            return Evidence(name, properties, Basis.INFERRED, (self.place,), "entry-year")
        reason = MESSAGES.text("year-of-option")
        return Evidence(name, properties, Basis.EDITORIAL, (), reason=reason) if self.year else None


@dataclass(frozen=True)
class SheetContext:
    """The dataset's terms, the sheet's fiscal year, and the unit of money that is printed for all of it."""

    known: KnownTerms
    year: SheetYear
    unit: PrintedText | None = None


def sheet_year(sheet: Sheet, default: int | None) -> SheetYear:
    """The one year that the headings of the budget columns print, else the curator's `default`."""
    columns = [cell for cell in sheet.cells if cell.column is Column.BUDGET]
    printed = {named.year.year: cell for cell in columns if (named := parse_budget_heading(cell.heading))}
    if len(printed) == 1:
        ((year, cell),) = printed.items()
        return SheetYear(year, cell.heading.place)
    if default is not None:
        return SheetYear(default)
    place = columns[0].heading.place if columns else sheet.place
    years = ", ".join(map(str, sorted(printed)))
    return SheetYear(
        None, None, (doubt("fiscalYear", "several-years" if years else "no-year", place, years=years),)
    )


def parse_budget_heading(heading: PrintedText | None) -> BudgetHeading | None:
    """The year and the stage that a heading names; None where it names none that can be read."""
    try:
        return budget_heading.parse(_UNIT.sub("", heading.text)) if heading else None
    except ParseError:
        return None
