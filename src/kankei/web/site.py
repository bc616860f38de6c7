"""The site: what all handlers share; and the row type of the page registry with what is derived from rows."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import cached_property, partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei.engine.operation import Engine
from kankei.namespaces import KK
from kankei.release.formats import JSON_LD
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from kankei.search.query.search import SearchIndex
from kankei.web.html.localizer import Links, Localizer
from kankei.web.html.templates import Templates
from kankei.web.http.headers import add_response_headers, iri_to_uri, request_header
from kankei.web.http.negotiation import media_type_profiles
from kankei.web.openapi import Json, Operation, Parameter
from kankei.web.past_releases import PastReleases
from kankei.web.queries import ReleaseSolutions
from kankei.web.rdf.graph import PINNED_TYPES
from kankei.web.responses.background import in_background
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.responses.result_budget import ResultBudget
from kankei.web.server_state import ServerState
from kankei.web.sparql.service_description import ServiceDescription
from kankei.web.static_files import StaticFile

Handler: TypeAlias = Callable[[Request], Awaitable[ASGIApp]]
"""Returns the response to a request; raises `KankeiError` for what becomes a problem document."""

CONTEXT_INLINE = f"{KK}context-inline"
"""The profile by which a client asks for the context inline: ``application/ld+json;profile="…"``."""

_SUFFIX = Parameter("suffix", "The format.", examples=lambda _: PINNED_TYPES)


@dataclass(frozen=True)
class Site:
    """What the handlers of one application share."""

    release: Release
    engine: Engine
    links: Links
    templates: Templates
    context: Context
    """The JSON-LD context, by reference."""
    cache: ResponseCache
    results: ResultBudget
    service: ServiceDescription
    state: ServerState
    examples: Mapping[str, str]
    """Example queries by name."""
    sitemap: Sequence[str]
    """The paths of pages that the sitemap lists beside the documents."""
    openapi: Json
    static: Mapping[str, StaticFile]
    """Style sheets, icon and script by name."""

    search: SearchIndex | None = None
    """The search of the release, if it has an index."""

    def client(self, request: Request) -> str:
        """Whom a request counts for: the nearest address that is no trusted proxy's."""
        peer = request.client.host if request.client else None
        return self.state.proxies.client(peer, request_header(request, "x-forwarded-for"))

    def charge(self, request: Request) -> None:
        """Take a token of the client's, if there is a rate limit; raises `TooManyRequests` for none left."""
        limiter = self.state.rate_limiter
        if limiter is not None:
            quota = limiter.take(self.client(request))
            add_response_headers(request.scope, quota.headers)
            quota.check()

    def charge_if(self, request: Request, *, is_one_of_many: bool) -> Callable[[], None]:
        """What a cache miss costs: a token for a page of which there are as many as days or filters."""
        return partial(self.charge, request) if is_one_of_many else _free

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.release.manifest.version

    @cached_property
    def last_modified(self) -> str:
        """When what the server writes last changed, as HTTP has dates (RFC 9110, section 5.6.7).

        That is with the newest file of the release, or with another version or other settings of the server,
        which take a start.
        """
        newest = max(int(state.modified_s) for state in self.release.states.values())
        return formatdate(max(newest, int(self.state.started_s)), usegmt=True)

    @property
    def public_url(self) -> str:
        """What the addresses of pages, files and services begin with; the release's base by default."""
        return self.state.settings.public_url or self.release.manifest.base.iri

    @cached_property
    def solutions(self) -> ReleaseSolutions:
        """Solutions of the queries of pages that follow from the release alone."""
        return ReleaseSolutions(self.engine)

    @cached_property
    def past(self) -> PastReleases:
        """The releases up to this one, and the things that were removed by them."""
        return PastReleases(self.release, self.public_url)

    @cached_property
    def cite_as(self) -> str:
        """The field of ``Link`` that names what to cite: the release (RFC 8574)."""
        iri = self.release.manifest.base.thing(f"release/{self.version}")
        return f'<{iri_to_uri(iri)}>; rel="cite-as"'

    def context_for(self, request: Request, pinned: str | None = None) -> Context:
        """The context for a request: by reference, or inline where its ``Accept`` names that profile."""
        profiles = media_type_profiles(request_header(request, "accept"), JSON_LD.media_type)
        is_inline = not pinned and CONTEXT_INLINE.lower() in profiles
        return replace(self.context, address="") if is_inline else self.context

    async def render(self, template: str, language: str, path: str, **values: object) -> str:
        """A page, rendered beside the event loop: see `Templates.render`."""
        return await in_background(partial(self.templates.render, template, language, path, **values))

    def localizer(self, language: str) -> Localizer:
        """What pages show in a language."""
        return Localizer(self.links, language)


