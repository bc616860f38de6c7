"""Whether the server lives and whether it can answer, for whoever restarts it or sends it requests."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.release.reader import Release
from kankei.web.server_state import ServerState
from kankei.web.telemetry import metric_definitions

_FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Health:
    """The addresses that an operator's tools ask."""

    release: Release
    state: ServerState

    def router(self) -> APIRouter:
        """The routes, each for GET and HEAD."""
        router = APIRouter()
        handlers = {
            "/health": self.health,
            "/health/live": self.live,
            "/health/ready": self.ready,
            "/metrics": self.metrics,
        }
        for path, handler in handlers.items():
            router.add_api_route(path, handler, methods=["GET"], response_class=Response)
            router.add_api_route(
                path, handler, methods=["HEAD"], response_class=Response, include_in_schema=False
            )
        return router

    async def live(self, _request: Request) -> Response:
        """That this process answers at all."""
        return JSONResponse({"live": True}, headers=_FRESH)

    async def ready(self, _request: Request) -> Response:
        """Whether this process can answer queries and will go on doing so; if not, with status 503."""
        ready = self.state.ready
        return JSONResponse({"ready": ready}, 200 if ready else 503, headers=_FRESH)

    async def health(self, _request: Request) -> Response:
        """Both facts, what is served and what the engine is doing."""
        state, manifest = self.state, self.release.manifest
        ready = state.ready
        content = {
            "status": "ready" if ready else "stopping" if state.stopping else "unavailable",
            "live": True,
            "ready": ready,
            "version": manifest.version,
            "software": __version__,
            "base": manifest.base.iri,
            "triples": manifest.triples,
            "programmes": manifest.programmes,
            "engine": {"available": state.available(), **state.load()},
        }
        return JSONResponse(content, 200 if ready else 503, headers=_FRESH)

    async def metrics(self, request: Request) -> Response:
        """The figures of all processes, for Prometheus; none of them is about a client."""
        if not self.state.settings.metrics:
            raise UnknownResource("nothing is published at this address", request.scope["path"])
        facts = {
            "version": __version__,
            "release": self.release.manifest.version,
            "base": self.release.manifest.base.iri,
        }
        body = metric_definitions.exposition(self.state.metrics, facts)
        return Response(body, headers={**_FRESH, "Content-Type": metric_definitions.MEDIA_TYPE})
