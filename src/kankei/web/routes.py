"""Everything but documents and queries: home, dumps, tables, descriptions, ontology.

What follows from the release alone is kept on the cache, and answered in front of FastAPI as documents are.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.engine.operation import Engine
from kankei.errors import UnknownResource
from kankei.namespaces import ONTOLOGY, SH, SHAPES
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from kankei.web.html.links import Links
from kankei.web.html.templates import Templates
from kankei.web.http.conditional import entity_tag, if_none_match_holds
from kankei.web.http.headers import CACHE_CONTROL, request_header
from kankei.web.http.relative_reference import depth, own_path, relative
from kankei.web.rdf.graph import Graph
from kankei.web.rdf.serialization import JSON_LD
from kankei.web.resources.home import ListPage, programmes
from kankei.web.resources.ontology_page import OntologyView
from kankei.web.resources.release_graphs import ReleaseGraph
from kankei.web.resources.sitemap import Sitemap
from kankei.web.resources.thing_view import ThingView
from kankei.web.responses.files import media_type_of, send_file
from kankei.web.responses.negotiated import HTML, select
from kankei.web.responses.representation import Representation
from kankei.web.responses.response_cache import CachedResponse, ResponseCache, Variant
from kankei.web.router import Handler
from kankei.web.sparql.service_description import ServiceDescription

STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_ROBOTS = "User-agent: *\nDisallow: /sparql\n"
_XML = "application/xml"
_JSON = "application/json"
FOLDERS = ("dumps", "tables")
_APART = ("programme/",)


@dataclass(frozen=True)
class Routes:
    """Their routes."""

    release: Release
    engine: Engine
    links: Links
    pages: Templates
    context: Context
    examples: Mapping[str, str]
    cache: ResponseCache
    service: ServiceDescription
    interface: bytes
    """The description of the whole interface (OpenAPI)."""

    @cached_property
    def hot(self) -> Mapping[str, Handler]:
        """What is answered in front of FastAPI, by path, or by prefix where that ends in a slash."""
        views = OntologyView(self.links, self.pages.strings)
        description = replace(
            self._published("description.ttl", "/catalog", self._dataset, "catalogue", self._things),
            beside=self.service.triples,
        )
        ontology = self._published("ontology/kankei.ttl", "/ns", ONTOLOGY, "ontology", views)
        shapes = self._published("ontology/shapes.ttl", "/shapes", SHAPES.removesuffix("#"), "shapes", _all)
        report = self._published("report.ttl", "/report", f"{self._base}report", "report", _conformance)

        async def ontology_version(request: Request) -> CachedResponse:
            if request.scope["path"] != f"/ns/{self.release.manifest.ontology_version}":
                raise UnknownResource("there is no such version of the ontology here", request.scope["path"])
            return await ontology.respond(request)

        return {
            "/": self.home,
            **{path: self.folder for folder in FOLDERS for path in (f"/{folder}", f"/{folder}/")},
            **description.handlers,
            "/.well-known/void": description.respond,
            **ontology.handlers,
            "/ns/": ontology_version,
            **shapes.handlers,
            **report.handlers,
            "/manifest.json": self._generated("manifest", _JSON, self.release.manifest.json),
            "/context.jsonld": self._generated("context", JSON_LD, self._context),
            "/openapi.json": self._generated(
                "openapi", _JSON, lambda: self.interface, self.interface.decode()
            ),
            "/sitemap.xml": self._generated("sitemap", _XML, self._sitemap.index),
            **{
                f"/{name}": self._generated(name, _XML, partial(self._sitemap.part, name))
                for name in self._sitemap.names
            },
        }

    def router(self) -> APIRouter:
        """The rest, each for GET and HEAD."""
        router = APIRouter()
        handlers: dict[str, Callable[..., Awaitable[Response]]] = {
            "/robots.txt": self.robots,
            "/static/{name}": self.static,
            "/favicon.ico": self.icon,
        }
        for path, handler in handlers.items():
            router.add_api_route(path, handler, methods=["GET", "HEAD"], response_class=Response)
        return router

    async def home(self, request: Request) -> CachedResponse:
        """The home page, with one page of the list of programmes."""
        part = ListPage.of(self.release, request.query_params.get("page"))
        key = (__version__, self.release.manifest.version, f"/{part.number}", str(len(self.examples)))
        selected = select(request, (HTML,), key)

        async def make() -> Representation:
            return selected.representation(await self._home(part, selected.language))

        return await self.cache.answer(request, selected.variant, make)

    async def folder(self, request: Request) -> ASGIApp:
        """The files of a folder as a page, or one of them."""
        folder, _, name = request.scope["path"].removeprefix("/").partition("/")
        if name:
            return self._file(request, folder, name)
        path = own_path(request.scope)
        selected = select(
            request, (HTML,), (__version__, self.release.manifest.version, folder, str(depth(path)))
        )

        async def make() -> Representation:
            return selected.representation(self._folder(folder, path, selected.language))

        return await self.cache.answer(request, selected.variant, make)

    async def robots(self, _request: Request) -> Response:
        """Which pages crawlers should leave alone, for queries cost time; and where all documents are."""
        return PlainTextResponse(f"{_ROBOTS}\nSitemap: {self._sitemap.address}\n")

    async def static(self, request: Request, name: str) -> Response:
        """The style sheet and the icon."""
        if name not in STATIC:
            raise UnknownResource("nothing is published at this address", request.scope["path"])
        headers = {
            "ETag": entity_tag(__version__, name),
            "Cache-Control": CACHE_CONTROL,
            "Content-Type": STATIC[name],
        }
        if if_none_match_holds(request_header(request, "if-none-match"), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response((files(__package__) / "static" / name).read_bytes(), headers=headers)

    async def icon(self, request: Request) -> Response:
        """The icon, at the address where browsers look without being told."""
        return await self.static(request, "icon.svg")

    @property
    def _dataset(self) -> str:
        return self.release.manifest.base.dataset

    @property
    def _base(self) -> str:
        return self.release.manifest.base.iri

    @cached_property
    def _sitemap(self) -> Sitemap:
        return Sitemap(self.release)

    def _generated(self, name: str, media_type: str, make: Callable[[], bytes], *beside: str) -> Handler:
        """What answers with bytes that follow from the release alone, and from what is named beside it."""
        tag = entity_tag(__version__, self.release.manifest.version, name, *beside)
        headers = {"Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}

        async def made() -> Representation:
            return Representation({**headers, "Content-Type": media_type}, make(), tag)

        async def respond(request: Request) -> CachedResponse:
            return await self.cache.answer(request, Variant(tag, headers), made)

        return respond

    def _context(self) -> bytes:
        """The JSON-LD context that documents carry inline."""
        return self.release.file("ontology/context.jsonld").read_bytes()

    async def _home(self, part: ListPage, language: str) -> str:
        things = [
            (
                self.pages.strings.kind(language, path.partition("/")[0]),
                self.links.label(document.iri, language),
                f"/doc/{quote(path)}",
            )
            for path, document in self.release.documents.items()
            if not path.startswith(_APART)
        ]
        found = await programmes(self.engine, self.links, self.pages.strings, part, language)
        return self.pages.render(
            "home", language, "/", programmes=found, part=part, examples=len(self.examples), things=things
        )

    def _published(
        self,
        file: str,
        path: str,
        root: str,
        template: str,
        view: Callable[[Graph, str], dict[str, object]],
    ) -> ReleaseGraph:
        return ReleaseGraph(
            self.release, file, path, root, template, view, self.pages, self.context, self.cache
        )

    def _things(self, graph: Graph, language: str) -> dict[str, object]:
        return {
            "sections": ThingView(graph, self._dataset, self.links, self.pages.strings, language).sections()
        }

    def _folder(self, folder: str, path: str, language: str) -> str:
        entries = {
            name.removeprefix(f"{folder}/"): entry
            for name, entry in self.release.manifest.files.items()
            if name.startswith(f"{folder}/")
        }
        return self.pages.render("folder", language, path, folder=folder, files=entries)

    def _file(self, request: Request, folder: str, name: str) -> Response:
        path = f"{folder}/{name}"
        if path not in self.release.manifest.files:
            raise UnknownResource("nothing is published at this address", request.scope["path"])
        link = None
        if name.endswith(".csv"):
            metadata = relative(own_path(request.scope), f"/{path}-metadata.json")
            link = f'<{metadata}>; rel="describedby"'
        return send_file(request, self.release, path, media_type_of(name), link)


def _all(_graph: Graph, _language: str) -> dict[str, object]:
    """Nothing beside the graph itself."""
    return {}


def _conformance(graph: Graph, _language: str) -> dict[str, object]:
    """What a validation report comes to."""
    conforms = [text for node in graph.nodes for text in graph.texts(node, f"{SH}conforms")]
    results = [node for node in graph.nodes if f"{SH}ValidationResult" in graph.types(node)]
    return {"conforms": conforms == ["true"], "results": len(results)}
