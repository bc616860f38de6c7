"""Queries by GET that start as soon as they are parsed: without a task, and without a request of ASGI.

Both cost more than a look-up itself. What needs them (an error, a large result, one to be encoded) goes on as
an ordinary request, whose scope holds the `StartedQuery`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import NamedTuple, TypeAlias

from kankei.engine.operation import Outcome, QueryResult, StartingEngine
from kankei.engine.query.service_guard import check_length
from kankei.errors import KankeiError
from kankei.web.http.negotiation import LONGEST_MEMOIZED, acceptable_codings
from kankei.web.resources.sparql_endpoint import SparqlEndpoint, StartedQuery, represent, result_variant
from kankei.web.responses.representation import Representation, Variant
from kankei.web.responses.response_cache import RequestHeaders, ResponseCache, needs_coding
from kankei.web.responses.result_budget import SMALLEST_HELD
from kankei.web.responses.single_flight import Call
from kankei.web.sparql.protocol import MAX_ADDRESS, PATH, QueryRequest, parse_parameters
from kankei.web.sparql.results import AcceptedFormats, accepted_formats

OnEnd: TypeAlias = Callable[[StartedQuery, Representation | None], None]
"""Called with the representation to send, or with none where an ordinary request has to go on."""

_BEGINNING = f"{PATH}?".encode()
_CONDITIONAL = frozenset((b"if-match", b"if-none-match"))


class _Negotiated(NamedTuple):
    formats: AcceptedFormats
    codings: tuple[str, ...]


class _Selection(NamedTuple):
    """What a request selects, and the request."""

    variant: Variant
    codings: tuple[str, ...]
    target: bytes
    headers: RequestHeaders


@dataclass(frozen=True)
class QueryStarter:
    """Starts the queries of an endpoint."""

    endpoint: SparqlEndpoint
    engine: StartingEngine

    def start(
        self, target: bytes, headers: RequestHeaders, client: str, on_end: OnEnd
    ) -> "RunningQuery | None":
        """Start the query of a GET without a body; none where it takes an ordinary request to respond."""
        if not (target.startswith(_BEGINNING) and len(target) <= MAX_ADDRESS and self.engine.has_room):
            return None
        negotiated, request = _negotiate(headers), _parse(target[len(_BEGINNING) :])
        if negotiated is None or request is None or not self._is_plain(request):
            return None
        endpoint, cache = self.endpoint, self.endpoint.site.cache
        operation = endpoint.operation(request, negotiated.formats)
        tag = endpoint.tag(operation, negotiated.formats)
        variant = result_variant(tag, timeout=request.timeout)
        if not cache.is_missing(variant, negotiated.codings):
            return None
        quota = endpoint.take_token(client)
        if quota and not quota.allowed:
            return None
        started = StartedQuery(quota.headers if quota else {})
        selection = _Selection(variant, negotiated.codings, target, headers)
        running = RunningQuery(cache, selection, started, on_end)
        try:
            cancel = self.engine.start(operation, running.end)
        except KankeiError:
            return None
        running.call = cache.open(variant, cancel)
        return running

    def _is_plain(self, request: QueryRequest) -> bool:
        """Whether a request is for the result of a query that may be cached."""
        if request.query is None or request.format or request.explains:
            return False
        try:
            check_length(request.query, self.endpoint.site.state.settings.query_bytes)
        except KankeiError:
            return False
        return self.endpoint.determinism.known(request.query) is True


class RunningQuery:
    """A query that was started for one client, and goes on for all who ask the same meanwhile."""

    call: Call[Representation]

    def __init__(
        self, cache: ResponseCache, selection: _Selection, started: StartedQuery, on_end: OnEnd
    ) -> None:
        self.started = started
        self._cache = cache
        self._variant = selection.variant
        self._selection = selection
        self._on_end: OnEnd | None = on_end
        self._since = perf_counter()

    def give_up(self) -> None:
        """Respond to nobody; the query ends, unless others wait for it."""
        self._on_end = None
        self._cache.leave(self._variant, self.call)

    def hand_over(self) -> StartedQuery:
        """Respond to nobody, since an ordinary request waits for the result."""
        self._on_end = None
        return self.started

    def end(self, outcome: Outcome) -> None:
        """Cache the result, and respond with it."""
        self.started.seconds = perf_counter() - self._since
        representation = None
        if isinstance(outcome, KankeiError):
            self._cache.close(self._variant, self.call, outcome)
        else:
            representation = self._represent(outcome)
        self.started.outcome = outcome
        # Both refer to this query: such a cycle would be left to the garbage collector.
        on_end, self._on_end = self._on_end, None
        del self.call
        if on_end:
            on_end(self.started, representation)

    def _represent(self, result: QueryResult) -> Representation | None:
        """The representation to send; none where the client wants another, or it is large."""
        plain = represent(self._variant, result)
        self._cache.close(self._variant, self.call, plain)
        if plain.length >= SMALLEST_HELD or needs_coding(plain, self._selection.codings):
            return None
        self._cache.index(self._selection.target, self._selection.headers, self._variant)
        return plain


def _negotiate(headers: RequestHeaders) -> _Negotiated | None:
    """What the headers of a request select; none where they ask for a page, or have conditions."""
    accept, encoding = [], []
    for name, value in headers:
        if name == b"accept":
            accept.append(value)
        elif name == b"accept-encoding":
            encoding.append(value)
        elif name in _CONDITIONAL:
            return None
    return _negotiation(b", ".join(accept) if accept else None, b", ".join(encoding) if encoding else None)


def _negotiation(accept: bytes | None, encoding: bytes | None) -> _Negotiated | None:
    if len(accept or b"") + len(encoding or b"") > LONGEST_MEMOIZED:
        return None
    return _memoized(accept, encoding)


# Clients send one of few headers, each time the same.
@lru_cache(1024)
def _memoized(accept: bytes | None, encoding: bytes | None) -> _Negotiated | None:
    formats = accepted_formats(None if accept is None else accept.decode("latin-1"))
    codings = acceptable_codings(None if encoding is None else encoding.decode("latin-1"))
    return None if formats.page or not formats.media_types or not codings else _Negotiated(formats, codings)


def _parse(query_string: bytes) -> QueryRequest | None:
    try:
        return QueryRequest.of(parse_parameters(query_string))
    except KankeiError:
        return None  # the ordinary request says what is wrong
