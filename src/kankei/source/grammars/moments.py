"""Moments of a call as ministries print them: a month, a part of one or a day, with the words around it.

The words are weekday, hour, 頃, まで, 必着, 公募開始 and the like. A year is read where it is printed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import Enum, StrEnum, auto

from kankei.source.grammars.fiscal_year import ERA_NAMES
from kankei.source.grammars.normalised_text import Scanner


class MonthPart(StrEnum):
    """A part of a month; its bounds are in `_PART_DAYS`."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    FIRST_HALF = "first-half"
    SECOND_HALF = "second-half"
    END = "end"
    LAST_DAY = "last-day"


_PARTS = {
    "上旬": MonthPart.EARLY,
    "初旬": MonthPart.EARLY,
    "中旬": MonthPart.MIDDLE,
    "下旬": MonthPart.LATE,
    "前半": MonthPart.FIRST_HALF,
    "後半": MonthPart.SECOND_HALF,
    "末日": MonthPart.LAST_DAY,
    "末": MonthPart.END,
}
# First and last day; 31 stands for the last day of any month. 末 alone may be meant loosely: 末日 is not.
_PART_DAYS = {
    None: (1, 31),
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

    def is_day(self) -> bool:
        """Whether one day is printed and not a range of days."""
        return self.day is not None or self.part is MonthPart.LAST_DAY

    def bounds(self, year: int) -> tuple[date, date]:
        """The first and the last day that it may mean in a year; ValueError where the calendar lacks it."""
        last = monthrange(year, self.month)[1]
        if self.day is not None:
            return date(year, self.month, self.day), date(year, self.month, self.day)
        first_day, last_day = _PART_DAYS[self.part]
        return date(year, self.month, min(first_day, last)), date(year, self.month, min(last_day, last))


class Qualifier(Enum):
    """What may be printed behind a moment; each once."""

    APPROXIMATE = auto()
    PLANNED = auto()
    OPENS = auto()
    MUST_ARRIVE = auto()
    POSTMARK = auto()
    CLOSES = auto()
    CALL = auto()


OPENING = frozenset({Qualifier.OPENS})
CLOSING = frozenset({Qualifier.CLOSES, Qualifier.MUST_ARRIVE, Qualifier.POSTMARK})
CALL = "公募|募集|受付|申請"


@dataclass(frozen=True)
class QualifiedMoment:
    """A moment and what is printed behind it; `weekday` counts from Monday, 0."""

    moment: Moment
    begin: int
    qualifiers: frozenset[Qualifier] = field(default_factory=frozenset)
    weekday: int | None = None

    def weekday_mismatch(self, day: date | None) -> str:
        """The error where the printed weekday is not that of the day; empty where it is."""
        if self.weekday is None or day is None or day.weekday() == self.weekday:
            return ""
        return f"{day.isoformat()} is a {_WEEKDAYS[day.weekday()]}曜日, not a {_WEEKDAYS[self.weekday]}曜日"


_WEEKDAYS = "月火水木金土日"
# Tried in this order: 公募開始 before 公募, 当日消印有効 before まで.
_QUALIFIERS = {
    Qualifier.APPROXIMATE: re.compile("頃|ごろ|ころ"),
    Qualifier.PLANNED: re.compile("[をに]?(?:予定|見込み?|目途|目処|めど)"),
    Qualifier.OPENS: re.compile(f"以降|以後|(?:から|より|に)?(?:{CALL})?を?開始"),
    Qualifier.MUST_ARRIVE: re.compile("(?:まで)?に?必着"),
    Qualifier.POSTMARK: re.compile("(?:まで)?の?(?:当日)?消印有効"),
    Qualifier.CLOSES: re.compile(f"まで|に?(?:{CALL})?(?:締め?切り?|〆切り?|期限)"),
    Qualifier.CALL: re.compile(f"に?(?:{CALL})"),
}
_WEEKDAY = re.compile(f"\\(([{_WEEKDAYS}])(?:曜日?)?(?:[・、]?祝日?)?\\)|([{_WEEKDAYS}])曜日?")
_CLOCK = re.compile(
    r"(?P<noon>正午)|(?P<half>午前|午後)?(?P<hour>[0-9]{1,2})(?:時(?:(?P<minute>[0-9]{1,2})分|(?P<past>半))?|:(?P<digits>[0-9]{2}))"
)
_OPEN_BRACKET, _CLOSE_BRACKET = re.compile(r"\((?![0-9]{1,2}\))"), re.compile(r"\)")

_FISCAL_OFFSETS = {"前": -1, "昨": -1, "当": 0, "今": 0, "本": 0, "翌": 1, "次": 1, "来": 1}
_FISCAL_YEAR = re.compile(r"([前昨当今本翌次来])年度の?")
_YEAR = re.compile(
    rf"(?:(?P<era>{'|'.join(ERA_NAMES)}) *+(?P<count>元|[0-9]{{1,2}})|(?P<gregorian>[12][0-9]{{3}}))"
    r"(?: *+(?P<mark>年度の?|年|[./-])|\s*+(?P<wrapped>年度の?|年))"
)
_MARKS = frozenset("./-")
_NEXT_YEAR = re.compile(r"翌年?の?(?!月|日)")
_SAME_YEAR = re.compile(r"同年")
_NUMERIC = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?![0-9月])")
_MONTH_AFTER_MARK = re.compile(r"([0-9]{1,2})(?:月|(?![0-9日./-]))")
_MONTH = re.compile(r"([0-9]{1,2})(?:\s{0,3}月|(?= *+[~-] *+[0-9]{1,2}月))")
_SAME_MONTH = re.compile(r"同月|月(?=末)|同(?=[0-9])")
_DAY = re.compile(r"([0-9]{1,2})\s{0,3}日")
_PART = re.compile("上旬|初旬|中旬|下旬|前半|後半|末日|末")
_WHOLE_MONTH = re.compile("中(?![旬頃ごこ])")
_UNTIL = re.compile("まで|必着|締|〆|期限")


