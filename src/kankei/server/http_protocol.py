"""HTTP/1.1 protocol of one connection, with limits on the memory and time that its client may take."""

import asyncio
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from kankei.server.request_cycle import RequestCycle
from kankei.server.request_parser import HeadTooLarge, RequestParser
from kankei.web.http.headers import header_lines
from kankei.web.sparql.protocol import MAX_ADDRESS

MAX_HEAD = 128 * 1024
"""Bytes of a request's first line and headers together."""
MAX_DISCARDED = 16 * 1024 * 1024
"""Bytes that are read after a connection's last response, so that its client gets to read that response."""
MAX_PIPELINED = 16
"""Requests of a connection that wait for the response before theirs; more are not parsed before that."""
MAX_REFUSALS = 64
"""Connections beyond the limit that get a response at the same time; others are just closed."""

_RETRY_AFTER_S = 5
# With these, a request has a body, or expects a response before it sends one.
_NOT_PLAIN = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_DETAILS = {
    HTTPStatus.BAD_REQUEST: "this is no HTTP request",
    HTTPStatus.REQUEST_TIMEOUT: "the request took too long to arrive",
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST"
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: f"a request's headers have at most {MAX_HEAD} bytes",
    HTTPStatus.NOT_IMPLEMENTED: "a body is sent as it is or with the transfer coding chunked, and no other",
    HTTPStatus.SERVICE_UNAVAILABLE: "this server has as many connections open as it can hold",
}

# Transfer-Encoding: RFC 9112, section 6.1 and 7; parameters: RFC 9110, section 5.6.6
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*"'
_PARAMETER = rf"[ \t]*;[ \t]*{_NAME}[ \t]*=[ \t]*(?:{_NAME}|{_QUOTED})"
_CODING = re.compile(rf"({_NAME})((?:{_PARAMETER})*)")
_CODINGS = re.compile(rf"{_CODING.pattern}(?:[ \t]*(?:,[ \t]*)+{_CODING.pattern})*")


