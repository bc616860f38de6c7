"""The application's front: the hot paths answered directly, the rest by FastAPI, and every error told once.

A look-up through a FastAPI route is several times slower than through this dispatch.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kankei.errors import KankeiError, MethodNotAllowed
from kankei.web.pages import Pages
from kankei.web.problems import problem, unexpected

Handler = Callable[[Request], Awaitable[Response]]

READ = ("GET", "HEAD", "OPTIONS")
ASK = ("GET", "HEAD", "POST", "OPTIONS")

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Content-Language, Content-Range, X-Request-Id",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every response: open to any reader, and nothing from elsewhere in a page."""


@dataclass(frozen=True)
class Front:
    """An ASGI application: `hot` maps a path, or a prefix that ends in a slash, to its handler."""

    hot: Mapping[str, Handler]
    posts: frozenset[str]
    rest: ASGIApp
    pages: Pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.rest(scope, receive, send)
            return
        request = Request(scope, receive)
        reply = _Reply(send, head=scope["method"] == "HEAD")
        try:
            await self._answer(request, reply)
        except KankeiError as error:
            await problem(request, error, self.pages)(scope, receive, reply)
        # The one place where a fault of ours becomes an answer.
        except Exception as error:
            if reply.finished:
                return  # FastAPI has told it, and raises it again for the server's log.
            if reply.started:
                raise  # Too late to tell: the connection is cut, so that nothing passes for whole.
            await unexpected(request, error, self.pages)(scope, receive, reply)

    async def _answer(self, request: Request, send: Send) -> None:
        scope, path = request.scope, request.scope["path"]
        offered = ASK if path in self.posts else READ
        if scope["method"] not in offered:
            raise MethodNotAllowed("this resource does not have that method", path, offered)
        if scope["method"] == "OPTIONS":
            await _options(offered)(scope, request.receive, send)
            return
        handler = self._handler(path)
        if handler is None:
            await self.rest(scope, request.receive, send)
        else:
            response = await handler(request)
            await response(scope, request.receive, send)

    def _handler(self, path: str) -> Handler | None:
        if path in self.hot:
            return self.hot[path]
        prefix = path[: path.find("/", 1) + 1]
        return self.hot.get(prefix)


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

    def __init__(self, send: Send, *, head: bool) -> None:
        self._send = send
        self._head = head
        self.started = self.finished = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        else:
            self.finished = not message.get("more_body", False)
            if self._head:
                message = {**message, "body": b""}
        await self._send(message)