def _free() -> None:
    """Take no token."""


def handler(respond: Callable[[Site, Request], Awaitable[ASGIApp]]) -> Callable[[Site], Handler]:
    """The handler of each site by a function of site and request."""
    return lambda site: partial(respond, site)


READ_METHODS = ("GET", "HEAD", "OPTIONS")
QUERY_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
MESSAGE_METHODS = ("POST", "OPTIONS")


@dataclass(frozen=True)
class Page:
    """A row of the page registry: one address, or a family of addresses such as ``/doc/{path}``.

    Addresses that begin alike up to the brace share the handler of the last row.
    """

    path: str
    handler: Callable[[Site], Handler]
    get: Operation
    """Its description in the OpenAPI document."""
    post: Operation | None = None
    only_post: bool = False
    """Whether GET is described only to say that it is refused."""
    aliases: Sequence[str] = ()
    """Other addresses of the same page."""
    navigation: str = ""
    """The message key of its link in the head of every page; empty for none."""
    fragment: str = ""
    """The fragment that this link adds."""
    in_sitemap: bool = False
    linked: bool = False
    """Whether IRIs under the release's base that begin with its path are links to it."""
    is_search: bool = False
    """Whether the search box of every page leads to it."""
    metric: str = ""
    """The value of the label ``route`` in metrics; ``other`` by default."""
    suffixes: bool = False
    """Whether a suffix of its address pins a format."""
    expand: Callable[[Site], Iterable[str]] | None = None
    """The addresses of a family that is no folder."""
    fast: bool = True
    """Whether it is dispatched in front of FastAPI, which costs several times as much."""

    @property
    def operations(self) -> Iterator[tuple[str, str, Operation]]:
        """Its operations by path and method, for the OpenAPI document."""
        for path in (*self.aliases, self.path):
            yield path, "get", self.get
            if self.post:
                yield path, "post", self.post
        if self.suffixes:
            pinned = replace(self.get, parameters=(_SUFFIX, *self.get.parameters))
            yield f"{self.path}.{{suffix}}", "get", pinned

    def addresses(self, site: Site) -> Iterator[str]:
        """Its paths as the router matches them: whole paths, and prefixes that end in a slash."""
        yield from self.expand(site) if self.expand else (*self.aliases, self.path.partition("{")[0])
        if self.suffixes:
            yield from (f"{self.path}.{suffix}" for suffix in PINNED_TYPES)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it answers."""
        if self.only_post:
            return MESSAGE_METHODS
        return QUERY_METHODS if self.post else READ_METHODS

    @property
    def segment(self) -> str:
        """The first segment of its path."""
        return self.path.removeprefix("/").partition("/")[0]


def navigation(pages: Iterable[Page]) -> list[tuple[str, str, str]]:
    """Address, fragment and label key of each link in the head of a page."""
    return [(page.path, page.fragment, page.navigation) for page in pages if page.navigation]


def search_address(pages: Iterable[Page]) -> str:
    """The address of the page that searches; empty where there is none."""
    return next((page.path for page in pages if page.is_search), "")


def linked_segments(pages: Iterable[Page]) -> frozenset[str]:
    """The first path segments of pages that IRIs under the release's base lead to."""
    return frozenset(page.segment for page in pages if page.linked)


def metric_routes(pages: Iterable[Page]) -> dict[str, str]:
    """The value of the label ``route`` in metrics by the first segment of a path, without its suffix."""
    return {page.segment: page.metric for page in pages if page.metric}
