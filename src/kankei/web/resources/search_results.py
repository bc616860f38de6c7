"""Searches: their addresses, and their results as JSON, over the index of the release."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from kankei.errors import MalformedRequest, UnknownResource
from kankei.search.query.facets import NAMES, Facet
from kankei.search.query.search import MAX_LIMIT, Hit, SearchIndex, SearchRequest, SearchResult
from kankei.search.query.snippet import Match
from kankei.web.http.parameters import whole_number
from kankei.web.openapi import Operation, Parameter
from kankei.web.responses.day import Day
from kankei.web.responses.representation import HTML
from kankei.web.site import Site
from kankei.web.sparql.protocol import LANGUAGE, parse_parameters

PATH = "/search"
JSON = "application/json"
MAX_QUERY = 500
"""Characters of a search."""
MAX_OFFSET = 10_000
"""Hits that can be paged through; narrowing finds the others."""
SIZE = 20
_MAX_VALUES = 100
_DATE_PATTERN = r"^(20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$|^$"

GET = Operation(
    "Search programmes, organisations and concepts, with facets",
    (JSON, HTML),
    (
        LANGUAGE,
        Parameter("q", "Words, which must all match; none finds everything."),
        Parameter(
            "on",
            "The date for the state of calls; today by default.",
            {"type": "string", "pattern": _DATE_PATTERN},
        ),
        Parameter("page", "The page, counted from 1.", {"type": "string", "pattern": "^([1-9][0-9]*)?$"}),
        Parameter(
            "size", f"Hits on a page, at most {MAX_LIMIT}.", {"type": "string", "pattern": "^([1-9][0-9]*)?$"}
        ),
        *(
            Parameter(
                name,
                f"A value of the facet {name}, as the result lists them; several are alternatives.",
                {"type": "array", "items": {"type": "string"}},
                serialization={"style": "form", "explode": True},
            )
            for name in NAMES
        ),
    ),
    (400, 404, 429),
)


@dataclass(frozen=True)
class SearchAddress:
    """A search as its address states it: what is `searched`, and on which day."""

    searched: SearchRequest
    day: Day

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        return self.searched.offset // self.searched.limit + 1

    def parameters(self) -> list[tuple[str, str]]:
        """Its parameters in canonical order, those left out that are the default."""
        searched = self.searched
        pairs = [("q", searched.query)] if searched.query else []
        pairs += [(name, value) for name in NAMES for value in sorted(searched.chosen.get(name, ()))]
        pairs += [("on", searched.on.isoformat())] if self.day.is_named else []
        pairs += [("size", str(searched.limit))] if searched.limit != SIZE else []
        return pairs + ([("page", str(self.page))] if self.page > 1 else [])

    def link(self) -> str:
        """Its address, relative to the public address."""
        query = urlencode(self.parameters())
        return f"{PATH}?{query}" if query else PATH

    def toggled(self, facet: str, value: str) -> "SearchAddress":
        """The first page of the same search with a value of a facet chosen, or no more chosen."""
        its = set(self.searched.chosen.get(facet, ())) ^ {value}
        chosen = {**self.searched.chosen, facet: tuple(sorted(its))}
        chosen = {name: values for name, values in chosen.items() if values}
        return replace(self, searched=replace(self.searched, chosen=chosen, offset=0))

    def on_page(self, page: int) -> "SearchAddress":
        """Another page of the same search."""
        return replace(self, searched=replace(self.searched, offset=(page - 1) * self.searched.limit))


def parse_search(query_string: bytes, day: Day) -> SearchAddress:
    """The search of an address; raises `MalformedRequest`."""
    parameters = parse_parameters(query_string)
    query = " ".join(parameters.get("q", [""])[-1].split())
    if len(query) > MAX_QUERY:
        raise MalformedRequest(f"a search has at most {MAX_QUERY} characters")
    size = _number(parameters, "size", SIZE, MAX_LIMIT)
    page = _number(parameters, "page", 1, MAX_OFFSET // size)
    chosen = {
        name: tuple(sorted({value for value in parameters[name] if value}))
        for name in NAMES
        if name in parameters
    }
    if sum(map(len, chosen.values())) > _MAX_VALUES:
        raise MalformedRequest(f"a search has at most {_MAX_VALUES} values of facets")
    chosen = {name: values for name, values in chosen.items() if values}
    return SearchAddress(SearchRequest(query, day.date, chosen, (page - 1) * size, size), day)


def search_index(site: Site) -> SearchIndex:
    """The search index of a site; raises `UnknownResource` where the release has none."""
    if site.search is None:
        raise UnknownResource("this release was built without a search index", PATH)
    return site.search


def as_json(site: Site, address: SearchAddress, result: SearchResult) -> bytes:
    """A result as JSON."""
    searched = address.searched
    content = {
        "query": searched.query,
        "terms": result.terms,
        "on": searched.on.isoformat(),
        "total": result.total,
        "complete": result.complete,
        "page": address.page,
        "size": searched.limit,
        "hits": [_hit(site, hit, searched.on) for hit in result.hits],
        "facets": [_facet(site, facet) for facet in result.facets],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _hit(site: Site, hit: Hit, on: date) -> Mapping[str, Any]:
    thing = hit.thing
    state = search_index(site).state(thing.number, on)
    return {
        "iri": thing.iri,
        "path": thing.path,
        "type": thing.kind,
        "label": thing.labels,
        "summary": hit.summary,
        "score": hit.score,
        **({"call": state} if state else {}),
        "matches": [_match(match) for match in hit.matches],
    }


def _match(match: Match) -> Mapping[str, Any]:
    return {**asdict(match), "field": match.field.label}


def _facet(site: Site, facet: Facet) -> Mapping[str, Any]:
    documents = site.release.documents
    values = [
        {
            "value": value.value,
            **({"iri": documents[value.value].iri} if value.value in documents else {}),
            "label": value.labels,
            "count": value.count,
            "chosen": value.chosen,
        }
        for value in facet.values
    ]
    return {"name": facet.name, "label": facet.labels, "values": values}


def _number(parameters: Mapping[str, Sequence[str]], name: str, default: int, most: int) -> int:
    value = parameters.get(name, [""])[-1]
    if not value:
        return default
    number = whole_number(value, most)
    if number is None:
        raise MalformedRequest(f"`{name}` is a whole number from 1 to {most}")
    return number
