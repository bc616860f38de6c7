"""The way from a request to a representation, shortest first: known to the client, kept, under way, made."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.types import Scope

from kankei.errors import NotAcceptable
from kankei.web.http.conditional import check_match, if_none_match_holds, names_tag
from kankei.web.http.content_coding import CODINGS, IDENTITY, acceptable_codings
from kankei.web.http.disconnect import cancel_on_disconnect
from kankei.web.http.headers import RAW_COMMON_HEADERS, raw_headers, request_header
from kankei.web.responses.lru_cache import Fill, LruCache
from kankei.web.responses.representation import NotModified, Representation, coded_tag
from kankei.web.responses.single_flight import SingleFlight
from kankei.web.telemetry.request_record import note_cache

SMALLEST_ENCODED = 1024
"""Bytes below which a coding saves nobody anything."""
LARGEST_ENCODED = 32 * 1024 * 1024
"""Bytes above which it costs more than it is worth: nobody keeps the outcome."""
MISS = "miss"
_ENCODED_IN_LOOP = 64 * 1024
_LONGEST_REQUEST = 4096
_SHARE_OF_REQUESTS = 16

CachedResponse: TypeAlias = Representation | NotModified
_CacheKey: TypeAlias = tuple[str, str]
"""The tag of the representation as it is, and a coding."""
_NEGOTIATED = {b"accept": 1, b"accept-encoding": 2, b"accept-language": 3, b"if-match": 4}
RequestHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]
"""A request's headers as they were received, their names in small letters."""


@dataclass(frozen=True)
class Variant:
    """A representation that is variant: `tag` says all that its bytes depend on, `headers` are known before.

    Without a tag it is made for this request alone. `work` says apart what must not be made together,
    although it would come to the same: a query with little time and one with more.
    """

    tag: str
    headers: Mapping[str, str]
    work: Hashable = None


@dataclass(frozen=True)
class _CachedRequest:
    """A request that was answered before: where its answer is kept."""

    place: _CacheKey
    size: int


