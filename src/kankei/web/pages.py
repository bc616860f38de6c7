"""The page registry: a row for each page or family of pages.

Routing, navigation, links, sitemap, the OpenAPI document and the labels of metrics follow from the rows. To
add a page, add its module to `resources/`, its template and its row.
"""

from dataclasses import replace

from kankei.release.formats import COMPRESSIONS, FORMATS, JSON_LD
from kankei.release.table_formats import CSV_METADATA, PARQUET, TABLE_FORMATS
from kankei.web.folder_pages import folder_pages
from kankei.web.openapi import (
    LOCATION,
    Operation,
)
from kankei.web.page_operations import (
    CONTEXT,
    DAY,
    DOCUMENT,
    EXAMPLES_SUFFIX,
    FILTER_PARAMETERS,
    GRAPH_TYPES,
    HEALTH,
    JSON_TYPES,
    NAMED_GRAPH,
    PAGE_NUMBER,
    PROFILE,
    RELEASE_PATH,
    SCHEMA,
    SITEMAP,
    STATEMENTS_PAGE,
    STATES,
    STATIC_FILE,
    TEXT_PAGE,
    THING,
    VERSION,
    XML_TYPES,
    graph_operation,
)
from kankei.web.plain_json import json_schema
from kankei.web.rdf.graph import RDF_TYPES
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
from kankei.web.resources.documents import Documents
from kankei.web.resources.sparql_endpoint import SparqlEndpoint
from kankei.web.responses.representation import HTML
from kankei.web.site import Page, handler, metric_routes
from kankei.web.sparql import protocol
from kankei.web.sparql.protocol import LANGUAGE
from kankei.web.telemetry.metrics import define_metrics

