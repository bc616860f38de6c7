"""The page of a search: hits with why they matched, facets as links; the same as JSON and as a calendar."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.requests import Request

from kankei import __version__
from kankei.localisation import Labels
from kankei.search.query.facets import Facet, label
from kankei.search.query.search import MAX_LIMIT, Hit, SearchResult
from kankei.search.query.snippet import Match
from kankei.web.html.localizer import Localizer, preferred_label
from kankei.web.html.view import Value
from kankei.web.resources.feed import ATOM, selection_feed
from kankei.web.resources.icalendar import MAX_PROGRAMMES, MEDIA_TYPE, calendar_file, windows_of
from kankei.web.resources.search_query import search_query
from kankei.web.resources.search_results import JSON, PATH, SearchAddress, as_json, parse_search, search_index
from kankei.web.responses.background import in_background
from kankei.web.responses.day import requested_day
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Site

JSON_PATH, CALENDAR_PATH, FEED_PATH = f"{PATH}.json", f"{PATH}.ics", f"{PATH}.atom"
SUMMARY_LENGTHS = {"ja": 120, "en": 260}
"""Characters of a hit's summary, about three lines on a wide window."""
_SHOWN_VALUES = 8
"""Values of a facet that are shown before the rest, which folds."""
_PINNED = {JSON_PATH: JSON, CALENDAR_PATH: MEDIA_TYPE, FEED_PATH: ATOM}


@dataclass(frozen=True)
class ShownValue:
    """A value of a facet: its label, number, and the search that chooses it, or no more."""

    label: Value
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True)
class ShownFacet:
    """A facet with the values that are shown at once, and the others."""

    label: str
    values: Sequence[ShownValue]
    others: Sequence[ShownValue]


@dataclass(frozen=True)
class ShownMatch:
    """Why a thing was found: the field, and its text in parts, each highlighted or not."""

    field: str
    language: str
    parts: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class ShownHit:
    """A thing that was found."""

    title: Value
    kind: str
    state: str
    summary: Value | None
    matches: Sequence[ShownMatch]


async def search(site: Site, request: Request) -> CachedResponse:
    """The result of a search in the negotiated format, or in the one that its address pins."""
    index = search_index(site)
    day = requested_day(request, site.state.today())
    address = parse_search(request.scope["query_string"], day)
    pinned = _PINNED.get(request.scope["path"])
    key = ("search", __version__, site.version, site.public_url, *map("=".join, address.parameters()))
    variant = select(request, (JSON, HTML), key, pinned=pinned, worded=(HTML, MEDIA_TYPE, ATOM))
    variant, language = day.variant(variant), variant.language

    async def make() -> Representation:
        result = await asyncio.to_thread(index.search, address.searched)
        if variant.media_type == MEDIA_TYPE:
            programmes = [hit.thing.iri for hit in result.hits if hit.thing.kind == "programme"]
            events = await windows_of(site, programmes[:MAX_PROGRAMMES])
            return variant.representation(calendar_file(site, site.localizer(language), events))
        if variant.media_type == ATOM:
            documents = site.release.documents
            things = [documents[hit.thing.path] for hit in result.hits if hit.thing.path in documents]
            query = urlencode([*address.parameters(), ("lang", language)])
            return variant.representation(selection_feed(site, language, query, things))
        if variant.media_type == JSON:
            return variant.representation(await in_background(lambda: as_json(site, address, result)))
        return variant.representation(
            await in_background(lambda: _page(site, address, result, variant.language))
        )

    return await site.cache.answer(request, variant, make, lambda: site.charge(request))


def _page(site: Site, address: SearchAddress, result: SearchResult, language: str) -> str:
    localizer = site.localizer(language)
    searched = address.searched
    parameters = address.parameters()
    query = urlencode(parameters)
    pages = max(1, -(-result.total // searched.limit))
    facets = [_facet(facet, address, language) for facet in result.facets]
    chosen = [(facet.label, value) for facet in facets for value in facet.values if value.chosen]
    own = [pair for pair in parameters if pair[0] not in {"page", "size"}]
    whole = urlencode([*own, ("size", str(MAX_LIMIT)), ("lang", language)])
    sparql = search_query(site.release, result.terms, searched.chosen)
    return site.templates.render(
        "search",
        language,
        PATH,
        own_query=query,
        query=searched.query,
        day=searched.on,
        day_name=localizer.date(searched.on.isoformat()),
        parameters=[pair for pair in parameters if pair[0] not in {"on", "page"}],
        filters=[pair for pair in parameters if pair[0] not in {"q", "page"}],
        total=result.total,
        complete=result.complete,
        hits=[_hit(site, hit, address, localizer) for hit in result.hits],
        facets=facets,
        chosen=chosen,
        first=searched.offset + 1,
        without_conditions=f"{PATH}?{urlencode({'q': searched.query, 'on': searched.on.isoformat()})}",
        number=address.page,
        pages=pages,
        previous=address.on_page(address.page - 1).link() if address.page > 1 else "",
        following=address.on_page(address.page + 1).link() if address.page < pages else "",
        json_address=f"{JSON_PATH}?{query}",
        calendar_address=f"{CALENDAR_PATH}?{whole}",
        feed_address=f"{FEED_PATH}?{whole}",
        sparql_address=f"/sparql?{urlencode({'query': sparql})}",
        sparql=sparql,
    )


def _hit(site: Site, hit: Hit, address: SearchAddress, localizer: Localizer) -> ShownHit:
    thing, language = hit.thing, localizer.language
    title = _labelled(thing.labels, language, thing.path)
    summary = preferred_label(hit.summary, language)
    return ShownHit(
        Value(title.text, title.language, f"/doc/{quote(thing.path)}", thing.iri),
        label(f"value-type-{thing.kind}")[language],
        search_index(site).state(thing.number, address.searched.on) if thing.kind == "programme" else "",
        summary and replace(summary, text=shortened(summary)),
        [
            ShownMatch(label(f"field-{match.field.label}")[language], match.language, list(_parts(match)))
            for match in hit.matches
        ],
    )


def shortened(summary: Value) -> str:
    """The beginning of a long summary, which a list need not have in full."""
    longest = SUMMARY_LENGTHS.get(summary.language, max(SUMMARY_LENGTHS.values()))
    return summary.text if len(summary.text) <= longest else f"{summary.text[: longest - 1]}…"


def _parts(match: Match) -> Iterator[tuple[str, bool]]:
    """The text of a match in parts, those highlighted that a term matched."""
    position = 0
    if match.before:
        yield "…", False
    for first, last in match.spans:
        if first > position:
            yield match.text[position:first], False
        yield match.text[max(first, position) : last], True
        position = max(last, position)
    yield match.text[position:] + ("…" if match.after else ""), False


def _facet(facet: Facet, address: SearchAddress, language: str) -> ShownFacet:
    values = [
        ShownValue(
            _labelled(value.labels, language, value.value),
            value.count,
            value.chosen,
            address.toggled(facet.name, value.value).link(),
        )
        for value in facet.values
    ]
    values.sort(key=lambda value: not value.chosen)
    shown = max(_SHOWN_VALUES, sum(value.chosen for value in values))
    return ShownFacet(facet.labels[language], values[:shown], values[shown:])


def _labelled(labels: Labels, language: str, default: str) -> Value:
    return preferred_label(labels, language) or Value(default)
