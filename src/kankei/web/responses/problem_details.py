"""Errors as responses: problem details (RFC 9457) for programs, a page for browsers.

They never repeat what the client sent.
"""

import json
import logging
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from kankei.errors import (
    KankeiError,
    MethodNotAllowed,
    NotAcceptable,
    Outcome,
    Overloaded,
    RangeNotSatisfiable,
    TooManyRequests,
    outcome,
)
from kankei.web.html.templates import Templates
from kankei.web.http.headers import own_path
from kankei.web.responses.representation import HTML, content_type, language_of, wants_html
from kankei.web.telemetry.request_record import note_error

PROBLEM = "application/problem+json"
_LOG = logging.getLogger(__name__)


def problem_response(request: Request, error: KankeiError, templates: Templates) -> Response:
    """The response to a request that ends in an error; a server error is logged."""
    result = outcome(error)
    note_error(error)
    if result.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s %r: %s", request.method, request.scope["path"], error)
    return _respond(request, result, error, templates)


def internal_error(request: Request, error: Exception, templates: Templates) -> Response:
    """The response to an unexpected exception: its traceback is logged, the client gets a sentence."""
    note_error(error)
    _LOG.error("%s %r failed", request.method, request.scope["path"], exc_info=error)
    return _respond(request, outcome(KankeiError("")), KankeiError("the server failed to answer"), templates)


def _headers(error: KankeiError) -> dict[str, str]:
    match error:
        case MethodNotAllowed():
            return {"Allow": ", ".join(error.offered)}
        case NotAcceptable():
            return {"Vary": "Accept"}
        case RangeNotSatisfiable():
            return {"Content-Range": f"bytes */{error.size}"}
        case Overloaded() | TooManyRequests():
            return {"Retry-After": str(error.retry_after)}
        case _:
            return {}


def _respond(request: Request, result: Outcome, error: KankeiError, templates: Templates) -> Response:
    offered = error.offered if isinstance(error, NotAcceptable | MethodNotAllowed) else ()
    headers = {"Cache-Control": "no-store", **_headers(error)}
    if wants_html(request):
        language = language_of(request)
        body = templates.render(
            "problem",
            language,
            own_path(request.scope),
            outcome=result,
            message=error.message,
            offered=offered,
            of_query=request.scope["path"] == "/sparql",
        ).encode()
        headers |= {"Content-Language": language, "Content-Type": content_type(HTML)}
    else:
        details = {"type": "about:blank", "title": result.title, "status": result.status}
        # What is offered instead is an extension member (RFC 9457, section 3.2).
        members = {**details, "detail": error.message, **({"offered": offered} if offered else {})}
        body = json.dumps(members, ensure_ascii=False).encode()
        headers["Content-Type"] = PROBLEM
    return Response(body, result.status, headers=headers)
