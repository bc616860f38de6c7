"""``/programmes``: the programmes that fulfil filters, as a table, plain JSON and RDF, a page at a time.

In RDF the list is a collection of Hydra (https://www.hydra-cg.com/spec/latest/core/), whose members have
their own properties and the names of what these link to.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple
from starlette.requests import Request

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.namespaces import HYDRA, XSD
from kankei.release.document_index import Document
from kankei.release.formats import JSON_LD
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from kankei.search.index.call_periods import Window
from kankei.web.http.headers import link_header, request_header
from kankei.web.http.parameters import whole_number
from kankei.web.plain_json.json_schema import LIST, MEDIA_TYPE, schema_path, serialize
from kankei.web.plain_json.listed_programme import listed_programme
from kankei.web.plain_json.values import Json, Values
from kankei.web.rdf.graph import RDF_TYPES, TYPE, Graph, parse_triples, serialize_document
from kankei.web.resources.call_status import CallStatus
from kankei.web.resources.document_graph import label_triples
from kankei.web.resources.programme import windows
from kankei.web.resources.programme_filters import Choice, chosen
from kankei.web.resources.programme_finder import ProgrammeFinder, StoreFinder
from kankei.web.resources.programme_table import programme_table
from kankei.web.resources.thing_view import ThingView
from kankei.web.responses.background import in_background
from kankei.web.responses.day import Day, requested_day
from kankei.web.responses.representation import HTML, Representation, Variant, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Handler, Site

PATH = "/programmes"
PAGE_SIZE = 50
_MAX_PAGES = 100_000
"""Programmes on a page."""
MEDIA_TYPES = (MEDIA_TYPE, *RDF_TYPES, HTML)
_NAMES = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
"""The properties of Hydra by relation of a link."""


@dataclass(frozen=True)
class ListPart:
    """One page of the programmes that a request chooses; pages are counted from 1."""

    choice: Choice
    day: Day
    documents: Sequence[Document]
    """All that were found."""
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-len(self.documents) // PAGE_SIZE))

    @property
    def members(self) -> Sequence[Document]:
        """The programmes on this page; raises `UnknownResource` beyond the last page."""
        if self.number > self.last:
            raise UnknownResource(f"the list has the pages 1 to {self.last}", PATH)
        return self.documents[(self.number - 1) * PAGE_SIZE : self.number * PAGE_SIZE]

    def path(self, number: int) -> str:
        """The path of a page, with its query string."""
        return PATH + self.choice.query(number, self.day.query.partition("=")[2])

    @property
    def links(self) -> Mapping[str, str]:
        """The other pages by relation, as paths."""
        pages = {"first": 1, "prev": self.number - 1, "next": self.number + 1, "last": self.last}
        return {relation: self.path(page) for relation, page in pages.items() if 1 <= page <= self.last}


@dataclass(frozen=True)
class ProgrammeList:
    """The handler of the list."""

    site: Site
    finder: ProgrammeFinder

    async def respond(self, request: Request) -> CachedResponse:
        """One page of the list in the negotiated format."""
        day = requested_day(request, self.site.state.today())
        choice = chosen(request.query_params.multi_items(), self.site.release, day.date)
        number = _page_number(request.query_params.get("page"))
        context = self.site.context_for(request)
        key = (__version__, self.site.version, self.site.engine.identity, self.site.public_url)
        variant = select(
            request,
            _offers(request_header(request, "accept")),
            (*key, PATH, choice.query(number), context.address),
            {"Last-Modified": self.site.last_modified},
        )
        variant = day.variant(variant)

        async def make() -> Representation:
            part = ListPart(choice, day, await self.finder.find(choice.criteria), number)
            if variant.media_type == HTML:
                body = await self._page(part, variant.language)
            elif variant.media_type == MEDIA_TYPE:
                body = await in_background(lambda: self._json(part))
            else:
                body = await in_background(lambda: self._rdf(part, variant.media_type, context))
            return _linked(variant, part).representation(body)

        is_chosen = day.is_named or bool(choice.parameters)
        charge = self.site.charge_if(request, is_one_of_many=is_chosen)
        return await self.site.cache.answer(request, variant, make, charge)

    def _address(self, path: str) -> str:
        return self.site.public_url.removesuffix("/") + path

    async def _page(self, part: ListPart, language: str) -> bytes:
        site = self.site
        page = await site.render(
            "programmes",
            language,
            PATH,
            programmes=await programme_table(site.engine, part.members, site.localizer(language)),
            part=part,
            own_query=part.path(part.number).partition("?")[2],
            head=site.templates.head(language, PATH, part.path(part.number).partition("?")[2]),
        )
        return page.encode()

    def _json(self, part: ListPart) -> bytes:
        members = {
            "id": self._address(part.path(part.number)),
            "on": part.day.date.isoformat(),
            "total": len(part.documents),
            "links": {relation: self._address(path) for relation, path in part.links.items()},
            "items": [self._item(document, part.day.date) for document in part.members],
        }
        return serialize(LIST, members, self.site.public_url)

    def _item(self, document: Document, day: datetime.date) -> Json:
        release = self.site.release
        graph = Graph.of(_own_triples(release, document))
        thing = ThingView(graph, document.iri, self.site.localizer("ja"))
        calls = [window for _, window in windows(thing, "call")]
        address = self._address(f"/doc/{quote(document.path)}")
        state = _state(calls, day, thing)
        return listed_programme(Values(graph, release), document.iri, address, state)

    def _rdf(self, part: ListPart, media_type: str, context: Context) -> bytes:
        root = self._address(part.path(1))
        triples = list(dict.fromkeys(self._triples(part, root)))
        return serialize_document(triples, media_type, root, context)

    def _triples(self, part: ListPart, root: str) -> Iterator[Triple]:
        collection, view = NamedNode(root), NamedNode(self._address(part.path(part.number)))
        view = NamedNode(f"{view.value}#view") if view == collection else view
        yield Triple(collection, NamedNode(TYPE), NamedNode(f"{HYDRA}Collection"))
        total = Literal(str(len(part.documents)), datatype=NamedNode(f"{XSD}integer"))
        yield Triple(collection, NamedNode(f"{HYDRA}totalItems"), total)
        yield Triple(collection, NamedNode(f"{HYDRA}view"), view)
        yield Triple(view, NamedNode(TYPE), NamedNode(f"{HYDRA}PartialCollectionView"))
        for relation, path in part.links.items():
            yield Triple(view, NamedNode(HYDRA + _NAMES[relation]), NamedNode(self._address(path)))
        for document in part.members:
            yield Triple(collection, NamedNode(f"{HYDRA}member"), NamedNode(document.iri))
            yield from self._member(document)

    def _member(self, document: Document) -> Iterator[Triple]:
        """A programme's own properties without its entries and measures, and names of what they link to."""
        release = self.site.release
        for triple in _own_triples(release, document):
            target = triple.object.value if isinstance(triple.object, NamedNode) else ""
            if triple.subject == NamedNode(document.iri) and not target.startswith(f"{document.iri}#"):
                yield triple
                path = release.manifest.base.path(target) if target else None
                if path is not None and path in release.documents and "#" not in target:
                    yield from label_triples(release, release.documents[path])


