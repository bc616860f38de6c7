"""The page registry: a row for each page or family of pages.

Routing, navigation, links, sitemap, the OpenAPI document and the labels of metrics follow from the rows. To
add a page, add its module to `resources/`, its template and its row.
"""

from collections.abc import Iterable
from dataclasses import replace

from kankei.release.formats import COMPRESSIONS, FORMATS, JSON_LD
from kankei.release.profile_views import NATIVE, PROFILES
from kankei.release.reader import Release
from kankei.release.table_formats import CSV_METADATA, TABLE_FORMATS
from kankei.web.openapi import (
    BYTES,
    LOCATION,
    MAX_EXAMPLES,
    OBJECT,
    PROBLEM_CONTENT,
    TAG,
    Json,
    Operation,
    Parameter,
    response_content,
)
from kankei.web.plain_json import json_schema
from kankei.web.rdf.graph import PINNED_TYPES, RDF_TYPES
from kankei.web.resources import (
    api_guide,
    citation,
    discovery,
    feed,
    files,
    health,
    home,
    icalendar,
    lookup,
    mcp_endpoint,
    pictures,
    programme_list,
    quality,
    query_examples,
    query_vocabulary,
    reconciliation,
    release_graphs,
    releases,
    search_page,
    search_results,
    site_documents,
)
from kankei.web.resources.call_status import State
from kankei.web.resources.documents import Documents
from kankei.web.resources.programme_filters import CALL, FILTERS
from kankei.web.resources.sparql_endpoint import SparqlEndpoint
from kankei.web.responses.representation import HTML
from kankei.web.site import Page, handler, metric_routes
from kankei.web.sparql import protocol
from kankei.web.sparql.protocol import LANGUAGE
from kankei.web.static_files import STATIC
from kankei.web.telemetry.metrics import define_metrics

_GRAPH_TYPES = (HTML, *RDF_TYPES)
_JSON = ("application/json",)
_XML = ("application/xml",)


def _documents(release: Release) -> Iterable[str]:
    return list(release.documents)[:MAX_EXAMPLES]


_SUFFIXES = ", ".join((*PINNED_TYPES, "json"))
_THING = Parameter("path", "A thing, such as `programme/two-region-living`.", examples=_documents)
_DOCUMENT = Parameter("path", f"The same; a suffix ({_SUFFIXES}) pins the format.", examples=_documents)
_PROFILES = ", ".join(row.name for row in (NATIVE, *PROFILES))
_PROFILE = Parameter("_profile", f"The profile ({_PROFILES}), before `Accept-Profile`.")
_VERSION = Parameter(
    "version", "The version of the ontology.", examples=lambda r: (r.manifest.ontology_version,)
)
_EXAMPLES_SUFFIX = Parameter("suffix", "The format.", examples=lambda _: query_examples.SUFFIXES)


def _graph_names(release: Release) -> Iterable[str]:
    return [name.rpartition("graph/")[2] for name in release.manifest.graphs][:MAX_EXAMPLES]


_NAMED_GRAPH = Parameter("name", "A named graph.", examples=_graph_names)
_SITEMAP = Parameter("number", "The number of the sitemap, counted from 1.", examples=lambda _: ("1",))
_STATIC = Parameter("name", "The file.", examples=lambda _: STATIC)
_RELEASE = Parameter(
    "path",
    "The version of a release, and a file of it, or `citation`.",
    examples=lambda r: [f"{r.manifest.version}/{name}" for name in ("", "citation", "manifest.json")],
)
_PAGE = Parameter("page", "The page, counted from 1.", {"type": "string", "pattern": "^[1-9][0-9]*$"})


