"""ASGI router: dispatches the hot paths itself, hands the rest to FastAPI, and turns errors into responses.

A look-up through a FastAPI route is several times slower than through this dispatch.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Send

from kankei.errors import AddressTooLong, KankeiError, MethodNotAllowed
from kankei.web.html.templates import Templates
from kankei.web.http.disconnect import ClientDisconnected
from kankei.web.http.response_sender import ResponseSender
from kankei.web.responses.problem_details import internal_error, problem_response
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.sparql.protocol import MAX_ADDRESS

Handler = Callable[[Request], Awaitable[ASGIApp]]

READ_METHODS = ("GET", "HEAD", "OPTIONS")
QUERY_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


@dataclass(frozen=True)
class Router:
    """Dispatches requests: `handlers` maps a path, or a prefix that ends in a slash, to its handler.

    What those handlers answer from the `cache` is found there before they are called the next time.
    """

    handlers: Mapping[str, Handler]
    query_paths: frozenset[str]
    fallback: ASGIApp
    pages: Templates
    cache: ResponseCache

    async def respond(self, request: Request, send: ResponseSender) -> None:
        """Respond to one HTTP request."""
        scope, receive = request.scope, request.receive
        try:
            await self._answer(request, send)
        except ClientDisconnected:
            return  # nobody is there to be told
        except KankeiError as error:
            await problem_response(request, error, self.pages)(scope, receive, send)
        # The one place where a fault of ours becomes an answer.
        except Exception as error:
            if send.finished:
                return  # FastAPI has responded, and raises the error again for the server's log
            if send.status:
                raise  # too late for a response: the connection is cut, so that nothing passes for whole
            await internal_error(request, error, self.pages)(scope, receive, send)

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
