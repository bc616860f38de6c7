"""Around the application: each request gets a name, is counted and timed, and leaves a line in the log."""

import asyncio
import time
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import unquote

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from kankei.engine.operation import Engine, Operation, QueryResult
from kankei.web.responses.response_cache import RequestHeaders
from kankei.web.router import Router
from kankei.web.server_state import ServerState
from kankei.web.telemetry import metric_definitions
from kankei.web.telemetry.json_log import masked_address
from kankei.web.telemetry.request_record import RequestRecord, current_record, new_record, start_record

_GIVEN_UP = (asyncio.CancelledError, GeneratorExit)
_REQUEST_ID = b"x-request-id"
_FORWARDED_FOR = b"x-forwarded-for"
_AT_ONCE = 64 * 1024
Peer: TypeAlias = tuple[str, int] | None
_CLOSE = (b"connection", b"close")
_GOING_DOWN = Response(
    b'{"type":"about:blank","title":"Service Unavailable","status":503,'
    b'"detail":"the server is going down and could not wait for the answer"}',
    503,
    {"Cache-Control": "no-store", "Retry-After": "1"},
    "application/problem+json",
)
"""To requests that are still under way when the server ends."""


@dataclass
class Sent:
    """What was sent of a response."""

    status: int = 0
    bytes: int = 0
    finished: bool = False


@dataclass(frozen=True)
class Instrumentation:
    """An ASGI application around another."""

    app: Router
    state: ServerState

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """QueryResult one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        headers = scope["headers"]
        record = start_record(_name(headers), self._client(scope.get("client"), headers))
        sent = _Sending(send, record.request_id.encode(), self.state)
        try:
            await self.app(scope, receive, sent)
        except asyncio.CancelledError:
            if sent.status or not self.state.stopping:
                raise
            record.error = "Cancelled"
            await _GOING_DOWN(scope, receive, sent)
        finally:
            self._tell(scope["method"], scope["path"], record, sent, time.perf_counter() - start)

    def at_once(self, target: bytes, headers: RequestHeaders, peer: Peer) -> tuple[bytes, bytes] | None:
        """The head and the body of the answer to a GET, if it is kept and small; by an address and headers.

        The head lacks its end, and the headers of the connection. A server may ask this before it makes an
        ASGI call of a request, which costs several times as much.
        """
        start = time.perf_counter()
        kept = None if self.state.retired else self.app.lookup(target, headers)
        if kept is None or len(kept.body) > _AT_ONCE:
            return None
        record = new_record(_name(headers), self._client(peer, headers))
        record.cache = kept.source
        path = unquote(target.partition(b"?")[0].decode("latin-1"))
        self._tell(
            "GET", path, record, Sent(kept.status, len(kept.body), finished=True), time.perf_counter() - start
        )
        return b"%bx-request-id: %b\r\n" % (kept.head, record.request_id.encode()), kept.body

    def _client(self, peer: Peer, headers: RequestHeaders) -> str | None:
        address = peer[0] if peer else None
        proxies = self.state.proxies
        if not proxies.networks:
            return address
        forwarded = b",".join(value for name, value in headers if name == _FORWARDED_FOR)
        return proxies.client(address, forwarded.decode("latin-1"))

    def _tell(self, method: str, path: str, record: RequestRecord, sent: Sent, seconds: float) -> None:
        state, meter = self.state, self.state.meter
        route = metric_definitions.route_label(path)
        status = str(sent.status) if sent.finished else "cut"
        meter.count(metric_definitions.REQUESTS, route, metric_definitions.method_label(method), status)
        meter.count(metric_definitions.RESPONSE_BYTES, route, by=sent.bytes)
        meter.observe(metric_definitions.REQUEST_SECONDS, route, value=seconds)
        if record.cache:
            meter.count(metric_definitions.CACHE_RESULTS, record.cache)
        if state.settings.log_requests:
            state.log.note(
                "request",
                request_id=record.request_id,
                client=masked_address(record.client, state.settings.log_clients),
                method=method,
                path=path,
                status=sent.status,
                bytes=sent.bytes,
                ms=round(seconds * 1000, 2),
                outcome=record.error or ("ok" if sent.finished else "cut"),
                engine_ms=round(record.engine_s * 1000, 2) if record.engine_s else None,
                cache=record.cache or None,
            )


def _name(headers: RequestHeaders) -> bytes | None:
    for header, value in headers:
        if header == _REQUEST_ID:
            return value
    return None


class _Sending(Sent):
    """Sends a response with the request's name, and knows what was sent."""

    def __init__(self, send: Send, request_id: bytes, state: ServerState) -> None:
        super().__init__()
        self._send = send
        self._request_id = request_id
        self._state = state

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message["headers"], (_REQUEST_ID, self._request_id)]
            if self._state.retired:
                # The client's next connection is another process's.
                headers.append(_CLOSE)
            message = {**message, "headers": headers}
        await self._send(message)
        if message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
            self.finished = not message.get("more_body", False)


@dataclass(frozen=True)
class MeasuredEngine:
    """An engine whose queries are counted and timed."""

    engine: Engine
    state: ServerState

    @property
    def identity(self) -> str:
        """That of the engine."""
        return self.engine.identity

    async def answer(self, operation: Operation) -> QueryResult:
        """The engine's answer."""
        start = time.perf_counter()
        outcome = "Answered"
        try:
            return await self.engine.answer(operation)
        except BaseException as error:
            outcome = "Cancelled" if isinstance(error, _GIVEN_UP) else type(error).__name__
            raise
        finally:
            self._tell(outcome, time.perf_counter() - start)

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    def _tell(self, outcome: str, seconds: float) -> None:
        meter = self.state.meter
        meter.count(metric_definitions.QUERIES, outcome)
        meter.observe(metric_definitions.QUERY_SECONDS, value=seconds)
        if cause := metric_definitions.kill_cause(outcome):
            meter.count(metric_definitions.KILLS, cause)
        if record := current_record():
            record.engine_s += seconds
