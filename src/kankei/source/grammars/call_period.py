"""The period of one round of a call: its start and its end, as far as they are printed."""

import re
from dataclasses import dataclass

from kankei.source.grammars import call_dates, call_words
from kankei.source.grammars.call_dates import Dates, Undatable
from kankei.source.grammars.call_words import CLOSING, OPENING, Reading, Word
from kankei.source.grammars.normalised_text import Scanner


@dataclass(frozen=True)
class Period:
    """What is printed of one round: a start, an end or both, or one moment of which neither is said."""

    start: Reading | None = None
    end: Reading | None = None
    within: Reading | None = None
    rolling: bool = False

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The moments that are printed."""
        return tuple(reading for reading in (self.start, self.end, self.within) if reading)

    @property
    def words(self) -> frozenset[Word]:
        """The words behind all of its moments."""
        return frozenset[Word]().union(*(reading.words for reading in self.readings))

    def dates(self, scanner: Scanner, fiscal_year: int) -> Dates:
        """What follows from it; Unreadable where nothing certain does, or a weekday contradicts it."""
        try:
            dates = self._dates(fiscal_year)
        except Undatable as undatable:
            raise scanner.unreadable(str(undatable), self.readings[0].begin) from None
        days = (
            (self.start, dates.earliest_start),
            (self.end, dates.latest_end),
            (self.within, dates.latest_start),
        )
        for reading, day in days:
            if reading and (wrong := reading.contradicts(day)):
                raise scanner.unreadable(wrong, reading.begin)
        return dates

    def _dates(self, fiscal_year: int) -> Dates:
        if self.start and self.end:
            return call_dates.of_range(self.start.moment, self.end.moment, fiscal_year)
        if self.start:
            return call_dates.of_start(self.start.moment, fiscal_year, self.rolling)
        if self.end:
            return call_dates.of_end(self.end.moment, fiscal_year)
        return call_dates.of_stretch(self.readings[0].moment, fiscal_year)


ROLLING = re.compile(f"(?:随時|通年)(?:{call_words.CALL}|受け付け)?")
_RANGE = re.compile("[~-]|から|より")


def read(scanner: Scanner, fiscal_year: int) -> Period:
    """The period printed next; Unreadable where there is none."""
    opened = scanner.take(_RANGE)
    first = call_words.read(scanner, fiscal_year)
    if not first:
        raise scanner.unreadable(f"no month or date is read in {scanner.rest()!r}")
    if opened:
        return Period(end=_allowed(scanner, first, CLOSING))
    if scanner.take(_RANGE):
        if scanner.take(ROLLING):
            return Period(start=_allowed(scanner, first, OPENING), rolling=True)
        if last := call_words.read(scanner, fiscal_year, first.moment):
            return Period(_allowed(scanner, first, OPENING), _allowed(scanner, last, CLOSING))
        return Period(start=_allowed(scanner, call_words.more(scanner, first), OPENING))
    return _single(scanner, first)


def _single(scanner: Scanner, reading: Reading) -> Period:
    if reading.words & OPENING:
        start = _allowed(scanner, reading, OPENING)
        return Period(start=start, rolling=bool(scanner.take(ROLLING)))
    if reading.words & CLOSING:
        return Period(end=_allowed(scanner, reading, CLOSING))
    return Period(within=reading)


def _allowed(scanner: Scanner, reading: Reading, roles: frozenset[Word]) -> Reading:
    """The reading, unless its words contradict its place in the window or each other (必着, 消印有効)."""
    if reading.words & ((OPENING | CLOSING) - roles) or {Word.MUST_ARRIVE, Word.POSTMARK} <= reading.words:
        raise scanner.unreadable("the words around a moment contradict each other", reading.begin)
    return reading
