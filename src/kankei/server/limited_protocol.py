"""HTTP/1.1 protocol of one connection, with limits on the memory and time that its client may take."""

import asyncio
import math
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn
from urllib.parse import unquote

import httptools
import uvicorn

from kankei.engine.limits import KIB
from kankei.server.connection_limits import (
    DEFAULT_LIMITS,
    HEALTH_PATHS,
    MAX_DISCARDED,
    MAX_PIPELINED,
    Admission,
    ConnectionLimits,
    OpenConnections,
    Timer,
)
from kankei.server.head_checks import HostCheck, MalformedHead, transfer_coding_error
from kankei.server.refusals import (
    BAD_ADDRESS,
    BAD_HOST,
    BROKEN_BODY,
    FAILED,
    LARGE_HEAD,
    LONG_ADDRESS,
    MALFORMED,
    MAX_HEAD,
    TIMED_OUT,
    UNREAD,
    Refusal,
)
from kankei.server.request_cycle import QueryCycle, RequestCycle
from kankei.server.request_parser import HeadTooLarge, RequestParser
from kankei.server.uvicorn_parts import HttpToolsProtocol, ServerState
from kankei.web.http.headers import header_lines
from kankei.web.sparql.protocol import MAX_ADDRESS
from kankei.web.telemetry.request_record import REQUEST_ID, RefusedRequest

_LEAST_READ = 48 * KIB  # of a response, in time: as much as of one that is sent in chunks
_OF_CLIENT = (MalformedHead, httptools.HttpParserError, UnicodeDecodeError)
"""What a callback of the parser raises for a request that is malformed."""
# With these, a request has a body, or expects a response before it sends one.
_NOT_PLAIN = frozenset((b"content-length", b"transfer-encoding", b"expect"))


class LimitedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1 protocol with limits on what a client that is slow, or never ends, can occupy."""

    parser: RequestParser  # type: ignore[assignment]
    cycle: RequestCycle | QueryCycle  # type: ignore[assignment]
    url = b""
    _in_head = _closing = _answered = False
    _arriving = True
    _discarded = 0
    _error: Refusal | None = None
    _last_refusal: Refusal | None = None
    """What is sent after the responses that are under way."""
    _admission: Admission | None = None
    _linger_timer: asyncio.TimerHandle | None = None
    _answered_at = -math.inf
    """When a response was last sent that set no timer anew, by the loop's clock."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits = DEFAULT_LIMITS,
        connections: OpenConnections | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.parser = RequestParser(self, MAX_HEAD, self._may_parse)
        self._limits = limits
        self._host_check = HostCheck()
        self._open_connections = connections or OpenConnections(limits)
        self._request_timer = Timer(self.loop, limits.request_timeout_s)
        self._send_timer = Timer(self.loop, limits.send_timeout_s)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request, which is the only one of a connection beyond the limits."""
        super().connection_made(transport)
        self._admission = self._open_connections.admit(self.client[0] if self.client else None)
        if self._admission.refusal:
            self._request_timer = Timer(self.loop, self._limits.reserve_s)
        if self._admission.group:
            self._request_timer.start(self._time_out)
        elif self._admission.refusal:
            self._abort(self._admission.refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel all timers."""
        self._request_timer.stop()
        self._send_timer.stop()
        if self._linger_timer:
            self._linger_timer.cancel()
        if self._admission:
            self._open_connections.release(self._admission)
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
            self._refuse(LONG_ADDRESS if len(self.url) > MAX_ADDRESS else LARGE_HEAD)
        except httptools.HttpParserError as error:
            self._refuse(self._failed(error.__context__) if _is_own(error) else self._malformed(error))
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
        """Start the cycle of the request; whoever reads its body bounds it."""
        names, version = [name for name, _ in self.headers], self.parser.get_http_version()
        if not self._host_check.is_valid(version, names, self.headers):
            self._stop_parsing(BAD_HOST)
        plain = version == "1.1" and self._is_plain(names)
        if not plain and (error := transfer_coding_error(version, self.headers)):
            self._stop_parsing(error)  # the parser would go on to where it takes the body to end
        self._answered = plain and self._answer_plain()
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
        if self._last_refusal and self._is_idle() and not self.transport.is_closing():
            self._send_error(self._last_refusal)
        elif self.parser.has_unparsed and not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_soon(self._parse_on)

    def pause_writing(self) -> None:
        """Called when the client does not keep up: wait for it to read some within the limit."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """Called when most is sent; on a connection that ends, the client has to read the rest, too."""
        self._send_timer.stop()
        if self.transport.is_closing():
            self._send_timer.start(partial(self._abort, UNREAD))
        super().resume_writing()

    def _await_reading(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._send_timer.start(partial(self._check_reading, unread))

    def _check_reading(self, before: int) -> None:
        """End the connection of a client that reads too slowly."""
        self._send_timer.stop()
        if before - self.transport.get_write_buffer_size() < _LEAST_READ:
            self._abort(UNREAD)
        else:
            self._await_reading()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing came for a while."""
        remaining = self._answered_at + self.timeout_keep_alive - self.loop.time()
        if remaining > 0:
            self._keep_alive(remaining)
        else:
            self._close()

    def end_idle(self, seconds: float) -> None:
        """Close in some seconds, if the connection waits for a request that does not come until then."""
        if self.timeout_keep_alive_task:
            self._unset_keepalive_if_required()
            self._answered_at = -math.inf
            self._keep_alive(seconds)

    def _keep_alive(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _answer_plain(self) -> bool:
        """Answer a request without a body, where no response is due before; whether that was done."""
        return False

    def _may_parse(self) -> bool:
        return len(self.pipeline) < MAX_PIPELINED and not (self._closing or self.transport.is_closing())

    def _stop_parsing(self, refusal: Refusal) -> NoReturn:
        self._error = refusal
        raise MalformedHead

    def _parse_on(self) -> None:
        if self.parser is None or self.transport.is_closing():
            return
        self.data_received(b"")
        if not self.parser.has_unparsed:
            self.flow.resume_reading()

    def _is_idle(self) -> bool:
        """Whether every request that came is answered."""
        return self.cycle is None or self.cycle.response_complete

    def _is_plain(self, names: Sequence[bytes]) -> bool:
        """Whether a request has no body, needs nothing special of HTTP, and no earlier one is unanswered.

        A client that does not read its responses gets none from the cache: that would have no end.
        """
        parser = self.parser
        return (
            parser.get_method() == b"GET"
            and parser.should_keep_alive()
            and self._is_idle()
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and _NOT_PLAIN.isdisjoint(names)
        )

    def _start_cycle(self) -> None:
        """As uvicorn would, but for our cycle, and without upgrades."""
        parser, scope = self.parser, self.scope
        beyond_limits = self._admission and self._admission.refusal
        if beyond_limits:
            if httptools.parse_url(self.url).path not in HEALTH_PATHS:
                self._stop_parsing(beyond_limits)
            self._closing = True  # no request comes after it
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = parser.get_http_version()
        keep_alive = scope["http_version"] != "1.0" and parser.should_keep_alive() and not beyond_limits
        idle = self._is_idle()
        self.cycle = self._new_cycle(scope, self.url, keep_alive=keep_alive)
        if idle:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _new_cycle(self, scope: Any, target: bytes, *, keep_alive: bool) -> RequestCycle:
        url = httptools.parse_url(target)
        scope["path"] = unquote(url.path.decode("ascii"))
        scope["raw_path"] = url.path
        scope["query_string"] = url.query or b""
        cycle = RequestCycle(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.on_last = self._finish
        return cycle

    def _failed(self, failure: BaseException | None) -> Refusal:
        self.logger.error("a request failed before it was answered", exc_info=failure)
        return FAILED

    def _malformed(self, error: httptools.HttpParserError) -> Refusal:
        if self._error:
            return self._error
        if self._arriving and not self._in_head and self.cycle:
            return BROKEN_BODY
        if len(self.url) > MAX_ADDRESS:
            return LONG_ADDRESS
        return BAD_ADDRESS if isinstance(error, httptools.HttpParserInvalidURLError) else MALFORMED

    def _time_out(self) -> None:
        in_body = self._arriving and self.cycle is not None
        if self._admission and self._admission.refusal and not self.cycle:
            self._refuse(self._admission.refusal)
        elif self._in_head or in_body:
            self._refuse(TIMED_OUT)
        else:
            self.transport.abort()  # nothing was requested

    def _refuse(self, refusal: Refusal) -> None:
        """Send an error, after the responses to earlier requests, and close; only close within a response."""
        in_body = self._arriving and not self._in_head and self.cycle is not None
        if self.transport.is_closing():
            self.transport.abort()
        elif in_body and not self.cycle.response_started:
            self._report(refusal, 0, logged=False)
            self._closing = True
            self._request_timer.stop()
            self.cycle.fail(refusal.error)
        elif in_body:
            self._abort(refusal)
        elif not self._is_idle():
            self._last_refusal, self._closing = refusal, True
            self._request_timer.stop()
        else:
            self._send_error(refusal)

    def _send_error(self, refusal: Refusal) -> None:
        head_only = self.parser.get_method() == b"HEAD"
        lines = header_lines(self.server_state.default_headers)
        if request_id := self._report(refusal, refusal.status, 0 if head_only else len(refusal.body)):
            lines += header_lines([(REQUEST_ID, request_id)])
        self.transport.write(refusal.response(lines, head_only=head_only))
        self._linger()

    def _abort(self, refusal: Refusal) -> None:
        """Close at once; a request under way has its own line of the log."""
        self._report(refusal, 0, logged=self._is_idle())
        self.transport.abort()

    def _report(self, refusal: Refusal, status: int, body_bytes: int = 0, *, logged: bool = True) -> bytes:
        """Count and log a refusal; returns the id of the request."""
        target = self.url.partition(b"?")[0].decode("latin-1")
        return self._limits.on_refused(
            RefusedRequest(
                refusal.reason,
                status,
                self.client[0] if self.client else None,
                self.parser.get_method().decode("latin-1") if target else None,
                target or None,
                self.headers or (),
                body_bytes,
                logged,
            )
        )

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
            self._send_timer.start(partial(self._abort, UNREAD))
            self.transport.close()


def _is_own(error: httptools.HttpParserError) -> bool:
    """Whether the parser stopped because of a failure of this server."""
    stopped = isinstance(error, httptools.HttpParserCallbackError) and error.__context__ is not None
    return stopped and not isinstance(error.__context__, _OF_CLIENT)
