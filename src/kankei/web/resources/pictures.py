"""Pictures drawn by the server as SVG with their tables and queries: windows of a year, budgets by group."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.engine.operation import Engine
from kankei.namespaces import KK, XSD
from kankei.search.index.call_periods import fiscal_year
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.html.windows import WindowWords
from kankei.web.queries import Values, query_text, solutions
from kankei.web.resources.budget_charts import BudgetRow, budget_rows
from kankei.web.resources.icalendar import dated_window
from kankei.web.responses.day import YEARS, requested_day
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.site import Handler, Site

PATH = "/pictures"
ROWS = 40
"""Windows of the calendar."""
ROW, TOP = 44, 28
"""Pixels of a row, which has its label above its bar, and above the first row.

Widths are per cent of the picture, which is as wide as the window."""
_MONTHS = 12
_THIN = 0.3
"""Per cent that a day has at least."""


@dataclass(frozen=True)
class Span:
    """A part of a row, in per cent of its width; `is_certain` tells sure days from possible ones."""

    x: float
    width: float
    is_certain: bool


@dataclass(frozen=True)
class WindowRow:
    """A window of the calendar."""

    programme: Value
    is_survey: bool
    written: str
    spans: Sequence[Span]


def pictures(site: Site) -> Handler:
    """The handler of the page of pictures."""
    return partial(_respond, site)


async def _respond(site: Site, request: Request) -> ASGIApp:
    day = requested_day(request, site.state.today())
    variant = day.variant(select(request, (HTML,), (__version__, site.version, PATH, site.engine.identity)))

    async def make() -> Representation:
        localizer = site.localizer(variant.language)
        year = fiscal_year(day.date)
        values = _bounds(year)
        page = await site.render(
            "pictures",
            variant.language,
            PATH,
            own_query=day.query,
            year=localizer.fiscal_year(year),
            day=day.date,
            day_x=_x(day.date, year),
            other_years=[
                (localizer.fiscal_year(other), f"{PATH}?on={other}-04-01")
                for other in (year - 1, year + 1)
                if other in YEARS
            ],
            months=[(4 + month - 1) % 12 + 1 for month in range(_MONTHS)],
            windows=_rows(await _windows(site.engine, values), year, localizer),
            windows_query=f"/sparql?{urlencode({'query': query_text('windows-of-year', values)})}",
            budgets=_budgets(await site.solutions.rows("budgets-by-group"), localizer),
            budgets_query=f"/sparql?{urlencode({'query': query_text('budgets-by-group')})}",
            sizes={"row": ROW, "top": TOP},
        )
        return variant.representation(page)

    charge = site.charge_if(request, is_one_of_many=day.is_named)
    return await site.cache.answer(request, variant, make, charge)


async def _windows(engine: Engine, values: Values) -> list[Mapping[str, str]]:
    """The windows of a time; what is doubtful of them is asked only of those that are shown."""
    rows = await solutions(engine, "windows-of-year", values)
    nodes = list(dict.fromkeys(row["node"] for row in rows))
    doubts = await solutions(engine, "doubts-of-windows", {"node": nodes}) if nodes else []
    by_node = {row["node"]: row for row in doubts}
    return [{**row, **by_node.get(row["node"], {})} for row in rows]


def _bounds(year: int) -> Mapping[str, Sequence[Literal]]:
    date = NamedNode(f"{XSD}date")
    return {
        "after": [Literal(f"{year}-04-01", datatype=date)],
        "before": [Literal(f"{year + 1}-03-31", datatype=date)],
    }


def _x(day: datetime.date, year: int) -> float:
    """The place of a day in the picture of a fiscal year, in per cent; at an edge for a day outside."""
    first, last = datetime.date(year, 4, 1), datetime.date(year + 1, 4, 1)
    part = (min(max(day, first), last) - first) / (last - first)
    return round(100 * part, 2)


def _rows(rows: Sequence[Mapping[str, str]], year: int, localizer: Localizer) -> list[WindowRow]:
    """The windows as rows, each node once."""
    words = WindowWords(localizer.language)
    shown: dict[str, WindowRow] = {}
    after = datetime.timedelta(days=1)
    for row in rows[:ROWS]:
        window = dated_window(row)
        if window.start is None or window.end is None:
            continue
        spans = [_span(window.start[0], window.end[1] + after, year, is_certain=False)]
        is_sure = not (window.approximate or window.inferred)
        if is_sure and window.start[1] <= window.end[0]:
            spans.append(_span(window.start[1], window.end[0] + after, year, is_certain=True))
        written = words.window(window.start, window.end, approximate=window.approximate)
        is_survey = row["property"] == f"{KK}needsSurvey"
        shown[row["node"]] = WindowRow(localizer.resource(row["programme"]), is_survey, written, spans)
    return list(shown.values())


def _span(first: datetime.date, end: datetime.date, year: int, *, is_certain: bool) -> Span:
    x = _x(first, year)
    return Span(x, round(max(_x(end, year) - x, _THIN), 2), is_certain)


def _budgets(rows: Sequence[Mapping[str, str]], localizer: Localizer) -> dict[str, list[BudgetRow]]:
    """The budgets by ministry and by theme, the largest first."""
    groups = {"ministry": f"{KK}ministry", "theme": f"{KK}policyTheme"}
    return {
        key: budget_rows([row for row in rows if row.get("property") == iri], localizer)
        for key, iri in groups.items()
    }
