"""The columns 公募時期 and 事業要望調査時期: when applications are called for, in one or several rounds.

What is printed (`start`, `end`, `within`, the flags) stands beside what is derived from it: the years, four
bounds and the EDTF form. A heading repeated in the cell (公募期間：) is skipped.

Rule of the year: a year that is not printed is the one that lets the *end* of the window fall in the fiscal
year (1 April to 31 March); where only a start is printed, the start does. A window without year that lies
wholly in January to March could be meant of either calendar year: it is not dated at all. A year named
relative to the sheet's (前年度, 当年度) is stated, and one printed at the start holds for the end of the same
calendar year.

EDTF: https://www.loc.gov/standards/datetime/ level 1. A day that stands for a part of a month (上旬 …) is
approximate (`~`): the first day for a start, the last for an end. A side that is not printed is unknown
(empty), and open (`..`) where 随時 is printed. A single day or part of a month has no form at this level.
"""

import re
from dataclasses import dataclass
from datetime import date

from kankei.source.grammars import moments
from kankei.source.grammars.moments import CALL, Moment, MonthPart, QualifiedMoment, Qualifier
from kankei.source.grammars.normalised_text import Scanner


@dataclass(frozen=True)
class CallWindow:
    """One round of a call.

    `label` is its printed mark (①, 第1回). `within` is the only moment printed, where the text does not say
    whether it opens or closes the call. `rolling`: 随時 or 通年; `undecided`: 未定; `must_arrive`: 必着;
    `postmark`: 消印有効; `approximate`: 頃 or 予定 at one of its moments. The fields from `year_inferred` on
    are derived; a bound is None where nothing bounds, `edtf` is empty where there is no form.
    """

    label: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    within: Moment | None = None
    rolling: bool = False
    undecided: bool = False
    must_arrive: bool = False
    postmark: bool = False
    approximate: bool = False
    year_inferred: bool = False
    edtf: str = ""
    earliest_start: date | None = None
    latest_start: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None


_HEADING = re.compile(f"(?:{CALL})(?:(?:期間|時期):?|:)")
_COUNT = "[0-9一二三四五]{1,2}"
_ORDINAL = f"(?:第{_COUNT}[次回期弾]|{_COUNT}(?:次|回目))(?:(?:{CALL})(?:期間)?)?"
_LABEL = re.compile(rf"(?:【(?P<framed>{_ORDINAL})】|(?P<bare>[①-⑳]+|\([0-9]{{1,2}}\)|{_ORDINAL})) *+:?")
_UNDECIDED = re.compile("(?:時期)?(?:未定|検討中|調整中)")
_ROLLING = re.compile(f"(?:随時|通年)(?:{CALL}|受け付け)?")
_RANGE = re.compile("[~-]|から|より")
_SEPARATOR = re.compile("[、,;・/]|及び|並びに")
_STOP = re.compile("。")


def parse(text: str, fiscal_year: int = 2025) -> tuple[CallWindow, ...]:
    """The rounds, at least one, that the cell of a sheet of this fiscal year prints.

    >>> parse("２月～４月上旬頃")[0].edtf
    '2025-02/2025-04-10~'
    """
    scanner = Scanner(text)
    if scanner.at_end:
        raise scanner.error("nothing is printed")
    rounds = [_round(scanner, fiscal_year)]
    while not (scanner.at_end or (scanner.take(_STOP) and scanner.at_end)):
        _skip_separator(scanner)
        rounds.append(_round(scanner, fiscal_year))
    _check_labels(scanner, rounds)
    return tuple(rounds)


def _skip_separator(scanner: Scanner) -> None:
    """Skip a comma or a blank; nothing where the label of the next round follows at once."""
    blank = scanner.printed[scanner.position - 1].isspace()
    begin = scanner.position
    if scanner.take(_SEPARATOR):
        if scanner.at_end:
            raise scanner.error("the list of rounds breaks off")
    elif not blank and not scanner.take(_LABEL):
        raise scanner.error(f"{scanner.rest()!r} is not understood")
    else:
        scanner.position = begin


def _check_labels(scanner: Scanner, rounds: list[CallWindow]) -> None:
    labels = [window.label for window in rounds if window.label]
    if labels and (len(labels) < len(rounds) or len(set(labels)) < len(labels)):
        raise scanner.error("not every round has a mark of its own")
    if not labels and len(rounds) > 1 and not all(window.start and window.end for window in rounds):
        raise scanner.error("whether these are rounds, or start and end of one, is not clear")


def _round(scanner: Scanner, fiscal_year: int) -> CallWindow:
    mark = scanner.take(_LABEL)
    label = (mark.group("framed") or mark.group("bare")) if mark else None
    scanner.take(_HEADING)
    if scanner.take(_UNDECIDED):
        return CallWindow(label, undecided=True)
    if scanner.take(_ROLLING):
        return CallWindow(label, rolling=True)
    period = _period(scanner, fiscal_year)
    return _window(label, period, _checked_dates(scanner, period, fiscal_year))


@dataclass(frozen=True)
class _Period:
    """The printed moments of one round: start, end or both, or one of which it is not said which it is."""

    start: QualifiedMoment | None = None
    end: QualifiedMoment | None = None
    within: QualifiedMoment | None = None
    rolling: bool = False

    @property
    def printed(self) -> tuple[QualifiedMoment, ...]:
        return tuple(moment for moment in (self.start, self.end, self.within) if moment)


class _UncertainDate(Exception):
    """A window whose dates are not certain; the message is the reason."""


@dataclass(frozen=True)
class _Dates:
    """What is derived from a period, named as in `CallWindow`."""

    year_inferred: bool
    edtf: str
    earliest_start: date | None
    latest_start: date | None
    earliest_end: date | None
    latest_end: date | None


