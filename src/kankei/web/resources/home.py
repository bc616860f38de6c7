"""The home page: where to search, what is open on a day, themes, ministries, figures of the release."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.namespaces import KK
from kankei.search.index.call_periods import State
from kankei.search.query.search import SearchIndex
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.html.windows import WindowWords
from kankei.web.http.headers import request_header
from kankei.web.http.negotiation import choose_media_type
from kankei.web.queries import solutions
from kankei.web.rdf.graph import RDF_TYPES
from kankei.web.resources.discovery import HOME_LINKS, home_link_header
from kankei.web.resources.feed import Feed, newest_changes
from kankei.web.resources.icalendar import dated_window
from kankei.web.resources.release_graphs import catalogue
from kankei.web.responses.day import Day, requested_day
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.site import Handler, Site

MAX_CALLS = 20
"""Calls that the home page lists."""
MAX_CHANGES = 5
_OPEN = (State.OPEN, State.ROLLING, State.POSSIBLE)
_KINDS = ("scheme", "source", "fiscal-year", "dataset")
"""Things that the home page lists one by one, beside the ministries."""
MAX_THINGS = 60


@dataclass(frozen=True)
class OpenCall:
    """A programme whose call is or may be open on a day."""

    programme: Value
    state: State
    when: str


@dataclass(frozen=True)
class Home:
    """The handler of the home page."""

    site: Site
    respond_catalogue: Handler
    feed: Feed

    async def respond(self, request: Request) -> ASGIApp:
        """The page; the catalogue for a client that wants RDF."""
        site = self.site
        if choose_media_type((HTML, *RDF_TYPES), request_header(request, "accept")) not in {HTML, None}:
            return await self.respond_catalogue(request)
        day = requested_day(request, site.state.today())
        key = (__version__, site.version, site.public_url, "/", str(len(site.examples)))
        variant = day.variant(select(request, (HTML,), key, {"Link": home_link_header()}))

        async def make() -> Representation:
            return variant.representation(await self._page(variant.language, day))

        charge = site.charge_if(request, is_one_of_many=day.is_named)
        return await site.cache.answer(request, variant, make, charge)

    async def _page(self, language: str, day: Day) -> str:
        site, localizer = self.site, self.site.localizer(language)
        calls, call_count = None, 0
        if site.search is not None:
            calls, call_count = await open_calls(site, site.search, localizer, day.date)
        return await site.render(
            "home",
            language,
            "/",
            day=day.date,
            day_name=localizer.date(day.date.isoformat()),
            own_query=day.query,
            calls=calls,
            call_count=call_count,
            changes=[localizer.resource(change.iri) for change in newest_changes(self.feed, MAX_CHANGES)],
            counts=_counts(await site.solutions.rows("programme-counts"), localizer),
            examples=len(site.examples),
            things=[
                (localizer.path_segment(kind), [localizer.resource(iri) for iri in iris])
                for kind, iris in self._things.items()
            ],
            links=HOME_LINKS,
            public_url=site.public_url,
        )

    @cached_property
    def _things(self) -> Mapping[str, Sequence[str]]:
        """Other things that are described: some IRIs of each kind."""
        members: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for path, document in self.site.release.documents.items():
            kind = path.partition("/")[0]
            if kind in members and len(members[kind]) < MAX_THINGS:
                members[kind].append(document.iri)
        return {kind: iris for kind, iris in members.items() if iris}


def home(site: Site) -> Handler:
    """The handler of the home page."""
    return Home(site, catalogue(site), Feed(site)).respond


async def open_calls(
    site: Site, index: SearchIndex, localizer: Localizer, day: datetime.date
) -> tuple[list[OpenCall], int]:
    """Programmes whose call is or may be open on a day, the certain ones first; and their number.

    The search index has the states; the engine says when the calls of the listed ones are.
    """
    total, things = index.with_state(_OPEN, day, MAX_CALLS)
    states = {thing.iri: State(index.state(thing.number, day)) for thing in things}
    when: dict[str, str] = {}
    words = WindowWords(localizer.language)
    for row in await solutions(site.engine, "open-calls", {"programme": list(states)}) if states else ():
        window = dated_window(row)
        year = int(row["year"]) if row["year"].isdecimal() else 0
        if window.state(day, year) == states[row["programme"]]:
            written = words.window(window.start, window.end, approximate=window.approximate)
            when.setdefault(row["programme"], written)
    calls = [OpenCall(localizer.resource(iri), state, when.get(iri, "")) for iri, state in states.items()]
    return sorted(calls, key=lambda call: (_OPEN.index(call.state), call.programme.text)), total


def _counts(
    rows: Sequence[Mapping[str, str]], localizer: Localizer
) -> Mapping[str, Sequence[tuple[Value, int]]]:
    """Ministries and themes with the number of their programmes, the largest first."""
    counts: dict[str, list[tuple[Value, int]]] = {"theme": [], "ministry": []}
    keys = {f"{KK}policyTheme": "theme", f"{KK}ministry": "ministry"}
    for row in rows:
        if row.get("property") in keys:
            counts[keys[row["property"]]].append((localizer.resource(row["thing"]), int(row["count"])))
    return {
        key: sorted(of_kind, key=lambda pair: (-pair[1], pair[0].text)) for key, of_kind in counts.items()
    }
