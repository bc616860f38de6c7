"""HTTP/1.1 protocol that answers plain GETs from the cache, or starts their query, without ASGI."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from kankei.server.limited_protocol import LimitedProtocol
from kankei.server.request_cycle import QueryCycle, Shortcuts
from kankei.server.uvicorn_parts import CLOSE_HEADER
from kankei.web.http.headers import header_lines
from kankei.web.instrumentation import PlainRequest, Response
from kankei.web.resources.sparql_endpoint import STARTED_QUERY, StartedQuery

_BLANK_LINE = b"\r\n\r\n"
_LARGEST_COPIED = 16 * 1024  # a larger body is sent as it is: copying takes longer, and slow readers share it
_lines = lru_cache(4)(header_lines)  # the same for a second


class HttpProtocol(LimitedProtocol):
    """The protocol with limits; a plain GET that `shortcuts` answer makes no call of the application.

    Bytes that were one such request before, and nothing else, are not even parsed again: between two requests
    the parser keeps nothing that could give them another meaning.
    """

    _requests = 0
    """Heads in the bytes that arrived last."""
    _hit: PlainRequest | None = None
    """The request among them that the cache answered."""
    _query_cycle: QueryCycle | None = None

    def __init__(self, *arguments: Any, shortcuts: Shortcuts | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._shortcuts = shortcuts

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request; all those of a connection beyond the limits have a cycle."""
        super().connection_made(transport)
        if self._admission and self._admission.refusal:
            self._shortcuts = None

    def connection_lost(self, exc: Exception | None) -> None:
        """End the query that was started."""
        if self._query_cycle:
            self._query_cycle.query.give_up()
            self._query_cycle = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer a request that is known by its bytes; parse all else."""
        is_between = self.timeout_keep_alive_task is not None and self.parser.is_idle
        shortcuts = self._shortcuts
        if not is_between or shortcuts is None:
            super().data_received(data)
            return
        if (known := shortcuts.known.get(data)) and self._answer_again(known, shortcuts):
            return
        self._requests, self._hit = 0, None
        super().data_received(data)
        if self._hit and self._requests == 1 and self.parser.is_idle and data.endswith(_BLANK_LINE):
            shortcuts.known.put(data, self._hit, self._hit.size)

    def on_headers_complete(self) -> None:
        """Answer the request from the cache, start its query, or start its cycle."""
        self._requests += 1
        super().on_headers_complete()

    def shutdown(self) -> None:
        """Called when the server ends: only what a task waits for is told when time is up."""
        if cycle := self._query_cycle:
            self._query_cycle = None
            self._continue_as_request(cycle, cycle.query.hand_over())
        super().shutdown()

    def _answer_again(self, request: PlainRequest, shortcuts: Shortcuts) -> bool:
        if self.flow.write_paused or self.transport.is_closing():
            return False
        cached = shortcuts.cached_response(request, self.client)
        if cached is None:
            return False
        self.url, self.headers = request.target, list(request.headers)
        self._write(cached)
        self.server_state.total_requests += 1
        self._answered_at = self.loop.time()
        return True

    def _answer_plain(self) -> bool:
        """Answer from the cache, or start the query; whether either can be done."""
        shortcuts = self._shortcuts
        if shortcuts is None:
            return False
        request = shortcuts.read(self.url, self.headers)
        if cached := shortcuts.cached_response(request, self.client):
            self._hit = request
            self._write(cached)
            self.on_response_complete()
            return True
        cycle = QueryCycle(self.url, self.scope)
        # No function that refers to the cycle: they would refer to each other until garbage is collected.
        query = shortcuts.start_query(request, self.client, self._end_query)
        if query:
            cycle.query = query
            self.cycle = self._query_cycle = cycle
        return query is not None

    def _end_query(self, started: StartedQuery, response: Response | None) -> None:
        """Send the response to the query; without one, go on with an ordinary request."""
        cycle, self._query_cycle = self._query_cycle, None
        if cycle is None:
            return  # given up
        cycle.response_complete = True
        if response is None:
            self._continue_as_request(cycle, started)
        elif cycle.keep_alive:
            self._write(response)
            self.on_response_complete()
        else:
            self._write(response, [CLOSE_HEADER])
            self._finish()

    def _continue_as_request(self, cycle: QueryCycle, started: StartedQuery) -> None:
        scope = {**cycle.scope, "method": "GET", STARTED_QUERY: started}
        request = self._new_cycle(scope, cycle.url, keep_alive=cycle.keep_alive)
        request.more_body = False
        if self.cycle is cycle:
            self.cycle = request
        self._start_asgi_task(request, self.app)

    def _write(self, response: Response, added: Sequence[tuple[bytes, bytes]] = ()) -> None:
        head, body = response
        lines = _lines((*self.server_state.default_headers, *added))
        if len(body) > _LARGEST_COPIED:
            self.transport.writelines((b"".join((head, lines, b"\r\n")), body))
        else:
            self.transport.write(b"".join((head, lines, b"\r\n", body)))
