"""Instrumentation: gives each request an id, counts and times it, and writes its line of the log."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response as StarletteResponse
from starlette.types import Receive, Scope, Send

from kankei.web.http.headers import header_lines, raw_headers
from kankei.web.resources.query_starter import QueryStarter, RunningQuery
from kankei.web.resources.sparql_endpoint import STARTED_QUERY, StartedQuery
from kankei.web.responses.representation import SENT_WHOLE, Representation
from kankei.web.responses.response_cache import LruCache, RequestHeaders, RequestKey, request_key
from kankei.web.responses.result_budget import SMALLEST_HELD
from kankei.web.router import ResponseSender, Router
from kankei.web.server_state import ServerState
from kankei.web.sparql.protocol import PATH as SPARQL_PATH
from kankei.web.telemetry import metrics
from kankei.web.telemetry.json_log import masked_address
from kankei.web.telemetry.metrics import OTHER
from kankei.web.telemetry.request_log import Asked, Sent, request_members
from kankei.web.telemetry.request_record import (
    CURRENT_RECORD,
    REQUEST_ID,
    RefusedRequest,
    RequestRecord,
    new_record,
)

_FORWARDED_FOR = b"x-forwarded-for"
_KNOWN_BYTES = 8 * 1024 * 1024
Peer: TypeAlias = tuple[str, int] | None
_SHUTTING_DOWN = StarletteResponse(
    b'{"type":"about:blank","title":"Service Unavailable","status":503,'
    b'"detail":"the server is going down and could not wait for the answer"}',
    503,
    {"Cache-Control": "no-store", "Retry-After": "1"},
    "application/problem+json",
)
"""The response to requests in flight when the server shuts down."""


Response: TypeAlias = tuple[bytes, bytes]
"""The head of a response, without its last line and the headers of the connection, and its body."""
OnResponse: TypeAlias = Callable[[StartedQuery, Response | None], None]


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A GET without a body, and what follows from its bytes."""

    target: bytes
    headers: RequestHeaders
    key: RequestKey
    asked: Asked
    largest: int
    """Bytes of the largest body that is sent without a request of ASGI."""

    @property
    def size(self) -> int:
        """Bytes that remembering it takes, about."""
        return 4 * len(self.target) + 4 * sum(len(value) for _, value in self.headers) + 2048


