"""Moments as ministries print them: a month, a part of one or a day, with or without a year."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from kankei.source.grammars.eras import ERA_NAMES
from kankei.source.grammars.normalised_text import Scanner


class MonthPart(StrEnum):
    """A part of a month; its bounds are in `PART_DAYS`."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"
    END = "end"
    LAST_DAY = "last-day"


_WORDS = {
    "上旬": MonthPart.EARLY,
    "初旬": MonthPart.EARLY,
    "中旬": MonthPart.MIDDLE,
    "下旬": MonthPart.LATE,
    "前半": MonthPart.FIRST_HALF,
    "後半": MonthPart.SECOND_HALF,
    "末日": MonthPart.LAST_DAY,
    "末": MonthPart.END,
}
_PRINTED = {part: word for word, part in reversed(_WORDS.items())}
# First and last day; 31 stands for the last day of any month. 末 alone may be meant loosely: 末日 is not.
PART_DAYS = {
    MonthPart.EARLY: (1, 10),
    MonthPart.MIDDLE: (11, 20),
    MonthPart.LATE: (21, 31),
    MonthPart.FIRST_HALF: (1, 15),
    MonthPart.SECOND_HALF: (16, 31),
    MonthPart.END: (21, 31),
    MonthPart.LAST_DAY: (31, 31),
}


@dataclass(frozen=True)
class Moment:
    """A moment as printed: `year` only where it is stated, in the Gregorian calendar.

    `next_year` says that 翌年 is printed: the year after that of the start of the same window. `clock` is the
    hour, Japan Standard Time. `approximate` is 頃, 予定 and the like.
    """

    month: int
    year: int | None = None
    next_year: bool = False
    part: MonthPart | None = None
    day: int | None = None
    clock: time | None = None
    approximate: bool = False

    def render(self) -> str:
        """The moment in Japanese, with ASCII digits and a Gregorian year."""
        year = f"{self.year}年" if self.year is not None else "翌年" if self.next_year else ""
        day = f"{self.day}日" if self.day is not None else _PRINTED[self.part] if self.part else ""
        clock = f"{self.clock.hour}時{self.clock.minute:02d}分" if self.clock else ""
        return f"{year}{self.month}月{day}{clock}{'頃' if self.approximate else ''}"

    def is_day(self) -> bool:
        """Whether one day is printed and not a stretch of days."""
        return self.day is not None or self.part is MonthPart.LAST_DAY

    def bounds(self, year: int) -> tuple[date, date]:
        """The first and the last day that it may mean in a year; ValueError where the calendar lacks it."""
        last = monthrange(year, self.month)[1]
        if self.day is not None:
            return date(year, self.month, self.day), date(year, self.month, self.day)
        first_day, last_day = PART_DAYS[self.part] if self.part else (1, 31)
        return date(year, self.month, min(first_day, last)), date(year, self.month, min(last_day, last))


_FISCAL_WORDS = {"前": -1, "昨": -1, "当": 0, "今": 0, "本": 0, "翌": 1, "次": 1, "来": 1}

_YEAR = re.compile(
    rf"(?:(?P<era>{'|'.join(ERA_NAMES)}) *+(?P<count>元|[0-9]{{1,2}})|(?P<gregorian>[12][0-9]{{3}}))"
    r" *+(?P<mark>年度の?|年|[./-])"
)
_MARKS = frozenset("./-")
_FISCAL_WORD = re.compile(r"([前昨当今本翌次来])年度の?")
_NEXT_YEAR = re.compile(r"翌年?の?(?!月|日)")
_SAME_YEAR = re.compile(r"同年")
_NUMERIC = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?![0-9月])")
_MONTH_AFTER = re.compile(r"([0-9]{1,2})(?:月|(?![0-9日./-]))")
_MONTH = re.compile(r"([0-9]{1,2})(?:月|(?= *+[~-] *+[0-9]{1,2}月))")
_SAME_MONTH = re.compile(r"同月|月(?=末)|同(?=[0-9])")
_DAY = re.compile(r"([0-9]{1,2})日")
_PART = re.compile("上旬|初旬|中旬|下旬|前半|後半|末日|末")
_WHOLE = re.compile("中(?![旬頃ごこ])")
_UNTIL = re.compile("まで|必着|締|〆|期限")


