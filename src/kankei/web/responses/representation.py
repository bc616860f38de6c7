"""Representations (RFC 9110, section 3.2): which one a request selects, and one that is ready to be sent."""

import datetime
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import ClassVar

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from kankei.errors import NotAcceptable
from kankei.web.http.conditional import entity_tag
from kankei.web.http.headers import (
    CACHE_CONTROL,
    RawHeaders,
    header_lines,
    raw_headers,
    request_header,
    start_message,
    with_common_headers,
)
from kankei.web.http.negotiation import IDENTITY, NegotiatedField, choose_language, choose_media_type, encode

HTML = "text/html"
SENT_WHOLE = 256 * 1024
"""Bytes of the largest body that is not sent in chunks."""
_CHUNK = 64 * 1024  # what the slowest client that is tolerated reads in a minute
_OVERHEAD = 2048
"""Bytes that caching a representation takes beside its body, about: its headers, twice, and its entry."""

# The header fields of a 200 that its 304 repeats (RFC 9110, section 15.4.5).
_OF_NOT_MODIFIED = frozenset(
    (b"cache-control", b"content-language", b"content-security-policy", b"etag", b"link", b"vary")
)


@dataclass(frozen=True)
class Representation:
    """Bytes in one content coding with their headers; `tag` is empty where they differ from time to time."""

    headers: Mapping[str, str]
    body: bytes
    tag: str = ""
    coding: str = IDENTITY
    status: ClassVar[int] = 200
    in_memory: ClassVar[bool] = True
    source: ClassVar[str] = "hit"
    """The cache result that metrics and log name when this was cached."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it as an ASGI response."""
        head = scope["method"] == "HEAD"
        await send(self.start)
        if head or (self.in_memory and len(self.body) <= SENT_WHOLE):
            await send({"type": "http.response.body", "body": b"" if head else self.body})
        else:
            await self.send_body(send)

    async def send_body(self, send: Send) -> None:
        """Send the body in chunks, each once the client has read most of those before."""
        for start in range(0, self.length, _CHUNK):
            end = min(start + _CHUNK, self.length)
            more = end < self.length
            await send({"type": "http.response.body", "body": self.read(start, end), "more_body": more})

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return len(self.body)

    def read(self, start: int, end: int) -> bytes:
        """A part of the body."""
        return self.body[start:end]

    @property
    def start(self) -> Message:
        """The ASGI message that starts the response."""
        return start_message(200, self._raw, self.head)

    @cached_property
    def head(self) -> bytes:
        """The status line and headers as lines of HTTP/1.1, without those of a single response."""
        common = _head(tuple(field for field in self.headers.items() if field[0] != "ETag"))
        tag = f"etag: {self.tag}\r\n" if self.tag else ""
        return common + f"{tag}content-length: {self.length}\r\n".encode()

    @cached_property
    def not_modified(self) -> "NotModified":
        """The response to a client that has it."""
        return NotModified(with_common_headers(f for f in self._raw if f[0] in _OF_NOT_MODIFIED))

    @property
    def size(self) -> int:
        """Bytes that caching it takes."""
        return self.length + sum(map(len, self.headers.values())) + _OVERHEAD

    def encoded(self, coding: str) -> "Representation":
        """The same in a content coding, which makes it another representation, with a tag of its own."""
        headers = {**self.headers, "Content-Encoding": coding}
        tag = coded_tag(self.tag, coding) if self.tag else ""
        return Representation(headers, encode(self.body, coding), tag, coding)

    @cached_property
    def _raw(self) -> RawHeaders:
        tag = {"ETag": self.tag} if self.tag else {}
        length = {"Content-Length": str(self.length)}
        return with_common_headers(raw_headers({**self.headers, **tag, **length}))


# Most representations differ in tag and length only.
@lru_cache(256)
def _head(headers: tuple[tuple[str, str], ...]) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + header_lines(with_common_headers(raw_headers(dict(headers))))


