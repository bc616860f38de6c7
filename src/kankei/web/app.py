"""The wiring of the application; everything it serves is given to it."""

from collections.abc import Mapping

from fastapi import FastAPI
from pyoxigraph import RdfFormat
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei.engine.operation import Engine
from kankei.errors import KankeiError
from kankei.namespaces import KK
from kankei.release.jsonld_context import read_context
from kankei.release.reader import Release
from kankei.web.health import Health
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.html.templates import Pages
from kankei.web.instrumentation import MeasuredEngine, Observer
from kankei.web.openapi import describe
from kankei.web.rdf.graph import Graph, triples
from kankei.web.resources.documents import DOC, ID, Documents
from kankei.web.responses.problem_details import from_starlette, problem, unexpected
from kankei.web.responses.response_cache import Shelf
from kankei.web.router import Front
from kankei.web.routes import Routes
from kankei.web.server_state import ServerState
from kankei.web.sparql.endpoint import PATH, Sparql
from kankei.web.sparql.limit_statements import allowance
from kankei.web.sparql.results_page import Results
from kankei.web.sparql.service_description import Service


def create_app(
    release: Release, engine: Engine, examples: Mapping[str, str], operations: ServerState | None = None
) -> ASGIApp:
    """The ASGI application that serves a release; `examples` are the endpoint's example queries."""
    operations = operations or ServerState()
    engine = MeasuredEngine(engine, operations)
    strings = Strings.load()
    links = Links(release, strings.terms, _derived(release))
    pages = Pages(strings, release.manifest)
    context = read_context(release.file("ontology/context.jsonld"))
    settings = operations.settings
    shelf = Shelf(settings.cache_bytes)
    operations.cache_size = lambda: (shelf.fill.entries, shelf.fill.bytes)
    documents = Documents(release, engine, links, pages, context, shelf)
    service = Service(release.manifest, engine, context, allowance(settings), bool(settings.services))
    sparql = Sparql(
        engine,
        service,
        Results(links),
        pages,
        shelf,
        examples,
        operations.proxies,
        operations.buckets,
    )
    api = _api(pages)
    limits = [english for _, english in service.limits]
    interface = describe(release, limits)
    routes = Routes(release, engine, links, pages, context, examples, shelf, service, interface)
    api.include_router(routes.router())
    api.include_router(Health(release, operations).router())
    hot = {PATH: sparql.respond, ID: documents.identify, DOC: documents.describe, **routes.hot}
    return Observer(Front(hot, frozenset((PATH,)), api, pages, shelf), operations)


def _derived(release: Release) -> dict[str, str]:
    """The ontology's shortcut properties, each with the rule that derives it."""
    ontology = Graph.of(triples(release.file("ontology/kankei.ttl").read_bytes(), RdfFormat.TURTLE))
    return {term: rule for term in ontology.nodes for rule in ontology.names(term, f"{KK}derivedBy")}


def _api(pages: Pages) -> FastAPI:
    # Slash redirects would repeat the Host header, and documentation pages load foreign scripts.
    api = FastAPI(
        openapi_url=None,  # it would know only what FastAPI dispatches
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )

    async def known(request: Request, error: Exception) -> Response:
        found = error if isinstance(error, KankeiError) else from_starlette(error, request.scope["path"])
        return problem(request, found, pages)

    async def unknown(request: Request, error: Exception) -> Response:
        return unexpected(request, error, pages)

    for kind in (KankeiError, HTTPException):
        api.add_exception_handler(kind, known)
    api.add_exception_handler(Exception, unknown)
    return api
