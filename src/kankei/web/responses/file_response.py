"""A file of a release as a response: whole, or ranges of it (RFC 9110, sections 14.2 and 15.3.7)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from secrets import token_hex
from typing import TypeAlias

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from kankei.errors import RangeNotSatisfiable
from kankei.release.reader import OpenFile, Release
from kankei.web.http.headers import raw_headers, request_header
from kankei.web.http.ranges import ByteRange, byte_ranges
from kankei.web.responses.single_flight import cancel_on_disconnect

_CHUNK = 64 * 1024  # what the slowest client that is tolerated reads in a minute
_Part: TypeAlias = tuple[bytes, ByteRange]
"""Bytes that precede a range of the file, and the range."""


@dataclass(frozen=True)
class FileResponse:
    """A file of a release; one that has changed since the release was opened is an error, never sent.

    If it changes while it is sent the response breaks off.
    """

    release: Release
    name: str
    headers: Mapping[str, str]
    """With ``ETag`` and ``Content-Type``."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as an ASGI response; raises `BrokenRelease` and `RangeNotSatisfiable`."""
        with self.release.open_file(self.name) as file:
            size = file.state.size
            modified = formatdate(file.state.modified_s, usegmt=True)
            dated = {**self.headers, "Last-Modified": modified, "Accept-Ranges": "bytes"}
            ranges = _requested_ranges(scope, dated, size)
            if ranges == []:
                raise RangeNotSatisfiable("the file has no such range", scope["path"], size)
            if ranges is None:
                status, own, parts, end = 200, {"Content-Length": str(size)}, [(b"", (0, size))], b""
            else:
                status = 206
                own, parts, end = _partial(ranges, size, self.headers["Content-Type"])
            headers = raw_headers({**dated, **own})
            await send({"type": "http.response.start", "status": status, "headers": [*headers]})
            if scope["method"] != "HEAD":
                await cancel_on_disconnect(receive, _send_parts(file, parts, send))
            await send({"type": "http.response.body", "body": end})


def _requested_ranges(scope: Scope, headers: Mapping[str, str], size: int) -> list[ByteRange] | None:
    """The ranges that a GET asks for, unless ``If-Range`` names another representation (section 13.1.5)."""
    requested, if_range = (request_header(Request(scope), name) for name in ("range", "if-range"))
    if scope["method"] != "GET" or requested is None:
        return None
    if if_range is not None and if_range not in {headers["ETag"], headers["Last-Modified"]}:
        return None
    return byte_ranges(requested, size)


def _partial(
    ranges: Sequence[ByteRange], size: int, content_type: str
) -> tuple[dict[str, str], list[_Part], bytes]:
    """Headers of its own, parts and last bytes of a 206 response: of several ranges a multipart."""
    content_ranges = [f"bytes {start}-{end - 1}/{size}" for start, end in ranges]
    if len(ranges) == 1:
        (start, end), (content_range,) = ranges[0], content_ranges
        return (
            {"Content-Range": content_range, "Content-Length": str(end - start)},
            [(b"", (start, end))],
            b"",
        )
    boundary = token_hex(13)
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {content_range}\r\n\r\n".encode()
        for content_range in content_ranges
    ]
    parts, last = list(zip(heads, ranges, strict=True)), f"\r\n--{boundary}--\r\n".encode()
    length = sum(len(head) + end - start for head, (start, end) in parts) + len(last)
    multipart = f"multipart/byteranges; boundary={boundary}"
    return {"Content-Type": multipart, "Content-Length": str(length)}, parts, last


async def _send_parts(file: OpenFile, parts: Sequence[_Part], send: Send) -> None:
    for head, (start, end) in parts:
        if head:
            await send({"type": "http.response.body", "body": head, "more_body": True})
        for position in range(start, end, _CHUNK):
            chunk = await asyncio.to_thread(file.read, position, min(_CHUNK, end - position))
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
