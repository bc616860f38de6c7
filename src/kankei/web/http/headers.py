"""Response header fields, request header fields, and the references that fields and pages hold."""

from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

from starlette.requests import Request

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SCRIPT_POLICY = {"Content-Security-Policy": f"{_POLICY}; script-src 'self'"}
"""The policy of a page that runs a script of this server; what a page holds inline is never run."""

COMMON_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Location, Content-Language, Content-Range, Retry-After, RateLimit, RateLimit-Policy, "
        "Kankei-Engine"
    ),
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Header fields of every response: any origin may read it, and a page loads nothing from elsewhere.

A response may have another field of the same name in place of one."""

CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"
"""``Cache-Control`` of what follows from a release. Another release may take its place: a browser revalidates
each time, which costs a 304, and a shared cache is at most a minute behind."""

FINISHED_HEAD = "kankei.head"
"""Key of an ASGI start message: its status line and `headers` as they go over the wire."""
ADDED_HEADERS = "kankei.headers"
"""Key of a request's scope: header fields added to its response while it was handled."""
_FIELDS = "kankei.fields"
_LINKED_JSON = "application/ld+json"
_SAFE = "/%:@!$&'()*+,;=~-._?#[]"


def add_response_headers(scope: MutableMapping[str, Any], headers: Mapping[str, str]) -> None:
    """Add header fields to the response to a request, be it a success or an error."""
    scope.setdefault(ADDED_HEADERS, {}).update(headers)


def raw_headers(headers: Mapping[str, str]) -> RawHeaders:
    """Header fields as ASGI has them: lower-case names and values, in Latin-1."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


RAW_COMMON_HEADERS = raw_headers(COMMON_HEADERS)


def with_common_headers(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """The header fields of a response behind the common ones that it has none in place of."""
    own = tuple(headers)
    names = {name for name, _ in own}
    return (*(field for field in RAW_COMMON_HEADERS if field[0] not in names), *own)


def start_message(status: int, headers: RawHeaders, head: bytes) -> dict[str, Any]:
    """The ASGI message that starts a response with all common headers, serialised in `head`."""
    return {"type": "http.response.start", "status": status, "headers": headers, FINISHED_HEAD: head}


def request_header(request: Request, name: str) -> str | None:
    """A request header by its lower-case name; several fields are one list (RFC 9110, section 5.3)."""
    fields: dict[str, str] | None = request.scope.get(_FIELDS)
    if fields is None:
        fields = request.scope[_FIELDS] = {}
        for raw_name, raw_value in request.scope["headers"]:
            key, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields.get(name)


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Header fields as lines of HTTP/1.1; raises `ValueError` where one holds a line break or a null."""
    parts = [part for name, value in headers for part in (name, b": ", value, b"\r\n")]
    lines = b"".join(parts)
    count = len(parts) // 4
    if lines.count(b"\n") != count or lines.count(b"\r") != count or b"\x00" in lines:
        raise ValueError("a header holds a line break")
    return lines


def relative(from_path: str, to_path: str) -> str:
    """A relative reference (RFC 3986, section 4.2) from one path of this server to another.

    It climbs to the server's root and descends again, so that it holds under any prefix that a proxy maps to
    this server. A reference that is no absolute path is returned unchanged.
    """
    if not to_path.startswith("/"):
        return to_path
    # "./", where there is nothing to climb: a first segment with a colon would read as a scheme.
    return ("../" * depth(from_path) or "./") + to_path[1:]


def with_language(address: str, language: str) -> str:
    """The address of a page of this server in a language; that of a file, or elsewhere, unchanged."""
    without_fragment, mark, fragment = address.partition("#")
    path, _, query = without_fragment.partition("?")
    if not path.startswith("/") or "." in path.rpartition("/")[2]:
        return address
    parameters = f"{query}&lang={language}" if query else f"lang={language}"
    return f"{path}?{parameters}{mark}{fragment}"


def depth(path: str) -> int:
    """How many folders a path is below the server's root."""
    return max(path.count("/") - 1, 0)


def own_path(scope: Mapping[str, Any]) -> str:
    """The path of a request, still percent-encoded, since its client resolves references by that."""
    raw_path: bytes = scope.get("raw_path") or b""
    path: str = scope["path"]
    return raw_path.partition(b"?")[0].decode("latin-1") or path


def link_header(path: str, links: Mapping[str, str], alternates: Iterable[tuple[str, str, str]]) -> str:
    """The ``Link`` field (RFC 8288) of what is at a path: `links` by relation, then its other formats.

    Of each format the address, media type and name.
    """
    # Clients such as PyLD take one link that is `alternate` and nothing else, to JSON-LD, and break where
    # there are several. So the others have a second relation type, which holds of any other format.
    fields = [
        f'<{iri_to_uri(relative(path, address))}>; rel="{relation}"' for relation, address in links.items()
    ]
    fields += [
        f'<{relative(path, address)}>; rel="{alternate_relation(media_type)}"; type="{media_type}"'
        for address, media_type, _ in alternates
    ]
    return ", ".join(fields)


def alternate_relation(media_type: str) -> str:
    """The relation types of a link to another format."""
    return "alternate" if media_type == _LINKED_JSON else "alternate related"


def iri_to_uri(iri: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1), which a header can hold; the host in its ASCII form."""
    if iri.isascii():
        return iri
    parts = urlsplit(iri)
    host = parts.netloc.encode("idna").decode("ascii")
    return urlunsplit((parts.scheme, host, *(quote(part, safe=_SAFE) for part in parts[2:])))