@dataclass(frozen=True)
class _Year:
    stated: int | None = None
    next_year: bool = False
    mark: str = ""
    fiscal: bool = False


def read(scanner: Scanner, fiscal_year: int, start: Moment | None = None) -> QualifiedMoment | None:
    """The moment printed next, with its qualifiers; None where none begins here.

    `fiscal_year` is what 当年度 means; with the `start` of the same window, month and year may be left out.
    """
    begin = scanner.position
    moment = _moment(scanner, fiscal_year, start)
    return read_qualifiers(scanner, QualifiedMoment(moment, begin)) if moment else None


def read_qualifiers(scanner: Scanner, qualified: QualifiedMoment) -> QualifiedMoment:
    """The moment with the words that follow, in brackets or not."""
    bracket_open = False
    while True:
        if more := _weekday(scanner, qualified) or _clock(scanner, qualified) or _word(scanner, qualified):
            qualified = more
        elif not bracket_open and scanner.take(_OPEN_BRACKET):
            bracket_open = True
        elif bracket_open and scanner.take(_CLOSE_BRACKET):
            bracket_open = False
        elif bracket_open:
            raise scanner.error(f"{scanner.rest()!r} in brackets is not understood")
        else:
            return qualified


def _weekday(scanner: Scanner, qualified: QualifiedMoment) -> QualifiedMoment | None:
    begin = scanner.position
    match = scanner.take(_WEEKDAY)
    if not match:
        return None
    if not qualified.moment.is_day() or qualified.weekday is not None:
        raise scanner.error("a weekday belongs to one day", begin)
    return replace(qualified, weekday=_WEEKDAYS.index(match.group(1) or match.group(2)))


def _clock(scanner: Scanner, qualified: QualifiedMoment) -> QualifiedMoment | None:
    begin = scanner.position
    match = scanner.take(_CLOCK)
    if not match:
        return None
    if not qualified.moment.is_day() or qualified.moment.clock:
        raise scanner.error("an hour belongs to one day", begin)
    hour, minute = _hour_and_minute(match)
    twelve = match.group("half") and not 0 <= int(match.group("hour")) <= 11
    if hour > 23 or minute > 59 or twelve:
        raise scanner.error(f"{match.group()} is no certain time of day", begin)
    return replace(qualified, moment=replace(qualified.moment, clock=time(hour, minute)))


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int]:
    if match.group("noon"):
        return 12, 0
    hour = int(match.group("hour")) + (12 if match.group("half") == "午後" else 0)
    return hour, 30 if match.group("past") else int(match.group("minute") or match.group("digits") or 0)