def programmes(site: Site) -> Handler:
    """The handler of the list of programmes."""
    return ProgrammeList(site, StoreFinder(site.release, site.engine)).respond


def _state(calls: Sequence[Window], day: datetime.date, thing: ThingView) -> str:
    year = thing.years.number(thing.years.entries[0]) if thing.years.entries else 0
    return CallStatus.of(calls, day, year).state


def _own_triples(release: Release, document: Document) -> list[Triple]:
    return parse_triples(release.triples(document.path), RdfFormat.N_TRIPLES)


def _linked(variant: Variant, part: ListPart) -> Variant:
    """A variant with links to the other pages and, in plain JSON, to its schema."""
    described = {"describedby": schema_path(LIST)} if variant.media_type == MEDIA_TYPE else {}
    return replace(
        variant, headers={**variant.headers, "Link": link_header(PATH, {**part.links, **described}, [])}
    )


def _offers(accept: str | None) -> Sequence[str]:
    """The media types by preference: a processor of JSON-LD takes plain JSON too, and cannot use it."""
    if JSON_LD.media_type in (accept or "").lower():
        return (JSON_LD.media_type, *(kind for kind in MEDIA_TYPES if kind != JSON_LD.media_type))
    return MEDIA_TYPES


def _page_number(requested: str | None) -> int:
    if requested is None:
        return 1
    number = whole_number(requested, _MAX_PAGES)
    if number is None:
        raise UnknownResource("pages of the list are counted from 1", PATH)
    return number
