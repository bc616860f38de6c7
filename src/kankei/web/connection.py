"""One client's connection, which may not take more memory or time than a request is worth."""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kankei.web.protocol import MAX_ADDRESS

MAX_HEAD = 128 * 1024
"""Bytes of a request's first line and headers together."""

_LINGER_S = 1.0
_HEAD = b"HTTP/1.1 "
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

    _in_head = _refused = False
    _arriving = True
    _head = 0
    _request_timer: "_Timer"
    _reading_timer: "_Timer"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(_Corked(transport, self.loop))
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
        """Its body, if any, is bounded by whoever reads it."""
        super().on_headers_complete()
        self._in_head = False

    def on_message_complete(self) -> None:
        """It is there."""
        self._arriving = False
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


class _Corked(asyncio.Transport):
    """A transport that sends a response's head along with the bytes that follow it at once.

    Uvicorn writes them apart and uvloop sends what is written immediately: two calls of the kernel, which are
    half of all that answering from the cache costs.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._head = b""
        for name in ("get_extra_info", "is_closing", "pause_reading", "resume_reading", "abort"):
            setattr(self, name, getattr(transport, name))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data[: len(_HEAD)] == _HEAD:
            self._head = bytes(data)
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def write_eof(self) -> None:
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)
