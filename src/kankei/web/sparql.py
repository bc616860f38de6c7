"""The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1): queries for programs, and a form for people."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kankei.engine.formats import OFFERED, SPARQL_JSON
from kankei.engine.operation import Answer, Engine, Form, Operation
from kankei.errors import MalformedRequest, NotAcceptable
from kankei.web.conditional import unchanged
from kankei.web.links import Links
from kankei.web.negotiation import choose
from kankei.web.pages import Pages
from kankei.web.protocol import Protocol, read
from kankei.web.responses import HTML, content_type, header, language_of
from kankei.web.view import Value

PATH = "/sparql"
ROWS = 500
"""Rows on a page; the whole result is one link away."""

SHORT_NAMES = {
    "json": (SPARQL_JSON, "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json",),
    "html": (HTML,),
}
"""What ``format=`` may say, for people who cannot choose an ``Accept`` header."""

_FORMATS = {
    Form.SOLUTIONS: ("json", "xml", "csv", "tsv"),
    Form.BOOLEAN: ("json", "xml"),
    Form.TRIPLES: ("ttl", "nt", "rdf", "jsonld"),
}


@dataclass(frozen=True)
class Sparql:
    """The endpoint over one engine; `examples` maps names to queries."""

    engine: Engine
    links: Links
    pages: Pages
    examples: Mapping[str, str]

    async def respond(self, request: Request) -> Response:
        """The answer to a request of the protocol, or the form that makes one."""
        protocol = await read(request)
        accept = self._accept(request, protocol)
        page = choose((*_machine_types(), HTML), accept) == HTML
        if protocol.query is None:
            if not page or request.method == "POST":
                raise MalformedRequest("the request holds no query: send one as the parameter `query`")
            return self._form(request, self.examples.get(protocol.example or "", ""))
        answer = await self.engine.answer(_operation(protocol, protocol.query, accept, page=page))
        if page and answer.media_type in {SPARQL_JSON, "text/turtle"}:
            return self._results(request, protocol, answer)
        return _send(request, answer.body, answer.media_type)

    def _accept(self, request: Request, protocol: Protocol) -> str | None:
        # Clients such as SPARQLWrapper send words of their own beside the header that they mean.
        if protocol.format not in SHORT_NAMES:
            return header(request, "accept")
        return ", ".join(SHORT_NAMES[protocol.format])

    def _form(self, request: Request, query: str) -> Response:
        return self._page(request, query, result=None)

    def _results(self, request: Request, protocol: Protocol, answer: Answer) -> Response:
        query = protocol.query or ""
        dataset = [
            *(("default-graph-uri", graph) for graph in protocol.default_graphs),
            *(("named-graph-uri", graph) for graph in protocol.named_graphs),
        ]
        result = {
            "formats": [
                (f"{PATH}?{urlencode([('query', query), *dataset, ('format', name)])}", name)
                for name in _FORMATS[answer.form]
            ],
            **self._table(answer),
        }
        return self._page(request, query, result)

    def _table(self, answer: Answer) -> dict[str, object]:
        if answer.form is Form.TRIPLES:
            return {"turtle": answer.body.decode()}
        content = json.loads(answer.body)
        if answer.form is Form.BOOLEAN:
            return {"boolean": content["boolean"]}
        rows = content["results"]["bindings"]
        variables = content["head"]["vars"]
        shown = [[self._cell(row.get(variable)) for variable in variables] for row in rows[:ROWS]]
        return {"variables": variables, "rows": shown, "count": len(rows), "more": len(rows) > ROWS}

    def _cell(self, term: Mapping[str, str] | None) -> Value | None:
        if term is None:
            return None
        if term["type"] == "uri":
            return Value(term["value"], "", self.links.href(term["value"]))
        return Value(str(term["value"]), term.get("xml:lang", ""))

    def _page(self, request: Request, query: str, result: Mapping[str, object] | None) -> Response:
        language = language_of(request)
        examples = [
            (f"{PATH}?{urlencode({'example': name})}", _title(name, text))
            for name, text in self.examples.items()
        ]
        body = self.pages.render("sparql", language, PATH, query=query, result=result, examples=examples)
        return _send(request, body.encode(), HTML, {"Content-Language": language})


def _operation(protocol: Protocol, query: str, accept: str | None, *, page: bool) -> Operation:
    media_types = {form: chosen for form, offers in OFFERED.items() if (chosen := choose(offers, accept))}
    if page:
        media_types |= {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: "text/turtle"}
    if not media_types:
        raise NotAcceptable("none of the offered media types is acceptable", PATH, _machine_types())
    return Operation(query, media_types, protocol.default_graphs, protocol.named_graphs)


def _machine_types() -> tuple[str, ...]:
    return tuple(dict.fromkeys(media_type for offers in OFFERED.values() for media_type in offers))


def _title(name: str, query: str) -> str:
    """An example by the question in its first comment."""
    first = query.lstrip().partition("\n")[0]
    return first.lstrip("# ") if first.startswith("#") else name


def _send(request: Request, body: bytes, media_type: str, more: Mapping[str, str] | None = None) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Vary": "Accept, Accept-Language",
        "ETag": tag,
        "Cache-Control": "public, no-cache",
        **(more or {}),
    }
    if request.method != "POST" and unchanged(header(request, "if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": content_type(media_type)})
