"""Fiscal years of the Japanese state, by era or by the Western calendar, and the table of eras."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kankei.source.grammars.normalised_text import CHINESE_NUMERAL, CondensedText, integer


@dataclass(frozen=True)
class Era:
    """An era: its names, the calendar year of its year one, and the one in which it ended."""

    name: str
    letter: str
    square: str
    first: int
    last: int

    def year(self, count: int) -> int | None:
        """The calendar year of a year of the era; None where the era has no such year."""
        year = self.first + count - 1
        return year if count >= 1 and year <= self.last else None


_ERAS = (
    Era("令和", "R", "㋿", 2019, 9999),
    Era("平成", "H", "㍻", 1989, 2019),
    Era("昭和", "S", "㍼", 1926, 1989),
)
ERA_NAMES: Mapping[str, Era] = {name: era for era in _ERAS for name in (era.name, era.letter, era.square)}

FIRST_IN_APRIL = 1886
"""Before 明治19年度 a fiscal year did not begin in April."""
_LAST_WESTERN = 2199
_NUMBER = rf"(?:元|[0-9]{{1,2}}(?![0-9])|{CHINESE_NUMERAL})"
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

    @property
    def era_name(self) -> str:
        """The year by its latest era, ``令和7年度``; before 昭和 by the Western calendar."""
        era = next((era for era in _ERAS if era.first <= self.year), None)
        if era is None:
            return f"{self.year}年度"
        number = self.year - era.first + 1
        return f"{era.name}{'元' if number == 1 else number}年度"


@dataclass(frozen=True)
class YearSpan:
    """Where a condensed text has the form of a fiscal year; `is_fiscal` is whether 年度 is printed."""

    start: int
    end: int
    is_fiscal: bool


def match(cell: CondensedText, index: int) -> YearSpan | None:
    """The span in the form of a fiscal year that begins at `index`, None where none does.

    An era letter or name may go without 年度 (columns print ``R7``); a Western year may not, and ``令和7年``
    is a calendar year.
    """
    year = _YEAR.match(cell.text, index)
    if year is None:
        return None
    is_fiscal = any(year[name] for name in ("fiscal", "inner", "outer"))
    if not is_fiscal and (year["year"][0].isdigit() or year["also"]):
        return None
    return YearSpan(index, year.end(), is_fiscal)


def find(cell: CondensedText) -> tuple[YearSpan, ...]:
    """All spans in the form of a fiscal year, from left to right."""
    spans = (match(cell, year.start()) for year in _YEAR.finditer(cell.text))
    return tuple(filter(None, spans))


def read(cell: CondensedText, span: YearSpan) -> FiscalYear:
    """The fiscal year of a span: ``令和7年度``, ``R７``, ``令和元年度``, ``2025年度``.

    A fiscal year is named by the era of any of its days, or by an era that had not ended when it was named:
    平成31年度 and 令和元年度 are both 2019, 昭和64年度 and 平成元年度 both 1989. `ParseError` where the
    number is above the last year of its era (old plans print 平成32年度), where the year is before 1886, and
    where two different years are printed for one (``令和7年度（2024年度）``).
    """
    years = {
        _year(cell, part, span.start + part.start())
        for part in _PARTS.finditer(cell.text[span.start : span.end])
    }
    if len(years) > 1:
        raise cell.error("Two different years are printed for one", span.start)
    return FiscalYear(years.pop())


def _year(cell: CondensedText, parts: re.Match[str], index: int) -> int:
    if parts["western"]:
        year = int(parts["western"]) if int(parts["western"]) <= _LAST_WESTERN else None
    else:
        year = ERA_NAMES[parts["era"]].year(1 if parts["number"] == "元" else integer(parts["number"]))
    if year is None or year < FIRST_IN_APRIL:
        raise cell.error("The era or calendar has no fiscal year of this number", index)
    return year
