"""Requests of the SPARQL 1.1 Protocol, section 2.1: parsed, and described for the OpenAPI document."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from kankei.errors import MalformedRequest, TooLarge, UnsupportedMediaType, UpdateRefused
from kankei.localisation import LANGUAGES
from kankei.web.http.headers import request_header
from kankei.web.http.negotiation import parse_content_type
from kankei.web.openapi import Json, Operation, Parameter
from kankei.web.rdf.graph import RDF_TYPES
from kankei.web.responses.representation import HTML
from kankei.web.sparql.results import RESULT_TYPES, SHORT_NAMES

PATH = "/sparql"
FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
TEXT = "text/plain"
"""The media type of an explanation."""
MAX_BODY = 1 << 20
_LARGE_FORM = 64 * 1024
"""Bytes of a form; one of a megabyte, percent-encoded throughout, takes 0.2 seconds."""
MAX_ADDRESS = 60 * 1024
"""Bytes of path and query string, percent-encoded as they come."""
_MAX_PARAMETERS = 1000
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_REPEATED = ("query", "default-graph-uri", "named-graph-uri")
_UTF_8 = frozenset(("utf-8", "utf8", "us-ascii"))


_QUERY: Json = {"type": "string", "format": "sparql-query", "contentMediaType": QUERY_TYPE}
_PARAMETERS = (
    *(
        Parameter(
            f"{kind}-graph-uri",
            f"A graph of the {kind} dataset, by an absolute IRI; may be given several times.",
            {"type": "array", "items": {"type": "string", "format": "iri"}},
            serialization={"style": "form", "explode": True},
        )
        for kind in ("default", "named")
    ),
    Parameter(
        "timeout",
        "Seconds; fewer than allowed, or no more.",
        {"type": "string", "pattern": r"^(?=.*[1-9])[0-9]{1,9}(\.[0-9]{1,9})?$"},
    ),
    Parameter(
        "explain",
        "`true` for a text in place of the result: engine, algebra, SQL, rows and time.",
        {"type": "string", "enum": ["true", "false"]},
    ),
    Parameter("format", f"In place of `Accept`: {', '.join(SHORT_NAMES)}; another word is ignored."),
)
LANGUAGE = Parameter("lang", f"The language of a page ({' or '.join(LANGUAGES)}), before `Accept-Language`.")
_PROBLEMS = (400, 413, 429, 502, 504, 507)
GET = Operation(
    "Evaluate a query, describe the service, or show the form for people",
    {HTML, TEXT, *RESULT_TYPES, *RDF_TYPES},
    (
        Parameter("query", "A SPARQL 1.1 query; without one the service is described.", _QUERY),
        *_PARAMETERS,
        LANGUAGE,
        Parameter("example", "The name of an example that the page's form begins with."),
    ),
    _PROBLEMS,
)
_FORM = {"query": _QUERY, **{parameter.name: parameter.schema for parameter in _PARAMETERS}}
POST = Operation(
    "Evaluate a query",
    {HTML, TEXT, *RESULT_TYPES},
    _PARAMETERS,
    (*_PROBLEMS, 415),
    tagged=False,
    body={
        "required": True,
        "description": "A form, or a query as it is, in UTF-8; the address may hold parameters too.",
        "content": {
            FORM_TYPE: {"schema": {"type": "object", "required": ["query"], "properties": _FORM}},
            QUERY_TYPE: {"schema": _QUERY},
        },
    },
)


@dataclass(frozen=True)
class QueryRequest:
    """The parameters of a query operation; `query` is none where the request holds none."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    example: str | None
    timeout: float | None = None
    explains: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, Sequence[str]], query: str | None = None) -> Self:
        """The operation of decoded parameters; `query` is one that was the whole body."""
        if "update" in parameters:
            raise UpdateRefused("this endpoint answers queries and takes no updates")
        if "default" in parameters or "graph" in parameters:
            raise MalformedRequest("this is no graph store: ask for a graph by a query with FROM")
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
            _explains(parameters.get("explain", ())),
        )

    @property
    def dataset(self) -> tuple[tuple[str, str], ...]:
        """The dataset as parameters of an address."""
        return (
            *(("default-graph-uri", graph) for graph in self.default_graphs),
            *(("named-graph-uri", graph) for graph in self.named_graphs),
        )


async def parse_request(request: Request) -> QueryRequest:
    """The operation in a request, by GET or by either kind of POST; raises errors for 400, 413 and 415."""
    in_address = parse_parameters(request.scope["query_string"])
    if request.method != "POST":
        return QueryRequest.of(in_address)
    media_type, parameters = parse_content_type(request_header(request, "content-type"))
    if media_type not in {FORM_TYPE, QUERY_TYPE}:
        raise UnsupportedMediaType(
            f"a query is sent as {QUERY_TYPE}, or as the parameter of a form, {FORM_TYPE}"
        )
    if parameters.get("charset", "utf-8") not in _UTF_8:
        raise UnsupportedMediaType("a query is sent in UTF-8")
    body = await read_body(request)
    if media_type == QUERY_TYPE:
        try:
            return QueryRequest.of(in_address, body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise MalformedRequest("the request is not in UTF-8") from error
    return _merged(in_address, await parse_form(body))


def _merged(in_address: Mapping[str, Sequence[str]], in_body: Mapping[str, Sequence[str]]) -> QueryRequest:
    """A form's operation; a client may be configured with an endpoint such as ``/sparql?timeout=2``."""
    QueryRequest.of(in_address)  # raises for an invalid address, although the body takes precedence
    both = {name: [*in_address.get(name, ()), *in_body.get(name, ())] for name in _REPEATED}
    return QueryRequest.of(
        {**in_address, **in_body, **{name: values for name, values in both.items() if values}}
    )


async def read_body(request: Request) -> bytes:
    """The body of a request; raises `TooLarge`."""
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


def _explains(values: Sequence[str]) -> bool:
    if len(values) > 1 or not {"true", "false"}.issuperset(values):
        raise MalformedRequest("explain is true or false")
    return "true" in values


async def parse_form(body: bytes) -> dict[str, list[str]]:
    """The parameters of a form; a large one is decoded beside the event loop. Raises `MalformedRequest`."""
    if len(body) > _LARGE_FORM:
        return await asyncio.to_thread(parse_parameters, body)
    return parse_parameters(body)


def parse_parameters(encoded: bytes) -> dict[str, list[str]]:
    """Parameters, decoded once; a name may stand several times (URL Standard, section 5.1).

    Raises `MalformedRequest`.
    """
    if encoded.count(b"&") >= _MAX_PARAMETERS:
        raise MalformedRequest(f"a request has at most {_MAX_PARAMETERS} parameters")
    parameters: dict[str, list[str]] = {}
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            parameters.setdefault(_decoded(name), []).append(_decoded(value))
    return parameters


def _decoded(encoded: bytes) -> str:
    try:
        spaced = encoded.replace(b"+", b" ")
        return (unquote_to_bytes(spaced) if b"%" in spaced else spaced).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("the parameters are not percent-encoded UTF-8") from error
