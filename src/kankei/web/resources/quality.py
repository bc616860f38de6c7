"""The quality page: what the release was checked against, how much of it is known, and how that is known."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.namespaces import CONCEPTS, KK
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.site import Handler, Site

PATH = "/quality"
MAX_UNRESOLVED = 100
_PROPERTIES = [
    "bodies",
    "support",
    "funding",
    "budget",
    "call",
    "needsSurvey",
    "contact",
    "link",
    "themeLine",
]
_COLUMNS = {"needsSurvey": "needs-survey"}
_BASES = ("stated", "inferred", "editorial")

Coverage = tuple[Value, int, int, int]
"""A property, and how many programmes have a value of it, a blank column, neither."""


def quality(site: Site) -> Handler:
    """The handler of the quality page."""
    return partial(_respond, site)


async def _respond(site: Site, request: Request) -> ASGIApp:
    variant = select(request, (HTML,), (__version__, site.version, PATH, site.engine.identity))

    async def make() -> Representation:
        localizer = site.localizer(variant.language)
        unresolved = await site.solutions.rows("unresolved")
        page = await site.render(
            "quality",
            variant.language,
            PATH,
            coverage=await _coverage(site, localizer),
            bases=await _bases(site, localizer),
            unresolved=[
                (localizer.resource(row["programme"]), row["raw"]) for row in unresolved[:MAX_UNRESOLVED]
            ],
            more_unresolved=len(unresolved) > MAX_UNRESOLVED,
        )
        return variant.representation(page)

    return await site.cache.answer(request, variant, make)


async def _coverage(site: Site, localizer: Localizer) -> list[Coverage]:
    counts: dict[str, int] = {}
    for row in await site.solutions.rows("coverage"):
        counts[row.get("property") or row.get("column", "")] = int(row["count"])
    total = site.release.manifest.programmes
    coverage = []
    for local in _PROPERTIES:
        stated = counts.get(KK + local, 0)
        blank = counts.get(f"{CONCEPTS}column/{_COLUMNS.get(local, local)}", 0)
        coverage.append((localizer.resource(KK + local), stated, blank, max(total - stated - blank, 0)))
    return coverage


async def _bases(site: Site, localizer: Localizer) -> list[tuple[str, int, Sequence[tuple[Value, int]]]]:
    """The bases of evidence with their numbers; those of inference by rule."""
    totals: dict[str, int] = {}
    rules: dict[str, int] = {}
    for row in await site.solutions.rows("bases"):
        count = int(row["count"])
        basis = row.get("basis", "").removeprefix(KK)
        totals[basis] = totals.get(basis, 0) + count
        if "rule" in row:
            rules[row["rule"]] = rules.get(row["rule"], 0) + count
    by_rule = sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [(localizer.resource(rule), count) for rule, count in by_rule]
    return [(basis, totals.get(basis, 0), named if basis == "inferred" else ()) for basis in _BASES]
