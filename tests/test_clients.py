"""Clients that researchers use ask a running server the competency questions, by GET and by POST."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import SPARQLWrapper

from kankei.namespaces import XSD
from kankei.release.reader import Release
from support.paths import TESTS
from support.serving import Server, serving

QUESTIONS = sorted((TESTS / "competency").glob("*.rq"))


@pytest.fixture(scope="module")
def server(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(seed_release.path, tmp_path_factory.mktemp("log"), "--rate", "0") as running:
        yield running


def expected(question: Path) -> tuple[list[str], list[list[str]]]:
    """The variables and rows of the answer, the terms in N-Triples."""
    answer = question.with_suffix(".expected.tsv").read_bytes()
    solutions = ox.parse_query_results(answer, format=ox.QueryResultsFormat.TSV)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return names, [[str(row[name]) if row[name] else "" for name in names] for row in solutions]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_sparqlwrapper(server: Server, question: Path, method: str) -> None:
    client = SPARQLWrapper(f"{server.address}sparql", returnFormat="json")
    client.setMethod(method)
    client.setQuery(question.read_text(encoding="utf-8"))
    with client.query().response as response:
        answer = json.loads(response.read())
    names = answer["head"]["vars"]
    rows = [
        [of_json(row[name]) if name in row else "" for name in names] for row in answer["results"]["bindings"]
    ]
    assert (names, rows) == expected(question)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_sparqlstore(server: Server, question: Path, method: str) -> None:
    store = SPARQLStore(f"{server.address}sparql", method=method, returnFormat="json")
    answer = store.query(question.read_text(encoding="utf-8"))
    names = [str(variable) for variable in answer.vars or ()]
    rows = [[of_rdflib(row[name]) for name in names] for row in answer]  # type: ignore[index, call-overload]
    assert (names, rows) == expected(question)


def of_json(term: dict[str, str]) -> str:
    if term["type"] == "uri":
        return str(ox.NamedNode(term["value"]))
    assert term["type"] == "literal"
    return literal(term["value"], term.get("datatype"), term.get("xml:lang"))


def of_rdflib(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, URIRef):
        return str(ox.NamedNode(str(term)))
    assert isinstance(term, Literal)
    return literal(str(term), term.datatype, term.language)


def literal(text: str, datatype: str | None, language: str | None) -> str:
    if language:
        return str(ox.Literal(text, language=language))
    return str(ox.Literal(text, datatype=ox.NamedNode(datatype or f"{XSD}string")))


# rdflib's own: it reads JSON-LD into a class that it deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_gets_a_graph_where_it_asks_for_json(server: Server) -> None:
    store = SPARQLStore(f"{server.address}sparql", returnFormat="json")
    answer = store.query("CONSTRUCT { ?s a ?class } { ?s a ?class } LIMIT 3")
    assert answer.graph is not None
    assert len(answer.graph) == 3


def test_the_catalogue_of_a_server_names_addresses_that_answer(server: Server) -> None:
    turtle = server.get("catalog").content
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    addresses = {
        triple.object.value
        for triple in triples
        if triple.predicate.value.endswith(("downloadURL", "endpointURL"))
        and isinstance(triple.object, ox.NamedNode)
    }
    assert len(addresses) > 10
    for address in addresses:
        assert address.startswith(server.address)
        assert server.get(address.removeprefix(server.address)).status_code == 200
