"""What follows from a printed call window: its years, its four bounds and its EDTF form.

Rule of the year: a year that is not printed is the one that lets the *end* of the window fall in the fiscal
year (1 April to 31 March); where only a start is printed, the start does. A window without year that lies
wholly in January to March could be meant of either calendar year: it is not dated at all. A year named
relative to the sheet's (前年度, 当年度) is stated, and one printed at the start holds for the end of the same
calendar year.

EDTF: https://www.loc.gov/standards/datetime/ level 1. A day that stands for a part of a month (上旬 …) is
approximate (`~`): the first day for a start, the last for an end. A side that is not printed is unknown
(empty), and open (`..`) where 随時 is printed. A single day or part of a month has no form at this level.
"""

from dataclasses import dataclass
from datetime import date

from kankei.source.grammars.dates import Moment, MonthPart


class Undatable(ValueError):
    """A window that has no certain dates; says why."""


@dataclass(frozen=True)
class Dates:
    """Four bounds (None where nothing bounds), the EDTF form ("" where none), and how the year came."""

    year_inferred: bool
    edtf: str
    earliest_start: date | None
    latest_start: date | None
    earliest_end: date | None
    latest_end: date | None


Bounds = tuple[date, date]


def of_stretch(within: Moment, fiscal_year: int) -> Dates:
    """The dates of a call of which one moment is printed, and not whether it opens or closes then.

    In a month or part of one, it opens and closes. On a single day it is open, and nothing else is known:
    it opens on that day or earlier, and closes on that day or later.
    """
    year, inferred = _single_year(within, fiscal_year)
    first, last = _bounds(within, year)
    if within.is_day():
        return Dates(inferred, "", None, last, first, None)
    edtf = "" if within.part else _edtf(within, first)
    return Dates(inferred, edtf, first, last, first, last)


def of_start(start: Moment, fiscal_year: int, rolling: bool) -> Dates:
    """The dates of a call of which no end is printed."""
    year, inferred = _single_year(start, fiscal_year)
    first, last = _bounds(start, year)
    return Dates(inferred, f"{_edtf(start, first)}/{'..' if rolling else ''}", first, last, None, None)


def of_end(end: Moment, fiscal_year: int) -> Dates:
    """The dates of a call of which no start is printed."""
    year, inferred = _single_year(end, fiscal_year)
    first, last = _bounds(end, year)
    return Dates(inferred, f"/{_edtf(end, last)}", None, None, first, last)


def of_range(start: Moment, end: Moment, fiscal_year: int) -> Dates:
    """The dates of a call with start and end."""
    start_year, end_year, inferred = _years(start, end, fiscal_year)
    opens, closes = _bounds(start, start_year), _bounds(end, end_year)
    same_day = start.is_day() and end.is_day() and opens == closes
    if opens[0] > closes[1] or (same_day and start.clock and end.clock and start.clock > end.clock):
        raise Undatable("the window begins after it ends")
    edtf = f"{_edtf(start, opens[0])}/{_edtf(end, closes[1])}"
    return Dates(inferred, edtf, *opens, *closes)


def _single_year(moment: Moment, fiscal_year: int) -> tuple[int, bool]:
    if moment.year is not None:
        return moment.year, False
    if moment.month < 4:
        raise Undatable("a window without year in January to March could be meant of either year")
    return fiscal_year, True


def _years(start: Moment, end: Moment, fiscal_year: int) -> tuple[int, int, bool]:
    """The years of start and end, and whether one of them was inferred rather than carried over."""
    crosses = end.next_year or start.month > end.month
    if start.year is not None and end.year is not None:
        return start.year, end.year, False
    if start.year is not None:
        return start.year, start.year + crosses, crosses
    if end.year is not None:
        return end.year - crosses, end.year, True
    if start.month < 4 and end.month < 4 and not end.next_year:
        raise Undatable("a window without year in January to March could be meant of either year")
    end_year = fiscal_year + (end.month < 4)
    return end_year - crosses, end_year, True


def _bounds(moment: Moment, year: int) -> Bounds:
    try:
        return moment.bounds(year)
    except ValueError:
        raise Undatable(f"{year} has no {moment.month}月{moment.day or ''}日") from None


def _edtf(moment: Moment, day: date) -> str:
    if not moment.is_day() and moment.part is None:
        return f"{day.year:04d}-{day.month:02d}{'~' if moment.approximate else ''}"
    vague = moment.approximate or moment.part not in {None, MonthPart.LAST_DAY}
    return f"{day.isoformat()}{'~' if vague else ''}"
