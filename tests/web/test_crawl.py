"""The whole surface from the home page: no dead address, no IRI of ours that does not answer."""

import re
from collections.abc import Callable

import httpx
import pyoxigraph as ox
import pytest
from pyld import jsonld
from pyld.jsonld import parse_link_header

from kankei.namespaces import DEFAULT_BASE
from kankei.release.reader import Release
from support.client import BROWSER, INLINE_JSON_LD, Client
from support.crawler import Crawl
from web.test_document_graph import loader

HOME = DEFAULT_BASE
ALIKE = frozenset(("rule", "topic", "column", "call-state", "amount-kind", "pillar", "funding", "body-type"))
"""Kinds of concepts whose documents are as those of the others; `tests/clients/crawl.py` visits all."""
SUFFIXES = (".ttl", ".jsonld", ".nt", ".rdf", ".json", ".html")


def getter(web: Client, accept: str) -> Callable[[str], httpx.Response]:
    return lambda address: web.get("/" + address.removeprefix(HOME), accept)


def is_sampled(address: str) -> bool:
    """All pages; of concepts, of the formats of documents, of pages in a language or on a day, only some."""
    path, _, query = address.removeprefix(HOME).partition("?")
    if path.startswith(("dumps/", "tables/")) and not path.endswith("/"):
        return path.endswith((".ttl", ".csv"))
    if path.startswith(("doc/", "id/")) and path.split("/")[1] in ALIKE:
        return False
    if path.startswith("doc/") and path.endswith((*SUFFIXES, ".txt")):
        return path.startswith(("doc/programme/two-region-living.", "doc/org/mlit.", "doc/source/"))
    is_namespace = path.startswith("id/") and path.endswith("/")
    is_form = not re.fullmatch(r"[\w/.~%-]*", path, re.ASCII) or path.endswith("/slug")
    return not is_namespace and not is_form and "lang=" not in query and "on=" not in query


def test_no_address_is_dead(web: Client) -> None:
    crawl = Crawl(getter(web, BROWSER), HOME, is_sampled).run()
    assert crawl.dead == {}
    pages = {address.removeprefix(HOME).partition("/")[0] for address in crawl.statuses}
    assert pages >= {"", "doc", "catalog", "ns", "sparql", "programmes", "dumps", "tables", "shapes"}
    assert len(crawl.statuses) > 100


@pytest.mark.parametrize("name", ["dumps/kankei.nq", "description.ttl", "report.ttl"])
def test_every_iri_of_ours_answers(name: str, web: Client, seed_release: Release) -> None:
    form = ox.RdfFormat.N_QUADS if name.endswith("nq") else ox.RdfFormat.TURTLE
    quads = ox.parse(seed_release.read(name), format=form)
    terms = {term for quad in quads for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)}
    iris = {term.value.partition("#")[0] for term in terms if isinstance(term, ox.NamedNode)}
    # What ends in a slash there is a namespace, not a thing.
    ours = sorted(iri for iri in iris if iri.startswith(DEFAULT_BASE) and not iri.endswith("/"))
    assert ours or name == "report.ttl"
    dead = {
        iri: answer.status_code
        for iri in ours
        if (answer := web.get("/" + iri.removeprefix(DEFAULT_BASE), "text/turtle, */*;q=0.1")).status_code
        not in {200, 303}
    }
    assert dead == {}


SAMPLED = (
    *("/catalog", "/ns", "/ns/alignments", "/report", "/sparql", "/programmes", "/sparql/examples"),
    *("/", "/shapes", "/.well-known/dcat", "/.well-known/void"),
    *("/doc/programme/new-exchange-market", "/doc/org/jta", "/doc/source/sheets-103-106"),
    *("/doc/fiscal-year/2025", "/doc/scheme/theme", "/doc/rule/percentage", "/doc/dataset"),
    *("/doc/programme/two-region-living?_profile=cpsv-ap", "/doc/org/mlit?page=1"),
)


@pytest.mark.parametrize("address", SAMPLED)
def test_json_ld_is_isomorphic_to_turtle(address: str, web: Client) -> None:
    check_isomorphic(web, address)


def test_json_ld_of_each_kind_of_thing_is_isomorphic_to_turtle(
    joint_web: Client, joint_release: Release
) -> None:
    """One of each kind, in the native profile and in those that it has besides."""
    kinds = {path.partition("/")[0]: path for path in sorted(joint_release.documents)}
    assert len(kinds) > 20
    for kind, path in kinds.items():
        if not any(address.startswith(f"/doc/{kind}") for address in SAMPLED):
            check_isomorphic(joint_web, f"/doc/{path}")
    check_isomorphic(joint_web, f"/doc/{kinds['programme']}?_profile=schema-org")


def test_each_page_that_offers_json_ld_is_sampled(web: Client) -> None:
    paths = web.get("/openapi.json").json()["paths"]
    contents = {
        path: item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for path, item in paths.items()
    }
    offering = {
        path for path, content in contents.items() if "application/ld+json" in content and "{" not in path
    }
    assert len(offering) > 5
    no_graphs = {"/context.jsonld", "/ns/alignments.sssom.tsv"}
    assert offering - no_graphs - {address.partition("?")[0] for address in SAMPLED} == set()


def check_isomorphic(web: Client, address: str) -> None:
    document = web.get(address, "application/ld+json")
    assert document.status_code == 200
    # PyLD, which asks for this one by its address, breaks where there are several.
    assert not isinstance(parse_link_header(document.headers.get("link", "")).get("alternate"), list)
    assert isinstance(document.json()["@context"], str)
    options = {"format": "application/n-quads", "documentLoader": loader(web), "base": HOME}
    expanded = jsonld.to_rdf(document.json(), options)
    graphs = [
        ox.Dataset(ox.parse(expanded, format=ox.RdfFormat.N_QUADS)),
        ox.Dataset(ox.parse(web.get(address, "text/turtle").content, format=ox.RdfFormat.TURTLE)),
        ox.Dataset(ox.parse(web.get(address, INLINE_JSON_LD).content, format=ox.RdfFormat.JSON_LD)),
    ]
    for graph in graphs:
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert len(graphs[0]) > 0
    assert graphs[0] == graphs[1] == graphs[2]