class ResponseCache:
    """Keeps what was made, makes it once however many want it, and stops when nobody does."""

    def __init__(self, most: int) -> None:
        self._kept: LruCache[_CacheKey, Representation] = LruCache(most)
        self._requests: LruCache[Hashable, _CachedRequest] = LruCache(most // _SHARE_OF_REQUESTS)
        self._flights: SingleFlight[Hashable, Representation] = SingleFlight()

    @property
    def fill(self) -> Fill:
        """What is kept."""
        return self._kept.fill

    def lookup(self, target: bytes, headers: RequestHeaders) -> CachedResponse | None:
        """The answer to a request that reads just as one before, without a look at what it means."""
        request, if_none_match = _reading(target, headers)
        known = self._requests.get(request)
        found = self._kept.get(known.place) if known else None
        if found is None:
            return None
        if if_none_match is None:
            return found
        # What does not match may still be the tag of another coding, which takes a closer look.
        return found.unchanged if if_none_match_holds(if_none_match, found.tag) else None

    async def answer(
        self,
        request: Request,
        variant: Variant,
        make: Callable[[], Awaitable[Representation]],
        charge: Callable[[], None] = lambda: None,
    ) -> CachedResponse:
        """The answer to a request; `charge` is called when it cannot be given without work."""
        codings = acceptable_codings(request_header(request, "accept-encoding"))
        if not codings:
            raise NotAcceptable("no content coding is acceptable, not even none", "", (*CODINGS, IDENTITY))
        if_match = request_header(request, "if-match")
        if if_match is None and (known := self._known(request, variant, codings)):
            note_cache(known.source)
            return known
        found = self._find(variant, codings)
        note_cache(found.source if found else MISS)
        if found is None:
            charge()
            found = await cancel_on_disconnect(request.receive, self._obtain(variant, codings, make))
        if request.method == "POST":
            return _of_post(found)
        check_match(if_match, found.tag)
        if found.tag:
            self._remember(request.scope, (variant.tag, found.coding))
            if if_none_match_holds(request_header(request, "if-none-match"), found.tag):
                return found.unchanged
        return found

    def _known(self, request: Request, variant: Variant, codings: tuple[str, ...]) -> NotModified | None:
        # A tag is a hash over all that makes the bytes, and is only ever told with them: whoever has it got
        # it with a result of this release. One who computes it himself deceives himself alone.
        if_none_match = request_header(request, "if-none-match")
        if if_none_match is None or not variant.tag or request.method == "POST":
            return None
        for coding in codings:
            tag = coded_tag(variant.tag, coding)
            if names_tag(if_none_match, tag):
                return NotModified((*RAW_COMMON_HEADERS, *raw_headers({**variant.headers, "ETag": tag})))
        return None

    def _find(self, variant: Variant, codings: tuple[str, ...]) -> Representation | None:
        if not variant.tag:
            return None
        plain = self._kept.get((variant.tag, IDENTITY))
        if plain is not None and self._coding(plain, codings) == IDENTITY:
            return plain
        return None if codings[0] == IDENTITY else self._kept.get((variant.tag, codings[0]))

    async def _obtain(
        self, variant: Variant, codings: tuple[str, ...], make: Callable[[], Awaitable[Representation]]
    ) -> Representation:
        if not variant.tag:
            plain = await make()
            return await self._encode(plain, self._coding(plain, codings))
        plain = self._kept.get((variant.tag, IDENTITY)) or await self._flights.join(
            (IDENTITY, variant.tag, variant.work), lambda: self._make((variant.tag, IDENTITY), make)
        )
        coding = self._coding(plain, codings)
        if coding == IDENTITY:
            return plain
        place = (variant.tag, coding)
        return await self._flights.join(place, lambda: self._make(place, lambda: self._encode(plain, coding)))

    async def _make(self, place: _CacheKey, make: Callable[[], Awaitable[Representation]]) -> Representation:
        made = await make()
        self._kept.put(place, made)
        return made

    async def _encode(self, plain: Representation, coding: str) -> Representation:
        if coding == IDENTITY:
            return plain
        if len(plain.body) <= _ENCODED_IN_LOOP:
            return plain.encoded(coding)
        return await asyncio.to_thread(plain.encoded, coding)

    def _coding(self, plain: Representation, codings: tuple[str, ...]) -> str:
        """The coding to send in: none for what is small or very large."""
        worthwhile = SMALLEST_ENCODED <= len(plain.body) <= LARGEST_ENCODED
        return codings[0] if worthwhile or IDENTITY not in codings else IDENTITY

    def _remember(self, scope: Scope, place: _CacheKey) -> None:
        request, _ = _reading(target(scope), scope["headers"])
        size = sum(map(len, request))
        if size <= _LONGEST_REQUEST:
            self._requests.put(request, _CachedRequest(place, 2 * size + 512))


def target(scope: Scope) -> bytes:
    """A request's target as it was received: an encoded slash is none (RFC 3986, section 2.2)."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


def _reading(target: bytes, headers: RequestHeaders) -> tuple[tuple[bytes, ...], str | None]:
    """All of a request that its answer depends on, as it was received; and its ``If-None-Match``."""
    negotiated = [target, b"", b"", b"", b""]
    if_none_match = None
    for name, value in headers:
        if name in _NEGOTIATED:
            negotiated[_NEGOTIATED[name]] += b"," + value
        elif name == b"if-none-match":
            if_none_match = value if if_none_match is None else if_none_match + b", " + value
    told = None if if_none_match is None else if_none_match.decode("latin-1")
    return tuple(negotiated), told


def _of_post(found: Representation) -> Representation:
    """What answers a POST describes no resource that could be asked for again (RFC 9110, section 9.3.3)."""
    return Representation({**found.headers, "Cache-Control": "no-store"}, found.body, coding=found.coding)
