"""The OpenAPI 3.1 document: every operation of the registered pages, and every response that it may get."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kankei import __version__
from kankei.engine.operation import SPARQL_JSON
from kankei.release.formats import JSON_LD
from kankei.release.reader import Release
from kankei.web.responses.problem_details import PROBLEM
from kankei.web.responses.representation import HTML

Json: TypeAlias = dict[str, Any]

TEXT: Json = {"type": "string"}
BYTES: Json = {"type": "string", "format": "binary"}
OBJECT: Json = {"type": "object"}
LOCATION: Json = {"Location": {"$ref": "#/components/headers/Location"}}
TAG: Json = {"ETag": {"$ref": "#/components/headers/ETag"}}
PROBLEM_CONTENT: Json = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
MAX_EXAMPLES = 3
_SCHEMAS: dict[str, Json] = {
    JSON_LD.media_type: {"type": ["object", "array"]},
    SPARQL_JSON: {"$ref": "#/components/schemas/SparqlResults"},
    **dict.fromkeys(("application/json", "application/csvm+json"), OBJECT),
}
_PROBLEMS = {
    400: "The request, or the query in it, is malformed",
    404: "Nothing is published at this address",
    405: "The resource does not have this method; `Allow` lists those it has",
    406: "None of the media types or codings offered is acceptable; `offered` lists the media types",
    413: "The query, the request or the result is larger than allowed",
    414: "The address is longer than allowed",
    415: "The body's media type is none that queries are read from",
    429: "The client has used up its queries for now; `Retry-After` says until when",
    500: "The server failed",
    502: "An endpoint that the query calls by SERVICE could not be reached or gave no result",
    503: "Too many queries or connections, or the server is ending: `Retry-After` says how long",
    504: "The query was still running at its deadline",
    507: "The query wanted more memory than allowed",
}
_ANYWHERE = (405, 406, 414, 500, 503)
_HEADERS = {
    "Allow": "The methods that the resource has",
    "ETag": "The representation's strong entity tag",
    "Location": "Where to look, relative to the address asked",
    "Retry-After": "Seconds",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, in its query string or, by `in_path`, in its path."""

    name: str
    description: str
    schema: Json = field(default_factory=lambda: TEXT)
    in_path: bool = False
    examples: Callable[[Release], Iterable[str]] = lambda _: ()
    """Values that exist in a release."""
    serialization: Json = field(default_factory=dict)

    def document(self, release: Release) -> Json:
        """The parameter object."""
        place = "path" if self.in_path else "query"
        named = {"name": self.name, "in": place, "description": self.description, "schema": self.schema}
        if not self.in_path:
            return {**named, **self.serialization}
        examples = {value: {"value": value} for value in self.examples(release)}
        return {**named, "required": True, **({"examples": examples} if examples else {})}


@dataclass(frozen=True)
class Operation:
    """An operation that succeeds in one of some media types; `tagged` where a 304 may answer it."""

    summary: str
    media_types: Iterable[str] = ()
    parameters: Sequence[Parameter] = ()
    problems: Sequence[int] = ()
    """Statuses of problems beside those that any operation may have."""
    tagged: bool = True
    responses: Mapping[str, Json] = field(default_factory=dict)
    """Responses of its own by status."""
    body: Json | None = None

    def document(self, release: Release) -> Json:
        """The operation object."""
        parameters = [parameter.document(release) for parameter in self.parameters]
        return {
            "summary": self.summary,
            **({"parameters": parameters} if parameters else {}),
            "responses": {**self._responses(), **self.responses},
            **({"requestBody": self.body} if self.body else {}),
        }

    def _responses(self) -> Json:
        responses: Json = {}
        headers = {"headers": TAG} if self.tagged else {}
        if content := response_content(self.media_types):
            responses["200"] = {"description": self.summary, "content": content, **headers}
        if self.tagged:
            responses["304"] = {"description": "The client has it already", **headers}
        for status in sorted({*_ANYWHERE, *self.problems}):
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
        return responses


def openapi_document(
    release: Release, limits: Iterable[str], operations: Iterable[tuple[str, str, Operation]]
) -> bytes:
    """The OpenAPI document of a release's operations, each by path and method.

    `limits` are sentences for its description.
    """
    paths: dict[str, Json] = {}
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = operation.document(release)
    base = release.manifest.base
    description = (f"Japanese government support programmes as linked data, under {base.iri}.", *limits)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "kankei", "version": __version__, "description": "\n\n".join(description)},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "responses": _problems(),
            "headers": {name: {"description": text, "schema": TEXT} for name, text in _HEADERS.items()},
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def response_content(media_types: Iterable[str], schema: Json = TEXT) -> Json:
    """The content of a response in each of some media types; `schema` is that of those without their own."""
    return {media_type: {"schema": _SCHEMAS.get(media_type, schema)} for media_type in sorted(media_types)}


def _schemas() -> Json:
    texts = {"type": "array", "items": TEXT}
    variables = {"type": "object", "properties": {"vars": texts}}
    rows = {"type": "object", "properties": {"bindings": {"type": "array", "items": OBJECT}}}
    return {
        "Problem": {
            "description": "Problem details (RFC 9457)",
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": TEXT,
                "title": TEXT,
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": TEXT,
                "offered": texts,
            },
        },
        "SparqlResults": {
            "description": "SPARQL 1.1 Query Results JSON Format",
            "type": "object",
            "required": ["head"],
            "properties": {"head": variables, "results": rows, "boolean": {"type": "boolean"}},
            "oneOf": [{"required": ["results"]}, {"required": ["boolean"]}],
        },
    }


def _problems() -> Json:
    headers = {405: "Allow", 429: "Retry-After", 503: "Retry-After"}
    references = {
        status: {"headers": {name: {"$ref": f"#/components/headers/{name}"}}}
        for status, name in headers.items()
    }
    content = {**PROBLEM_CONTENT, HTML: {"schema": TEXT}}
    return {
        str(status): {"description": description, "content": content, **references.get(status, {})}
        for status, description in _PROBLEMS.items()
    }
