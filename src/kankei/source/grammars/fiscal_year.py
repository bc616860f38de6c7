"""Fiscal years of the Japanese state, by era or by the Western count."""

import re
from dataclasses import dataclass
from datetime import date

from kankei.source.grammars.eras import ERA_NAMES, ERAS
from kankei.source.grammars.normalised_text import CondensedText, condense
from kankei.source.grammars.numerals import CHINESE, integer

FIRST_IN_APRIL = 1886
"""Before 明治19年度 a fiscal year did not begin in April."""
_LAST_WESTERN = 2199


_NUMBER = rf"(?:元|[0-9]{{1,2}}(?![0-9])|{CHINESE})"
_SINGLE = rf"(?:(?:{'|'.join(ERA_NAMES)})\.?{_NUMBER}|[0-9]{{4}}(?![0-9]))"
_YEAR = re.compile(
    rf"(?<![A-Za-z0-9])(?P<year>{_SINGLE})(?P<fiscal>年度)?"
    rf"(?:\((?P<also>{_SINGLE})(?P<inner>年度)?\)(?P<outer>(?<!年度\))年度)?)?(?!年)"
)
_PARTS = re.compile(rf"(?:(?P<era>{'|'.join(ERA_NAMES)})\.?(?P<number>{_NUMBER})|(?P<western>[0-9]{{4}}))")


@dataclass(frozen=True, order=True)
class FiscalYear:
    """The fiscal year that begins on 1 April of the calendar year `year` (財政法 第11条)."""

    year: int

    @property
    def first_day(self) -> date:
        """1 April of the year."""
        return date(self.year, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March of the next year."""
        return date(self.year + 1, 3, 31)

    def render(self) -> str:
        """The year by the Western count, ``2025年度``."""
        return f"{self.year}年度"

    @property
    def era_name(self) -> str:
        """The year by its latest era, ``令和7年度``; before 昭和 by the Western count."""
        era = next((era for era in ERAS if era.first <= self.year), None)
        if era is None:
            return self.render()
        number = self.year - era.first + 1
        return f"{era.name}{'元' if number == 1 else number}年度"


@dataclass(frozen=True)
class YearPlace:
    """Where what looks like a fiscal year stands in a condensed text; `said` is whether 年度 is printed."""

    start: int
    end: int
    said: bool


def parse(text: str) -> FiscalYear:
    """The fiscal year of ``令和7年度``, ``R７``, ``令和元年度``, ``2025年度``, ``令和7年度（2025年度）``.

    An era letter or name may go without 年度 (columns print ``R7``); a Western year may not, and ``令和7年``
    is a calendar year. A fiscal year is named by the era of any of its days, or by an era that had not ended
    when it was named: 平成31年度 and 令和元年度 are both 2019, 昭和64年度 and 平成元年度 both 1989. A number
    above the last year of its era (平成32年度) is unreadable: old plans print it, but no calendar holds it.
    So are years before 1886, which did not begin in April.
    """
    cell = condense(text)
    found = place(cell, 0)
    if found is None:
        raise cell.unreadable("This is no fiscal year")
    if found.end < len(cell.text):
        raise cell.unreadable("Something follows the fiscal year", found.end)
    return read(cell, found)


def place(cell: CondensedText, index: int) -> YearPlace | None:
    """What looks like a fiscal year and begins at `index`; None where nothing does."""
    match = _YEAR.match(cell.text, index)
    if match is None:
        return None
    said = any(match[name] for name in ("fiscal", "inner", "outer"))
    if not said and (match["year"][0].isdigit() or match["also"]):
        return None
    return YearPlace(index, match.end(), said)


def places(cell: CondensedText) -> tuple[YearPlace, ...]:
    """All that looks like a fiscal year in a condensed text, from left to right."""
    found = (place(cell, match.start()) for match in _YEAR.finditer(cell.text))
    return tuple(filter(None, found))


def read(cell: CondensedText, found: YearPlace) -> FiscalYear:
    """The fiscal year at a place; `Unreadable` where its era or calendar has no such year."""
    years = {
        _year(cell, part, found.start + part.start())
        for part in _PARTS.finditer(cell.text[found.start : found.end])
    }
    if len(years) > 1:
        raise cell.unreadable("Two different years are printed for one", found.start)
    return FiscalYear(years.pop())


def _year(cell: CondensedText, parts: re.Match[str], index: int) -> int:
    if parts["western"]:
        year = int(parts["western"]) if int(parts["western"]) <= _LAST_WESTERN else None
    else:
        year = ERA_NAMES[parts["era"]].year(1 if parts["number"] == "元" else integer(parts["number"]))
    if year is None or year < FIRST_IN_APRIL:
        raise cell.unreadable("The era or calendar has no fiscal year of this number", index)
    return year
