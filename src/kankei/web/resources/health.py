"""Health and metrics, for the tools that restart, balance and observe the server."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.web.responses.background import in_background
from kankei.web.site import Site, handler
from kankei.web.telemetry.metrics import MEDIA_TYPE, exposition

_NO_STORE = {"Cache-Control": "no-store"}


@handler
async def live(_site: Site, _request: Request) -> Response:
    """Says that this process answers at all."""
    return JSONResponse({"live": True}, headers=_NO_STORE)


@handler
async def ready(site: Site, _request: Request) -> Response:
    """Says, by its status too, whether this process can answer queries."""
    is_ready = site.state.ready
    return JSONResponse({"ready": is_ready}, 200 if is_ready else 503, headers=_NO_STORE)


@handler
async def health(site: Site, _request: Request) -> Response:
    """Says both, with what is served and what the engine is doing."""
    state, manifest = site.state, site.release.manifest
    is_ready = state.ready
    content = {
        "status": "ready" if is_ready else "stopping" if state.stopping else "unavailable",
        "live": True,
        "ready": is_ready,
        "version": manifest.version,
        "software": __version__,
        "base": manifest.base.iri,
        "triples": manifest.triples,
        "programmes": manifest.programmes,
        "engine": {"available": state.available(), **state.load()},
    }
    return JSONResponse(content, 200 if is_ready else 503, headers=_NO_STORE)


@handler
async def metrics(site: Site, request: Request) -> Response:
    """The metrics of all processes, for Prometheus; none of them is about a client."""
    if not site.state.settings.metrics:
        raise UnknownResource("nothing is published at this address", request.scope["path"])
    manifest = site.release.manifest
    facts = {"version": __version__, "release": manifest.version, "base": manifest.base.iri}
    facts["engine"] = site.engine.identity
    text = await in_background(lambda: exposition(site.state.metrics, facts))
    return Response(text, headers={**_NO_STORE, "Content-Type": MEDIA_TYPE})