def _window(label: str | None, period: _Period, dates: _Dates) -> CallWindow:
    qualifiers = frozenset[Qualifier]().union(*(moment.qualifiers for moment in period.printed))
    return CallWindow(
        label=label,
        start=period.start.moment if period.start else None,
        end=period.end.moment if period.end else None,
        within=period.within.moment if period.within else None,
        rolling=period.rolling,
        must_arrive=Qualifier.MUST_ARRIVE in qualifiers,
        postmark=Qualifier.POSTMARK in qualifiers,
        approximate=any(printed.moment.approximate for printed in period.printed),
        **vars(dates),
    )


def _period(scanner: Scanner, fiscal_year: int) -> _Period:
    opens_with_range = scanner.take(_RANGE)
    first = moments.read(scanner, fiscal_year)
    if not first:
        raise scanner.error(f"no month or date is read in {scanner.rest()!r}")
    if opens_with_range:
        return _Period(end=_checked_role(scanner, first, moments.CLOSING))
    if scanner.take(_RANGE):
        if scanner.take(_ROLLING):
            return _Period(start=_checked_role(scanner, first, moments.OPENING), rolling=True)
        if last := moments.read(scanner, fiscal_year, first.moment):
            start, end = (
                _checked_role(scanner, first, moments.OPENING),
                _checked_role(scanner, last, moments.CLOSING),
            )
            return _Period(start, end)
        return _Period(start=_checked_role(scanner, moments.read_qualifiers(scanner, first), moments.OPENING))
    return _single_moment(scanner, first)


def _single_moment(scanner: Scanner, moment: QualifiedMoment) -> _Period:
    if moment.qualifiers & moments.OPENING:
        start = _checked_role(scanner, moment, moments.OPENING)
        return _Period(start=start, rolling=bool(scanner.take(_ROLLING)))
    if moment.qualifiers & moments.CLOSING:
        return _Period(end=_checked_role(scanner, moment, moments.CLOSING))
    return _Period(within=moment)


def _checked_role(scanner: Scanner, moment: QualifiedMoment, role: frozenset[Qualifier]) -> QualifiedMoment:
    """The moment, unless its qualifiers contradict its role in the window or each other (必着, 消印有効)."""
    both_ways = {Qualifier.MUST_ARRIVE, Qualifier.POSTMARK} <= moment.qualifiers
    if both_ways or moment.qualifiers & ((moments.OPENING | moments.CLOSING) - role):
        raise scanner.error("the words around a moment contradict each other", moment.begin)
    return moment


def _checked_dates(scanner: Scanner, period: _Period, fiscal_year: int) -> _Dates:
    """The dates of a period; `ParseError` where none are certain or a weekday contradicts them."""
    try:
        dates = _dates(period, fiscal_year)
    except _UncertainDate as error:
        raise scanner.error(str(error), period.printed[0].begin) from None
    days = (
        (period.start, dates.earliest_start),
        (period.end, dates.latest_end),
        (period.within, dates.latest_start),
    )
    for moment, day in days:
        if moment and (mismatch := moment.weekday_mismatch(day)):
            raise scanner.error(mismatch, moment.begin)
    return dates


def _dates(period: _Period, fiscal_year: int) -> _Dates:
    """The dates of a period; `_UncertainDate` where none are certain."""
    if period.start and period.end:
        return _dates_of_range(period.start.moment, period.end.moment, fiscal_year)
    moment = period.printed[0].moment
    year, inferred = _single_year(moment, fiscal_year)
    first, last = _bounds(moment, year)
    if period.start:
        edtf = f"{_edtf(moment, first)}/{'..' if period.rolling else ''}"
        return _Dates(inferred, edtf, first, last, None, None)
    if period.end:
        return _Dates(inferred, f"/{_edtf(moment, last)}", None, None, first, last)
    # In a month or part of one the call opens and closes. On a single day it is open, and nothing else is
    # known: it opens on that day or earlier, and closes on that day or later.
    if moment.is_day():
        return _Dates(inferred, "", None, last, first, None)
    return _Dates(inferred, "" if moment.part else _edtf(moment, first), first, last, first, last)


def _dates_of_range(start: Moment, end: Moment, fiscal_year: int) -> _Dates:
    start_year, end_year, inferred = _years(start, end, fiscal_year)
    opens, closes = _bounds(start, start_year), _bounds(end, end_year)
    same_day = start.is_day() and end.is_day() and opens == closes
    if opens[0] > closes[1] or (same_day and start.clock and end.clock and start.clock > end.clock):
        raise _UncertainDate("the window begins after it ends")
    edtf = f"{_edtf(start, opens[0])}/{_edtf(end, closes[1])}"
    return _Dates(inferred, edtf, *opens, *closes)


_EITHER_YEAR = "a window without year in January to March could be meant of either year"


def _single_year(moment: Moment, fiscal_year: int) -> tuple[int, bool]:
    if moment.year is not None:
        return moment.year, False
    if moment.month < 4:
        raise _UncertainDate(_EITHER_YEAR)
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
        raise _UncertainDate(_EITHER_YEAR)
    end_year = fiscal_year + (end.month < 4)
    return end_year - crosses, end_year, True


def _bounds(moment: Moment, year: int) -> tuple[date, date]:
    try:
        return moment.bounds(year)
    except ValueError:
        raise _UncertainDate(f"{year} has no {moment.month}月{moment.day or ''}日") from None


def _edtf(moment: Moment, day: date) -> str:
    if not moment.is_day() and moment.part is None:
        return f"{day.year:04d}-{day.month:02d}{'~' if moment.approximate else ''}"
    vague = moment.approximate or moment.part not in {None, MonthPart.LAST_DAY}
    return f"{day.isoformat()}{'~' if vague else ''}"