_PART = Parameter(
    "page",
    "The page of statements of other documents, counted from 1, in RDF.",
    {"type": "string", "pattern": "^[1-9][0-9]*$"},
)
_CONTEXT = Parameter(
    "version",
    "The version of the context, with which its address is.",
    examples=lambda r: (_context_version(r),),
)
_FILTERS = tuple(Parameter(row.name, row.description, choices=row.values) for row in FILTERS)
_STATES = Parameter(CALL, "A state of calls on the day.", choices=lambda _: State)
_DAY = Parameter(
    "on",
    "The day to tell of, by which states of calls are judged; today in Japan by default.",
    {"type": "string", "pattern": "^(20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]))?$"},
)
_SCHEMA = Parameter("name", "The schema.", examples=lambda _: json_schema.names())


def _context_version(release: Release) -> str:
    return site_documents.context_path(release).rpartition("/")[2].removesuffix(".jsonld")


def _graph(summary: str, *parameters: Parameter) -> Operation:
    """The operation of a graph in every format; `parameters` are those in its path."""
    return Operation(summary, _GRAPH_TYPES, (*parameters, LANGUAGE))


def _folder(name: str, *media_types: str) -> tuple[Page, Page]:
    """The rows of a folder of the release: the list of its files, and each of them."""

    def examples(release: Release) -> Iterable[str]:
        names = (file for file in release.manifest.files if file.startswith(f"{name}/"))
        return [file.removeprefix(f"{name}/") for file in names][:MAX_EXAMPLES]

    file_name = Parameter("name", f"A file of the folder, as `/{name}/` lists them.", examples=examples)
    responses: dict[str, Json] = {
        "200": {"description": "The file", "headers": TAG, "content": response_content(media_types, BYTES)},
        "206": {
            "description": "The range asked for",
            "content": {media_type: {"schema": BYTES} for media_type in media_types},
        },
    }
    return (
        Page(
            f"/{name}/",
            files.folder,
            Operation(f"The files of {name}", (HTML,), (LANGUAGE,)),
            aliases=(f"/{name}",),
            navigation=name,
            in_sitemap=True,
            linked=True,
            metric=name,
        ),
        Page(
            f"/{name}/{{name}}",
            files.folder,
            Operation("A file", (), (file_name,), (416,), responses=responses),
        ),
    )


_HEALTH = Operation(
    "Whether the server lives and can answer",
    _JSON,
    tagged=False,
    responses={
        "503": {
            "description": "It cannot answer queries, or not for long",
            "content": {"application/json": {"schema": OBJECT}, **PROBLEM_CONTENT},
        }
    },
)

