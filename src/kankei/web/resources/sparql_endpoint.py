"""The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1): queries for programs, and a form for people."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from time import perf_counter

from starlette.requests import Request
from starlette.responses import Response

from kankei import __version__
from kankei.engine.operation import COLUMNS, Form, Operation, Outcome, QueryResult
from kankei.engine.query.determinism import DeterminismCheck
from kankei.engine.query.service_guard import check_length
from kankei.errors import KankeiError, MalformedRequest, NotAcceptable
from kankei.web.http.conditional import entity_tag
from kankei.web.http.headers import CACHE_CONTROL, add_response_headers, request_header
from kankei.web.http.negotiation import choose_media_type
from kankei.web.rdf.graph import RDF_TYPES
from kankei.web.resources.sparql_page import SparqlPage
from kankei.web.responses.background import in_background
from kankei.web.responses.large_representation import LargeRepresentation
from kankei.web.responses.problem_details import error_page
from kankei.web.responses.representation import HTML, NotModified, Representation, Variant, language_of
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.responses.result_budget import SMALLEST_HELD, HeldResponse
from kankei.web.site import Site
from kankei.web.sparql.protocol import PATH, TEXT, QueryRequest, parse_request
from kankei.web.sparql.rate_limit import Quota
from kankei.web.sparql.results import RESULT_TYPES, SHORT_NAMES, AcceptedFormats, accepted_formats

_VARY = "Accept, Accept-Language, Accept-Encoding"


ENGINE = "Kankei-Engine"
"""Response header: what has evaluated the query."""
STARTED_QUERY = "kankei.query"
"""Key of a request's scope: the `StartedQuery` that it goes on with."""


@dataclass
class StartedQuery:
    """A query that was started before its request was made."""

    headers: Mapping[str, str]
    """What the rate limit, which has let it pass, adds to the response."""
    outcome: Outcome | None = None
    """How the query ended, unless the cache has it or will."""
    seconds: float = 0.0
    """How long it ran in the engine."""

    def result(self) -> QueryResult | None:
        """The result; raises the error in which the query ended."""
        if isinstance(self.outcome, KankeiError):
            raise self.outcome
        return self.outcome


