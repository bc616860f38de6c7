"""The OpenAPI 3.1 document: every operation of the registered pages, and every response that it may get."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
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


def _header(name: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"}}


LOCATION, TAG = _header("Location"), _header("ETag")
PROBLEM_CONTENT: Json = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
MAX_EXAMPLES = 3
_MAX_CHOICES = 200
_SCHEMA_JSON = "application/schema+json"
_SCHEMAS: dict[str, Json] = {
    JSON_LD.media_type: {"type": ["object", "array"]},
    SPARQL_JSON: {"$ref": "#/components/schemas/SparqlResults"},
    **dict.fromkeys(
        ("application/json", "application/csvm+json", "application/linkset+json", _SCHEMA_JSON), OBJECT
    ),
}
_COMPONENTS: Json = json.loads((files("kankei.web") / "openapi_components.json").read_bytes())
"""Descriptions of headers, schemas, and problems by status, each with the header that its response has."""
_ANYWHERE = (405, 406, 414, 500, 503)


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, in its query string or, with examples, in its path."""

    name: str
    description: str
    schema: Json = field(default_factory=lambda: TEXT)
    examples: Callable[[Release], Iterable[str]] | None = None
    """Values that exist in a release."""
    serialization: Json = field(default_factory=dict)
    choices: Callable[[Release], Iterable[str]] | None = None
    """The only values that it may have, where these are not too many to be listed."""

    def document(self, release: Release) -> Json:
        """The parameter object."""
        place = "path" if self.examples else "query"
        choices = sorted(self.choices(release)) if self.choices else []
        schema = {**self.schema, "enum": choices} if 0 < len(choices) <= _MAX_CHOICES else self.schema
        named = {"name": self.name, "in": place, "description": self.description, "schema": schema}
        if not self.examples:
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
    """Statuses of problems beside those that any operation may have, and 404 for a parameter in the path."""
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
        not_found = [404 for parameter in self.parameters if parameter.examples]
        for status in sorted({*_ANYWHERE, *self.problems, *not_found}):
            responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
        return responses


def openapi_document(
    release: Release, limits: Iterable[str], operations: Iterable[tuple[str, str, Operation]]
) -> Json:
    """The OpenAPI document of a release's operations, each by path and method.

    `limits` are sentences for its description.
    """
    paths: dict[str, Json] = {}
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = operation.document(release)
    base = release.manifest.base
    description = (f"Japanese government support programmes as linked data, under {base.iri}.", *limits)
    return {
        "openapi": "3.1.0",
        "info": {"title": "kankei", "version": __version__, "description": "\n\n".join(description)},
        "paths": paths,
        "components": {
            "schemas": _COMPONENTS["schemas"],
            "responses": {status: _problem(**problem) for status, problem in _COMPONENTS["problems"].items()},
            "headers": {
                name: {"description": text, "schema": TEXT} for name, text in _COMPONENTS["headers"].items()
            },
        },
    }


def response_content(media_types: Iterable[str], schema: Json = TEXT) -> Json:
    """The content of a response in each of some media types; `schema` is that of those without their own."""
    return {media_type: {"schema": _SCHEMAS.get(media_type, schema)} for media_type in sorted(media_types)}


def _problem(description: str, header: str = "") -> Json:
    response = {"description": description, "content": {**PROBLEM_CONTENT, HTML: {"schema": TEXT}}}
    return {**response, **({"headers": _header(header)} if header else {})}
