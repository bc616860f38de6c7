"""The status of a programme's calls on a day, by the rules of ``kankei.search.index.call_periods``."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kankei.namespaces import KK
from kankei.search.index.call_periods import Period, State, Window, fiscal_year, most_helpful
from kankei.web.rdf.graph import Graph

_ABOUT, _BASIS, _INFERRED = f"{KK}about", f"{KK}basis", f"{KK}inferred"


@dataclass(frozen=True)
class CallStatus:
    """The status of a programme's calls on a day; `year` is the fiscal year of its latest entry."""

    state: State
    day: datetime.date
    year: int

    @classmethod
    def of(cls, windows: Sequence[Window], day: datetime.date, year: int) -> "CallStatus":
        """The status of all windows together: the one that helps most."""
        return cls(most_helpful(window.state(day, year) for window in windows), day, year)

    @property
    def missing_year(self) -> int | None:
        """The fiscal year of the day, where the latest entry is of an earlier one."""
        year = fiscal_year(self.day)
        return year if self.year and year > self.year else None


def window_of(graph: Graph, node: str) -> Window:
    """The window of a node of a document."""
    return Window(
        start=_period(graph, node, "Start"),
        end=_period(graph, node, "End"),
        approximate=_is_true(graph, node, "approximate"),
        inferred=_is_inferred(graph, node),
        rolling=_is_true(graph, node, "rolling"),
        undecided=_is_true(graph, node, "undecided"),
    )


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
