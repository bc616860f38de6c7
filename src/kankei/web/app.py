"""The wiring of the application; everything it serves is given to it."""

from collections.abc import Mapping

from fastapi import FastAPI
from pyoxigraph import RdfFormat
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kankei.engine.operation import Engine
from kankei.errors import KankeiError
from kankei.namespaces import KK
from kankei.release.jsonld_context import read_context
from kankei.release.reader import Release
from kankei.web.health import Health
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.html.templates import Templates
from kankei.web.instrumentation import Instrumentation, MeasuredEngine
from kankei.web.openapi import openapi_document
from kankei.web.rdf.graph import Graph, parse_triples
from kankei.web.resources.documents import DOC, ID, Documents
from kankei.web.responses.problem_details import internal_error, problem_response, routing_error
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.router import Router
from kankei.web.routes import Routes
from kankei.web.server_state import ServerState
from kankei.web.sparql.endpoint import PATH, SparqlEndpoint
from kankei.web.sparql.limit_statements import limit_statements
from kankei.web.sparql.results_page import ResultsPage
from kankei.web.sparql.service_description import ServiceDescription


def create_app(
    release: Release, engine: Engine, examples: Mapping[str, str], state: ServerState | None = None
) -> Instrumentation:
    """The ASGI application that serves a release; `examples` are the endpoint's example queries."""
    state = state or ServerState()
    engine = MeasuredEngine(engine, state)
    strings = Strings.load()
    links = Links(release, strings.terms, _derived(release))
    pages = Templates(strings, release.manifest)
    context = read_context(release.file("ontology/context.jsonld"))
    settings = state.settings
    cache = ResponseCache(settings.cache_bytes)
    state.cache_usage = lambda: (cache.fill.entries, cache.fill.bytes)
    documents = Documents(release, engine, links, pages, context, cache)
    service = ServiceDescription(
        release.manifest, engine, context, limit_statements(settings), bool(settings.services)
    )
    sparql = SparqlEndpoint(
        engine,
        service,
        ResultsPage(links),
        pages,
        cache,
        examples,
        state.proxies,
        state.rate_limiter,
    )
    api = _api(pages)
    limits = [english for _, english in service.limits]
    interface = openapi_document(release, limits)
    routes = Routes(release, engine, links, pages, context, examples, cache, service, interface)
    api.include_router(routes.router())
    api.include_router(Health(release, state).router())
    hot = {PATH: sparql.respond, ID: documents.identify, DOC: documents.describe, **routes.hot}
    return Instrumentation(Router(hot, frozenset((PATH,)), api, pages, cache), state)


def _derived(release: Release) -> dict[str, str]:
    """The ontology's shortcut properties, each with the rule that derives it."""
    ontology = Graph.of(parse_triples(release.file("ontology/kankei.ttl").read_bytes(), RdfFormat.TURTLE))
    return {term: rule for term in ontology.nodes for rule in ontology.names(term, f"{KK}derivedBy")}


def _api(pages: Templates) -> FastAPI:
    # Slash redirects would repeat the Host header, and documentation pages load foreign scripts.
    api = FastAPI(
        openapi_url=None,  # it would know only what FastAPI dispatches
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )

    async def known(request: Request, error: Exception) -> Response:
        found = error if isinstance(error, KankeiError) else routing_error(error, request.scope["path"])
        return problem_response(request, found, pages)

    async def unknown(request: Request, error: Exception) -> Response:
        return internal_error(request, error, pages)

    for kind in (KankeiError, HTTPException):
        api.add_exception_handler(kind, known)
    api.add_exception_handler(Exception, unknown)
    return api
