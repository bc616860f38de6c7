"""Header fields that every response has, and those that a request earns on its way to its response."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from starlette.requests import Request

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Location, Content-Language, Content-Range, Retry-After, RateLimit, RateLimit-Policy"
    ),
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every response: open to any reader, and nothing from elsewhere in a page."""

CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"
"""A release is immutable but another may take its place: a browser asks each time, which costs a 304, and a
proxy in front may answer for a minute by itself, so that nobody is further behind a new release than that."""

REQUEST_ID = b"x-request-id"
FINISHED_HEAD = "kankei.head"
"""Key of an ASGI start message: its status line and `headers` as they go over the wire."""

_ADDED = "kankei.headers"
_FIELDS = "kankei.fields"


def add_response_headers(scope: MutableMapping[str, Any], headers: Mapping[str, str]) -> None:
    """Have the response to a request carry some headers more, whatever becomes of it."""
    scope.setdefault(_ADDED, {}).update(headers)


def added_headers(scope: Mapping[str, Any]) -> Mapping[str, str]:
    """The headers that a request has earned."""
    found: Mapping[str, str] = scope.get(_ADDED, {})
    return found


def raw_headers(headers: Mapping[str, str]) -> RawHeaders:
    """Headers as they go over the wire."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


RAW_COMMON_HEADERS = raw_headers(COMMON_HEADERS)
_COMMON = frozenset(name for name, _ in RAW_COMMON_HEADERS)


def with_common_headers(own: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a response with those that every response has."""
    return [*(field for field in own if field[0] not in _COMMON), *RAW_COMMON_HEADERS]


def start_message(status: int, headers: RawHeaders, head: bytes) -> dict[str, Any]:
    """The ASGI message that starts a response with all common headers, serialised in `head`."""
    return {"type": "http.response.start", "status": status, "headers": headers, FINISHED_HEAD: head}


def request_header(request: Request, name: str) -> str | None:
    """A request header, by its name in small letters; several are one list (RFC 9110, section 5.3)."""
    fields: dict[str, str] | None = request.scope.get(_FIELDS)
    if fields is None:
        fields = request.scope[_FIELDS] = {}
        for raw_name, raw_value in request.scope["headers"]:
            key, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields.get(name)


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as they go over the wire; raises `ValueError` where one would end its line."""
    fields = [part for name, value in headers for part in (name, b": ", value, b"\r\n")]
    lines = b"".join(fields)
    count = len(fields) // 4
    if lines.count(b"\n") != count or lines.count(b"\r") != count or b"\x00" in lines:
        raise ValueError("a header holds a line break")
    return lines
