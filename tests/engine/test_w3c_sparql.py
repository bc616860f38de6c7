"""The W3C's tests of SPARQL 1.1: protocol, service description, results in CSV, TSV and JSON.

Each is run by its manifest against a running server, whose release holds the graphs of the suite. Read from
`../shared/suites/w3c-sparql11` beside the checkout, or from KANKEI_SUITES.
"""

import csv
import json
import re
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.collection import Collection

from kankei.namespaces import SD, XSD
from kankei.release.document_index import Index
from kankei.release.reader import Release
from support.oxigraph_service import serving_store, store_of
from support.paths import SUITES
from support.service_schema import check_schema, objects
from support.serving import Server, serving

SUITE = SUITES / "w3c-sparql11"
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C's tests of SPARQL are not at {SUITE}")

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")

PARTS = ("protocol", "service-description", "csv-tsv-res", "json-res")
NOT_APPLICABLE = {
    f"protocol/{name}": f"{name} wants an update to succeed, but a release is immutable: queries only"
    for name in (
        *("update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs"),
        *("update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri"),
    )
}
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": (
        *("application/sparql-results+json", "application/sparql-results+xml"),
        *("text/csv", "text/tab-separated-values"),
    ),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}
RESULTS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".srj": "application/sparql-results+json",
}
INTEGERS = {f"{XSD}{name}" for name in ("integer", "negativeInteger")}


def read_manifests() -> dict[str, rdflib.Graph]:
    if not SUITE.is_dir():
        return {}
    return {part: rdflib.Graph().parse(SUITE / part / "manifest.ttl") for part in PARTS}


MANIFESTS = read_manifests()


def names() -> Iterator[str]:
    """The tests by part and name, in the order of their manifests."""
    for part, manifest in MANIFESTS.items():
        (entries,) = manifest.objects(None, MF.entries)
        for entry in Collection(manifest, entries):
            yield f"{part}/{str(entry).rpartition('#')[2]}"


@pytest.fixture(scope="module", params=["embedded", "remote"])
def server(
    seed_release: Release, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Server]:
    """A running server over the graphs of the suite, under the base that it is asked at."""
    folder = tmp_path_factory.mktemp("suite")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    release = of_the_suite(seed_release, folder / "release", f"http://127.0.0.1:{port}/")
    options = ["--port", str(port), "--in-memory", "--rate", "0"]
    with ExitStack() as stack:
        if request.param == "remote":
            store = store_of(Release.open(release), folder / "remote")
            options += ["--engine", stack.enter_context(serving_store(store))]
        yield stack.enter_context(serving(release, folder, *options))


def of_the_suite(seed: Release, folder: Path, base: str) -> Path:
    """A release with other statements: all graphs of the suite, and their merge."""
    shutil.copytree(seed.path, folder)
    quads = [*dict.fromkeys(quad for part in PARTS for quad in graphs_of(part))]
    triples = sorted({str(quad.triple) for quad in quads})
    (folder / "dumps/kankei.nt").write_text("".join(f"{triple} .\n" for triple in triples), encoding="utf-8")
    (folder / "dumps/kankei.nq").write_text("".join(f"{quad} .\n" for quad in quads), encoding="utf-8")
    shutil.rmtree(folder / "store")
    store = ox.Store(str(folder / "store"))
    store.extend([*quads, *(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)])
    store.flush()
    del store
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "documents.json").write_bytes(Index().json())
    for name in ("dumps/kankei.nt", "dumps/kankei.nq", "documents.json"):
        content = (folder / name).read_bytes()
        manifest["files"][name] |= {"size": len(content), "sha256": sha256(content).hexdigest()}
    counts = Counter(str(quad.graph_name)[1:-1] for quad in quads)
    manifest |= {"base": base, "triples": len(triples), "graphs": counts, "quads": len(quads)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def graphs_of(part: str) -> Iterator[ox.Quad]:
    """The data of a part, each file in the graph that its manifest's tests ask for."""
    for file in sorted((SUITE / part).glob("data*")):
        form = ox.RdfFormat.N_TRIPLES if file.suffix == ".nt" else ox.RdfFormat.TURTLE
        name = f"http://kasei.us/2009/09/sparql/data/{file.stem}.rdf" if part == "protocol" else file.as_uri()
        for quad in ox.parse(path=file, format=form):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name))


@pytest.mark.parametrize("name", list(names()))
def test_w3c(server: Server, name: str) -> None:
    if name in NOT_APPLICABLE:
        pytest.skip(NOT_APPLICABLE[name])
    part, _, local = name.partition("/")
    manifest = MANIFESTS[part]
    (test,) = [test for test in manifest.subjects(MF.name) if str(test).endswith(f"#{local}")]
    if part == "protocol":
        check_protocol(server, manifest, test)
    elif part == "service-description":
        check_description(server, local)
    else:
        check_result(server, manifest, test)


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C's tests of SPARQL are not at {SUITE}")
def test_every_test_is_run_or_said_not_to_apply() -> None:
    cases = list(names())
    assert len(cases) == len(set(cases)) == 34 + 3 + 6 + 4
    assert set(cases) >= set(NOT_APPLICABLE)
    assert not [name for name in NOT_APPLICABLE if "query" in name]


