"""The whole interface described (OpenAPI 3.1): what may be asked, and every answer that it may get."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from kankei import __version__
from kankei.engine.operation import RESULT_MEDIA_TYPES, SPARQL_JSON
from kankei.release.reader import Release
from kankei.web.http.negotiation import LANGUAGES
from kankei.web.rdf.serialization import JSON_LD, RDF_TYPES, SUFFIXES
from kankei.web.responses.negotiated import HTML
from kankei.web.responses.problem_details import PROBLEM
from kankei.web.sparql.protocol import FORM_TYPE, QUERY_TYPE

Json: TypeAlias = dict[str, Any]

_EXAMPLES = 3

_TEXT: Json = {"type": "string"}
_BYTES: Json = {"type": "string", "format": "binary"}
_OBJECT: Json = {"type": "object"}
_SCHEMAS: dict[str, Json] = {
    JSON_LD: {"type": ["object", "array"]},
    SPARQL_JSON: {"$ref": "#/components/schemas/SparqlResults"},
    **dict.fromkeys(("application/json", "application/csvm+json"), _OBJECT),
}
_RESULT_TYPES = tuple(dict.fromkeys(kind for offers in RESULT_MEDIA_TYPES.values() for kind in offers))
_SECONDS = r"^(?=.*[1-9])[0-9]{1,9}(\.[0-9]{1,9})?$"
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
    503: "Too many queries or connections, or the server is ending: `Retry-After` says how long",
    504: "The query was still running at its deadline",
    507: "The query variant more memory than allowed",
}
_ANYWHERE = (405, 406, 414, 500, 503)
_OF_QUERY = (400, 413, 429, 504, 507)


def openapi_document(release: Release, limits: Iterable[str]) -> bytes:
    """The description of what is served of a release; `limits` are told as they are set."""
    base = release.manifest.base
    description = {
        "openapi": "3.1.0",
        "info": {
            "title": "kankei",
            "version": __version__,
            "description": "\n\n".join(
                (f"Japanese government support programmes as linked data, under {base.iri}.", *limits)
            ),
        },
        "paths": {
            **_sparql(),
            **_things(list(islice(release.documents, _EXAMPLES))),
            **_graphs(release.manifest.ontology_version),
            **_files(release.manifest.files),
            **_pages(),
            **_operations(),
        },
        "components": {"schemas": _schemas(), "responses": _problems(), "headers": _headers()},
    }
    return json.dumps(description, ensure_ascii=False, indent=1).encode()


def _sparql() -> Json:
    direct = [_graph("default"), _graph("named"), _timeout(), _format()]
    query = _parameter("query", _query(), "A SPARQL 1.1 query; without one the service is described.")
    example = _parameter("example", _TEXT, "The name of an example that the page's form begins with.")
    known = {part["name"]: part["schema"] for part in direct}
    form = {"type": "object", "required": ["query"], "properties": {"query": _query(), **known}}
    get = _operation(
        "Evaluate a query, describe the service, or show the form for people",
        {HTML, *_RESULT_TYPES, *RDF_TYPES},
        [query, *direct, _language(), example],
        _OF_QUERY,
    )
    post = _operation("Evaluate a query", {HTML, *_RESULT_TYPES}, direct, (*_OF_QUERY, 415), tagged=False)
    post["requestBody"] = {
        "required": True,
        "description": "A form, or a query as it is, in UTF-8; the address may hold parameters too.",
        "content": {FORM_TYPE: {"schema": form}, QUERY_TYPE: {"schema": _query()}},
    }
    return {"/sparql": {"get": get, "post": post}}


def _things(examples: Sequence[str]) -> Json:
    path = _in_path("path", examples, "A thing, such as `programme/two-region-living`.")
    document = _in_path("path", examples, f"The same; a suffix ({', '.join(SUFFIXES)}) pins the format.")
    see = _operation("See the document that describes a thing", (), [path, _language()], (404,), tagged=False)
    see["responses"]["303"] = {
        "description": "The document's address",
        "headers": {"Location": {"$ref": "#/components/headers/Location"}},
    }
    kinds = (HTML, *RDF_TYPES, "text/plain")
    return {
        "/id/{path}": {"get": see},
        "/doc/{path}": {"get": _operation("A document", kinds, [document, _language()], (404,))},
    }


def _graphs(version_here: str) -> Json:
    """The graphs that a release holds as files, each negotiated, and by suffix."""
    told = {
        "/catalog": "The catalogue (DCAT) and the dataset's description (VoID)",
        "/ns": "The ontology",
        "/shapes": "The shapes (SHACL)",
        "/report": "The validation report that the release passed",
    }
    kinds = (HTML, *RDF_TYPES)
    suffix = _in_path("suffix", tuple(SUFFIXES), "The format.")
    version = _in_path("version", (version_here,), "The version of the ontology.")
    plain = {path: _operation(summary, kinds, [_language()]) for path, summary in told.items()}
    pinned = {
        f"{path}.{{suffix}}": _operation(summary, kinds, [suffix, _language()], (404,))
        for path, summary in told.items()
    }
    others = {
        "/.well-known/void": _operation("The dataset's description (VoID)", kinds, [_language()]),
        "/ns/{version}": _operation("The ontology by its version", kinds, [version, _language()], (404,)),
        "/context.jsonld": _operation("The JSON-LD context of documents", (JSON_LD,)),
    }
    return _reading({**plain, **pinned, **others})


def _files(names: Iterable[str]) -> Json:
    """What is sent as it lies on disk, in parts too."""
    paths: Json = {}
    for folder, kinds in (
        ("dumps", (*_RDF_FILES, "application/gzip", "application/zstd")),
        ("tables", ("text/csv", "application/csvm+json")),
    ):
        found = [name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")]
        name = _in_path("name", found[:_EXAMPLES], f"A file of the folder, as `/{folder}/` lists them.")
        file = _operation("A file", (), [name], (404,))
        file["responses"] |= {
            "200": {
                "description": "The file",
                "headers": _TAG,
                "content": _content(kinds, _BYTES),
            },
            "206": {
                "description": "The range asked for",
                "content": {kind: {"schema": _BYTES} for kind in kinds},
            },
            "416": {"description": "The file has no such range"},
        }
        listing = _operation(f"The files of {folder}", (HTML,), [_language()])
        paths |= {f"/{folder}": listing, f"/{folder}/": listing, f"/{folder}/{{name}}": file}
    return _reading(paths)


def _pages() -> Json:
    page = _parameter("page", {"type": "string", "pattern": "^[1-9][0-9]*$"}, "The page, counted from 1.")
    number = _in_path("number", ("1",), "The number of the sitemap, counted from 1.")
    name = _in_path("name", ("style.css", "icon.svg"), "The file.")
    xml, icon = ("application/xml",), ("image/svg+xml",)
    return _reading(
        {
            "/": _operation("The list of programmes", (HTML,), [page, _language()], (404,)),
            "/manifest.json": _operation("Size and hash of each file of the release", ("application/json",)),
            "/sitemap.xml": _operation("Which sitemaps there are", xml),
            "/sitemap-{number}.xml": _operation("The addresses of documents", xml, [number], (404,)),
            "/robots.txt": _operation("What crawlers should leave alone", ("text/plain",), tagged=False),
            "/favicon.ico": _operation("The icon", icon),
            "/static/{name}": _operation("Style and icon", ("text/css", *icon), [name], (404,)),
            "/openapi.json": _operation("This description", ("application/json",)),
        }
    )


def _operations() -> Json:
    """What operators and their tools ask."""
    health = _operation("Whether the server lives and can answer", ("application/json",), tagged=False)
    health["responses"]["503"] = {
        "description": "It cannot answer queries, or not for long",
        "content": {"application/json": {"schema": _OBJECT}, PROBLEM: {"schema": _PROBLEM}},
    }
    metrics = _operation("Figures for Prometheus", ("text/plain",), extra=(404,), tagged=False)
    paths = dict.fromkeys(("/health", "/health/live", "/health/ready"), health)
    return _reading({**paths, "/metrics": metrics})


_RDF_FILES = (*RDF_TYPES, "application/trig", "application/n-quads")
_TAG = {"ETag": {"$ref": "#/components/headers/ETag"}}
_PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}


def _reading(operations: Mapping[str, Json]) -> Json:
    return {path: {"get": operation} for path, operation in operations.items()}


def _operation(
    summary: str,
    kinds: Iterable[str],
    parameters: Sequence[Json] = (),
    extra: Sequence[int] = (),
    *,
    tagged: bool = True,
) -> Json:
    """An operation that succeeds in one of some media types; `tagged` where it may be unchanged."""
    responses: Json = {}
    content = _content(kinds)
    if content:
        responses["200"] = {
            "description": summary,
            "content": content,
            **({"headers": _TAG} if tagged else {}),
        }
    if tagged:
        responses["304"] = {"description": "The client has it already", "headers": _TAG}
    for status in sorted({*_ANYWHERE, *extra}):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return {
        "summary": summary,
        **({"parameters": list(parameters)} if parameters else {}),
        "responses": responses,
    }


def _content(kinds: Iterable[str], otherwise: Json = _TEXT) -> Json:
    return {kind: {"schema": _SCHEMAS.get(kind, otherwise)} for kind in sorted(kinds)}


def _parameter(name: str, schema: Json, description: str, place: str = "query") -> Json:
    return {"name": name, "in": place, "description": description, "schema": schema}


def _in_path(name: str, examples: Sequence[str], description: str) -> Json:
    told = {"examples": {example: {"value": example} for example in examples}} if examples else {}
    return {**_parameter(name, _TEXT, description, "path"), "required": True, **told}


def _query() -> Json:
    return {"type": "string", "format": "sparql-query", "contentMediaType": QUERY_TYPE}


def _graph(kind: str) -> Json:
    description = f"A graph of the {kind} dataset, by an absolute IRI; may be given several times."
    schema = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return {**_parameter(f"{kind}-graph-uri", schema, description), "style": "form", "explode": True}


def _timeout() -> Json:
    return _parameter(
        "timeout", {"type": "string", "pattern": _SECONDS}, "Seconds; fewer than allowed, or no more."
    )


def _format() -> Json:
    description = (
        "In place of `Accept`: json, xml, csv, tsv, ttl, nt, rdf, jsonld, html; another word is ignored."
    )
    return _parameter("format", _TEXT, description)


def _language() -> Json:
    description = f"The language of a page ({' or '.join(LANGUAGES)}), before `Accept-Language`."
    return _parameter("lang", _TEXT, description)


def _schemas() -> Json:
    variables = {"type": "object", "properties": {"vars": {"type": "array", "items": _TEXT}}}
    rows = {"type": "object", "properties": {"bindings": {"type": "array", "items": _OBJECT}}}
    return {
        "Problem": {
            "description": "Problem details (RFC 9457)",
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": _TEXT,
                "title": _TEXT,
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": _TEXT,
                "offered": {"type": "array", "items": _TEXT},
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
    content = {PROBLEM: {"schema": _PROBLEM}, HTML: {"schema": _TEXT}}
    return {
        str(status): {
            "description": description,
            "content": content,
            **(
                {"headers": {name: {"$ref": f"#/components/headers/{name}"}}}
                if (name := headers.get(status))
                else {}
            ),
        }
        for status, description in _PROBLEMS.items()
    }


def _headers() -> Json:
    told = {
        "Allow": "The methods that the resource has",
        "ETag": "The representation's strong entity tag",
        "Location": "Where to look, relative to the address asked",
        "Retry-After": "Seconds",
    }
    return {name: {"description": description, "schema": _TEXT} for name, description in told.items()}