PAGES: tuple[Page, ...] = (
    Page(
        "/",
        home.home,
        Operation("The home page; in RDF the catalogue", _GRAPH_TYPES, (_DAY, LANGUAGE), (400,)),
        in_sitemap=True,
        linked=True,
        metric="home",
    ),
    Page(
        programme_list.PATH,
        programme_list.programmes,
        Operation(
            "The programmes that fulfil filters, a page at a time",
            programme_list.MEDIA_TYPES,
            (*_FILTERS, _STATES, _DAY, _PAGE, LANGUAGE),
            (400, 404),
        ),
        navigation="programmes",
        in_sitemap=True,
        metric="programmes",
    ),
    Page(
        "/sparql",
        lambda site: SparqlEndpoint(site).respond,
        protocol.GET,
        protocol.POST,
        navigation="sparql",
        in_sitemap=True,
        linked=True,
        metric="sparql",
    ),
    *reconciliation.PAGES,
    *lookup.PAGES,
    *mcp_endpoint.PAGES,
    Page(
        search_results.PATH,
        handler(search_page.search),
        search_results.GET,
        navigation="search-results",
        is_search=True,
        metric="search",
    ),
    Page(
        search_page.JSON_PATH,
        handler(search_page.search),
        replace(search_results.GET, media_types=_JSON),
        metric="search",
    ),
    Page(
        search_page.FEED_PATH,
        handler(search_page.search),
        replace(search_results.GET, media_types=(feed.ATOM,)),
        metric="search",
    ),
    Page(
        search_page.CALENDAR_PATH,
        handler(search_page.search),
        replace(search_results.GET, media_types=(icalendar.MEDIA_TYPE,)),
        metric="search",
    ),
    Page(
        query_examples.PATH,
        query_examples.examples,
        Operation("The example queries: as executables of SHACL, or in JSON", (*_JSON, *RDF_TYPES)),
        expand=lambda _: (
            query_examples.PATH,
            *(f"{query_examples.PATH}.{s}" for s in query_examples.SUFFIXES),
        ),
    ),
    Page(
        f"{query_examples.PATH}.{{suffix}}",
        query_examples.examples,
        Operation("The example queries in one format", (*_JSON, *RDF_TYPES), (_EXAMPLES_SUFFIX,)),
        expand=lambda _: (),
    ),
    Page(
        query_vocabulary.PATH,
        query_vocabulary.vocabulary,
        Operation("Prefixes, classes and properties of the release, for editors of queries", _JSON),
    ),
    Page(
        "/doc/{path}",
        lambda site: Documents(site).respond,
        Operation(
            "A document",
            (*_GRAPH_TYPES, *_JSON, "text/plain"),
            (_DOCUMENT, _DAY, LANGUAGE, _PROFILE, _PART),
            (400,),
        ),
        metric="doc",
    ),
    Page(
        "/id/{path}",
        lambda site: Documents(site).redirect,
        Operation(
            "See the document that describes a thing",
            (),
            (_THING, LANGUAGE),
            (410,),
            tagged=False,
            responses={"303": {"description": "The document's address", "headers": LOCATION}},
        ),
        metric="id",
    ),
    *_folder("dumps", *(row.media_type for row in FORMATS), *(row.media_type for row in COMPRESSIONS)),
    *_folder("tables", *(row.media_type for row in TABLE_FORMATS), CSV_METADATA),
    Page(
        "/ns",
        release_graphs.ontology,
        _graph("The ontology"),
        navigation="ontology",
        in_sitemap=True,
        metric="ns",
        suffixes=True,
    ),
    Page(
        "/ns/alignments",
        release_graphs.alignments,
        Operation(
            "The ontology's alignments to other vocabularies",
            (*_GRAPH_TYPES, release_graphs.TSV),
            (LANGUAGE,),
        ),
        aliases=(f"/ns/alignments.{release_graphs.TSV_SUFFIX}",),
        suffixes=True,
    ),
    Page("/ns/{version}", release_graphs.ontology_version, _graph("The ontology by its version", _VERSION)),
    Page(
        "/ns/alignments/{version}",
        release_graphs.ontology_version,
        _graph("The alignments by their version", _VERSION),
        expand=lambda _: (),
    ),
    Page(
        "/graph/{name}",
        release_graphs.named_graph,
        Operation(
            "See what the endpoint says of a named graph",
            (),
            (_NAMED_GRAPH,),
            tagged=False,
            responses={"303": {"description": "The endpoint's address", "headers": LOCATION}},
        ),
        linked=True,
        metric="graph",
    ),
    Page(
        "/catalog",
        release_graphs.catalogue,
        _graph("The catalogue (DCAT) and the dataset's description (VoID)"),
        navigation="catalogue",
        in_sitemap=True,
        linked=True,
        metric="catalog",
        suffixes=True,
    ),
    Page(
        "/feed",
        feed.feed,
        Operation("What changed from release to release", (feed.ATOM,), (_PAGE, LANGUAGE), (404,)),
        linked=True,
        metric="feed",
    ),
    Page(
        "/changes.jsonl",
        files.changes,
        Operation("The changes, one a line", ("application/x-ndjson",), (), (416,)),
        linked=True,
    ),
    Page(
        "/releases",
        releases.releases,
        Operation("The releases so far", (HTML, *_JSON), (LANGUAGE,)),
        navigation="releases",
        in_sitemap=True,
        linked=True,
        metric="releases",
    ),
    Page(
        "/releases/{path}",
        releases.releases,
        Operation(
            "A release at its permanent address, one of its files, or how to cite it",
            (HTML, citation.CSL, citation.BIBTEX, citation.PLAIN),
            (_RELEASE, LANGUAGE),
            (410, 416),
        ),
    ),
    Page("/.well-known/dcat", release_graphs.catalogue, _graph("The catalogue (DCAT)")),
    Page(
        "/.well-known/api-catalog",
        discovery.api_catalog,
        Operation("The services of this host (RFC 9727)", (discovery.LINKSET,)),
    ),
    Page(
        "/opensearch.xml",
        discovery.open_search,
        Operation("How to search here (OpenSearch)", (discovery.OPEN_SEARCH,)),
    ),
    Page("/data.json", discovery.data_json, Operation("The catalogue as DCAT-US 1.1", _JSON)),
    Page("/llms.txt", discovery.llms, Operation("What language models read first", ("text/plain",))),
    Page("/.well-known/void", release_graphs.catalogue, _graph("The dataset's description (VoID)")),
    Page(
        pictures.PATH,
        pictures.pictures,
        Operation(
            "A calendar of calls and surveys, and budgets, as pictures", (HTML,), (_DAY, LANGUAGE), (400,)
        ),
        navigation="pictures",
        in_sitemap=True,
        metric="pictures",
    ),
    Page(
        quality.PATH,
        quality.quality,
        Operation("How much is known, and how", (HTML,), (LANGUAGE,)),
        navigation="quality",
        in_sitemap=True,
        metric="quality",
    ),
    Page(
        api_guide.PATH,
        api_guide.api_guide,
        Operation("About the API", (HTML,), (LANGUAGE,)),
        navigation="api",
        in_sitemap=True,
        metric="api",
    ),
    Page(
        "/shapes",
        release_graphs.shapes,
        _graph("The shapes (SHACL)"),
        in_sitemap=True,
        metric="shapes",
        suffixes=True,
    ),
    Page(
        "/report",
        release_graphs.report,
        _graph("The validation report that the release passed"),
        linked=True,
        suffixes=True,
    ),
    Page(
        "/context.jsonld",
        site_documents.context,
        Operation("The JSON-LD context of documents", (JSON_LD.media_type,)),
        linked=True,
    ),
    Page(
        "/context/{version}.jsonld",
        site_documents.context_version,
        Operation(
            "The JSON-LD context by its version, which never changes", (JSON_LD.media_type,), (_CONTEXT,)
        ),
        linked=True,
    ),
    Page(
        "/schema/{name}.json",
        site_documents.schema_document,
        Operation("The JSON Schema of plain JSON", (json_schema.SCHEMA_MEDIA_TYPE,), (_SCHEMA,)),
        linked=True,
    ),
    Page(
        "/manifest.json",
        site_documents.manifest,
        Operation("Size and hash of each file of the release", _JSON),
        linked=True,
    ),
    Page("/openapi.json", site_documents.openapi, Operation("This description", _JSON)),
    Page(
        "/sitemap.xml", site_documents.sitemap_index, Operation("Which sitemaps there are", _XML), linked=True
    ),
    Page(
        "/sitemap-{number}.xml",
        site_documents.sitemap_part,
        Operation("The addresses of documents", _XML, (_SITEMAP,)),
        expand=site_documents.sitemap_paths,
    ),
    Page(
        "/robots.txt",
        site_documents.robots,
        Operation("What crawlers should leave alone", ("text/plain",), tagged=False),
        fast=False,
    ),
    Page("/favicon.ico", files.static, Operation("The icon", ("image/svg+xml",)), fast=False),
    Page(
        "/static/{name}",
        files.static,
        Operation("Style and icon", ("text/css", "image/svg+xml"), (_STATIC,)),
        metric="static",
        fast=False,
    ),
    Page("/health", health.health, _HEALTH, metric="health", fast=False),
    Page("/health/live", health.live, _HEALTH, fast=False),
    Page("/health/ready", health.ready, _HEALTH, fast=False),
    Page(
        "/metrics",
        health.metrics,
        Operation("Figures for Prometheus", ("text/plain",), problems=(404,), tagged=False),
        metric="metrics",
        fast=False,
    ),
)

METRICS = define_metrics(metric_routes(PAGES).values())
"""The metrics of a server with these pages."""