@dataclass(frozen=True)
class SparqlEndpoint:
    """The endpoint of a site."""

    site: Site
    determinism: DeterminismCheck = field(default_factory=DeterminismCheck)

    @cached_property
    def page(self) -> SparqlPage:
        """The page of queries."""
        return SparqlPage(self.site)

    async def respond(self, request: Request) -> CachedResponse | HeldResponse | Response:
        """The result of a query; without one the description of the service, or the form for people."""
        query_request = await parse_request(request)
        accept = _accept(request, query_request)
        formats = accepted_formats(accept)
        if query_request.query is not None:
            try:
                return await self._evaluate(request, query_request, query_request.query, formats)
            except KankeiError as error:
                if not formats.page:
                    raise
                return await self._failed(request, query_request, error)
        if request.method == "POST":
            raise _no_query()
        if formats.page:
            return await self._form(request, self.site.examples.get(query_request.example or "", ""))
        return await self._description(request, accept)

    async def _evaluate(
        self, request: Request, query_request: QueryRequest, query: str, formats: AcceptedFormats
    ) -> CachedResponse | HeldResponse:
        if query_request.explains:
            return await self._explain(request, query_request, query, formats)
        operation = self.operation(query_request, formats)
        started: StartedQuery | None = request.scope.get(STARTED_QUERY)
        charge: Callable[[], None] = partial(self.site.charge, request)
        if started:
            add_response_headers(request.scope, started.headers)
            charge = _charged
        # A long query is refused unread, and a client beyond its rate before its query is lexed.
        check_length(query, self.site.state.settings.query_bytes)
        deterministic = self.determinism.known(query)
        if deterministic is None:
            charge()
            charge = _charged
            deterministic = self.determinism.lex(query)
        language = language_of(request) if formats.page else ""
        tag = self.tag(operation, formats, language) if deterministic else ""
        variant = result_variant(tag, language, query_request.timeout)
        if formats.page:
            variant = replace(variant, headers={**variant.headers, **self.page.headers})

        async def make() -> Representation:
            since = perf_counter()
            answer = (started and started.result()) or await self.site.engine.answer(operation)
            seconds = perf_counter() - since
            if not formats.page:
                return represent(variant, answer)
            page = variant.representation(await self.page.result(language, query_request, answer, seconds))
            # It says how long it took, which no hash of what was asked can hold.
            return replace(page, tag=entity_tag(tag, f"{seconds:.3f}") if tag else "")

        response = await self.site.cache.answer(request, variant, make, charge)
        if isinstance(response, NotModified) or response.length < SMALLEST_HELD:
            return response
        return HeldResponse(response, self.site.results, self.site.client(request))

    async def _explain(
        self, request: Request, query_request: QueryRequest, query: str, formats: AcceptedFormats
    ) -> Representation:
        """How a query is evaluated, as text or on the page; evaluated each time."""
        self.site.charge(request)
        check_length(query, self.site.state.settings.query_bytes)
        as_text = replace(formats, media_types=dict.fromkeys(Form, TEXT))
        operation = replace(self.operation(query_request, as_text), explains=True, takes_file=False)
        answer = await self.site.engine.answer(operation)
        if not formats.page:
            return represent(result_variant(""), answer)
        language = language_of(request)
        variant = result_variant("", language)
        page = self.page.explanation(language, query_request, answer.body.decode())
        return replace(variant, headers={**variant.headers, **self.page.headers}).representation(page)

    async def _failed(self, request: Request, query_request: QueryRequest, error: KankeiError) -> Response:
        """The page of an error, which keeps the query."""
        language = language_of(request)
        page = await in_background(lambda: self.page.error(language, query_request, error))
        return error_page(request, error, page, {"Vary": _VARY, **self.page.headers})

    def operation(self, query_request: QueryRequest, formats: AcceptedFormats) -> Operation:
        """The operation of a request for a query's result; raises `NotAcceptable`."""
        if not formats.media_types:
            raise NotAcceptable("none of the offered media types is acceptable", PATH, RESULT_TYPES)
        return Operation(
            query_request.query or "",
            formats.media_types,
            query_request.default_graphs,
            query_request.named_graphs,
            base=f"{self.site.release.manifest.base.iri}sparql",
            timeout=query_request.timeout,
            takes_file=True,
        )

    def tag(self, operation: Operation, formats: AcceptedFormats, language: str = "") -> str:
        """The tag of a result: a hash of everything that its bytes depend on."""
        return entity_tag(
            *("query", __version__, self.site.version, self.site.engine.identity, operation.query),
            *formats.key,
            *(f"default {graph}" for graph in operation.default_graphs),
            *(f"named {graph}" for graph in operation.named_graphs),
            # The page lists the limits, too, and knows whether there is an editor.
            *((language, self.page.key) if formats.page else ()),
        )

    def take_token(self, client: str) -> Quota | None:
        """The quota of a client, after a token is taken, if there is a limit."""
        limiter = self.site.state.rate_limiter
        return None if limiter is None else limiter.take(client)

    async def _form(self, request: Request, query: str) -> CachedResponse:
        language = language_of(request)
        key = __version__, self.site.version, self.site.public_url, query, self.page.key
        tag = entity_tag("form", *key, language)
        variant = _variant(tag, HTML, language, **self.page.headers)

        async def make() -> Representation:
            return variant.representation(self.page.form(language, query))

        return await self.site.cache.answer(request, variant, make)

    async def _description(self, request: Request, accept: str | None) -> CachedResponse:
        media_type = choose_media_type(RDF_TYPES, accept)
        if media_type is None or b"-graph-uri=" in request.scope["query_string"]:
            raise _no_query()
        context = self.site.context_for(request)
        key = self.site.service.key, self.site.public_url, media_type, context.address
        tag = entity_tag("service", __version__, self.site.version, *key)
        variant = _variant(tag, media_type, Link='<./catalog>; rel="describedby"')

        async def make() -> Representation:
            body = self.site.service.describe(media_type, self.site.public_url, context)
            return variant.representation(body)

        return await self.site.cache.answer(request, variant, make)


def result_variant(tag: str, language: str = "", timeout: float | None = None) -> Variant:
    """What a request for a query's result selects."""
    # A timeout must not fail another client's query that has more time.
    return _variant(tag, HTML, language, timeout)


def represent(variant: Variant, result: QueryResult) -> Representation:
    """The representation of a result, which stays in its file if it has one; it tells the engine.

    Columns and Oxigraph, which stand behind one identity, have an order of rows each: they share no tag.
    """
    if result.engine:
        variant = replace(variant, headers={**variant.headers, ENGINE: result.engine})
    representation = variant.representation(result.body, result.media_type)
    if variant.tag and result.engine == COLUMNS:
        representation = replace(representation, tag=entity_tag(variant.tag, result.engine))
    return LargeRepresentation.of(representation, result.file) if result.file else representation


def _charged() -> None:
    """Charge nothing: a token was taken before."""


def _variant(tag: str, media_type: str, language: str = "", work: Hashable = None, **headers: str) -> Variant:
    common = {"Vary": _VARY, "Cache-Control": CACHE_CONTROL if tag else "no-store"}
    of_language = {"Content-Language": language} if language else {}
    return Variant(tag, {**common, **of_language, **headers}, media_type, language, work)


def _no_query() -> MalformedRequest:
    return MalformedRequest("the request holds no query: send one as the parameter `query`")


def _accept(request: Request, query_request: QueryRequest) -> str | None:
    # Clients such as SPARQLWrapper send words of their own beside the header that they mean.
    media_types = SHORT_NAMES.get(query_request.format or "")
    return ", ".join(media_types) if media_types else request_header(request, "accept")
