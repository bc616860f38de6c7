"""Errors as responses: problem details (RFC 9457) for programs, a page for browsers.

They never repeat what the client sent. A page is in its language; the detail of a problem document is in
Japanese where the client names this language, and else in English.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from kankei.errors import (
    EngineUnavailable,
    KankeiError,
    MethodNotAllowed,
    NotAcceptable,
    Overloaded,
    RangeNotSatisfiable,
    TooManyRequests,
)
from kankei.web.html.templates import Templates
from kankei.web.http.headers import own_path, request_header
from kankei.web.http.negotiation import language_ranges
from kankei.web.responses.problem_sentences import japanese
from kankei.web.responses.representation import HTML, content_type, language_of, wants_html
from kankei.web.telemetry.request_record import note_error

PROBLEM = "application/problem+json"
_LOG = logging.getLogger(__name__)


def problem_response(request: Request, error: KankeiError, templates: Templates) -> Response:
    """The response to a request that ends in an error; a server error is logged."""
    _note(request, error)
    return _respond(request, error, templates)


def error_page(request: Request, error: KankeiError, page: str, headers: Mapping[str, str]) -> Response:
    """The response to a browser's request that ends in an error, with a page that is made already."""
    _note(request, error)
    own = {"Content-Language": language_of(request), "Content-Type": content_type(HTML), **headers}
    return Response(page.encode(), error.status, headers=_headers(error) | own)


def internal_error(request: Request, error: Exception, templates: Templates) -> Response:
    """The response to an unexpected exception: its traceback is logged, the client gets a sentence."""
    note_error(error)
    _LOG.error("%s %r failed", request.method, request.scope["path"], exc_info=error)
    return _respond(request, KankeiError("the server failed to answer"), templates)


def _note(request: Request, error: KankeiError) -> None:
    note_error(error)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s %r: %s", request.method, request.scope["path"], error)


def _headers(error: KankeiError) -> dict[str, str]:
    return {"Cache-Control": "no-store", **_own_headers(error)}


def _own_headers(error: KankeiError) -> dict[str, str]:
    match error:
        case MethodNotAllowed():
            return {"Allow": ", ".join(error.offered)}
        case NotAcceptable():
            return {"Vary": "Accept"}
        case RangeNotSatisfiable():
            return {"Content-Range": f"bytes */{error.size}"}
        case Overloaded() | TooManyRequests() | EngineUnavailable():
            return {"Retry-After": str(error.retry_after)}
        case _:
            return {}


def _respond(request: Request, error: KankeiError, templates: Templates) -> Response:
    headers = _headers(error)
    if wants_html(request):
        language = language_of(request)
        detail = japanese(error.message) if language == "ja" else None
        body = templates.render(
            "problem",
            language,
            own_path(request.scope),
            head=None,
            error=error,
            detail=detail,
            of_query=request.scope["path"] == "/sparql",
        ).encode()
        headers |= {"Content-Language": language, "Content-Type": content_type(HTML)}
    else:
        content: dict[str, object] = {"type": "about:blank", "title": error.title, "status": error.status}
        detail = japanese(error.message) if _asks_for_japanese(request) else None
        if detail:
            headers["Content-Language"] = "ja"
        content["detail"] = detail or error.message
        if error.offered:  # an extension member (RFC 9457, section 3.2)
            content["offered"] = error.offered
        body = json.dumps(content, ensure_ascii=False).encode()
        headers["Content-Type"] = PROBLEM
    return Response(body, error.status, headers=headers)


def _asks_for_japanese(request: Request) -> bool:
    """Whether a program asks for Japanese by name: one that names no language, or ``*``, gets English."""
    ranges = language_ranges(request_header(request, "accept-language"))
    is_named = request.query_params.get("lang") == "ja" or any(tag.split("-")[0] == "ja" for tag, _ in ranges)
    return is_named and language_of(request) == "ja"