def check_protocol(server: Server, manifest: rdflib.Graph, test: rdflib.term.Node) -> None:
    (requests,) = manifest.objects(manifest.value(test, MF.action), HT.requests)
    assert list(Collection(manifest, requests))
    for request in Collection(manifest, requests):
        check_request(server, manifest, request)


def check_request(server: Server, manifest: rdflib.Graph, request: rdflib.term.Node) -> None:
    def text(node: rdflib.term.Node | None, predicate: rdflib.URIRef) -> str:
        return str(manifest.value(node, predicate) or "")

    body = manifest.value(request, HT.body)
    fields = manifest.value(request, HT.headers)
    headers = {
        text(field, HT.fieldName): text(field, HT.fieldValue)
        for field in (Collection(manifest, fields) if fields else ())
    }
    content = text(body, CNT.chars).encode(text(body, CNT.characterEncoding)) if body else b""
    # "A program must replace this value with whatever path prefix is appropriate for the endpoint."
    path = text(request, HT.absolutePath).replace("/sparql/", "sparql", 1)
    answer = server.request(text(request, HT.methodName), path, headers, content)
    expected = manifest.value(request, HT.resp)
    statuses = {str(status)[-3] for status in manifest.objects(expected, MF.expectedStatus)}
    assert str(answer.status_code)[0] in statuses, answer.text
    if kind := text(expected, MF.expectedFormat):
        assert media_type(answer) in FORMATS[kind]
    boolean = manifest.value(expected, MF.expectedBoolean)
    if boolean is not None:
        assert json.loads(answer.content)["boolean"] is boolean.toPython()  # type: ignore[attr-defined]
    if answer.status_code >= 400:
        assert media_type(answer) == "application/problem+json"


def check_description(server: Server, name: str) -> None:
    answer = server.get("sparql", Accept="text/turtle, application/rdf+xml;q=0.5")
    assert (answer.status_code, media_type(answer)) == (200, "text/turtle")
    graph = ox.Dataset(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    assert len(graph) > 0
    if name == "has-endpoint-triple":
        endpoint = f"{server.address}sparql"
        assert objects(graph, endpoint, SD + "endpoint") == [endpoint]
    elif name == "conforms-to-schema":
        check_schema(graph)
    else:
        assert name == "returns-rdf"


def check_result(server: Server, manifest: rdflib.Graph, test: rdflib.term.Node) -> None:
    action = manifest.value(test, MF.action)
    query = file_of(manifest.value(action, QT.query)).read_text(encoding="utf-8")
    expected = file_of(manifest.value(test, MF.result))
    graph = file_of(manifest.value(action, QT.data)).as_uri()
    parameters = urlencode({"query": query, "default-graph-uri": graph})
    answer = server.get(f"sparql?{parameters}", Accept=RESULTS[expected.suffix])
    assert (answer.status_code, media_type(answer)) == (200, RESULTS[expected.suffix])
    read = {".csv": rows_of_csv, ".tsv": rows_of_tsv, ".srj": rows_of_json}[expected.suffix]
    assert read(answer.content) == read(expected.read_bytes())


def file_of(iri: rdflib.term.Node | None) -> Path:
    return Path(str(iri).removeprefix("file://"))


def media_type(answer: httpx.Response) -> str:
    return str(answer.headers["content-type"]).partition(";")[0]


class Nodes(dict[str, str]):
    """Names of blank nodes, in the order in which they are met: results are alike up to these."""

    def __missing__(self, name: str) -> str:
        return self.setdefault(name, f"_:{len(self)}")


def rows_of_csv(content: bytes) -> object:
    """The rows by column: their order is not the query's, which selects all."""
    nodes = Nodes()
    columns, *values = csv.reader(content.decode().splitlines())
    return [dict(zip(columns, (value(cell, nodes) for cell in row), strict=True)) for row in values]


def value(cell: str, nodes: Nodes) -> str | float:
    """A cell; a number by its value, for the store keeps no spellings."""
    if cell.startswith("_:"):
        return nodes[cell]
    return float(cell) if re.fullmatch(r"-?[0-9.]+(?:E-?[0-9]+)?", cell) else cell


def rows_of_tsv(content: bytes) -> object:
    solutions = ox.parse_query_results(content, format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    names, nodes = [variable.value for variable in solutions.variables], Nodes()
    return [{name: value_of(row[name], nodes) for name in names} for row in solutions]


def value_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, nodes: Nodes) -> object:
    """A term; a number by its value and the type that this is derived from, which is what the store keeps."""
    if isinstance(term, ox.BlankNode):
        return nodes[term.value]
    if isinstance(term, ox.Literal) and term.datatype.value in INTEGERS:
        return "integer", int(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value == f"{XSD}double":
        return "double", float(term.value)
    return term


def rows_of_json(content: bytes) -> object:
    document, nodes = json.loads(content), Nodes()
    if "boolean" in document:
        return document
    rows: Sequence[dict[str, dict[str, str]]] = document["results"]["bindings"]
    for row in rows:
        for name in sorted(row):
            if row[name]["type"] == "bnode":
                row[name]["value"] = nodes[row[name]["value"]]
    return sorted(document["head"]["vars"]), rows
