"""The home page: the programmes with who may carry them out, budgets and calls, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Self
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.namespaces import CONCEPTS, KK
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.http.headers import request_header
from kankei.web.http.negotiation import choose_media_type
from kankei.web.queries import solutions
from kankei.web.rdf.graph import RDF_TYPES
from kankei.web.resources.discovery import HOME_LINKS, home_link_header
from kankei.web.resources.release_graphs import catalogue
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.site import Handler, Site

_CALL = f"{CONCEPTS}column/call"

PAGE_SIZE = 100
"""Programmes on a page."""


@dataclass(frozen=True)
class ListPage:
    """One page of the list of programmes; pages are counted from 1."""

    number: int
    pages: int
    total: int
    documents: Sequence[Document]

    @classmethod
    def of(cls, documents: Sequence[Document], requested: str | None) -> Self:
        """The requested page, the first by default; raises `UnknownResource` where there is no such page."""
        pages = max(1, -(-len(documents) // PAGE_SIZE))
        digits = "1" if requested is None else requested[: len(str(pages)) + 1]
        number = int(digits) if digits.isdecimal() else 0
        if not 1 <= number <= pages or requested not in {None, str(number)}:
            raise UnknownResource(f"the list of programmes has the pages 1 to {pages}", "/")
        return cls(number, pages, len(documents), documents[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])


@dataclass
class ListedProgramme:
    """A line of the list of programmes."""

    title: Value
    ministries: list[Value] = field(default_factory=list)
    bodies: list[Value] = field(default_factory=list)
    budgets: list[Value] = field(default_factory=list)
    calls: list[Value] = field(default_factory=list)
    silent: bool = False
    """Whether the column of the call is blank."""

    def add(self, localizer: Localizer, local: str, value: str, year: str) -> None:
        """Enter a value of a property, and of a budget its fiscal year."""
        match local:
            case "ministry":
                self.ministries.append(localizer.resource(value))
            case "implementingBody":
                self.bodies.append(localizer.resource(value))
            case "openList" if value == "true":
                # Rows come by the property's IRI, and this one after the named bodies.
                self.bodies.append(localizer.sentence("open-list"))
            case "amount" | "upperBound":
                amount = localizer.yen(value)
                if local == "upperBound":
                    amount = localizer.text("within", amount=amount)
                budget = localizer.label(year).text
                self.budgets.append(localizer.sentence("budget-of", amount=amount, budget=budget))
            case "raw":
                self.calls.append(Value(value, "ja"))
            case "notStated":
                self.silent = self.silent or value == _CALL


def home(site: Site) -> Handler:
    """The handler of the home page."""
    return partial(_respond, site, programme_documents(site.release), catalogue(site))


def programme_documents(release: Release) -> list[Document]:
    """The documents of the programmes, by path."""
    return [document for path, document in release.documents.items() if path.startswith("programme/")]


async def _respond(
    site: Site, documents: Sequence[Document], respond_catalogue: Handler, request: Request
) -> ASGIApp:
    """The list of programmes; the catalogue for a client that wants RDF."""
    if choose_media_type((HTML, *RDF_TYPES), request_header(request, "accept")) not in {HTML, None}:
        return await respond_catalogue(request)
    part = ListPage.of(documents, request.query_params.get("page"))
    key = (__version__, site.version, f"/{part.number}", str(len(site.examples)))
    variant = select(request, (HTML,), key, {"Link": home_link_header(), "Last-Modified": site.last_modified})

    async def make() -> Representation:
        return variant.representation(await _page(site, part, variant.language))

    return await site.cache.answer(request, variant, make)


async def _page(site: Site, part: ListPage, language: str) -> str:
    localizer = site.localizer(language)
    things = [
        (localizer.path_segment(path.partition("/")[0]), localizer.label(document.iri), f"/doc/{quote(path)}")
        for path, document in site.release.documents.items()
        if not path.startswith("programme/")
    ]
    return site.templates.render(
        "home",
        language,
        "/",
        programmes=await _programmes(site, part, localizer),
        part=part,
        examples=len(site.examples),
        things=things,
        links=HOME_LINKS,
        public_url=site.public_url,
    )


async def _programmes(site: Site, part: ListPage, localizer: Localizer) -> list[ListedProgramme]:
    """The programmes of one page, in the order of their paths."""
    if not part.documents:
        return []
    iris = [document.iri for document in part.documents]
    programmes = {iri: ListedProgramme(localizer.resource(iri)) for iri in iris}
    for row in await solutions(site.engine, "programmes", {"programme": iris}):
        local = row["property"].removeprefix(KK)
        programmes[row["programme"]].add(localizer, local, row["value"], row.get("year", ""))
    return list(programmes.values())
