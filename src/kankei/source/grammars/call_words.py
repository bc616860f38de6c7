"""A moment of a call with the words around it: weekday, hour, 頃, まで, 必着, 公募開始 and the like."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import Enum, auto

from kankei.source.grammars import dates
from kankei.source.grammars.dates import Moment
from kankei.source.grammars.normalised_text import Scanner


class Word(Enum):
    """What may be printed behind a moment; each once."""

    APPROXIMATE = auto()
    PLANNED = auto()
    OPENS = auto()
    MUST_ARRIVE = auto()
    POSTMARK = auto()
    CLOSES = auto()
    CALL = auto()


OPENING = frozenset({Word.OPENS})
CLOSING = frozenset({Word.CLOSES, Word.MUST_ARRIVE, Word.POSTMARK})
CALL = "公募|募集|受付|申請"


@dataclass(frozen=True)
class Reading:
    """A moment and what is printed behind it; `weekday` counts from Monday, 0."""

    moment: Moment
    begin: int
    words: frozenset[Word] = field(default_factory=frozenset)
    weekday: int | None = None

    def contradicts(self, day: date | None) -> str:
        """What is wrong with the weekday, as a sentence; empty where nothing is."""
        if self.weekday is None or day is None or day.weekday() == self.weekday:
            return ""
        return f"{day.isoformat()} is a {_WEEKDAYS[day.weekday()]}曜日, not a {_WEEKDAYS[self.weekday]}曜日"


_WEEKDAYS = "月火水木金土日"
# Tried in this order: 公募開始 before 公募, 当日消印有効 before まで.
_WORDS = {
    Word.APPROXIMATE: re.compile("頃|ごろ|ころ"),
    Word.PLANNED: re.compile("[をに]?(?:予定|見込み?|目途|目処|めど)"),
    Word.OPENS: re.compile(f"以降|以後|(?:から|より|に)?(?:{CALL})?を?開始"),
    Word.MUST_ARRIVE: re.compile("(?:まで)?に?必着"),
    Word.POSTMARK: re.compile("(?:まで)?の?(?:当日)?消印有効"),
    Word.CLOSES: re.compile(f"まで|に?(?:{CALL})?(?:締め?切り?|〆切り?|期限)"),
    Word.CALL: re.compile(f"に?(?:{CALL})"),
}
_WEEKDAY = re.compile(f"\\(([{_WEEKDAYS}])(?:曜日?)?(?:[・、]?祝日?)?\\)|([{_WEEKDAYS}])曜日?")
_CLOCK = re.compile(
    r"(?P<noon>正午)|(?P<half>午前|午後)?(?P<hour>[0-9]{1,2})(?:時(?:(?P<minute>[0-9]{1,2})分|(?P<past>半))?|:(?P<digits>[0-9]{2}))"
)
_OPENED, _CLOSED = re.compile(r"\((?![0-9]{1,2}\))"), re.compile(r"\)")


def read(scanner: Scanner, fiscal_year: int, start: Moment | None = None) -> Reading | None:
    """The moment printed next with all that belongs to it; None where none begins here."""
    begin = scanner.position
    moment = dates.read(scanner, fiscal_year, start)
    return more(scanner, Reading(moment, begin)) if moment else None


def more(scanner: Scanner, reading: Reading) -> Reading:
    """The reading with the words that follow, in brackets or not."""
    bracketed = None
    while True:
        before = scanner.position
        if after := _weekday(scanner, reading) or _clock(scanner, reading) or _word(scanner, reading):
            reading = after
        elif bracketed is None and scanner.take(_OPENED):
            bracketed = before
        elif bracketed is not None and scanner.take(_CLOSED):
            bracketed = None
        elif bracketed is not None:
            raise scanner.unreadable(f"{scanner.rest()!r} in brackets is not understood")
        else:
            return reading


def _weekday(scanner: Scanner, reading: Reading) -> Reading | None:
    before = scanner.position
    match = scanner.take(_WEEKDAY)
    if not match:
        return None
    if not reading.moment.is_day() or reading.weekday is not None:
        raise scanner.unreadable("a weekday belongs to one day", before)
    return replace(reading, weekday=_WEEKDAYS.index(match.group(1) or match.group(2)))


def _clock(scanner: Scanner, reading: Reading) -> Reading | None:
    before = scanner.position
    match = scanner.take(_CLOCK)
    if not match:
        return None
    if not reading.moment.is_day() or reading.moment.clock:
        raise scanner.unreadable("an hour belongs to one day", before)
    hour, minute = _hour_and_minute(match)
    twelve = match.group("half") and not 0 <= int(match.group("hour")) <= 11
    if hour > 23 or minute > 59 or twelve:
        raise scanner.unreadable(f"{match.group()} is no certain time of day", before)
    return replace(reading, moment=replace(reading.moment, clock=time(hour, minute)))


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int]:
    if match.group("noon"):
        return 12, 0
    hour = int(match.group("hour")) + (12 if match.group("half") == "午後" else 0)
    return hour, 30 if match.group("past") else int(match.group("minute") or match.group("digits") or 0)


def _word(scanner: Scanner, reading: Reading) -> Reading | None:
    before = scanner.position
    for word, pattern in _WORDS.items():
        if match := scanner.take(pattern):
            if word in reading.words:
                raise scanner.unreadable(f"{match.group()} is printed twice", before)
            vague = word in {Word.APPROXIMATE, Word.PLANNED}
            moment = replace(reading.moment, approximate=True) if vague else reading.moment
            return replace(reading, moment=moment, words=reading.words | {word})
    return None
