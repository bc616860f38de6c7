"""Response cache: 304, cache hit, request in flight, then the handler, in this order."""

import asyncio
import datetime
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from starlette.requests import Request
from starlette.types import Scope

from kankei.errors import KankeiError, NotAcceptable, Overloaded
from kankei.web.http.conditional import (
    check_match,
    check_unmodified,
    http_date,
    if_none_match_holds,
    names_tag,
)
from kankei.web.http.headers import raw_headers, request_header, with_common_headers
from kankei.web.http.negotiation import CODINGS, IDENTITY, NEGOTIATED, acceptable_codings
from kankei.web.responses.representation import NotModified, Representation, Variant, coded_tag
from kankei.web.responses.single_flight import Call, SingleFlight, cancel_on_disconnect
from kankei.web.telemetry.request_record import note_cache

Key = TypeVar("Key", bound=Hashable)
SMALLEST_ENCODED = 1024
"""Bytes below which a content coding saves nothing."""
LARGEST_ENCODED = 32 * 1024 * 1024
"""Bytes above which encoding costs more than it saves: the outcome would not be cached."""
_LARGEST_IN_LOOP = 64 * 1024
"""Bytes above which a body is encoded in a thread, one at a time; others are sent as they are meanwhile."""
_LARGEST_REQUEST = 4096
_RETRY_AFTER_S = 2
_REQUESTS_SHARE = 16
"""The index of requests may take this part of what the representations may."""
_ENTRY_SHARE = 8
"""A value larger than this part of a cache is not cached: it would evict too many others."""

CachedResponse: TypeAlias = Representation | NotModified
RequestHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]
"""A request's headers as they were received, their names in lower case."""
_CacheKey: TypeAlias = tuple[str, str]
"""The tag of the representation without a coding, and a coding."""
_Indexed: TypeAlias = tuple[_CacheKey, datetime.date | None]
"""What a request selects, and the only day on which it does; none where it always does."""
_DATES = frozenset((b"if-modified-since", b"if-unmodified-since"))
_KEY_FIELDS = {name.lower().encode(): place for place, name in enumerate((*NEGOTIATED, "If-Match"), 1)}
"""Places of request fields in a key."""


class RequestKey(NamedTuple):
    """A request without a body, as the cache sees it."""

    parts: tuple[bytes, ...]
    """All bytes of it that its representation depends on."""
    if_none_match: str | None
    has_date: bool
    """Whether it compares dates."""


Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """Holds at most `capacity` bytes; evicts the least recently used values first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        """The value of a key, which is then the most recently used."""
        entry = self._values.get(key)
        if entry is None:
            return None
        self._values.move_to_end(key)
        return entry[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Replace the value of a key, if the new one, of so many bytes, is not too large."""
        self._evict(key)
        if size * _ENTRY_SHARE > self._capacity:
            return
        self._values[key] = value, size
        self.bytes += size
        while self.bytes > self._capacity:
            self._evict(next(iter(self._values)))

    def _evict(self, key: Key) -> None:
        if key in self._values:
            self.bytes -= self._values.pop(key)[1]


