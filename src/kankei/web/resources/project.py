"""A project of the budget review: what its newest sheet says, and budget against execution by fiscal year."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from kankei.namespaces import KK
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Row, Value
from kankei.web.queries import query_text
from kankei.web.rdf.graph import Graph
from kankei.web.resources.thing_view import ThingView

ROW = 94
"""Pixels of a year, whose bars have their amounts below; widths are per cent of the picture."""
_DRAWN = ("currentTotal", "executedAmount")
_RATE = "executionRate"
COLUMNS = ("initialBudget", *_DRAWN, _RATE)
"""What the table has of each year; each is unknown where the sheet does not state it."""


SUMMARY = tuple(
    KK + local
    for local in (
        *("reviewedUnit", "purpose", "outline", "projectMethod", "firstYear", "lastYear", "noPlannedEnd"),
        *("outlinePage", "reviewYear"),
    )
)
"""What the summary has of the newest sheet, in this order."""


@dataclass(frozen=True)
class Bar:
    """An amount as written, and as the length of its bar in per cent; a missing amount is no bar."""

    written: str
    width: float


@dataclass(frozen=True)
class YearRow:
    """A fiscal year on the newest sheet that states it."""

    year: Value
    sheet: Value
    cells: Sequence[tuple[Value, str]]
    """Each of `COLUMNS` with the amount or rate; empty where it is not stated."""
    budget: Bar | None
    executed: Bar | None


@dataclass(frozen=True)
class Execution:
    """Budget and execution of a project, the earliest year first."""

    rows: Sequence[YearRow]
    query: str
    """The address of the query behind it."""
    height: int
    """Pixels of a year in the picture."""


def execution(graph: Graph, project: str, localizer: Localizer) -> Execution | None:
    """What a project's document states by fiscal year; none where it has no such statement."""
    nodes = _newest(graph, project)
    if not nodes:
        return None
    stated = _Stated(graph, localizer)
    amounts = [stated.amount(node, of) or 0 for node, _ in nodes.values() for of in _DRAWN]
    scale = 100 / (max(amounts) or 1)
    rows = [stated.row(year, node, sheet, scale) for year, (node, sheet) in sorted(nodes.items())]
    query = urlencode({"query": query_text("execution-by-year", {"project": [project]})})
    return Execution(rows, f"/sparql?{query}", ROW)


def project_summary(thing: ThingView, project: str) -> list[Row]:
    """What the newest review sheet says a project is, who answers for it, and until when; without marks."""
    sheets = thing.graph.names(project, f"{KK}reviewSheet")
    newest = max(sheets, key=lambda sheet: _age(thing.graph, sheet), default="")
    return [
        Row(thing.localizer.label(predicate), [thing.stated(predicate, term) for term in terms])
        for predicate in SUMMARY
        if (terms := thing.graph.objects(newest, predicate))
    ]


def _age(graph: Graph, sheet: str) -> tuple[tuple[str, ...], str]:
    """Sort key of review sheets, the oldest first."""
    return graph.names(sheet, f"{KK}reviewYear"), sheet


def _newest(graph: Graph, project: str) -> dict[str, tuple[str, str]]:
    """The node and the sheet of each fiscal year: those of the newest sheet that states it."""
    newest: dict[str, tuple[str, str]] = {}
    sheets = graph.names(project, f"{KK}reviewSheet")
    for sheet in sorted(sheets, key=lambda sheet: _age(graph, sheet)):
        for node in sorted(graph.names(sheet, f"{KK}execution")):
            for year in graph.names(node, f"{KK}executionYear"):
                newest[year] = node, sheet
    return newest


@dataclass(frozen=True)
class _Stated:
    """What a document states of the years, in one language."""

    graph: Graph
    localizer: Localizer

    def row(self, year: str, node: str, sheet: str, scale: float) -> YearRow:
        review_years = self.graph.names(sheet, f"{KK}reviewYear")
        name = self.localizer.label(review_years[0] if review_years else sheet)
        return YearRow(
            self.localizer.resource(year),
            Value(name.text, name.language, f"#{sheet.partition('#')[2]}"),
            [(self.localizer.resource(KK + of), self._written(node, of)) for of in COLUMNS],
            *(self._bar(node, of, scale) for of in _DRAWN),
        )

    def amount(self, node: str, of: str) -> int | None:
        """An amount in yen; none where it is not stated."""
        return next((int(text) for text in self.graph.texts(node, KK + of)), None)

    def _bar(self, node: str, of: str, scale: float) -> Bar | None:
        amount = self.amount(node, of)
        if amount is None:
            return None
        return Bar(self.localizer.yen(str(amount)), round(max(amount, 0) * scale, 2))

    def _written(self, node: str, of: str) -> str:
        if of == _RATE:
            return "".join(map(_per_cent, self.graph.texts(node, KK + of)[:1]))
        amount = self.amount(node, of)
        return "" if amount is None else self.localizer.yen(str(amount))


def _per_cent(rate: str) -> str:
    """A decimal in per cent, exactly."""
    written = f"{Decimal(rate) * 100:f}"
    return f"{written.rstrip('0').rstrip('.') if '.' in written else written}%"
