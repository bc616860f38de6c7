"""The columns 公募時期 and 事業要望調査時期: when applications are called for, in one or several rounds.

What is printed (`start`, `end`, `within`, the flags) stands beside what follows from it (`call_dates`). A
heading repeated in the cell (公募期間：) says nothing new and is read over.
"""

import re
from dataclasses import dataclass
from datetime import date, time

from kankei.source.grammars import call_period
from kankei.source.grammars.call_dates import Dates
from kankei.source.grammars.call_period import ROLLING, Period
from kankei.source.grammars.call_words import CALL, Word
from kankei.source.grammars.dates import Moment
from kankei.source.grammars.normalised_text import Scanner


@dataclass(frozen=True)
class CallWindow:
    """One round of a call.

    `label` is its printed mark (①, 第1回). `within` is the only moment printed, where the text does not say
    whether it opens or closes the call. `rolling`: 随時 or 通年; `undecided`: 未定; `must_arrive`: 必着;
    `postmark`: 消印有効; `approximate`: 頃 or 予定 at one of its moments. `call_dates` derives the rest.
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

    @property
    def deadline(self) -> time | None:
        """The hour at which it closes, where one is printed."""
        return self.end.clock if self.end else None

    def render(self) -> str:
        """The round in Japanese, its label before a colon."""
        label = f"{self.label}：" if self.label else ""
        flags = ("必着" if self.must_arrive else "") + ("消印有効" if self.postmark else "")
        return f"{label}{self._when()}{flags}"

    def _when(self) -> str:
        if self.undecided:
            return "未定"
        if self.within:
            return self.within.render()
        start = self.start.render() if self.start else ""
        if self.rolling:
            return f"{start}～随時" if start else "随時"
        return f"{start}～{self.end.render() if self.end else ''}"


@dataclass(frozen=True)
class CallWindows:
    """The rounds in printed order: at least one."""

    rounds: tuple[CallWindow, ...]

    def render(self) -> str:
        """The rounds, separated by commas."""
        return "、".join(window.render() for window in self.rounds)


_HEADING = re.compile(f"(?:{CALL})(?:(?:期間|時期):?|:)")
_COUNT = "[0-9一二三四五]{1,2}"
_ORDINAL = f"(?:第{_COUNT}[次回期弾]|{_COUNT}(?:次|回目))(?:(?:{CALL})(?:期間)?)?"
_LABEL = re.compile(rf"(?:【(?P<framed>{_ORDINAL})】|(?P<bare>[①-⑳]+|\([0-9]{{1,2}}\)|{_ORDINAL})) *+:?")
_UNDECIDED = re.compile("(?:時期)?(?:未定|検討中|調整中)")
_SEPARATOR = re.compile("[、,;・/]|及び|並びに")
_STOP = re.compile("。")


def parse(text: str, fiscal_year: int = 2025) -> CallWindows:
    """The rounds that the cell of a sheet of this fiscal year prints.

    >>> parse("２月～４月上旬頃").rounds[0].edtf
    '2025-02/2025-04-10~'
    """
    scanner = Scanner(text)
    if scanner.at_end:
        raise scanner.unreadable("nothing is printed")
    rounds = [_round(scanner, fiscal_year)]
    while not (scanner.at_end or (scanner.take(_STOP) and scanner.at_end)):
        _pass_separator(scanner)
        rounds.append(_round(scanner, fiscal_year))
    _check_labels(scanner, rounds)
    return CallWindows(tuple(rounds))


def _pass_separator(scanner: Scanner) -> None:
    """Past a comma, a blank or nothing but the number of the next round."""
    blank = scanner.printed[scanner.position - 1].isspace()
    begin = scanner.position
    if scanner.take(_SEPARATOR):
        if scanner.at_end:
            raise scanner.unreadable("the list of rounds breaks off")
    elif not blank and not scanner.take(_LABEL):
        raise scanner.unreadable(f"{scanner.rest()!r} is not understood")
    else:
        scanner.position = begin


def _check_labels(scanner: Scanner, rounds: list[CallWindow]) -> None:
    labels = [window.label for window in rounds if window.label]
    if labels and (len(labels) < len(rounds) or len(set(labels)) < len(labels)):
        raise scanner.unreadable("not every round has a mark of its own")
    if not labels and len(rounds) > 1 and not all(window.start and window.end for window in rounds):
        raise scanner.unreadable("whether these are rounds, or start and end of one, is not clear")


def _round(scanner: Scanner, fiscal_year: int) -> CallWindow:
    mark = scanner.take(_LABEL)
    label = (mark.group("framed") or mark.group("bare")) if mark else None
    scanner.take(_HEADING)
    if scanner.take(_UNDECIDED):
        return CallWindow(label, undecided=True)
    if scanner.take(ROLLING):
        return CallWindow(label, rolling=True)
    period = call_period.read(scanner, fiscal_year)
    return _window(label, period, period.dates(scanner, fiscal_year))


def _window(label: str | None, period: Period, dates: Dates) -> CallWindow:
    return CallWindow(
        label=label,
        start=period.start.moment if period.start else None,
        end=period.end.moment if period.end else None,
        within=period.within.moment if period.within else None,
        rolling=period.rolling,
        must_arrive=Word.MUST_ARRIVE in period.words,
        postmark=Word.POSTMARK in period.words,
        approximate=any(reading.moment.approximate for reading in period.readings),
        **vars(dates),
    )
