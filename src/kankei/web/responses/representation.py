"""A whole representation, ready for the wire (RFC 9110, section 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from starlette.types import Receive, Scope, Send

from kankei.web.http.content_coding import IDENTITY, encode
from kankei.web.http.headers import RAW_COMMON_HEADERS, RawHeaders, header_lines, raw_headers, start_message

_SENT_WHOLE = 256 * 1024
_CHUNK = 64 * 1024  # what the slowest client that is put up with takes in a minute
_OVERHEAD = 2048
"""What keeping a representation takes beside its bytes, about: its headers, twice, and its place."""

# What a 304 repeats of the headers of a 200 (RFC 9110, section 15.4.5).
_OF_UNCHANGED = frozenset((b"cache-control", b"content-language", b"etag", b"link", b"vary"))


@dataclass(frozen=True)
class Representation:
    """Bytes in one content coding with their headers; `tag` is empty where they differ from time to time."""

    headers: Mapping[str, str]
    body: bytes
    tag: str = ""
    coding: str = IDENTITY
    status: ClassVar[int] = 200
    source: ClassVar[str] = "hit"
    """How the answer came about, where this was kept."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer a request with it (a response by ASGI)."""
        await self.send(send, head=scope["method"] == "HEAD")

    async def send(self, send: Send, *, head: bool) -> None:
        """Send it; without its body where only the head was asked for."""
        await send(start_message(200, self._raw, self.head))
        if head or len(self.body) <= _SENT_WHOLE:
            await send({"type": "http.response.body", "body": b"" if head else self.body})
            return
        # In pieces, each sent once the client has taken most of those before: a slow reader costs no copy.
        for start in range(0, len(self.body), _CHUNK):
            end = start + _CHUNK
            more = end < len(self.body)
            await send({"type": "http.response.body", "body": self.body[start:end], "more_body": more})

    @cached_property
    def head(self) -> bytes:
        """Its status line and headers as they go over the wire, but for those of a single response."""
        return b"HTTP/1.1 200 OK\r\n" + header_lines(self._raw)

    @cached_property
    def unchanged(self) -> "NotModified":
        """The answer to a client that has it."""
        own = self._raw[len(RAW_COMMON_HEADERS) :]
        return NotModified((*RAW_COMMON_HEADERS, *(field for field in own if field[0] in _OF_UNCHANGED)))

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return len(self.body) + sum(map(len, self.headers.values())) + _OVERHEAD

    def encoded(self, coding: str) -> "Representation":
        """The same in a content coding, which makes it another one, with a tag of its own."""
        headers = {**self.headers, "Content-Encoding": coding}
        tag = coded_tag(self.tag, coding) if self.tag else ""
        return Representation(headers, encode(self.body, coding), tag, coding)

    @cached_property
    def _raw(self) -> RawHeaders:
        tag = {"ETag": self.tag} if self.tag else {}
        return (
            *RAW_COMMON_HEADERS,
            *raw_headers({**self.headers, **tag, "Content-Length": str(len(self.body))}),
        )


@dataclass(frozen=True)
class NotModified:
    """Tells a client that it has the representation already (RFC 9110, section 15.4.5)."""

    headers: RawHeaders
    body: ClassVar[bytes] = b""
    status: ClassVar[int] = 304
    source: ClassVar[str] = "not-modified"

    @cached_property
    def head(self) -> bytes:
        """Its status line and headers as they go over the wire, but for those of a single response."""
        return b"HTTP/1.1 304 Not Modified\r\n" + header_lines(self.headers)

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer a request with it (a response by ASGI)."""
        await send(start_message(304, self.headers, self.head))
        await send({"type": "http.response.body", "body": b""})


def coded_tag(tag: str, coding: str) -> str:
    """The tag of a representation in a coding, by its tag in none."""
    return tag if coding == IDENTITY else f'{tag[:-1]}-{coding}"'
