"""Everything but documents and queries: home, dumps, tables, descriptions, ontology."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kankei import __version__
from kankei.engine.operation import Engine
from kankei.errors import UnknownResource
from kankei.namespaces import ONTOLOGY, SH, SHAPES
from kankei.release.context import Context
from kankei.release.reader import Release
from kankei.web.conditional import entity_tag, unchanged
from kankei.web.files import media_type_of, send_file
from kankei.web.graph import Graph
from kankei.web.headers import CACHE, header
from kankei.web.home import Part, programmes
from kankei.web.links import Links
from kankei.web.pages import Pages
from kankei.web.published import Published
from kankei.web.relative import depth, own_path, relative
from kankei.web.responses import HTML, select
from kankei.web.sitemap import Sitemap
from kankei.web.thing import Thing
from kankei.web.vocabulary import Vocabulary

STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_ROBOTS = "User-agent: *\nDisallow: /sparql\n"
_XML = "application/xml"
_APART = ("programme/",)


@dataclass(frozen=True)
class Routes:
    """The routes that FastAPI dispatches."""

    release: Release
    engine: Engine
    links: Links
    pages: Pages
    context: Context
    examples: Mapping[str, str]

    def router(self) -> APIRouter:
        """The routes, each for GET and HEAD."""
        router = APIRouter()
        for path, handler in self._handlers().items():
            router.add_api_route(path, handler, methods=["GET"], response_class=Response)
            router.add_api_route(
                path, handler, methods=["HEAD"], response_class=Response, include_in_schema=False
            )
        return router

    def _handlers(self) -> dict[str, Callable[..., Awaitable[Response]]]:
        description = self._published("description.ttl", "/catalog", self._dataset, "catalogue", self._things)
        ontology = self._published(
            "ontology/kankei.ttl", "/ns", ONTOLOGY, "ontology", Vocabulary(self.links, self.pages.strings)
        )
        shapes = self._published(
            "ontology/shapes.ttl", "/shapes", SHAPES.removesuffix("#"), "shapes", lambda _graph, _language: {}
        )

        report = self._published("report.ttl", "/report", f"{self._base}report", "report", _conformance)

        async def ontology_version(request: Request, version: str) -> Response:
            if version != self.release.manifest.ontology_version:
                raise UnknownResource("there is no such version of the ontology here", request.scope["path"])
            return await ontology.respond(request)

        async def folder(request: Request) -> Response:
            return self._folder(request, request.scope["path"].strip("/"))

        async def file(request: Request, name: str) -> Response:
            return self._file(request, request.scope["path"].split("/")[1], name)

        return {
            "/": self.home,
            "/dumps": folder,
            "/dumps/": folder,
            "/dumps/{name}": file,
            "/tables": folder,
            "/tables/": folder,
            "/tables/{name}": file,
            "/catalog": _plain(description),
            "/catalog.{suffix}": description.respond,
            "/.well-known/void": _plain(description),
            "/ns": _plain(ontology),
            "/ns.{suffix}": ontology.respond,
            "/ns/{version}": ontology_version,
            "/shapes": _plain(shapes),
            "/shapes.{suffix}": shapes.respond,
            "/report": _plain(report),
            "/report.{suffix}": report.respond,
            "/manifest.json": self.manifest,
            "/sitemap.xml": self.sitemap_index,
            "/sitemap-{number}.xml": self.sitemap_part,
            "/context.jsonld": self.context_file,
            "/robots.txt": self.robots,
            "/static/{name}": self.static,
            "/favicon.ico": self.icon,
        }

    async def home(self, request: Request) -> Response:
        """The home page, with one page of the list of programmes."""
        part = Part.of(self.release, request.query_params.get("page"))
        selected = select(request, (HTML,), (__version__, self.release.manifest.version, f"/{part.number}"))
        if selected.fresh(request):
            return selected.not_modified()
        language = selected.language
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
        return selected.response(
            self.pages.render(
                "home",
                language,
                "/",
                programmes=found,
                part=part,
                examples=len(self.examples),
                things=things,
            )
        )

    async def context_file(self, request: Request) -> Response:
        """The JSON-LD context that documents carry inline."""
        return send_file(request, self.release, "ontology/context.jsonld", "application/ld+json")

    async def manifest(self, request: Request) -> Response:
        """What the release is, and the size and hash of each of its files."""
        return self._generated(request, "manifest", "application/json", self.release.manifest.json)

    async def sitemap_index(self, request: Request) -> Response:
        """Which sitemaps there are."""
        return self._generated(request, "sitemap", _XML, self._sitemap.index)

    async def sitemap_part(self, request: Request) -> Response:
        """The canonical addresses of up to as many documents as a sitemap may list."""
        name = request.scope["path"].removeprefix("/")
        return self._generated(request, name, _XML, lambda: self._sitemap.part(name))

    async def robots(self, _request: Request) -> Response:
        """Which pages crawlers should leave alone, for queries cost time; and where all documents are."""
        return PlainTextResponse(f"{_ROBOTS}\nSitemap: {self._sitemap.address}\n")

    async def static(self, request: Request, name: str) -> Response:
        """The style sheet and the icon."""
        if name not in STATIC:
            raise UnknownResource("nothing is published at this address", request.scope["path"])
        headers = {
            "ETag": entity_tag(__version__, name),
            "Cache-Control": CACHE,
            "Content-Type": STATIC[name],
        }
        if unchanged(header(request, "if-none-match"), headers["ETag"]):
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

    def _generated(self, request: Request, name: str, media_type: str, make: Callable[[], bytes]) -> Response:
        """What follows from the release alone, made unless the client has it."""
        tag = entity_tag(__version__, self.release.manifest.version, name)
        headers = {"ETag": tag, "Cache-Control": CACHE, "Content-Type": media_type}
        body = make()
        if unchanged(header(request, "if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    def _published(
        self,
        file: str,
        path: str,
        root: str,
        template: str,
        view: Callable[[Graph, str], dict[str, object]],
    ) -> Published:
        return Published(self.release, file, path, root, template, view, self.pages, self.context)

    def _things(self, graph: Graph, language: str) -> dict[str, object]:
        return {"sections": Thing(graph, self._dataset, self.links, self.pages.strings, language).sections()}

    def _folder(self, request: Request, folder: str) -> Response:
        path = own_path(request.scope)
        key = (__version__, self.release.manifest.version, folder, str(depth(path)))
        selected = select(request, (HTML,), key)
        if selected.fresh(request):
            return selected.not_modified()
        entries = {
            name.removeprefix(f"{folder}/"): entry
            for name, entry in self.release.manifest.files.items()
            if name.startswith(f"{folder}/")
        }
        page = self.pages.render("folder", selected.language, path, folder=folder, files=entries)
        return selected.response(page)

    def _file(self, request: Request, folder: str, name: str) -> Response:
        path = f"{folder}/{name}"
        if path not in self.release.manifest.files:
            raise UnknownResource("nothing is published at this address", request.scope["path"])
        link = None
        if name.endswith(".csv"):
            metadata = relative(own_path(request.scope), f"/{path}-metadata.json")
            link = f'<{metadata}>; rel="describedby"'
        return send_file(request, self.release, path, media_type_of(name), link)


def _conformance(graph: Graph, _language: str) -> dict[str, object]:
    """What a validation report comes to."""
    conforms = [text for node in graph.nodes for text in graph.texts(node, f"{SH}conforms")]
    results = [node for node in graph.nodes if f"{SH}ValidationResult" in graph.types(node)]
    return {"conforms": conforms == ["true"], "results": len(results)}


def _plain(published: Published) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        return await published.respond(request)

    return respond
