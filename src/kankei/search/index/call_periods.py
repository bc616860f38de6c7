"""Whether a call is open on a day, never more certain than what the source says.

The rules are those of the competency question ``12-open-on-a-date.rq``; pages, lists and the index use them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

SLACK = timedelta(days=10)
"""How far 頃 (about) reaches to both sides of a window."""

Period = tuple[date, date]
"""The first and the last day that a bound may mean."""


class State(StrEnum):
    """What is known of a call on a day; the states that help a reader most come first."""

    OPEN = "open"
    ROLLING = "rolling"
    POSSIBLE = "possible"
    BEFORE = "before"
    UNDECIDED = "undecided"
    UNDATED = "undated"
    ENDED = "ended"
    NOT_STATED = "not-stated"


class CallWindow(NamedTuple):
    """When a call may be open (`first` to `last`), and when it certainly is; ISO dates, empty for none."""

    first: str
    sure_from: str
    sure_to: str
    last: str

    def state(self, day: str) -> State:
        """Its state on a day, which is an ISO date."""
        if day < self.first:
            return State.BEFORE
        if day > self.last:
            return State.ENDED
        return State.OPEN if self.sure_from and self.sure_from <= day <= self.sure_to else State.POSSIBLE


@dataclass(frozen=True)
class Window:
    """A call or survey as an entry has it; its periods are none where they could not be read as dates."""

    start: Period | None = None
    end: Period | None = None
    approximate: bool = False
    inferred: bool = False
    """Whether its year, which is not printed, follows from a rule."""
    rolling: bool = False
    undecided: bool = False

    @property
    def dated(self) -> CallWindow | None:
        """When it may be open, and when it is for sure: never where it is approximate or inferred."""
        if self.start is None or self.end is None:
            return None
        slack = SLACK if self.approximate else timedelta()
        first, last = _moved(self.start[0], -slack), _moved(self.end[1], slack)
        is_sure = not (self.approximate or self.inferred)
        sure = (self.start[1].isoformat(), self.end[0].isoformat()) if is_sure else ("", "")
        return CallWindow(first.isoformat(), *sure, last.isoformat())

    def state(self, day: date, year: int) -> State:
        """Its state on a day; `year` is the fiscal year of its entry."""
        if self.rolling:
            return rolling_state(is_of_year=fiscal_year(day) == year)
        if self.undecided:
            return State.UNDECIDED
        return self.dated.state(day.isoformat()) if self.dated else State.UNDATED


def rolling_state(*, is_of_year: bool) -> State:
    """The state of a call without dates; what an entry says of one year is only possible in another."""
    return State.ROLLING if is_of_year else State.POSSIBLE


def most_helpful(states: Iterable[State]) -> State:
    """Of the states of several calls the one that helps a reader most; not stated where there are none."""
    return min(states, key=_ORDER.index, default=State.NOT_STATED)


def fiscal_year(day: date) -> int:
    """The calendar year in which the fiscal year of a day begins, in April."""
    return day.year if day.month >= 4 else day.year - 1


def _moved(day: date, by: timedelta) -> date:
    """A day moved as far as the calendar reaches."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


_ORDER = list(State)
