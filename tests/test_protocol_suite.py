"""The W3C's tests of the SPARQL 1.1 Protocol, each by its manifest."""

import asyncio
import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection

from client import Client
from conftest import hang_up
from kankei.engine.dataset import Dataset
from kankei.engine.limits import Limits
from kankei.engine.process import start
from kankei.release.reader import Release
from kankei.web.app import create_app
from suites import SUITES

FOLDER = SUITES / "w3c-sparql11" / "protocol"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the W3C's protocol tests are not at {FOLDER}")

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")

QUERIES = (
    *("query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post"),
    *("query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full"),
    *("query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask"),
    *("query_content_type_describe", "query_content_type_construct", "query_post_direct"),
    *("bad_query_method", "bad_multiple_queries", "bad_query_wrong_media_type"),
    *("bad_query_missing_form_type", "bad_query_missing_direct_type", "bad_query_non_utf8"),
    "bad_query_syntax",
)
REFUSED_UPDATES = (
    *("bad_update_get", "bad_multiple_updates", "bad_update_wrong_media_type"),
    *("bad_update_missing_form_type", "bad_update_non_utf8", "bad_update_syntax"),
    "bad_update_dataset_conflict",
)
# Their updates are to succeed, and this endpoint, whose releases are immutable, answers queries only.
NOT_APPLICABLE = (
    *("update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs"),
    *("update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri"),
)
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        *("application/sparql-results+json", "application/sparql-results+xml"),
        *("text/csv", "text/tab-separated-values"),
    ),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}


@pytest.fixture(scope="module")
def manifest() -> rdflib.Graph:
    return rdflib.Graph().parse(FOLDER / "manifest.ttl", publicID="http://example.org/manifest")


@pytest.fixture(scope="module")
def endpoint(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The endpoint over the graphs of the suite; the release is there for everything but queries."""
    folder = tmp_path_factory.mktemp("suite")
    triples = folder / "merged.nt"
    triples.write_text("".join(f"{line}\n" for line, _ in statements()), encoding="utf-8")
    quads = "".join(f"{line[:-1]} {graph} .\n" for line, graph in statements())
    store = ox.Store(str(folder / "store"))
    store.load(triples.read_bytes(), ox.RdfFormat.N_TRIPLES)
    store.load(quads, ox.RdfFormat.N_QUADS)
    del store
    process = start(Dataset(triples, folder / "store", in_memory=True), Limits(workers=1))
    with asyncio.Runner() as runner:
        pool = runner.run(process.connect())
        yield Client(create_app(seed_release, pool, {}), runner)
        runner.run(hang_up(pool))
    process.close()


def statements() -> list[tuple[str, str]]:
    """Each statement, with the graph that the manifest wants it in."""
    return [
        (line.strip(), f"<http://kasei.us/2009/09/sparql/data/{name}.rdf>")
        for name in ("data1", "data2", "data3")
        for line in (FOLDER / f"{name}.nt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def requests_of(manifest: rdflib.Graph, name: str) -> list[rdflib.term.Node]:
    (test,) = [test for test in manifest.subjects(MF.name) if str(test).endswith(f"#{name}")]
    (requests,) = manifest.objects(manifest.value(test, MF.action), HT.requests)
    return list(Collection(manifest, requests))


def test_every_test_is_run_or_said_not_to_apply(manifest: rdflib.Graph) -> None:
    found = {str(test).rpartition("#")[2] for test in manifest.subjects(MF.name)}
    assert found == {*QUERIES, *REFUSED_UPDATES, *NOT_APPLICABLE}


@pytest.mark.parametrize("name", [*QUERIES, *REFUSED_UPDATES])
def test_protocol(endpoint: Client, manifest: rdflib.Graph, name: str) -> None:
    requests = requests_of(manifest, name)
    assert requests
    for request in requests:
        check(endpoint, manifest, request)


def check(endpoint: Client, manifest: rdflib.Graph, request: rdflib.term.Node) -> None:
    def text(node: rdflib.term.Node | None, predicate: rdflib.URIRef) -> str:
        return str(manifest.value(node, predicate) or "")

    body = manifest.value(request, HT.body)
    fields = manifest.value(request, HT.headers)
    headers = {
        text(field, HT.fieldName).lower(): text(field, HT.fieldValue)
        for field in (Collection(manifest, fields) if fields else ())
    }
    content = text(body, CNT.chars).encode(text(body, CNT.characterEncoding)) if body else b""
    answer = endpoint.request(
        text(request, HT.methodName),
        text(request, HT.absolutePath).replace("/sparql/", "/sparql", 1),
        headers.pop("accept", None),
        headers,
        content,
    )
    expected = manifest.value(request, HT.resp)
    statuses = {str(status)[-3] for status in manifest.objects(expected, MF.expectedStatus)}
    assert str(answer.status_code)[0] in statuses, answer.text
    media_type = answer.headers["content-type"].partition(";")[0]
    if kind := text(expected, MF.expectedFormat):
        assert media_type in FORMATS[kind]
    boolean = manifest.value(expected, MF.expectedBoolean)
    if boolean is not None:
        assert json.loads(answer.content)["boolean"] is boolean.toPython()  # type: ignore[attr-defined]
    if answer.status_code >= 400:
        assert media_type == "application/problem+json"