def _word(scanner: Scanner, qualified: QualifiedMoment) -> QualifiedMoment | None:
    begin = scanner.position
    for qualifier, pattern in _QUALIFIERS.items():
        if match := scanner.take(pattern):
            if qualifier in qualified.qualifiers:
                raise scanner.error(f"{match.group()} is printed twice", begin)
            vague = qualifier in {Qualifier.APPROXIMATE, Qualifier.PLANNED}
            moment = replace(qualified.moment, approximate=True) if vague else qualified.moment
            return replace(qualified, moment=moment, qualifiers=qualified.qualifiers | {qualifier})
    return None


def _moment(scanner: Scanner, fiscal_year: int, start: Moment | None) -> Moment | None:
    """The moment printed next, without hour or words around it; None where none begins here."""
    begin = scanner.position
    year = _year(scanner, fiscal_year, start)
    moment = _date(scanner, year, start) or _month(scanner, year) or _same_month(scanner, year, start)
    if moment is None:
        if year == _Year():
            return None
        raise scanner.error("a year without a month is no moment", begin)
    if not 1 <= moment.month <= 12 or not (moment.day is None or 1 <= moment.day <= 31):
        raise scanner.error("there is no such month or day", begin)
    stated = year.stated + (year.fiscal and moment.month < 4) if year.stated is not None else None
    return replace(moment, year=stated, next_year=year.next_year)


def _date(scanner: Scanner, year: _Year, start: Moment | None) -> Moment | None:
    """A month and a day with a mark between them: 4/10, and 4.10 where it is clearly a date."""
    begin = scanner.position
    match = scanner.take(_NUMERIC)
    if match and match.group(2) not in _date_marks(year, start):
        raise scanner.error(f"{match.group()} is not clearly a date", begin)
    return Moment(int(match.group(1)), day=int(match.group(3))) if match else None


def _date_marks(year: _Year, start: Moment | None) -> str:
    """The marks allowed between month and day: 4.10 is a date only behind a year, or as the end of dates."""
    if year.mark in _MARKS:
        return year.mark
    return "/." if start and start.day is not None else "/"


def _month(scanner: Scanner, year: _Year) -> Moment | None:
    match = scanner.take(_MONTH_AFTER_MARK if year.mark in _MARKS else _MONTH)
    return _within_month(scanner, int(match.group(1))) if match else None


def _same_month(scanner: Scanner, year: _Year, start: Moment | None) -> Moment | None:
    """A day or a part of the month in which the window starts: the 20日 of 4月10日～20日."""
    if start is None or year != _Year():
        return None
    scanner.take(_SAME_MONTH)
    moment = _within_month(scanner, start.month)
    return moment if moment.day is not None or moment.part else None


def _within_month(scanner: Scanner, month: int) -> Moment:
    if day := scanner.take(_DAY):
        return Moment(month, day=int(day.group(1)))
    if printed := scanner.take(_PART):
        part = _PARTS[printed.group()]
        end = scanner.position
        # 5月末まで cannot mean a day before the last.
        if part is MonthPart.END and scanner.take(_UNTIL):
            scanner.position, part = end, MonthPart.LAST_DAY
        return Moment(month, part=part)
    scanner.take(_WHOLE_MONTH)
    return Moment(month)


def _year(scanner: Scanner, fiscal_year: int, start: Moment | None) -> _Year:
    begin = scanner.position
    if word := scanner.take(_FISCAL_YEAR):
        offset = _FISCAL_OFFSETS[word.group(1)]
        if start is None or offset < 1:
            return _Year(fiscal_year + offset, fiscal=True)
        if start.year is None:
            raise scanner.error(f"{word.group()} follows a start without year", begin)
        return _Year(start.year - (start.month < 4) + offset, fiscal=True)
    if match := scanner.take(_YEAR):
        mark = match.group("mark") or match.group("wrapped")
        return _Year(_gregorian(scanner, match), mark=mark, fiscal=mark.startswith("年度"))
    if scanner.take(_NEXT_YEAR):
        if start is None:
            raise scanner.error("翌年 follows no start of the window", begin)
        return _Year(start.year + 1) if start.year else _Year(next_year=True)
    if scanner.take(_SAME_YEAR):
        if start is None or start.year is None:
            raise scanner.error("同年 follows no stated year", begin)
        return _Year(start.year)
    return _Year()


def _gregorian(scanner: Scanner, match: re.Match[str]) -> int:
    if match.group("gregorian"):
        return int(match.group("gregorian"))
    count = 1 if match.group("count") == "元" else int(match.group("count"))
    year = ERA_NAMES[match.group("era")].year(count)
    if year is None:
        raise scanner.error(f"{match.group('era')} has no year {count}", match.start())
    return year
