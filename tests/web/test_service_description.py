"""The service's description (SPARQL 1.1 Service Description); `test_w3c_sparql.py` has the W3C's tests."""

from dataclasses import replace

import pyoxigraph as ox
import pytest

from kankei.namespaces import RDFS, SD, VOID, Base
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from support.client import BROWSER, INLINE_JSON_LD, Client
from support.service_schema import check_schema, objects
from support.stub import StubEngine

ENDPOINT = "https://w3id.org/kankei/sparql"
FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def described(web: Client, media_type: str = "application/n-triples") -> ox.Dataset:
    answer = web.get("/sparql", INLINE_JSON_LD if "ld+json" in media_type else media_type)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    return ox.Dataset(ox.parse(answer.content, format=FORMATS[media_type]))


@pytest.mark.parametrize("media_type", FORMATS)
def test_get_on_the_endpoint_returns_rdf(web: Client, media_type: str) -> None:
    """W3C: returns-rdf; the same in every format, without blank nodes."""
    graph = described(web, media_type)
    assert {str(quad) for quad in graph} == {str(quad) for quad in described(web)}
    assert "_:" not in str(graph)


def test_the_endpoint_is_told(web: Client, seed_release: Release) -> None:
    """W3C: has-endpoint-triple; the endpoint is the release's, whichever host it is asked of."""
    assert objects(described(web), ENDPOINT, SD + "endpoint") == [ENDPOINT]
    here = replace(seed_release.manifest, base=Base("http://host.example/"))
    release = replace(seed_release, manifest=here)
    graph = described(Client(create_app(release, StubEngine(), {})))
    url = "http://host.example/sparql"
    assert objects(graph, url, SD + "endpoint") == [url]


def test_it_conforms_to_the_schema(web: Client) -> None:
    """W3C: conforms-to-schema: domains, ranges and the one value of each functional property."""
    check_schema(described(web))


def test_graphs_are_told_with_their_sizes(web: Client, seed_release: Release, seed_store: ox.Store) -> None:
    graph = described(web)
    (dataset,) = objects(graph, ENDPOINT, SD + "defaultDataset")
    (default_graph,) = objects(graph, dataset, SD + "defaultGraph")
    assert objects(graph, default_graph, VOID + "triples") == [str(seed_release.manifest.triples)]
    told = {
        name: int(count)
        for node in objects(graph, dataset, SD + "namedGraph")
        for name in objects(graph, node, SD + "name")
        for contents in objects(graph, node, SD + "graph")
        for count in objects(graph, contents, VOID + "triples")
    }
    assert told == {
        name.value: sum(1 for _ in seed_store.quads_for_pattern(None, None, None, name))
        for name in seed_store.named_graphs()
        if isinstance(name, ox.NamedNode)
    }
    # What is said of the default graph: it is their merge.
    merged = {quad.triple for quad in seed_store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    assert objects(graph, ENDPOINT, SD + "feature") == [f"{SD}UnionDefaultGraph"]
    assert len(merged) == seed_release.manifest.triples


def test_the_limits_are_told_in_both_languages_as_they_are_set(seed_release: Release) -> None:
    settings = Settings(timeout_s=2.5, query_bytes=777, queries_per_minute=42, queue_length=9)
    web = Client(create_app(seed_release, StubEngine(), {}, ServerState(settings=settings)))
    comments = objects(described(web), ENDPOINT, RDFS + "comment")
    for number in ("2.5", "777", "42", "9", "100", "1024", "61440"):
        assert sum(f" {number} " in text for text in comments) >= 2, number
    free = Client(create_app(seed_release, StubEngine(), {}, ServerState(Settings(queries_per_minute=0))))
    assert not any("429" in text for text in objects(described(free), ENDPOINT, RDFS + "comment"))


def test_who_may_be_called_is_told(web: Client, seed_release: Release) -> None:
    assert any(
        "SERVICE is not offered" in text for text in objects(described(web), ENDPOINT, RDFS + "comment")
    )
    settings = Settings(services=("http://example.org/sparql",))
    graph = described(Client(create_app(seed_release, StubEngine(), {}, ServerState(settings=settings))))
    assert f"{SD}BasicFederatedQuery" in objects(graph, ENDPOINT, SD + "feature")
    assert any("http://example.org/sparql" in text for text in objects(graph, ENDPOINT, RDFS + "comment"))


def test_void_and_the_service_point_at_each_other(web: Client) -> None:
    assert 'rel="describedby"' in web.get("/sparql", "text/turtle").headers["link"]
    void = web.get("/.well-known/void", "application/n-triples").text
    assert f"<{VOID}sparqlEndpoint> <{ENDPOINT}>" in void
    assert f"endpointDescription> <{ENDPOINT}>" in void
    assert "https://w3id.org/kankei/id/dataset" in web.get("/sparql", "application/n-triples").text


def test_who_gets_which(web: Client) -> None:
    assert web.get("/sparql").headers["content-type"].startswith("text/turtle")
    assert web.get("/sparql", "*/*").headers["content-type"].startswith("text/turtle")
    assert web.get("/sparql?format=rdf").headers["content-type"] == "application/rdf+xml"
    assert web.get("/sparql", BROWSER).headers["content-type"].startswith("text/html")
    assert web.get("/sparql", "text/csv").status_code == 400
    assert web.get("/sparql?default-graph-uri=http://example.org/").status_code == 400
    assert web.request("POST", "/sparql", "text/turtle").status_code == 415
    tag = web.get("/sparql", "text/turtle").headers["etag"]
    assert web.get("/sparql", "text/turtle", if_none_match=tag).status_code == 304
    head = web.request("HEAD", "/sparql", "text/turtle")
    assert head.headers["content-length"] == web.get("/sparql", "text/turtle").headers["content-length"]


def test_the_graphs_are_told_without_a_query(
    web: Client, seed_release: Release, seed_store: ox.Store
) -> None:
    engine = StubEngine()
    graph = described(Client(create_app(seed_release, engine, {})))
    assert engine.asked == []
    assert {str(quad) for quad in graph} == {str(quad) for quad in described(web)} | {
        str(quad) for quad in graph if RDFS + "comment" in str(quad)
    }
    counts = {
        name.value: len(list(seed_store.quads_for_pattern(None, None, None, name)))
        for name in seed_store.named_graphs()
        if isinstance(name, ox.NamedNode)
    }
    assert seed_release.manifest.graphs == counts