@dataclass(frozen=True)
class _Year:
    stated: int | None = None
    next_year: bool = False
    mark: str = ""
    fiscal: bool = False


def read(scanner: Scanner, fiscal_year: int, start: Moment | None = None) -> Moment | None:
    """The moment printed next, without hour or words around it; None where none begins here.

    `fiscal_year` is what 当年度 means; with the `start` of the same window, month and year may be left out.
    """
    begin = scanner.position
    year = _year(scanner, fiscal_year, start)
    moment = _date(scanner, year, start) or _month(scanner, year) or _same_month(scanner, year, start)
    if moment is None:
        if year == _Year():
            return None
        raise scanner.unreadable("a year without a month is no moment", begin)
    if not 1 <= moment.month <= 12 or not (moment.day is None or 1 <= moment.day <= 31):
        raise scanner.unreadable("there is no such month or day", begin)
    stated = year.stated + (year.fiscal and moment.month < 4) if year.stated is not None else None
    return replace(moment, year=stated, next_year=year.next_year)


def _date(scanner: Scanner, year: _Year, start: Moment | None) -> Moment | None:
    """A month and a day with a mark between them: 4/10, and 4.10 where it is clearly a date."""
    begin = scanner.position
    match = scanner.take(_NUMERIC)
    if match and match.group(2) not in _date_marks(year, start):
        raise scanner.unreadable(f"{match.group()} is not clearly a date", begin)
    return Moment(int(match.group(1)), day=int(match.group(3))) if match else None


def _month(scanner: Scanner, year: _Year) -> Moment | None:
    match = scanner.take(_MONTH_AFTER if year.mark in _MARKS else _MONTH)
    return _within_month(scanner, int(match.group(1))) if match else None


def _same_month(scanner: Scanner, year: _Year, start: Moment | None) -> Moment | None:
    """A day or a part of the month in which the window starts: the 20日 of 4月10日～20日."""
    if start is None or year != _Year():
        return None
    scanner.take(_SAME_MONTH)
    moment = _within_month(scanner, start.month)
    return moment if moment.day is not None or moment.part else None


def _date_marks(year: _Year, start: Moment | None) -> str:
    """What may stand between month and day: 4.10 is a date only behind a year, or as the end of dates."""
    if year.mark in _MARKS:
        return year.mark
    return "/." if start and start.day is not None else "/"


def _year(scanner: Scanner, fiscal_year: int, start: Moment | None) -> _Year:
    begin = scanner.position
    if word := scanner.take(_FISCAL_WORD):
        return _Year(fiscal_year + _FISCAL_WORDS[word.group(1)], fiscal=True)
    if match := scanner.take(_YEAR):
        mark = match.group("mark")
        return _Year(_gregorian(scanner, match), mark=mark, fiscal=mark.startswith("年度"))
    if scanner.take(_NEXT_YEAR):
        if start is None:
            raise scanner.unreadable("翌年 follows no start of the window", begin)
        return _Year(start.year + 1) if start.year else _Year(next_year=True)
    if scanner.take(_SAME_YEAR):
        if start is None or start.year is None:
            raise scanner.unreadable("同年 follows no stated year", begin)
        return _Year(start.year)
    return _Year()


def _gregorian(scanner: Scanner, match: re.Match[str]) -> int:
    if match.group("gregorian"):
        return int(match.group("gregorian"))
    count = 1 if match.group("count") == "元" else int(match.group("count"))
    year = ERA_NAMES[match.group("era")].year(count)
    if year is None:
        raise scanner.unreadable(f"{match.group('era')} has no year {count}", match.start())
    return year


def _within_month(scanner: Scanner, month: int) -> Moment:
    if day := scanner.take(_DAY):
        return Moment(month, day=int(day.group(1)))
    if printed := scanner.take(_PART):
        part = _WORDS[printed.group()]
        behind = scanner.position
        # 5月末まで cannot mean a day before the last.
        if part is MonthPart.END and scanner.take(_UNTIL):
            scanner.position, part = behind, MonthPart.LAST_DAY
        return Moment(month, part=part)
    scanner.take(_WHOLE)
    return Moment(month)
