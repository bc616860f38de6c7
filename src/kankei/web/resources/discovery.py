"""How programs find the catalogue and the services from an address that they know: the host.

RFC 9727 (api-catalog) with RFC 9264 (linkset), DCAT-US 1.1 at ``/data.json``, and ``/llms.txt``
(https://llmstxt.org).
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from pyoxigraph import Literal, RdfFormat

from kankei.localisation import Text
from kankei.namespaces import DCAT, DCT, FOAF, VCARD
from kankei.web.html.localizer import MESSAGES
from kankei.web.rdf.graph import Graph, parse_triples
from kankei.web.rdf.public_addresses import with_public_addresses
from kankei.web.resources.site_documents import cached
from kankei.web.site import Handler, Site

LINKSET = "application/linkset+json"
OPEN_SEARCH = "application/opensearchdescription+xml"
_PROFILE = "https://www.rfc-editor.org/info/rfc9727"
_DCAT_US = "https://project-open-data.cio.gov/v1.1/schema"
HOME_LINKS = (
    ("catalog", "describedby", "text/turtle"),
    ("catalog.jsonld", "alternate", "application/ld+json"),
    ("feed", "alternate", "application/atom+xml"),
    ("openapi.json", "service-desc", "application/json"),
    ("opensearch.xml", "search", OPEN_SEARCH),
    (".well-known/api-catalog", "api-catalog", LINKSET),
    ("sitemap.xml", "sitemap", "application/xml"),
)
"""What the home page links to, for programs: path, relation and media type."""


def home_link_header() -> str:
    """The ``Link`` field of the home page."""
    return ", ".join(f'<./{path}>; rel="{relation}"; type="{kind}"' for path, relation, kind in HOME_LINKS)


def api_catalog(site: Site) -> Handler:
    """The handler of the list of services."""
    media_type = f'{LINKSET}; profile="{_PROFILE}"'
    return cached(site, "api-catalog", media_type, lambda: _json(_linkset(site.public_url)), site.public_url)


def data_json(site: Site) -> Handler:
    """The handler of the catalogue as DCAT-US."""
    return cached(site, "data.json", "application/json", lambda: _json(_dcat_us(site)), site.public_url)


def open_search(site: Site) -> Handler:
    """The handler of the description by which browsers and portals search here (OpenSearch 1.1)."""
    return cached(site, "opensearch", OPEN_SEARCH, lambda: _open_search(site.public_url), site.public_url)


def llms(site: Site) -> Handler:
    """The handler of what language models read first."""
    return cached(site, "llms.txt", "text/plain; charset=utf-8", lambda: _llms(site), site.public_url)


def _linkset(url: str) -> Mapping[str, Any]:
    sparql = {
        "anchor": f"{url}sparql",
        "service-desc": [
            {"href": f"{url}openapi.json", "type": "application/json"},
            {"href": f"{url}sparql", "type": "text/turtle"},
        ],
        "service-doc": [{"href": f"{url}sparql", "type": "text/html"}],
        "service-meta": [{"href": f"{url}catalog", "type": "text/turtle"}],
        "status": [{"href": f"{url}health", "type": "application/json"}],
    }
    catalogue = {
        "anchor": f"{url}catalog",
        "describedby": [{"href": f"{url}.well-known/void", "type": "text/turtle"}],
        "alternate": [
            {"href": f"{url}catalog.jsonld", "type": "application/ld+json"},
            {"href": f"{url}data.json", "type": "application/json"},
            {"href": f"{url}feed", "type": "application/atom+xml"},
        ],
        "version-history": [{"href": f"{url}releases", "type": "text/html"}],
    }
    programmes = {
        "anchor": f"{url}programmes",
        "service-desc": [{"href": f"{url}openapi.json", "type": "application/json"}],
        "describedby": [{"href": f"{url}schema/programmes.json", "type": "application/schema+json"}],
    }
    services = (sparql, catalogue, programmes)
    items = [{"href": service["anchor"]} for service in services]
    return {"linkset": [{"anchor": f"{url}.well-known/api-catalog", "item": items}, *services]}


def _dcat_us(site: Site) -> Mapping[str, Any]:
    """The catalogue as DCAT-US 1.1, with texts in Japanese, the language of the data."""
    manifest = site.release.manifest
    triples = parse_triples(site.release.read("description.ttl"), RdfFormat.TURTLE)
    graph = Graph.of(with_public_addresses(triples, manifest.base.iri, site.public_url))
    iri = manifest.base.dataset
    (publisher, *_), contacts = graph.names(iri, f"{DCT}publisher"), graph.names(iri, f"{DCAT}contactPoint")
    dataset = {
        "@type": "dcat:Dataset",
        "identifier": iri,
        "accessLevel": "public",
        "title": _in_language(graph, iri, f"{DCT}title", "ja"),
        "description": _in_language(graph, iri, f"{DCT}description", "ja"),
        "keyword": sorted(set(graph.texts(iri, f"{DCAT}keyword"))),
        "modified": max(graph.texts(iri, f"{DCT}modified")),
        "issued": min(graph.texts(iri, f"{DCT}issued")),
        "language": ["ja", "en"],
        "license": next(iter(graph.names(iri, f"{DCT}license")), None),
        "accrualPeriodicity": "R/P1Y",
        "landingPage": next(iter(graph.names(iri, f"{DCAT}landingPage")), None),
        "publisher": {
            "@type": "org:Organization",
            "name": _in_language(graph, publisher, f"{FOAF}name", "ja"),
        },
        "contactPoint": _contact(graph, contacts),
        "distribution": [
            _distribution(graph, node) for node in sorted(graph.names(iri, f"{DCAT}distribution"))
        ],
    }
    return {
        "@context": f"{_DCAT_US}/catalog.jsonld",
        "@id": f"{site.public_url}data.json",
        "@type": "dcat:Catalog",
        "conformsTo": _DCAT_US,
        "describedBy": f"{_DCAT_US}/catalog.json",
        "dataset": [{name: value for name, value in dataset.items() if value}],
    }


def _contact(graph: Graph, contacts: Sequence[str]) -> Mapping[str, str]:
    contact = contacts[0] if contacts else ""
    emails = graph.names(contact, f"{VCARD}hasEmail")
    named = {"@type": "vcard:Contact", "fn": next(iter(graph.texts(contact, f"{VCARD}fn")), "")}
    return {**named, **({"hasEmail": emails[0]} if emails else {})}


def _distribution(graph: Graph, node: str) -> Mapping[str, str]:
    """A file, or a service, which has no media type."""
    media_types = graph.names(node, f"{DCAT}compressFormat") or graph.names(node, f"{DCAT}mediaType")
    described = {
        "@type": "dcat:Distribution",
        "title": _in_language(graph, node, f"{DCT}title", "ja"),
        "format": graph.names(node, f"{DCT}format")[0].rpartition("/")[2],
    }
    if not media_types:
        return {**described, "accessURL": graph.names(node, f"{DCAT}accessURL")[0]}
    media_type = media_types[0].partition("media-types/")[2]
    return {**described, "downloadURL": graph.names(node, f"{DCAT}downloadURL")[0], "mediaType": media_type}


def _open_search(url: str) -> bytes:
    """OpenSearch 1.1, draft 6, section 4: the terms that a client fills in stand in braces."""
    address = f"{escape(url)}search?q={{searchTerms}}"
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        "<ShortName>kankei</ShortName>",
        f"<Description>{escape(MESSAGES.format('ja', 'intro'))}</Description>",
        f'<Url type="text/html" template="{address}"/>',
        f'<Url type="application/json" template="{address}"/>',
        "<Language>ja</Language><Language>en</Language><InputEncoding>UTF-8</InputEncoding>",
        "</OpenSearchDescription>",
    )
    return ("\n".join(lines) + "\n").encode()


def _in_language(graph: Graph, node: str, predicate: str, language: str) -> str:
    """The text in a language, else any."""
    terms = (term for term in graph.objects(node, predicate) if isinstance(term, Literal))
    values = {term.language: term.value for term in terms}
    return values.get(language) or next(iter(values.values()), "")


def _llms(site: Site) -> bytes:
    """Markdown by https://llmstxt.org, in both languages."""
    url = site.public_url
    links = (
        ("sparql", "sparql-intro"),
        ("programmes", "programmes-intro"),
        ("catalog", "catalogue-intro"),
        ("ns", "ontology"),
        ("dumps/", "dumps-intro"),
        ("tables/", "tables-intro"),
        ("columns/", "columns-intro"),
        ("feed", "feed-intro"),
        ("releases", "releases-intro"),
        ("openapi.json", "openapi-intro"),
    )
    lines = ["# kankei (関係)", "", *(f"> {line}" for line in MESSAGES.text("intro")), "", "## API", ""]
    lines += [f"- [{path}]({url}{path}): {_both(MESSAGES.text(key))}" for path, key in links]
    lines += ["", "## Rules", "", *(f"- {line}" for line in MESSAGES.text("llms-rules"))]
    return ("\n".join(lines) + "\n").encode()


def _both(text: Text) -> str:
    return f"{text.en} / {text.ja}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
