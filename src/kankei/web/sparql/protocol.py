"""A request of the SPARQL 1.1 Protocol, section 2.1, read into an operation's parameters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from kankei.errors import MalformedRequest, TooLarge, UnsupportedMediaType, UpdateRefused
from kankei.web.http.header_parsing import parse_content_type
from kankei.web.http.headers import request_header

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
MAX_BODY = 1 << 20
MAX_ADDRESS = 60 * 1024
"""Bytes of path and query string, percent-encoded as they come."""
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_SEVERAL = ("query", "default-graph-uri", "named-graph-uri")
_UTF_8 = frozenset(("utf-8", "utf8", "us-ascii"))


@dataclass(frozen=True)
class QueryRequest:
    """The parameters of a query operation; the query is none where the request holds none."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    example: str | None
    timeout: float | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, Sequence[str]], query: str | None = None) -> Self:
        """The operation that decoded parameters describe, with the query of a body of its own if any."""
        if "update" in parameters:
            raise UpdateRefused("this endpoint answers queries and takes no updates")
        queries = [*parameters.get("query", ()), *([] if query is None else [query])]
        if len(queries) > 1:
            raise MalformedRequest("a request holds one query, and this one holds several")
        return cls(
            queries[0] if queries else None,
            tuple(parameters.get("default-graph-uri", ())),
            tuple(parameters.get("named-graph-uri", ())),
            next(iter(parameters.get("format", ())), None),
            next(iter(parameters.get("example", ())), None),
            _timeout(parameters.get("timeout", ())),
        )

    @property
    def dataset(self) -> tuple[tuple[str, str], ...]:
        """The dataset as parameters of an address."""
        return (
            *(("default-graph-uri", graph) for graph in self.default_graphs),
            *(("named-graph-uri", graph) for graph in self.named_graphs),
        )


async def parse_request(request: Request) -> QueryRequest:
    """The operation in a request, by GET or by either kind of POST."""
    in_address = _parameters(request.scope["query_string"])
    if request.method != "POST":
        return QueryRequest.of(in_address)
    media_type, parameters = parse_content_type(request_header(request, "content-type"))
    if media_type not in {FORM_TYPE, QUERY_TYPE}:
        raise UnsupportedMediaType(f"a query is sent as {QUERY_TYPE}, or as the parameter of a {FORM_TYPE}")
    if parameters.get("charset", "utf-8") not in _UTF_8:
        raise UnsupportedMediaType("a query is sent in UTF-8")
    body = await _body(request)
    if media_type == QUERY_TYPE:
        return QueryRequest.of(in_address, _text(body))
    return _merged(in_address, _parameters(body))


def _merged(in_address: Mapping[str, Sequence[str]], in_body: Mapping[str, Sequence[str]]) -> QueryRequest:
    """A form's operation: an endpoint may be given to any client as, say, ``/sparql?timeout=2``."""
    QueryRequest.of(in_address)  # what is wrong with it is told, although the body has the last word
    both = {name: [*in_address.get(name, ()), *in_body.get(name, ())] for name in _SEVERAL}
    return QueryRequest.of(
        {**in_address, **in_body, **{name: found for name, found in both.items() if found}}
    )


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge(f"a request body has at most {MAX_BODY} bytes")
    return bytes(body)


def _timeout(values: Sequence[str]) -> float | None:
    if not values:
        return None
    seconds = float(values[0]) if _SECONDS.fullmatch(values[0]) else 0.0
    if len(values) > 1 or not seconds:
        raise MalformedRequest("timeout is one number of seconds above zero, such as 2.5")
    return seconds


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("the request is not in UTF-8") from error


def _parameters(encoded: bytes) -> dict[str, list[str]]:
    """Parameters, decoded once; a name may stand several times (URL Standard, section 5.1)."""
    found: dict[str, list[str]] = {}
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            found.setdefault(_decoded(name), []).append(_decoded(value))
    return found


def _decoded(encoded: bytes) -> str:
    try:
        spaced = encoded.replace(b"+", b" ")
        return (unquote_to_bytes(spaced) if b"%" in spaced else spaced).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("the parameters are not percent-encoded UTF-8") from error
