"""One client's connection, which may not take more memory or time than a request is worth."""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kankei.web.cycle import Cycle, header_lines
from kankei.web.protocol import MAX_ADDRESS

MAX_HEAD = 128 * 1024
"""Bytes of a request's first line and headers together."""

_LINGER_S = 1.0
# With these, a request has a body, or wants to be told something before it sends one.
_SPECIAL = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: "this is no HTTP request",
    HTTPStatus.REQUEST_TIMEOUT: "the request took too long to arrive",
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST"
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: f"a request's headers have at most {MAX_HEAD} bytes",
}


class Connection(HttpToolsProtocol):
    """Uvicorn's connection, with bounds on what a client that is slow, or never ends, can hold on to."""

    request_s = 30.0
    """Seconds for a whole request to arrive, and on a new connection for its first one."""
    reading_s = 60.0
    """Seconds in which a client has to take at least some of what waits for it."""

    _in_head = _refused = _answered = False
    _arriving = True
    _head = 0
    _request_timer: "_Timer"
    _reading_timer: "_Timer"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._request_timer = _Timer(self.loop, self.request_s, self._too_slow)
        self._reading_timer = _Timer(self.loop, self.reading_s, transport.abort)
        self._request_timer.start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._request_timer.stop()
        self._reading_timer.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a request that comes in one piece, as most do, needs no timer."""
        if self._refused:
            return
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self._refuse(self._too_large())
        if self._arriving and not self._refused:
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
        self._answered = self._is_plain() and self._answer_at_once()
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
        self._reading_timer.start()

    def resume_writing(self) -> None:
        """It has taken most of what waited."""
        self._reading_timer.stop()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the sentence is ours
        """Tell of a request that is none."""
        # The parser of addresses gives up at 65,535 bytes.
        self._refuse(self._too_large() if len(self.url or b"") > MAX_ADDRESS else HTTPStatus.BAD_REQUEST)

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
        prompt = getattr(self.app, "at_once", None)
        answer = prompt(self.url, self.headers, self.client) if prompt else None
        if answer is None:
            return False
        head, body = answer
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
        self.cycle = Cycle(
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
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Say what is wrong and hang up; only that where words would pass for the rest of a response."""
        answering = self.cycle is not None and not self.cycle.response_complete
        answered = self._arriving and not self._in_head
        if answering or answered or self.transport.is_closing():
            self.transport.abort()
            return
        self._refused = True
        details = {"type": "about:blank", "title": status.phrase, "status": status}
        body = json.dumps({**details, "detail": _SENTENCES[status]}).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\naccess-control-allow-origin: *\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        # To close at once, while the client still sends, would make its kernel throw the answer away.
        self.transport.write_eof()
        self._request_timer.stop()
        self.loop.call_later(_LINGER_S, self.transport.abort)


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
