"""Pictures of an organisation: its programmes' and its projects' budgets, and what it is linked to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kankei.engine.operation import Engine, Form, Operation
from kankei.release.formats import N_TRIPLES
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import query_text, solutions
from kankei.web.resources.budget_charts import BudgetRow, budget_rows
from kankei.web.resources.project import ROW, Bar
from kankei.web.sparql.graph_drawings import Drawing, drawing
from kankei.web.sparql.result_names import look_up_names
from kankei.web.sparql.result_terms import TRIPLE, result_terms

_ALL_SHEETS = 20_000
"""The limit of the query: of more sheets there is no sum."""


@dataclass(frozen=True)
class YearSum:
    """What the budgets of an organisation's projects come to in a fiscal year, and what was executed."""

    year: Value
    projects: int
    budget: Bar
    executed: Bar


@dataclass(frozen=True)
class OrganisationPictures:
    """The pictures; each with the address of the query behind it, and empty where nothing is known."""

    budgets: Sequence[BudgetRow]
    budgets_query: str
    years: Sequence[YearSum]
    years_query: str
    neighbourhood: Drawing | None
    neighbourhood_query: str
    height: int = ROW
    """Pixels of a year."""


async def organisation_pictures(engine: Engine, localizer: Localizer, iri: str) -> OrganisationPictures:
    """The pictures of an organisation and its units."""
    of_thing = {"organisation": [iri]}
    budgets = await solutions(engine, "budgets-of-unit", of_thing)
    sheets = await solutions(engine, "execution-of-unit", of_thing)
    return OrganisationPictures(
        budget_rows(budgets, localizer),
        _address("budgets-of-unit", of_thing),
        _years(sheets, localizer) if len(sheets) < _ALL_SHEETS else [],
        _address("execution-of-unit", of_thing),
        await neighbourhood_drawing(engine, localizer, iri),
        _address("neighbourhood", {"here": [iri]}),
    )


def _address(query: str, values: Mapping[str, Sequence[str]]) -> str:
    return f"/sparql?{urlencode({'query': query_text(query, values)})}"


async def neighbourhood_drawing(engine: Engine, localizer: Localizer, iri: str) -> Drawing | None:
    """The drawing of what a thing is linked to, without parts of documents; none without any."""
    query = query_text("neighbourhood", {"here": [iri]})
    answer = await engine.answer(Operation(query, media_types={Form.TRIPLES: N_TRIPLES.media_type}))
    result = result_terms(answer)
    names = await look_up_names(engine, result.iris, localizer)
    rows = [row for row in result.rows if not any("#" in row[end]["value"] for end in (TRIPLE[0], TRIPLE[2]))]
    # Engines give triples in any order, and the picture is to be the same.
    triples = sorted(
        ((row[TRIPLE[0]], row[TRIPLE[1]], row[TRIPLE[2]]) for row in rows),
        key=lambda triple: [term["value"] for term in triple],
    )
    return drawing(triples, names) if triples else None


def _years(rows: Sequence[Mapping[str, str]], localizer: Localizer) -> list[YearSum]:
    """The sums by year, the earliest first."""
    totals = newest_sums(rows)
    scale = 100 / (max((max(budget, spent) for _, _, budget, spent in totals), default=0) or 1)
    return [
        YearSum(localizer.resource(year), count, *(_bar(amount, scale, localizer) for amount in amounts))
        for year, count, *amounts in totals
    ]


def newest_sums(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, int, int, int]]:
    """Year, number of projects, budget and execution in yen: of a project's sheets the newest counts.

    Left out is a project whose newest sheet of a year states only one of the two.
    """
    newest: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in sorted(rows, key=lambda row: row["reviewYear"]):
        newest[row["project"], row["year"]] = row
    sums: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (_, year), row in newest.items():
        if "budget" in row and "executed" in row:
            sums[year].append((int(row["budget"]), int(row["executed"])))
    return [
        (year, len(pairs), sum(budget for budget, _ in pairs), sum(spent for _, spent in pairs))
        for year, pairs in sorted(sums.items())
    ]


def _bar(amount: int, scale: float, localizer: Localizer) -> Bar:
    return Bar(localizer.yen(str(amount)), round(max(amount, 0) * scale, 2))
