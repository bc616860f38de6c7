"""Wires the application: everything it serves is passed to `create_app`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kankei.engine.operation import Engine
from kankei.errors import KankeiError, UnknownResource
from kankei.namespaces import KK
from kankei.release.jsonld_context import read_context
from kankei.release.reader import Release
from kankei.search.index.schema import FILE
from kankei.search.query.search import SearchIndex
from kankei.web.html.localizer import Links
from kankei.web.html.templates import Templates
from kankei.web.instrumentation import Instrumentation
from kankei.web.measured_engine import MeasuredStartingEngine, measured
from kankei.web.openapi import openapi_document
from kankei.web.pages import PAGES
from kankei.web.resources.query_examples import answerable
from kankei.web.resources.query_starter import QueryStarter
from kankei.web.resources.site_documents import CONTEXT, context_path
from kankei.web.resources.sparql_endpoint import SparqlEndpoint
from kankei.web.responses.problem_details import internal_error, problem_response
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.responses.result_budget import ResultBudget
from kankei.web.router import Router
from kankei.web.server_state import ServerState
from kankei.web.site import Page, Site, linked_segments, metric_routes, navigation, search_address
from kankei.web.sparql.service_description import ServiceDescription, limit_statements
from kankei.web.static_files import StaticFile, read_static_files
from kankei.web.telemetry.metrics import REFUSALS, define_metrics

_DERIVED_BY = NamedNode(f"{KK}derivedBy")


def create_app(
    release: Release,
    engine: Engine,
    examples: Mapping[str, str],
    state: ServerState | None = None,
    pages: Sequence[Page] = PAGES,
    *,
    static: Mapping[str, StaticFile] | None = None,
) -> Instrumentation:
    """The ASGI application that serves a release.

    `examples` are the endpoint's example queries, `static` the files of pages, by default the package's.
    """
    state = state or ServerState()
    routes = metric_routes(pages)
    state.define_metrics(define_metrics(routes.values()))
    measured_engine = measured(engine, state)
    site = _site(
        release,
        measured_engine,
        examples,
        state,
        pages,
        static=read_static_files() if static is None else static,
    )
    state.cache_usage = lambda: site.cache.usage
    state.held_bytes = lambda: site.results.held
    fast = {
        address: handler
        for page, handler in ((page, page.handler(site)) for page in pages if page.fast)
        for address in page.addresses(site)
    }
    methods = {page.path: page.methods for page in pages if page.post}
    router = Router(fast, methods, _fallback(site, pages), site.templates, site.cache)
    starter = None
    if isinstance(measured_engine, MeasuredStartingEngine):
        starter = QueryStarter(SparqlEndpoint(site), measured_engine)
    return Instrumentation(router, state, routes, starter)


def _site(
    release: Release,
    engine: Engine,
    examples: Mapping[str, str],
    state: ServerState,
    pages: Sequence[Page],
    *,
    static: Mapping[str, StaticFile],
) -> Site:
    settings = state.settings
    public_url = settings.public_url or release.manifest.base.iri
    address = public_url.removesuffix("/") + context_path(release)
    context = replace(read_context(release.file(CONTEXT)), address=address)
    limits = limit_statements(settings)
    operations = (operation for page in pages for operation in page.operations)
    return Site(
        release=release,
        engine=engine,
        links=Links(release, linked_segments(pages), _derivations(release)),
        templates=Templates(release.manifest, navigation(pages), search_address(pages), public_url),
        context=context,
        cache=ResponseCache(settings.cache_bytes, state.today),
        results=ResultBudget(
            settings.held_bytes,
            settings.client_held_bytes,
            lambda reason: state.meter.count(REFUSALS, reason),
        ),
        service=ServiceDescription(release.manifest, engine, limits, bool(settings.services)),
        state=state,
        examples=answerable(examples, release),
        search=open_index(release),
        sitemap=[page.path for page in pages if page.in_sitemap],
        openapi=openapi_document(release, (limit.en for limit in limits), operations),
        static=static,
    )


def open_index(release: Release) -> SearchIndex | None:
    """The search index of a release, if it was built with one."""
    return SearchIndex(release.file(FILE)) if FILE in release.manifest.files else None


def _derivations(release: Release) -> dict[str, str]:
    """The ontology's shortcut properties, each with the rule that derives it."""
    ontology = parse(release.read("ontology/kankei.ttl"), format=RdfFormat.TURTLE)
    return {quad.subject.value: quad.object.value for quad in ontology if quad.predicate == _DERIVED_BY}


def _fallback(site: Site, pages: Iterable[Page]) -> FastAPI:
    """The application for the pages that need no fast dispatch, and for unknown paths."""
    # Slash redirects would repeat the Host header, and FastAPI's documentation pages load foreign scripts;
    # its OpenAPI document would lack what it does not dispatch.
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for page in pages:
        if not page.fast:
            handler = cast("Callable[[Request], Awaitable[Response]]", page.handler(site))
            api.add_route(page.path, handler, ["GET", "HEAD"])

    async def expected(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND:
            error = UnknownResource("nothing is published at this address", request.scope["path"])
        known = error if isinstance(error, KankeiError) else KankeiError(f"the routing failed: {error}")
        return problem_response(request, known, site.templates)

    async def unexpected(request: Request, error: Exception) -> Response:
        return internal_error(request, error, site.templates)

    for kind in (KankeiError, HTTPException):
        api.add_exception_handler(kind, expected)
    api.add_exception_handler(Exception, unexpected)
    return api