@dataclass(frozen=True)
class ConnectionLimits:
    """What a client's connection may take, and how many of them a process may have open."""

    request_timeout_s: float = 30.0
    """Seconds for a whole request to arrive, and on a new connection for its first one."""
    send_timeout_s: float = 60.0
    """Seconds in which a client has to read at least some of what was sent to it."""
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

    _in_head = _closing = _answered = False
    _arriving = True
    _discarded = 0
    parser: RequestParser  # type: ignore[assignment]
    _error: HTTPStatus | None = None
    _linger_timer: asyncio.TimerHandle | None = None

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
        self.parser = RequestParser(self, MAX_HEAD, self._may_parse)
        self._limits = limits
        self._cached_response = cached_response
        self._request_timer = _Timer(self.loop, limits.request_timeout_s)
        self._send_timer = _Timer(self.loop, limits.send_timeout_s)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request, or refuse a connection beyond the limit."""
        super().connection_made(transport)
        if len(self.connections) <= self._limits.connections:
            self._request_timer.start(self._time_out)
            return
        self._limits.on_refused()
        if len(self.connections) > self._limits.connections + MAX_REFUSALS:
            transport.abort()
        else:
            self._send_error(HTTPStatus.SERVICE_UNAVAILABLE, f"retry-after: {_RETRY_AFTER_S}\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel all timers."""
        self._request_timer.stop()
        self._send_timer.stop()
        if self._linger_timer:
            self._linger_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; a request that comes in one piece, as most do, needs no timer."""
        if self._closing:
            self._discarded += len(data)
            if self._discarded > MAX_DISCARDED:
                self.transport.abort()
            return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except HeadTooLarge:
            self._refuse(self._too_large())
        except httptools.HttpParserError:
            self.send_400_response("")
        if self._closing or self.transport.is_closing():
            return
        # Line breaks between requests are no request: after them, nothing is under way and nobody waits.
        if self._arriving or (self.timeout_keep_alive_task is None and self._is_idle()):
            self._request_timer.start(self._time_out)
        else:
            self._request_timer.stop()

    def on_message_begin(self) -> None:
        """Called by the parser when a request begins."""
        self._in_head = self._arriving = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer the request from the cache, or start its cycle; whoever reads its body bounds it."""
        plain = self._is_plain()
        if not plain:
            self._error = transfer_coding_error(self.parser.get_http_version(), self.headers)
            if self._error:
                raise _MalformedRequest  # the parser would go on to where it takes the body to end
        self._answered = plain and self._answer_from_cache()
        if not self._answered:
            self._start_cycle()
        self._in_head = False

    def on_message_complete(self) -> None:
        """Called by the parser when the whole request has arrived."""
        self._arriving = False
        if not self._answered:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Called when a response is sent: go on with the next request, which may have to be parsed first."""
        super().on_response_complete()
        if self.parser.has_unparsed and not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_soon(self._parse_on)

    def pause_writing(self) -> None:
        """Called when the client does not keep up: wait for it to read some within the limit."""
        super().pause_writing()
        self._send_timer.start(self.transport.abort)

    def resume_writing(self) -> None:
        """Called when most is sent; on a connection that ends, the client has to read the rest, too."""
        self._send_timer.stop()
        if self.transport.is_closing():
            self._send_timer.start(self.transport.abort)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing came for a while."""
        self._close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the detail is ours
        """Respond 400, or a more exact status, to malformed HTTP."""
        # The parser of addresses gives up at 65,535 bytes.
        large = len(self.url or b"") > MAX_ADDRESS
        self._refuse(self._error or (self._too_large() if large else HTTPStatus.BAD_REQUEST))

    def _may_parse(self) -> bool:
        return len(self.pipeline) < MAX_PIPELINED and not (self._closing or self.transport.is_closing())

    def _parse_on(self) -> None:
        if self.parser is None or self.transport.is_closing():
            return
        self.data_received(b"")
        if not self.parser.has_unparsed:
            self.flow.resume_reading()

    def _is_idle(self) -> bool:
        """Whether every request that came is answered."""
        return self.cycle is None or self.cycle.response_complete

    def _is_plain(self) -> bool:
        """Whether a request has no body, needs nothing special of HTTP, and no earlier one is unanswered.

        A client that does not read its responses gets none from the cache: that would have no end.
        """
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and self._is_idle()
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and _NOT_PLAIN.isdisjoint([name for name, _ in self.headers])
        )

    def _answer_from_cache(self) -> bool:
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

    def _start_cycle(self) -> None:
        """As uvicorn would, but for our cycle, and without upgrades and a limit on connections."""
        parser, scope = self.parser, self.scope
        url = httptools.parse_url(self.url)
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = parser.get_http_version()
        scope["path"] = unquote(url.path.decode("ascii"))
        scope["raw_path"] = url.path
        scope["query_string"] = url.query or b""
        idle = self._is_idle()
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
        if idle:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _too_large(self) -> HTTPStatus:
        if len(self.url or b"") > MAX_ADDRESS:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    def _time_out(self) -> None:
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.abort()

    def _refuse(self, status: HTTPStatus) -> None:
        """Send an error and close; only close where the error could be taken for the rest of a response."""
        answering = not self._is_idle()
        answered = self._arriving and not self._in_head
        if answering or answered or self.transport.is_closing():
            self.transport.abort()
        else:
            self._send_error(status, head_only=self.parser.get_method() == b"HEAD")

    def _send_error(self, status: HTTPStatus, field: str = "", *, head_only: bool = False) -> None:
        details = {"type": "about:blank", "title": status.phrase, "status": status}
        body = json.dumps({**details, "detail": _DETAILS[status]}).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\n{field}"
            "access-control-allow-origin: *\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + (b"" if head_only else body))
        self._linger()

    def _finish(self) -> None:
        """End the connection after its last response."""
        self.server_state.total_requests += 1
        if self._arriving or self.pipeline:
            self._linger()
        else:
            self._close()

    def _linger(self) -> None:
        """Send no more, and discard for a while what the client still sends.

        Closed at once, its kernel would throw away what the client has not read (RFC 9112, section 9.6).
        """
        if self.transport.is_closing():
            return
        self._closing = True
        self._request_timer.stop()
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        self.transport.write_eof()
        self._linger_timer = self.loop.call_later(self._limits.linger_s, self.transport.abort)

    def _close(self) -> None:
        """Close once the client has read what was sent, for which its time is limited."""
        if not self.transport.is_closing():
            self._send_timer.start(self.transport.abort)
            self.transport.close()


class _MalformedRequest(Exception):
    """A request whose body has no certain end; raised to stop the parser."""


class _Timer:
    """Calls an action after some seconds, unless it is stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._handle: asyncio.TimerHandle | None = None

    def start(self, action: Callable[[], None]) -> None:
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, action)

    def stop(self) -> None:
        if self._handle:
            self._handle.cancel()
            self._handle = None


def transfer_coding_error(version: str, headers: Iterable[tuple[bytes, bytes]]) -> HTTPStatus | None:
    """The status of a request whose transfer codings are malformed or not supported: only chunked is.

    >>> transfer_coding_error("1.1", [(b"transfer-encoding", b"gzip, chunked")])
    <HTTPStatus.NOT_IMPLEMENTED: 501>
    """
    values = [value for name, value in headers if name == b"transfer-encoding"]
    if not values:
        return None
    value = b",".join(values).decode("latin-1").strip(" \t,")
    # HTTP/1.0 does not know the field, so the sender and others may differ on where the body ends.
    if version != "1.1" or not _CODINGS.fullmatch(value):
        return HTTPStatus.BAD_REQUEST
    codings = [(name.lower(), parameters) for name, parameters in _CODING.findall(value)]
    *before, last = codings
    if any(name == "chunked" for name, _ in before) or (last[0] == "chunked" and last[1]):
        return HTTPStatus.BAD_REQUEST
    return None if codings == [("chunked", "")] else HTTPStatus.NOT_IMPLEMENTED
