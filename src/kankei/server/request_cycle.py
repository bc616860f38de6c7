"""One request and its response, sent with as few system calls as possible."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias

from starlette.types import Message

from kankei.errors import KankeiError
from kankei.server.uvicorn_parts import CLOSE_HEADER, STATUS_LINE, RequestResponseCycle
from kankei.web.http.headers import FINISHED_HEAD, header_lines
from kankei.web.instrumentation import OnResponse, PlainRequest, QueryRequest, Response
from kankei.web.responses.response_cache import LruCache

_BODILESS = frozenset((204, 304))
_Headers: TypeAlias = list[tuple[bytes, bytes]]
_Client: TypeAlias = tuple[str, int] | None


class Shortcuts(Protocol):
    """What responds to a plain GET without a request of ASGI, which costs several times as much."""

    @property
    def known(self) -> LruCache[bytes, PlainRequest]:
        """Requests by the bytes that they were received as."""
        ...

    def read(self, target: bytes, headers: _Headers, /) -> PlainRequest:
        """What a request asks for."""
        ...

    def cached_response(self, request: PlainRequest, peer: _Client, /) -> Response | None:
        """The response that is in the cache."""
        ...

    def start_query(
        self, request: PlainRequest, peer: _Client, on_response: OnResponse, /
    ) -> QueryRequest | None:
        """Start a query, if it can be started now, and have its response passed to a function later.

        Where the function gets no response, an ordinary request has to be made.
        """
        ...


class RequestCycle(RequestResponseCycle):
    """Uvicorn's cycle, with a response's head sent together with the bytes that follow it at once.

    Uvicorn writes them apart, and uvloop sends what is written immediately: two system calls. It also matches
    each header with two regular expressions; here one pass over the whole head finds a line break too many.
    """

    on_last: Callable[[], None]
    """Called instead of `on_response` after a response that ends its connection."""
    _head = b""
    _failure: KankeiError | None = None

    def fail(self, error: KankeiError) -> None:
        """Make `receive` raise an error, since the rest of the body will not come."""
        self._failure = error
        self.message_event.set()

    async def receive(self) -> Any:
        """The next message for the application; raises the error that the body ended in."""
        self._raise_failure()
        message = await super().receive()
        self._raise_failure()
        return message

    def _raise_failure(self) -> None:
        """Nobody can be told of a failure once the response has started."""
        if self._failure and not (self.disconnected or self.response_started):
            raise self._failure

    async def send(self, message: Message) -> None:  # type: ignore[override]
        """Send one message of the application; the head waits for the first part of the body."""
        if not self.response_started and message["type"] == "http.response.start":
            self._start(message)
        elif self._head and message["type"] == "http.response.body":
            await self._send_with_head(message)
        else:
            await super().send(message)  # type: ignore[arg-type]

    def _start(self, message: Message) -> None:
        status, headers = message["status"], message.get("headers", ())
        added = list(self.default_headers)
        closing = CLOSE_HEADER in headers
        # What is still to come of this request could be taken for the next one.
        if closing or self.more_body or not self.keep_alive:
            if not closing:
                added.append(CLOSE_HEADER)
            # Uvicorn would close at once, whatever the client still sends.
            self.keep_alive = True
            self.on_response = self.on_last
        if self._is_chunked(status, headers):
            added.append((b"transfer-encoding", b"chunked"))
        head = message.get(FINISHED_HEAD) or STATUS_LINE[status] + header_lines(headers)
        self._head = head + header_lines(added) + b"\r\n"
        self.response_started = True
        self.waiting_for_100_continue = False
        asyncio.get_running_loop().call_soon(self._send_head)

    def _is_chunked(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether the body is sent in chunks, as it is without a Content-Length (RFC 9112, section 6)."""
        self.chunked_encoding = False
        for name, value in headers:
            if name == b"content-length":
                self.expected_content_length = int(value)
                return False
        self.chunked_encoding = self.scope["method"] != "HEAD" and status not in _BODILESS
        return self.chunked_encoding

    def _send_head(self) -> None:
        """Send the head alone, if the body is not there yet."""
        head, self._head = self._head, b""
        if head and not self.disconnected:
            self.transport.write(head)

    async def _send_with_head(self, message: Message) -> None:
        if self.flow.write_paused:
            await self.flow.drain()
        if self.disconnected:
            return
        body = message.get("body", b"")
        if not body or self.chunked_encoding or self.scope["method"] == "HEAD":
            self._send_head()
            await super().send(message)  # type: ignore[arg-type]
            return
        head, self._head = self._head, b""
        self.transport.writelines((head, body))
        # The rest is uvicorn's, for which these bytes have been sent before.
        self.expected_content_length -= len(body)
        await super().send({**message, "body": b""})  # type: ignore[arg-type]


class QueryCycle:
    """One request whose query was started at once, as long as its response is to come."""

    query: QueryRequest
    response_started = response_complete = False
    disconnected = False
    keep_alive = True
    """Set to false when the server ends."""

    def __init__(self, url: bytes, scope: Any) -> None:
        self.url = url
        self.scope = scope
        self.message_event = asyncio.Event()

    def fail(self, error: KankeiError) -> None:
        """Nothing fails: the request has arrived."""
