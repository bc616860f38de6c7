"""How a query is evaluated, as text: by Oxigraph, by columns, or by a service."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.engine.columnar.evaluation import ColumnarEvaluation
from kankei.engine.columnar.tables import Columns
from kankei.engine.embedded.explanation import explain, explain_remote
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.operation import Form, Operation
from kankei.errors import MalformedQuery

TEXT = dict.fromkeys(Form, "text/plain")
COUNT = "SELECT ?o (COUNT(*) AS ?n) { ?s <urn:p> ?o } GROUP BY ?o"
JOINED = "SELECT ?o (COUNT(*) AS ?n) { ?s <urn:p> ?o FILTER EXISTS { ?s <urn:p> ?other } } GROUP BY ?o"
BY_SQL = "SELECT ?o (COUNT(STR(?s)) AS ?n) { ?s <urn:p> ?o } GROUP BY ?o"
BELOW = "SELECT ?x { ?x <urn:q>* <urn:o1> }"


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("explained") / "statements.nq"
    statements = (f"<urn:s{number}> <urn:p> <urn:o{number % 7}> <urn:g> .\n" for number in range(20_000))
    file.write_text("".join(statements), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def store(lines: Path) -> ox.Store:
    store = ox.Store()
    triples = [quad.triple for quad in ox.parse(path=lines, format=ox.RdfFormat.N_QUADS)]
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store


@pytest.fixture(scope="module")
def columns(lines: Path) -> Iterator[ColumnarEvaluation]:
    columns = Columns.of_lines(lines)
    yield ColumnarEvaluation.of(columns)
    columns.connection.close()


def explained(store: ox.Store, columns: ColumnarEvaluation | None, query: str) -> tuple[str, list[str]]:
    spool = Spool(-1, 1 << 20)
    _, engine = explain(store, columns, Operation(query, TEXT, explains=True), spool)
    return engine, spool.body.decode().split("\n")


def test_without_columns_oxigraph_evaluates(store: ox.Store) -> None:
    engine, found = explained(store, None, BELOW)
    assert engine == "oxigraph"
    assert found[:3] == [
        "Engine: oxigraph",
        "Because: the release has no columns that could be read",
        "Rows: 1",
    ]
    assert found[3].startswith("Seconds: ")
    assert found[5:9] == ["Algebra", "Select", "  Project ?x", "    Path ?x <urn:q>* <urn:o1>"]
    assert found[10:12] == [
        "Query as it is evaluated",
        "SELECT ?x { VALUES ?end0 { <urn:o1> } ?x <urn:q>* ?end0  }",
    ]


def test_columns_tell_sql_and_steps(store: ox.Store, columns: ColumnarEvaluation) -> None:
    engine, found = explained(store, columns, BY_SQL)
    assert engine == "columns"
    assert found[:3] == [
        "Engine: columns",
        "Because: much is read, compared or sorted for few rows of the result",
        "Expected: 141 rows; cost 120566 in Oxigraph, 24136 in columns (1: a row that Oxigraph reads)",
    ]
    assert "    Extend ?n = .aggregate1" in found
    assert any(line.startswith("SELECT ") and "triples_by" in line for line in found)
    text = "\n".join(found[found.index("Steps") :])
    assert "Total Time" in text
    assert "20000" in text.replace(",", "")


def test_columns_tell_the_steps_of_what_needs_no_sql(store: ox.Store, columns: ColumnarEvaluation) -> None:
    engine, found = explained(store, columns, COUNT)
    assert engine == "columns"
    assert "    Extend ?n = .aggregate1" in found
    assert "SQL" not in found
    assert found[found.index("Steps") + 1].startswith("group: 7 rows, ")
    _, joined = explained(store, columns, JOINED)
    steps = joined[joined.index("Steps") + 1 :]
    assert steps[0].startswith("match urn:p: 20000 rows, ")
    assert any(step.startswith("group: 7 rows, ") for step in steps)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * { <urn:s1> ?p ?o }", "nothing is aggregated"),
        ("SELECT (COUNT(*) AS ?n) { <urn:s1> ?p ?o }", "few rows are read"),
        ("SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o }", "only Oxigraph reads it: distinct solutions"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(true) }", "CONSTRUCT makes a graph"),
        ("SELECT (COUNT(RAND()) AS ?n) { ?s ?p ?o }", "SQL cannot answer it exactly"),
    ],
)
def test_why_columns_do_not_answer(
    store: ox.Store, columns: ColumnarEvaluation, query: str, reason: str
) -> None:
    engine, found = explained(store, columns, query)
    assert (engine, found[0]) == ("oxigraph", "Engine: oxigraph")
    assert found[1].startswith(f"Because: {reason}")
    assert any(line.startswith("Rows: ") for line in found)


def test_what_is_no_query_has_no_explanation(store: ox.Store, columns: ColumnarEvaluation) -> None:
    with pytest.raises(MalformedQuery):
        explained(store, columns, "SELECT nonsense COUNT")


def test_a_service_is_not_asked() -> None:
    spool = Spool(-1, 1 << 20)
    form = explain_remote(ox.Store(), Operation(COUNT, TEXT, explains=True), spool)
    assert form is Form.SOLUTIONS
    assert spool.body.decode().startswith("Engine: remote\nBecause: a service")
    assert "Seconds" not in spool.body.decode()
