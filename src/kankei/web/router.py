"""ASGI router: dispatches the hot paths itself, hands the rest to FastAPI, and turns errors into responses.

A look-up through a FastAPI route is several times slower than through this dispatch.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kankei.errors import AddressTooLong, KankeiError, MethodNotAllowed
from kankei.web.html.templates import Templates
from kankei.web.http.disconnect import ClientDisconnected
from kankei.web.http.headers import with_common_headers
from kankei.web.responses.problem_details import internal_error, problem_response
from kankei.web.responses.response_cache import CachedResponse, RequestHeaders, ResponseCache
from kankei.web.sparql.protocol import MAX_ADDRESS

Handler = Callable[[Request], Awaitable[ASGIApp]]

READ_METHODS = ("GET", "HEAD", "OPTIONS")
QUERY_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


@dataclass(frozen=True)
class Router:
    """An ASGI application: `handlers` maps a path, or a prefix that ends in a slash, to its handler.

    What those handlers answer from the `cache` is found there without them the next time.
    """

    handlers: Mapping[str, Handler]
    query_paths: frozenset[str]
    fallback: ASGIApp
    pages: Templates
    cache: ResponseCache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.fallback(scope, receive, send)
        else:
            await self._respond(Request(scope, receive), send)

    def lookup(self, target: bytes, headers: RequestHeaders) -> CachedResponse | None:
        """The answer to a request that reads just as one before, if it is kept."""
        return self.cache.lookup(target, headers)

    async def _respond(self, request: Request, send: Send) -> None:
        scope, receive = request.scope, request.receive
        reply = _Reply(scope, send)
        try:
            await self._answer(request, reply)
        except ClientDisconnected:
            return  # Nobody is there to be told.
        except KankeiError as error:
            await problem_response(request, error, self.pages)(scope, receive, reply)
        # The one place where a fault of ours becomes an answer.
        except Exception as error:
            if reply.finished:
                return  # FastAPI has told it, and raises it again for the server's log.
            if reply.started:
                raise  # Too late to tell: the connection is cut, so that nothing passes for whole.
            await internal_error(request, error, self.pages)(scope, receive, reply)

    async def _answer(self, request: Request, send: Send) -> None:
        scope, path = request.scope, request.scope["path"]
        if len(scope.get("raw_path") or path) + len(scope["query_string"]) > MAX_ADDRESS:
            raise AddressTooLong(f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST")
        offered = QUERY_METHODS if path in self.query_paths else READ_METHODS
        if scope["method"] not in offered:
            raise MethodNotAllowed("this resource does not have that method", path, offered)
        if scope["method"] == "OPTIONS":
            await _options(offered)(scope, request.receive, send)
            return
        handler = self._handler(path)
        if handler is None:
            await self.fallback(scope, request.receive, send)
        else:
            response = await handler(request)
            await response(scope, request.receive, send)

    def _handler(self, path: str) -> Handler | None:
        if path in self.handlers:
            return self.handlers[path]
        prefix = path[: path.find("/", 1) + 1]
        return self.handlers.get(prefix)


def _options(offered: tuple[str, ...]) -> Response:
    methods = ", ".join(offered)
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, Range",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=headers)


class _Reply:
    """Sends a response with the headers of every response, and without a body where HEAD asked for none."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._head = scope["method"] == "HEAD"
        self.started = self.finished = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": with_common_headers(message["headers"], self._scope)}
        else:
            self.finished = not message.get("more_body", False)
            if self._head:
                message = {**message, "body": b""}
        await self._send(message)