@dataclass(frozen=True)
class Instrumentation:
    """The ASGI application: a router whose requests get an id and are counted, timed and logged."""

    router: Router
    state: ServerState
    routes: Mapping[str, str]
    """The value of the label ``route`` by first path segment."""
    starter: QueryStarter | None = None
    known: LruCache[bytes, PlainRequest] = field(default_factory=lambda: LruCache(_KNOWN_BYTES))
    """Requests that the cache answered, by the bytes that they were received as."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        if scope["type"] != "http":
            await self.router.fallback(scope, receive, send)
            return
        start = time.perf_counter()
        headers = scope["headers"]
        record = new_record(headers, self._client(scope.get("client"), headers))
        CURRENT_RECORD.set(record)
        if started := scope.get(STARTED_QUERY):
            record.engine_s = started.seconds
            start -= started.seconds
        sender = ResponseSender(scope, send, record.request_id.encode(), lambda: self.state.retired)
        try:
            await self.router.respond(Request(scope, receive), sender)
        except asyncio.CancelledError:
            if sender.status or not self.state.stopping:
                raise
            record.error = "Cancelled"
            await _SHUTTING_DOWN(scope, receive, sender)
        finally:
            seconds = time.perf_counter() - start
            sent = Sent(sender.status, sender.body_bytes, seconds, sender.finished)
            self.record(self._asked(scope["method"], scope["path"]), sent, record)

    def read(self, target: bytes, headers: RequestHeaders) -> "PlainRequest":
        """What a GET without a body asks for."""
        path = unquote(target.partition(b"?")[0].decode("latin-1"))
        # Larger results count in the budget of those that clients have not read.
        largest = SMALLEST_HELD - 1 if path == SPARQL_PATH else SENT_WHOLE
        return PlainRequest(target, headers, request_key(target, headers), self._asked("GET", path), largest)

    def cached_response(self, request: "PlainRequest", peer: Peer) -> Response | None:
        """The head and the body of the response to a GET, if it is in the cache and small.

        The head lacks its last line, and the headers of the connection. A server may call this first: an ASGI
        call costs several times as much.
        """
        start = time.perf_counter()
        cached = None if self.state.retired else self.router.cache.lookup(request.key)
        if cached is None or len(cached.body) > request.largest:
            return None
        record = new_record(request.headers, self._client(peer, request.headers))
        record.cache = cached.source
        sent = Sent(cached.status, len(cached.body), time.perf_counter() - start)
        self.record(request.asked, sent, record)
        return b"%bx-request-id: %b\r\n" % (cached.head, record.request_id.encode()), cached.body

    def start_query(
        self, request: "PlainRequest", peer: Peer, on_response: OnResponse
    ) -> "QueryRequest | None":
        """Start the query of a plain GET at once, and have its response passed to a function later.

        None where an ordinary request is needed. So it is where the function gets no response.
        """
        if self.starter is None or self.state.retired:
            return None
        query = QueryRequest(self, request, self._client(peer, request.headers), on_response)
        client = self.state.proxies.client(peer[0] if peer else None, _forwarded_for(request.headers))
        running = self.starter.start(request.target, request.headers, client, query.end)
        if running is None:
            return None
        query.running = running
        return query

    def refused(self, request: RefusedRequest) -> bytes:
        """Count and log a request that the server refused; returns the id of the request."""
        state, peer = self.state, (request.address, 0) if request.address else None
        state.meter.count(metrics.REFUSALS, request.reason)
        record = new_record(request.headers, self._client(peer, request.headers))
        if request.logged and state.settings.log_requests:
            state.log.buffer(
                "request",
                request_id=record.request_id,
                client=masked_address(record.client, state.settings.log_clients),
                method=request.method,
                path=request.path,
                status=request.status,
                bytes=request.body_bytes,
                outcome=request.reason,
            )
        return record.request_id.encode()

    def _asked(self, method: str, path: str) -> Asked:
        return Asked(method, path, metrics.route_label(self.routes, path))

    def _client(self, peer: Peer, headers: RequestHeaders) -> str | None:
        address = peer[0] if peer else None
        proxies = self.state.proxies
        if not proxies.networks:
            return address
        return proxies.client(address, _forwarded_for(headers))

    def record(self, asked: Asked, sent: Sent, record: RequestRecord) -> None:
        """Count and log a request."""
        state, meter = self.state, self.state.meter
        label = metrics.METHOD_LABELS.get(asked.method, OTHER)
        status = str(sent.status) if sent.finished else "cut"
        meter.count_request((asked.route, label, status), sent.body_bytes, sent.seconds)
        if record.cache:
            meter.count(metrics.CACHE_RESULTS, record.cache)
        if state.settings.log_requests:
            client = masked_address(record.client, state.settings.log_clients)
            state.log.buffer_members("request", request_members(asked, sent, record, client))


def _forwarded_for(headers: RequestHeaders) -> str:
    return b",".join(value for name, value in headers if name == _FORWARDED_FOR).decode("latin-1")


class QueryRequest:
    """A request whose query was started at once."""

    running: RunningQuery

    def __init__(
        self,
        instrumentation: Instrumentation,
        request: PlainRequest,
        client: str | None,
        on_response: OnResponse,
    ) -> None:
        self.client = client
        self._instrumentation = instrumentation
        self._request = request
        self._on_response = on_response
        self._start = time.perf_counter()

    def give_up(self) -> None:
        """End it: the client is gone."""
        self.running.give_up()
        self._record(0, 0, finished=False)

    def hand_over(self) -> StartedQuery:
        """What an ordinary request needs to wait for the response, which is passed to nobody then."""
        return self.running.hand_over()

    def end(self, started: StartedQuery, representation: Representation | None) -> None:
        """Pass on the response."""
        if representation is None:
            self._on_response(started, None)
            return
        request_id = self._record(representation.status, len(representation.body), started.seconds)
        added = (*raw_headers(started.headers), (REQUEST_ID, request_id))
        self._on_response(started, (representation.head + header_lines(added), representation.body))

    def _record(self, status: int, body_bytes: int, engine_s: float = 0.0, *, finished: bool = True) -> bytes:
        """Count and log the request; returns its id."""
        request = self._request
        record = new_record(request.headers, self.client)
        record.cache, record.engine_s = "miss", engine_s
        seconds = time.perf_counter() - self._start
        self._instrumentation.record(request.asked, Sent(status, body_bytes, seconds, finished), record)
        return record.request_id.encode()
