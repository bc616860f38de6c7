"""Whether a call is open on a day, never more certain than what the source says.

The rules are those of the competency question ``12-open-on-a-date.rq``.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kankei.namespaces import KK
from kankei.web.html.windows import Period
from kankei.web.rdf.graph import Graph

SLACK = datetime.timedelta(days=10)
"""How far 頃 reaches to both sides of a window."""
_ABOUT, _BASIS, _INFERRED = f"{KK}about", f"{KK}basis", f"{KK}inferred"


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

    @classmethod
    def of(cls, graph: Graph, node: str) -> "Window":
        """The window of a node of a document."""
        return cls(
            start=_period(graph, node, "Start"),
            end=_period(graph, node, "End"),
            approximate=_is_true(graph, node, "approximate"),
            inferred=_is_inferred(graph, node),
            rolling=_is_true(graph, node, "rolling"),
            undecided=_is_true(graph, node, "undecided"),
        )

    def state(self, day: datetime.date, year: int) -> State:
        """Its state on a day; `year` is the fiscal year of its entry."""
        if self.rolling:
            return State.ROLLING if fiscal_year(day) == year else State.POSSIBLE
        if self.undecided:
            return State.UNDECIDED
        if self.start is None or self.end is None:
            return State.UNDATED
        slack = SLACK if self.approximate else datetime.timedelta()
        if self.start[0] - day > slack:
            return State.BEFORE
        if day - self.end[1] > slack:
            return State.ENDED
        is_sure = not (self.approximate or self.inferred)
        return State.OPEN if is_sure and self.start[1] <= day <= self.end[0] else State.POSSIBLE


@dataclass(frozen=True)
class CallStatus:
    """The status of a programme's calls on a day; `year` is the fiscal year of its latest entry."""

    state: State
    day: datetime.date
    year: int

    @classmethod
    def of(cls, windows: Sequence[Window], day: datetime.date, year: int) -> "CallStatus":
        """The status of all windows together: the one that helps most."""
        order = list(State)
        states = (window.state(day, year) for window in windows)
        return cls(min(states, key=order.index, default=State.NOT_STATED), day, year)

    @property
    def missing_year(self) -> int | None:
        """The fiscal year of the day, where the latest entry is of an earlier one."""
        year = fiscal_year(self.day)
        return year if self.year and year > self.year else None


def fiscal_year(day: datetime.date) -> int:
    """The calendar year in which the fiscal year of a day begins."""
    return day.year if day.month >= 4 else day.year - 1


def _period(graph: Graph, node: str, bound: str) -> Period | None:
    days = [_days(graph.texts(node, f"{KK}{which}{bound}")) for which in ("earliest", "latest")]
    return (min(days[0]), max(days[1])) if all(days) else None


def _days(texts: Iterable[str]) -> list[datetime.date]:
    days = []
    for text in texts:
        try:
            days.append(datetime.date.fromisoformat(text))
        except ValueError:
            continue
    return days


def _is_true(graph: Graph, node: str, local: str) -> bool:
    return "true" in graph.texts(node, KK + local)


def _is_inferred(graph: Graph, node: str) -> bool:
    return any(
        node in graph.names(other, _ABOUT)
        and _INFERRED in graph.names(other, _BASIS)
        and f"{KK}edtf" in graph.names(other, f"{KK}onProperty")
        for other in graph.nodes
    )