@dataclass(frozen=True)
class NotModified:
    """A 304 response: the client has the representation already (RFC 9110, section 15.4.5)."""

    headers: RawHeaders
    body: ClassVar[bytes] = b""
    status: ClassVar[int] = 304
    source: ClassVar[str] = "not-modified"

    @cached_property
    def head(self) -> bytes:
        """The status line and headers as lines of HTTP/1.1, without those of a single response."""
        return b"HTTP/1.1 304 Not Modified\r\n" + header_lines(self.headers)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it as an ASGI response."""
        await send(start_message(304, self.headers, self.head))
        await send({"type": "http.response.body", "body": b""})


@dataclass(frozen=True)
class Variant:
    """The representation that a request selects, before it is made.

    `tag` is a hash of all that its bytes depend on; without one it is made for this request alone. `headers`
    are those known beforehand. `work` tells apart two requests for the same bytes that must not share one
    computation: a query with a short timeout and one with a longer one. `day` is the only one on which the
    same request selects it; none where that is so on every day.
    """

    tag: str
    headers: Mapping[str, str]
    media_type: str
    language: str = ""
    work: Hashable = None
    day: datetime.date | None = None

    def tagged(self, *parts: str) -> "Variant":
        """A variant of the same request whose bytes depend on these parts, too."""
        tag = entity_tag(self.tag, *parts)
        return replace(self, tag=tag, headers={**self.headers, "ETag": tag})

    def representation(self, body: bytes | str, media_type: str = "") -> Representation:
        """Its representation, in another media type where the engine has chosen that."""
        content = body.encode() if isinstance(body, str) else body
        headers = {**self.headers, "Content-Type": content_type(media_type or self.media_type)}
        return Representation(headers, content, self.tag)


def coded_tag(tag: str, coding: str) -> str:
    """The tag of a representation in a coding, by its tag in none."""
    return tag if coding == IDENTITY else f'{tag[:-1]}-{coding}"'


def content_type(media_type: str) -> str:
    """A media type with its charset, where it has that parameter."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def language_of(request: Request) -> str:
    """The language of a page for this request: ``?lang=`` first, then ``Accept-Language``."""
    return choose_language(request_header(request, "accept-language"), request.query_params.get("lang"))


def wants_html(request: Request) -> bool:
    """Whether a client prefers a page to a problem document: a browser does, a program does not."""
    accept = request_header(request, "accept") or "*/*"
    return choose_media_type(("application/problem+json", "application/json", HTML), accept) == HTML


def select(
    request: Request,
    offers: Sequence[str],
    key: Sequence[str],
    headers: Mapping[str, str] | None = None,
    pinned: str | None = None,
    *,
    varies: Sequence[NegotiatedField] = (),
    worded: Sequence[str] = (HTML,),
) -> Variant:
    """Choose among offered media types, or take the pinned one; `key` is what else the bytes depend on.

    `varies` names other request fields that have a say, `worded` the media types that are in a language.

    Raises `NotAcceptable` where the client accepts none of the offers.
    """
    media_type = pinned or choose_media_type(offers, request_header(request, "accept"))
    if media_type is None:
        raise NotAcceptable(
            "none of the offered media types is acceptable", request.scope["path"], tuple(offers)
        )
    language = language_of(request) if media_type in worded else ""
    # Pinned or chosen, the bytes are the same, but the headers are not, and both are cached together.
    tag = entity_tag(*key, media_type, language, "pinned" if pinned else "chosen")
    vary = [
        *([] if pinned else ["Accept"]),
        *(["Accept-Language"] if language or not pinned else []),
        *varies,
        "Accept-Encoding",
    ]
    own = {
        **(headers or {}),
        "Vary": ", ".join(vary),
        **({"Content-Language": language} if language else {}),
        "ETag": tag,
        "Cache-Control": CACHE_CONTROL,
    }
    return Variant(tag, own, media_type, language)
