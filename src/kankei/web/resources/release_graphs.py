"""Graphs that a release holds as files: its description, the ontology, the shapes; never from the store.

The store rewrites literals, ``xsd:nonNegativeInteger`` to ``xsd:integer`` for one, which these must not be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import RdfFormat, Triple
from starlette.requests import Request

from kankei import __version__
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from kankei.web.html.templates import Templates, link_header
from kankei.web.http.relative_reference import depth, own_path
from kankei.web.rdf.graph import Graph, parse_triples
from kankei.web.rdf.serialization import RDF_TYPES, SUFFIXES, TURTLE, serialize_document
from kankei.web.responses.negotiated import HTML, select
from kankei.web.responses.representation import Representation
from kankei.web.responses.response_cache import CachedResponse, ResponseCache
from kankei.web.router import Handler

View = Callable[[Graph, str], dict[str, object]]
"""What a page shows of a graph in a language, for its template."""

_NAMES = {media_type: suffix for suffix, media_type in SUFFIXES.items()}


@dataclass(frozen=True)
class ReleaseGraph:
    """One graph in a file: `root` is the IRI it is about, `path` its address on this host."""

    release: Release
    file: str
    path: str
    root: str
    template: str
    view: View
    pages: Templates
    context: Context
    cache: ResponseCache
    beside: tuple[Triple, ...] = ()
    """What this server adds to what the release says."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What answers at its address, and at those that pin a format by a suffix."""
        pinned = {f"{self.path}.{suffix}": self._answering(kind) for suffix, kind in SUFFIXES.items()}
        return {self.path: self.respond, **pinned}

    async def respond(self, request: Request, pinned: str | None = None) -> CachedResponse:
        """The graph in the negotiated format, or in the pinned one."""
        # One graph may be at several paths, and references differ with how deep they are.
        path = own_path(request.scope)
        release = self.release.manifest.version
        key = (__version__, release, self.path, str(depth(path)), *map(str, self.beside))
        links = {"Link": link_header(path, {"canonical": self.root.partition("#")[0]}, self._alternates)}
        selected = select(request, (HTML, *RDF_TYPES), key, links, pinned)

        async def make() -> Representation:
            if selected.media_type == HTML:
                return selected.representation(self._page(path, selected.language))
            return selected.representation(self._rdf(selected.media_type))

        return await self.cache.answer(request, selected.variant, make)

    def _answering(self, pinned: str) -> Handler:
        async def respond(request: Request) -> CachedResponse:
            return await self.respond(request, pinned)

        return respond

    @cached_property
    def _triples(self) -> list[Triple]:
        return parse_triples(self._turtle, RdfFormat.TURTLE)

    @property
    def _turtle(self) -> bytes:
        """The file as it lies, and what is added after it."""
        added = serialize_document(self.beside, TURTLE, self.root, self.context) if self.beside else b""
        return self.release.file(self.file).read_bytes() + added

    @property
    def _alternates(self) -> list[tuple[str, str, str]]:
        return [(f"{self.path}.{name}", media_type, name) for media_type, name in _NAMES.items()]

    def _rdf(self, media_type: str) -> bytes:
        if media_type == TURTLE:
            return self._turtle
        return serialize_document(self._triples, media_type, self.root, self.context)

    def _page(self, path: str, language: str) -> str:
        return self.pages.render(
            self.template,
            language,
            path,
            root=self.root,
            turtle=self._turtle.decode(),
            alternates=self._alternates,
            **self.view(Graph.of(self._triples), language),
        )