PAGES: tuple[Page, ...] = (
    Page(
        "/",
        home.home,
        Operation("The home page; in RDF the catalogue", GRAPH_TYPES, (DAY, LANGUAGE), (400, 429)),
        in_sitemap=True,
        linked=True,
        metric="home",
    ),
    Page(
        search_results.PATH,
        handler(search_page.search),
        search_results.GET,
        navigation="search-results",
        is_search=True,
        metric="search",
    ),
    Page(
        programme_list.PATH,
        programme_list.programmes,
        Operation(
            "The programmes that fulfil filters, a page at a time",
            programme_list.MEDIA_TYPES,
            (*FILTER_PARAMETERS, STATES, DAY, PAGE_NUMBER, LANGUAGE),
            (400, 404, 429),
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
        search_page.JSON_PATH,
        handler(search_page.search),
        replace(search_results.GET, media_types=JSON_TYPES),
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
        Operation("The example queries: as executables of SHACL, or in JSON", (*JSON_TYPES, *RDF_TYPES)),
        expand=lambda _: (
            query_examples.PATH,
            *(f"{query_examples.PATH}.{s}" for s in query_examples.SUFFIXES),
        ),
    ),
    Page(
        f"{query_examples.PATH}.{{suffix}}",
        query_examples.examples,
        Operation("The example queries in one format", (*JSON_TYPES, *RDF_TYPES), (EXAMPLES_SUFFIX,)),
        expand=lambda _: (),
    ),
    Page(
        query_vocabulary.PATH,
        query_vocabulary.vocabulary,
        Operation("Prefixes, classes and properties of the release, for editors of queries", JSON_TYPES),
    ),
    Page(
        "/doc/{path}",
        lambda site: Documents.of(site).respond,
        Operation(
            "A document",
            (*GRAPH_TYPES, *JSON_TYPES, "text/plain"),
            (DOCUMENT, DAY, LANGUAGE, PROFILE, STATEMENTS_PAGE, TEXT_PAGE),
            (400, 429),
        ),
        metric="doc",
    ),
    Page(
        "/id/{path}",
        lambda site: Documents.of(site).redirect,
        Operation(
            "See the document that describes a thing",
            (),
            (THING, LANGUAGE),
            (410,),
            tagged=False,
            responses={"303": {"description": "The document's address", "headers": LOCATION}},
        ),
        metric="id",
    ),
    *folder_pages("dumps", *(row.media_type for row in FORMATS), *(row.media_type for row in COMPRESSIONS)),
    *folder_pages("tables", *(row.media_type for row in TABLE_FORMATS), CSV_METADATA),
    *folder_pages("columns", PARQUET.media_type, "application/json", in_navigation=False),
    Page(
        "/ns",
        release_graphs.ontology,
        graph_operation("The ontology"),
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
            (*GRAPH_TYPES, release_graphs.TSV),
            (LANGUAGE,),
        ),
        aliases=(f"/ns/alignments.{release_graphs.TSV_SUFFIX}",),
        suffixes=True,
    ),
    Page(
        "/ns/{version}",
        release_graphs.ontology_version,
        graph_operation("The ontology by its version", VERSION),
    ),
    Page(
        "/ns/alignments/{version}",
        release_graphs.ontology_version,
        graph_operation("The alignments by their version", VERSION),
        expand=lambda _: (),
    ),
    Page(
        "/graph/{name}",
        release_graphs.named_graph,
        Operation(
            "See what the endpoint says of a named graph",
            (),
            (NAMED_GRAPH,),
            tagged=False,
            responses={"303": {"description": "The endpoint's address", "headers": LOCATION}},
        ),
        linked=True,
        metric="graph",
    ),
    Page(
        "/catalog",
        release_graphs.catalogue,
        graph_operation("The catalogue (DCAT) and the dataset's description (VoID)"),
        navigation="catalogue",
        in_sitemap=True,
        linked=True,
        metric="catalog",
        suffixes=True,
    ),
    Page(
        "/feed",
        feed.feed,
        Operation("What changed from release to release", (feed.ATOM,), (PAGE_NUMBER, LANGUAGE), (404,)),
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
        Operation("The releases so far", (HTML, *JSON_TYPES), (LANGUAGE,)),
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
            (RELEASE_PATH, LANGUAGE),
            (410, 416),
        ),
    ),
    Page("/.well-known/dcat", release_graphs.catalogue, graph_operation("The catalogue (DCAT)")),
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
    Page("/data.json", discovery.data_json, Operation("The catalogue as DCAT-US 1.1", JSON_TYPES)),
    Page("/llms.txt", discovery.llms, Operation("What language models read first", ("text/plain",))),
    Page("/.well-known/void", release_graphs.catalogue, graph_operation("The dataset's description (VoID)")),
    Page(
        pictures.PATH,
        pictures.pictures,
        Operation(
            "A calendar of calls and surveys, and budgets, as pictures", (HTML,), (DAY, LANGUAGE), (400, 429)
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
        graph_operation("The shapes (SHACL)"),
        in_sitemap=True,
        metric="shapes",
        suffixes=True,
    ),
    Page(
        "/report",
        release_graphs.report,
        Operation(
            "The validation report that the release passed, in HTML by pages",
            GRAPH_TYPES,
            (TEXT_PAGE, LANGUAGE),
            (404, 429),
        ),
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
            "The JSON-LD context by its version, which never changes", (JSON_LD.media_type,), (CONTEXT,)
        ),
        linked=True,
    ),
    Page(
        "/schema/{name}.json",
        site_documents.schema_document,
        Operation("The JSON Schema of plain JSON", (json_schema.SCHEMA_MEDIA_TYPE,), (SCHEMA,)),
        linked=True,
    ),
    Page(
        "/manifest.json",
        site_documents.manifest,
        Operation("Size and hash of each file of the release", JSON_TYPES),
        linked=True,
    ),
    Page("/openapi.json", site_documents.openapi, Operation("This description", JSON_TYPES)),
    Page(
        "/sitemap.xml",
        site_documents.sitemap_index,
        Operation("Which sitemaps there are", XML_TYPES),
        linked=True,
    ),
    Page(
        "/sitemap-{number}.xml",
        site_documents.sitemap_part,
        Operation("The addresses of documents", XML_TYPES, (SITEMAP,)),
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
        Operation("Style and icon", ("text/css", "image/svg+xml"), (STATIC_FILE,)),
        metric="static",
        fast=False,
    ),
    Page("/health", health.health, HEALTH, metric="health", fast=False),
    Page("/health/live", health.live, HEALTH, fast=False),
    Page("/health/ready", health.ready, HEALTH, fast=False),
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
