"""Things and their documents: ``/id/X`` answers 303 to ``/doc/X``, which negotiates (Cool URIs, 4.2)."""

from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import RdfFormat
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.engine.operation import Engine
from kankei.errors import UnknownResource
from kankei.namespaces import KK, SKOS
from kankei.release.document_index import Document
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from kankei.web.html.links import Links, release_path
from kankei.web.html.templates import Templates, link_header
from kankei.web.http.negotiation import LANGUAGES
from kankei.web.http.relative_reference import own_path, relative
from kankei.web.rdf.graph import Graph, parse_triples
from kankei.web.rdf.serialization import N_TRIPLES, RDF_TYPES, SUFFIXES, serialize_document
from kankei.web.resources.backlinks import Citation, citations, naming, references
from kankei.web.resources.programme_facts import facts
from kankei.web.resources.programme_history import also_printed, history
from kankei.web.resources.thing_view import ThingView
from kankei.web.responses.files import send_file
from kankei.web.responses.negotiated import HTML, Selection, select
from kankei.web.responses.representation import Representation
from kankei.web.responses.response_cache import CachedResponse, ResponseCache

ID, DOC = "/id/", "/doc/"
OFFERS = (HTML, *RDF_TYPES)
_NAMES = {media_type: suffix for suffix, media_type in SUFFIXES.items()}


@dataclass(frozen=True)
class Documents:
    """The documents of a release over HTTP."""

    release: Release
    engine: Engine
    links: Links
    pages: Templates
    context: Context
    cache: ResponseCache

    async def identify(self, request: Request) -> Response:
        """A thing is no document: see the one that describes it (RFC 9110, section 15.4.4)."""
        path = _path(request, ID)
        described = "/catalog" if path == release_path(self.release) else self._address(path)
        asked = request.query_params.get("lang")
        query = f"?lang={asked}" if asked in LANGUAGES else ""
        location = relative(own_path(request.scope), f"{described}{query}")
        return Response(status_code=303, headers={"Location": location, "Cache-Control": "public"})

    async def describe(self, request: Request) -> ASGIApp:
        """A document in the negotiated format, or in the one that its suffix pins."""
        path = _path(request, DOC)
        stem, _, suffix = path.rpartition(".")
        if suffix == "txt" and stem in self.release.documents:
            return self._text(request, stem)
        if suffix in SUFFIXES and stem in self.release.documents:
            return await self._represent(request, self._document(stem), SUFFIXES[suffix])
        return await self._represent(request, self._document(path), None)

    def _address(self, path: str) -> str:
        return f"{DOC}{quote(self._document(path).path)}"

    def _document(self, path: str) -> Document:
        try:
            return self.release.documents[path]
        except KeyError:
            raise UnknownResource("nothing is published at this address", f"{DOC}{path}") from None

    def _text(self, request: Request, path: str) -> FileResponse | Response:
        name = self._text_name(path)
        if name is None:
            raise UnknownResource("there is no text at this address", f"{DOC}{path}.txt")
        return send_file(request, self.release, name, "text/plain; charset=utf-8")

    def _text_name(self, path: str) -> str | None:
        name = f"sources/{path.removeprefix('source/')}.txt"
        return name if path.startswith("source/") and name in self.release.manifest.files else None

    async def _represent(self, request: Request, document: Document, pinned: str | None) -> CachedResponse:
        key = (__version__, self.release.manifest.version, document.path)
        selected = select(request, OFFERS, key, {"Link": self._links(document)}, pinned)

        async def make() -> Representation:
            if selected.media_type == HTML:
                return selected.representation(await self._page(document, selected.language))
            return selected.representation(self._rdf(document, selected))

        return await self.cache.answer(request, selected.variant, make)

    def _rdf(self, document: Document, selected: Selection) -> bytes:
        body = self.release.triples(document.path)
        if selected.media_type == N_TRIPLES:
            return body
        return serialize_document(
            parse_triples(body, RdfFormat.N_TRIPLES), selected.media_type, document.iri, self.context
        )

    def _links(self, document: Document) -> str:
        canonical = f"{document.iri.removesuffix(f'id/{document.path}')}doc/{document.path}"
        links = {"canonical": canonical, "describes": document.iri}
        return link_header(f"{DOC}{document.path}", links, _alternates(document))

    async def _page(self, document: Document, language: str) -> str:
        graph = Graph.of(parse_triples(self.release.triples(document.path), RdfFormat.N_TRIPLES))
        thing = ThingView(graph, document.iri, self.links, self.pages.strings, language)
        named = None
        if graph.objects(document.iri, f"{SKOS}inScheme"):
            named = await naming(self.engine, self.links, document.iri, language)
        apart = self.release.manifest.base.thing("programme/") if named else ""
        incoming = await references(self.engine, self.links, document.iri, language, apart)
        first, *others = thing.sections()
        years = history(thing)
        text_name = self._text_name(document.path)
        cited: list[Citation] = []
        more, lines = False, list[str]()
        if text_name is not None:
            cited, more = await citations(self.engine, self.links, self.pages.strings, document.iri, language)
            lines = (
                self.release.file(text_name)
                .read_text(encoding="utf-8", errors="replace")
                .removesuffix("\n")
                .split("\n")
            )
        return self.pages.render(
            "thing",
            language,
            f"{DOC}{document.path}",
            document=document,
            title=self.links.label(document.iri, language),
            alternates=_alternates(document),
            facts=facts(thing),
            years=years,
            also_printed=also_printed(thing, years),
            section=first,
            others=others,
            incoming=incoming,
            naming=named,
            lines=lines,
            citations=cited,
            more_citations=more,
            text=f"{DOC}{document.path}.txt" if text_name else None,
            is_programme=document.type == f"{KK}Programme",
        )


def _alternates(document: Document) -> list[tuple[str, str, str]]:
    return [
        (f"{DOC}{quote(document.path)}.{_NAMES[media_type]}", media_type, _NAMES[media_type])
        for media_type in OFFERS
    ]


def _path(request: Request, prefix: str) -> str:
    """The path of a document; an encoded slash separates nothing (RFC 3986, section 2.2)."""
    path: str = request.scope["path"]
    if b"%2f" in (request.scope.get("raw_path") or b"").lower():
        raise UnknownResource("nothing is published at this address", path)
    return path.removeprefix(prefix)
