"""Operations and parameters that the rows of the page registry share, as OpenAPI describes them."""

from collections.abc import Iterable

from kankei.release.profile_views import NATIVE, PROFILES
from kankei.release.reader import Release
from kankei.search.index.call_periods import State
from kankei.web.openapi import (
    MAX_EXAMPLES,
    OBJECT,
    PROBLEM_CONTENT,
    Operation,
    Parameter,
)
from kankei.web.plain_json import json_schema
from kankei.web.rdf.graph import PINNED_TYPES, RDF_TYPES
from kankei.web.resources import (
    query_examples,
    site_documents,
)
from kankei.web.resources.programme_filters import CALL, FILTERS
from kankei.web.responses.representation import HTML
from kankei.web.sparql.protocol import LANGUAGE
from kankei.web.static_files import STATIC

GRAPH_TYPES = (HTML, *RDF_TYPES)
JSON_TYPES = ("application/json",)
XML_TYPES = ("application/xml",)


def _documents(release: Release) -> Iterable[str]:
    return list(release.documents)[:MAX_EXAMPLES]


_SUFFIXES = ", ".join((*PINNED_TYPES, "json"))
THING = Parameter("path", "A thing, such as `programme/two-region-living`.", examples=_documents)
DOCUMENT = Parameter("path", f"The same; a suffix ({_SUFFIXES}) pins the format.", examples=_documents)
_PROFILES = ", ".join(row.name for row in (NATIVE, *PROFILES))
PROFILE = Parameter("_profile", f"The profile ({_PROFILES}), before `Accept-Profile`.")
VERSION = Parameter(
    "version", "The version of the ontology.", examples=lambda r: (r.manifest.ontology_version,)
)
EXAMPLES_SUFFIX = Parameter("suffix", "The format.", examples=lambda _: query_examples.SUFFIXES)


def _graph_names(release: Release) -> Iterable[str]:
    return [name.rpartition("graph/")[2] for name in release.manifest.graphs][:MAX_EXAMPLES]


NAMED_GRAPH = Parameter("name", "A named graph.", examples=_graph_names)
SITEMAP = Parameter("number", "The number of the sitemap, counted from 1.", examples=lambda _: ("1",))
STATIC_FILE = Parameter("name", "The file.", examples=lambda _: STATIC)
RELEASE_PATH = Parameter(
    "path",
    "The version of a release, and a file of it, or `citation`.",
    examples=lambda r: [f"{r.manifest.version}/{name}" for name in ("", "citation", "manifest.json")],
)
PAGE_NUMBER = Parameter("page", "The page, counted from 1.", {"type": "string", "pattern": "^[1-9][0-9]*$"})


STATEMENTS_PAGE = Parameter(
    "page",
    "The page of statements of other documents, counted from 1, in RDF.",
    {"type": "string", "pattern": "^[1-9][0-9]*$"},
)
TEXT_PAGE = Parameter(
    "part",
    "The page of a long text, counted from 1, in HTML: of a source, or of the validation report.",
    {"type": "string", "pattern": "^[1-9][0-9]*$"},
)
CONTEXT = Parameter(
    "version",
    "The version of the context, with which its address is.",
    examples=lambda r: (_context_version(r),),
)
FILTER_PARAMETERS = tuple(Parameter(row.name, row.description, choices=row.values) for row in FILTERS)
STATES = Parameter(CALL, "A state of calls on the day.", choices=lambda _: State)
DAY = Parameter(
    "on",
    "The day to tell of, by which states of calls are judged; today in Japan by default.",
    {"type": "string", "pattern": "^(20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))?$"},
)
SCHEMA = Parameter("name", "The schema.", examples=lambda _: json_schema.names())


def _context_version(release: Release) -> str:
    return site_documents.context_path(release).rpartition("/")[2].removesuffix(".jsonld")


def graph_operation(summary: str, *parameters: Parameter) -> Operation:
    """The operation of a graph in every format; `parameters` are those in its path."""
    return Operation(summary, GRAPH_TYPES, (*parameters, LANGUAGE))


HEALTH = Operation(
    "Whether the server lives and can answer",
    JSON_TYPES,
    tagged=False,
    responses={
        "503": {
            "description": "It cannot answer queries, or not for long",
            "content": {"application/json": {"schema": OBJECT}, **PROBLEM_CONTENT},
        }
    },
)