class ResponseCache:
    """Caches representations, makes each one once at a time, and cancels what no client waits for."""

    def __init__(self, capacity: int, today: Callable[[], datetime.date] = datetime.date.today) -> None:
        self._today = today
        self._representations: LruCache[_CacheKey, Representation] = LruCache(capacity)
        self._requests: LruCache[Hashable, _Indexed] = LruCache(capacity // _REQUESTS_SHARE)
        self._in_flight: SingleFlight[Hashable, Representation] = SingleFlight()
        self._encoding = asyncio.Lock()

    @property
    def usage(self) -> tuple[int, int]:
        """The number of cached representations, and their bytes."""
        return len(self._representations), self._representations.bytes

    @property
    def waiting(self) -> int:
        """Requests that wait for a representation."""
        return self._in_flight.waiters

    def lookup(self, request: RequestKey) -> CachedResponse | None:
        """The response to a request with the same bytes as an earlier one; none on a miss."""
        if_none_match = request.if_none_match
        if request.has_date:
            return None  # `answer` compares dates
        key, day = self._requests.get(request.parts) or (None, None)
        if day is not None and day != self._today():
            return None
        representation = self._representations.get(key) if key else None
        if representation is None or if_none_match is None:
            return representation
        # A tag that does not match may still be that of another coding, which `answer` checks.
        matches = if_none_match_holds(if_none_match, representation.tag)
        return representation.not_modified if matches else None

    async def answer(
        self,
        request: Request,
        variant: Variant,
        make: Callable[[], Awaitable[Representation]],
        charge: Callable[[], None] = lambda: None,
    ) -> CachedResponse:
        """The response to a request; `charge` is called on a miss, and may raise to refuse the work."""
        codings = acceptable_codings(request_header(request, "accept-encoding"))
        if not codings:
            raise NotAcceptable("no content coding is acceptable, not even none", "", (*CODINGS, IDENTITY))
        if_match = request_header(request, "if-match")
        if if_match is None:
            unmodified_since = request_header(request, "if-unmodified-since")
            check_unmodified(unmodified_since, http_date(variant.headers.get("Last-Modified")))
        if if_match is None and (not_modified := _not_modified(request, variant, codings)):
            note_cache(not_modified.source)
            return not_modified
        representation = self._cached(variant, codings)
        note_cache(representation.source if representation else "miss")
        if representation is None:
            charge()
            representation = await cancel_on_disconnect(request.receive, self._obtain(variant, codings, make))
        if request.method == "POST":
            return _of_post(representation)
        check_match(if_match, representation.tag)
        if representation.tag:
            selected = representation.coding != IDENTITY or _coding(representation, codings) == IDENTITY
            if selected and representation.in_memory:
                target, headers = request_target(request.scope), request.scope["headers"]
                self.index(target, headers, variant, representation.coding)
            if if_none_match_holds(request_header(request, "if-none-match"), representation.tag):
                return representation.not_modified
        return representation

    def is_missing(self, variant: Variant, codings: tuple[str, ...]) -> bool:
        """Whether a representation is neither cached nor in flight."""
        in_cache = (variant.tag, IDENTITY) in self._representations or self._cached(variant, codings)
        return not (in_cache or _flight(variant) in self._in_flight)

    def open(self, variant: Variant, cancel: Callable[[], object]) -> Call[Representation]:
        """A computation of a missing representation, which `answer` joins until `close`."""
        return self._in_flight.open(_flight(variant), cancel)

    def leave(self, variant: Variant, call: Call[Representation]) -> None:
        """Wait no longer for a computation, which ends if nobody else does."""
        self._in_flight.leave(_flight(variant), call)

    def close(
        self, variant: Variant, call: Call[Representation], outcome: Representation | KankeiError
    ) -> None:
        """End a computation: cache what it made, and pass it on to all who wait for it."""
        if isinstance(outcome, Representation):
            self._representations.put((variant.tag, outcome.coding), outcome, outcome.size)
        self._in_flight.close(_flight(variant), call, outcome)

    def index(self, target: bytes, headers: RequestHeaders, variant: Variant, coding: str = IDENTITY) -> None:
        """Have `lookup` find a representation for requests with the same bytes."""
        parts = request_key(target, headers).parts
        size = sum(map(len, parts))
        if size <= _LARGEST_REQUEST:
            self._requests.put(parts, ((variant.tag, coding), variant.day), 2 * size + 512)

    def _cached(self, variant: Variant, codings: tuple[str, ...]) -> Representation | None:
        if not variant.tag:
            return None
        plain = self._representations.get((variant.tag, IDENTITY))
        if plain is not None and _coding(plain, codings) == IDENTITY:
            return plain
        return None if codings[0] == IDENTITY else self._representations.get((variant.tag, codings[0]))

    async def _obtain(
        self, variant: Variant, codings: tuple[str, ...], make: Callable[[], Awaitable[Representation]]
    ) -> Representation:
        if not variant.tag:
            return await self._encode(await make(), codings)
        plain = self._representations.get((variant.tag, IDENTITY)) or await self._in_flight.run(
            _flight(variant), lambda: self._make(variant.tag, make)
        )
        coding = _coding(plain, codings)
        if coding == IDENTITY:
            return plain
        key = (variant.tag, coding)
        return await self._in_flight.run(
            key, lambda: self._make(variant.tag, lambda: self._encode(plain, codings))
        )

    async def _make(self, tag: str, make: Callable[[], Awaitable[Representation]]) -> Representation:
        representation = await make()
        self._representations.put((tag, representation.coding), representation, representation.size)
        return representation

    async def _encode(self, plain: Representation, codings: tuple[str, ...]) -> Representation:
        """In the coding to send it in; a large body as it is while another is encoded, if it may be.

        Raises `Overloaded` where it may not: what waits would be held meanwhile.
        """
        coding = _coding(plain, codings)
        if coding == IDENTITY:
            return plain
        if not _is_large(plain):
            return plain.encoded(coding)
        if self._encoding.locked():
            if IDENTITY in codings:
                return plain
            if not plain.in_memory:
                raise Overloaded("another large result is being encoded", retry_after=_RETRY_AFTER_S)
        # A thread goes on when nobody waits for it any more, and so does the task that holds the lock.
        return await asyncio.shield(asyncio.create_task(self._encode_in_thread(plain, coding)))

    async def _encode_in_thread(self, plain: Representation, coding: str) -> Representation:
        async with self._encoding:
            return await asyncio.to_thread(plain.encoded, coding)


def _not_modified(request: Request, variant: Variant, codings: tuple[str, ...]) -> NotModified | None:
    # A tag is a hash of all that the bytes depend on, and is only sent with them: a client that has it has
    # got it with a representation of this release. One that computes it itself deceives itself alone.
    if_none_match = request_header(request, "if-none-match")
    if not variant.tag or request.method == "POST":
        return None
    if if_none_match is None:
        return _not_modified_since(request, variant, codings)
    for coding in codings:
        tag = coded_tag(variant.tag, coding)
        if names_tag(if_none_match, tag):
            return NotModified(with_common_headers(raw_headers({**variant.headers, "ETag": tag})))
    return None


def _not_modified_since(request: Request, variant: Variant, codings: tuple[str, ...]) -> NotModified | None:
    """Dates count only where there are no tags (RFC 9110, section 13.1.3)."""
    since = http_date(request_header(request, "if-modified-since"))
    modified = http_date(variant.headers.get("Last-Modified"))
    if since is None or modified is None or modified > since:
        return None
    headers = {**variant.headers, "ETag": coded_tag(variant.tag, codings[0])}
    return NotModified(with_common_headers(raw_headers(headers)))


def _flight(variant: Variant) -> Hashable:
    return variant.tag, IDENTITY, variant.work


def needs_coding(plain: Representation, codings: tuple[str, ...]) -> bool:
    """Whether a representation is sent in a content coding."""
    return _coding(plain, codings) != IDENTITY


def _is_large(plain: Representation) -> bool:
    return plain.length > _LARGEST_IN_LOOP


def _coding(plain: Representation, codings: tuple[str, ...]) -> str:
    """The coding to send in: none for a small or a very large body."""
    worthwhile = SMALLEST_ENCODED <= plain.length <= LARGEST_ENCODED
    return codings[0] if worthwhile or IDENTITY not in codings else IDENTITY


def request_target(scope: Scope) -> bytes:
    """A request's target as it was received, percent-encoded (RFC 3986, section 2.2)."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


def request_key(target: bytes, headers: RequestHeaders) -> RequestKey:
    """What a request asks of the cache."""
    key = [target, *[b""] * len(_KEY_FIELDS)]
    if_none_match, has_date = None, False
    for name, value in headers:
        if name in _KEY_FIELDS:
            key[_KEY_FIELDS[name]] += b"," + value
        elif name == b"if-none-match":
            if_none_match = value if if_none_match is None else if_none_match + b", " + value
        elif name in _DATES:
            has_date = True
    tags = None if if_none_match is None else if_none_match.decode("latin-1")
    return RequestKey(tuple(key), tags, has_date)


def _of_post(representation: Representation) -> Representation:
    """The response to a POST: nothing that a later request could validate (RFC 9110, section 9.3.3)."""
    headers = {**representation.headers, "Cache-Control": "no-store"}
    return replace(representation, headers=headers, tag="")
