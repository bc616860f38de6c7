"""One client's connection, which may not take more memory or time than a request is worth."""

import asyncio
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from kankei.server.request_cycle import RequestCycle
from kankei.server.transfer_coding import transfer_coding_error
from kankei.web.http.headers import header_lines
from kankei.web.sparql.protocol import MAX_ADDRESS

MAX_HEAD = 128 * 1024
"""Bytes of a request's first line and headers together."""

MAX_DISCARDED = 16 * 1024 * 1024
"""Bytes that are read after the last response of a connection, only for the client to get to reading it."""
MAX_REFUSALS = 64
"""Connections beyond the most that are told so at the same time; others are hung up on."""

_RETRY_AFTER_S = 5
# With these, a request has a body, or wants to be told something before it sends one.
_SPECIAL = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "this is no HTTP request",
    HTTPStatus.REQUEST_TIMEOUT: "the request took too long to arrive",
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST"
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: f"a request's headers have at most {MAX_HEAD} bytes",
    HTTPStatus.NOT_IMPLEMENTED: "a body is sent as it is or with the transfer coding chunked, and no other",
    HTTPStatus.SERVICE_UNAVAILABLE: "this server has as many connections open as it can hold",
}


@dataclass(frozen=True)
class ConnectionLimits:
    """What a client's connection may take, and how many of them a process may have open."""

    request_timeout_s: float = 30.0
    """Seconds for a whole request to arrive, and on a new connection for its first one."""
    send_timeout_s: float = 60.0
    """Seconds in which a client has to take at least some of what waits for it."""
    linger_s: float = 5.0
    """Seconds that a client has to read the last response, and to stop sending."""
    connections: float = math.inf
    """Connections that this process may have open."""
    on_refused: Callable[[], None] = lambda: None
    """Called for each connection beyond them."""


DEFAULT_LIMITS = ConnectionLimits()
CachedResponse: TypeAlias = Callable[
    [bytes, list[tuple[bytes, bytes]], tuple[str, int] | None], tuple[bytes, bytes] | None
]
"""Maps a GET's target, headers and client to the response's head, without its last line, and body."""


class HttpProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1 protocol with limits on what a client that is slow, or never ends, can occupy.

    A plain GET whose response `cached_response` returns is answered without a call of the application.
    """

    _in_head = _parting = _answered = False
    _arriving = True
    _head = _discarded = 0
    _fault: HTTPStatus | None = None
    _end: asyncio.TimerHandle | None = None

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits = DEFAULT_LIMITS,
        cached_response: CachedResponse | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._cached_response = cached_response
        self._request_timer = _Timer(self.loop, limits.request_timeout_s, self._too_slow)
        self._send_timer = _Timer(self.loop, limits.send_timeout_s, self._abort)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self._turn_away()
        else:
            self._request_timer.start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._request_timer.stop()
        self._send_timer.stop()
        if self._end:
            self._end.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a request that comes in one piece, as most do, needs no timer."""
        if self._parting:
            self._discard(data)
            return
        super().data_received(data)
        if self._in_head and not self._parting:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self._refuse(self._too_large())
        if self._parting:
            return
        # Line breaks between requests are no request: after them, nothing is under way and nobody waits.
        if self._arriving or (self.timeout_keep_alive_task is None and self._is_idle()):
            self._request_timer.start()
        else:
            self._request_timer.stop()

    def on_message_begin(self) -> None:
        """A request has begun."""
        self._in_head = self._arriving = True
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer it at once, or begin to; its body, if any, is bounded by whoever reads it."""
        plain = self._is_plain()
        if not plain:
            self._fault = transfer_coding_error(self.parser.get_http_version(), self.headers)
            if self._fault:
                raise _Faulty  # the parser would go on to where it takes the body to end
        self._answered = plain and self._answer_at_once()
        if not self._answered:
            self._begin()
        self._in_head = False

    def on_message_complete(self) -> None:
        """It is there."""
        self._arriving = False
        if not self._answered:
            super().on_message_complete()

    def pause_writing(self) -> None:
        """The client does not keep up: see that it goes on reading at all."""
        super().pause_writing()
        self._send_timer.start()

    def resume_writing(self) -> None:
        """It has taken most of what waited; on a connection that ends it has to take the rest, too."""
        self._send_timer.stop()
        if self.transport.is_closing():
            self._send_timer.start()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End a connection on which nothing came for a while."""
        self._close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the sentence is ours
        """Tell of a request that is none."""
        # The parser of addresses gives up at 65,535 bytes.
        large = len(self.url or b"") > MAX_ADDRESS
        self._refuse(self._fault or (self._too_large() if large else HTTPStatus.BAD_REQUEST))

    def _is_idle(self) -> bool:
        """Whether everything that came is answered."""
        return self.cycle is None or self.cycle.response_complete

    def _is_plain(self) -> bool:
        """Whether it has no body, asks for nothing special of HTTP, and nothing before it is unanswered.

        A client that does not read what it is sent is not answered at once: that would have no end.
        """
        parser, cycle = self.parser, self.cycle
        return (
            parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and _SPECIAL.isdisjoint([name for name, _ in self.headers])
        )

    def _answer_at_once(self) -> bool:
        if self._cached_response is None:
            return False
        cached = self._cached_response(self.url, self.headers, self.client)
        if cached is None:
            return False
        head, body = cached
        lines = header_lines(self.server_state.default_headers)
        self.transport.write(b"".join((head, lines, b"\r\n", body)))
        self.on_response_complete()
        return True

    def _begin(self) -> None:
        """As uvicorn would, but for our cycle, and without upgrades and a bound on connections."""
        parser, scope = self.parser, self.scope
        url = httptools.parse_url(self.url)
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = parser.get_http_version()
        scope["path"] = unquote(url.path.decode("ascii"))
        scope["raw_path"] = url.path
        scope["query_string"] = url.query or b""
        before = self.cycle
        self.cycle = RequestCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=scope["http_version"] != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        self.cycle.on_last = self._finish
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _too_large(self) -> HTTPStatus:
        if len(self.url or b"") > MAX_ADDRESS:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    def _too_slow(self) -> None:
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.abort()

    def _abort(self) -> None:
        self.transport.abort()

    def _turn_away(self) -> None:
        self._limits.on_refused()
        if len(self.connections) > self._limits.connections + MAX_REFUSALS:
            self.transport.abort()
        else:
            self._tell(HTTPStatus.SERVICE_UNAVAILABLE, f"retry-after: {_RETRY_AFTER_S}\r\n")

    def _refuse(self, status: HTTPStatus) -> None:
        """Say what is wrong and hang up; only that where words would pass for the rest of a response."""
        answering = self.cycle is not None and not self.cycle.response_complete
        answered = self._arriving and not self._in_head
        if answering or answered or self.transport.is_closing():
            self.transport.abort()
        else:
            self._tell(status, head_only=self.parser.get_method() == b"HEAD")

    def _tell(self, status: HTTPStatus, field: str = "", *, head_only: bool = False) -> None:
        details = {"type": "about:blank", "title": status.phrase, "status": status}
        body = json.dumps({**details, "detail": _SENTENCES[status]}).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\n{field}"
            "access-control-allow-origin: *\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + (b"" if head_only else body))
        self._part()

    def _finish(self) -> None:
        """The last response is sent: end the connection."""
        self.server_state.total_requests += 1
        if self._arriving or self.pipeline:
            self._part()
        else:
            self._close()

    def _part(self) -> None:
        """Say no more and listen for a while.

        To close at once, while the client still sends, would have its kernel throw away what it has not read
        (RFC 9112, section 9.6).
        """
        if self.transport.is_closing():
            return
        self._parting = True
        self._request_timer.stop()
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        self.transport.write_eof()
        self._end = self.loop.call_later(self._limits.linger_s, self.transport.abort)

    def _discard(self, data: bytes) -> None:
        self._discarded += len(data)
        if self._discarded > MAX_DISCARDED:
            self.transport.abort()

    def _close(self) -> None:
        """Close once the client has taken what waits for it, which it must."""
        if not self.transport.is_closing():
            self._send_timer.start()
            self.transport.close()


class _Faulty(Exception):
    """A request whose body nobody could find the end of; it gets no further than the parser."""


class _Timer:
    """Something to be done unless it is called off in time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, action: Callable[[], None]) -> None:
        self._loop = loop
        self._seconds = seconds
        self._action = action
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, self._action)

    def stop(self) -> None:
        if self._handle:
            self._handle.cancel()
            self._handle = None
