"""Router: dispatches fast pages itself, leaves the rest to FastAPI, and turns errors into responses.

A response through a FastAPI route costs several times as much.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope, Send

from kankei.errors import AddressTooLong, KankeiError, MethodNotAllowed
from kankei.web.html.templates import Templates
from kankei.web.http.headers import (
    ADDED_HEADERS,
    FINISHED_HEAD,
    header_lines,
    raw_headers,
    with_common_headers,
)
from kankei.web.responses.problem_details import internal_error, problem_response
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.responses.single_flight import ClientDisconnected
from kankei.web.site import READ_METHODS, Handler
from kankei.web.sparql.protocol import MAX_ADDRESS
from kankei.web.telemetry.request_record import REQUEST_ID

_CLOSE = (b"connection", b"close")


class ResponseSender:
    """Sends the response to a request with the headers that every response has, without a body for HEAD.

    A start message with a `FINISHED_HEAD` has the common headers already; others are appended to it.
    """

    def __init__(self, scope: Scope, send: Send, request_id: bytes, draining: Callable[[], bool]) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._draining = draining
        self._is_head = scope["method"] == "HEAD"
        self.status = 0
        """The response's status, 0 before it has started."""
        self.body_bytes = 0
        self.finished = False
        """Whether the whole response was sent."""

    async def __call__(self, message: Message) -> None:
        """Send one message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._send(self._with_headers(message))
            return
        if self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
        self.body_bytes += len(message.get("body", b""))
        self.finished = not message.get("more_body", False)

    def _with_headers(self, message: Message) -> Message:
        added = [*raw_headers(self._scope.get(ADDED_HEADERS, {})), (REQUEST_ID, self._request_id)]
        if self._draining():
            added.append(_CLOSE)  # the client's next connection is another process's
        if FINISHED_HEAD not in message:
            return {**message, "headers": [*with_common_headers(message["headers"]), *added]}
        head = message[FINISHED_HEAD] + header_lines(added)
        return {**message, "headers": [*message["headers"], *added], FINISHED_HEAD: head}


@dataclass(frozen=True)
class Router:
    """Dispatches requests: `handlers` maps a path, or a prefix that ends in a slash, to its handler.

    A server may look up cached responses in `cache` before it makes a request of ASGI.
    """

    handlers: Mapping[str, Handler]
    methods: Mapping[str, tuple[str, ...]]
    """The methods of pages that answer others than GET, by path."""
    fallback: ASGIApp
    templates: Templates
    cache: ResponseCache

    async def respond(self, request: Request, send: ResponseSender) -> None:
        """Respond to one HTTP request."""
        scope, receive = request.scope, request.receive
        try:
            await self._answer(request, send)
        except (ClientDisconnected, ClientDisconnect):
            return  # no client to respond to: gone while the response was made, or in the middle of its body
        except KankeiError as error:
            if send.status:
                raise  # too late for a problem document
            await problem_response(request, error, self.templates)(scope, receive, send)
        # The one place where an unexpected exception becomes a response.
        except Exception as error:
            if send.finished:
                return  # FastAPI has responded, and raises the error again for the server's log
            if send.status:
                raise  # too late: the connection is cut, so that the client sees that it is incomplete
            await internal_error(request, error, self.templates)(scope, receive, send)

    async def _answer(self, request: Request, send: Send) -> None:
        scope, path = request.scope, request.scope["path"]
        if len(scope.get("raw_path") or path) + len(scope["query_string"]) > MAX_ADDRESS:
            raise AddressTooLong(f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST")
        offered = self.methods.get(path, READ_METHODS)
        if scope["method"] not in offered:
            raise MethodNotAllowed("this resource does not have that method", path, offered)
        if scope["method"] == "OPTIONS":
            await _options(offered)(scope, request.receive, send)
            return
        handler = self.handlers.get(path) or self.handlers.get(path[: path.find("/", 1) + 1])
        if handler is None:
            await self.fallback(scope, request.receive, send)
        else:
            response = await handler(request)
            await response(scope, request.receive, send)


def _options(offered: tuple[str, ...]) -> Response:
    methods = ", ".join(offered)
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": (
            "Accept, Accept-Language, Accept-Profile, Content-Type, If-Match, If-None-Match, "
            "If-Modified-Since, If-Unmodified-Since, If-Range, Range, Mcp-Protocol-Version, Mcp-Session-Id"
        ),
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)
