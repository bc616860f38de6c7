"""SQL gives what Oxigraph gives: for a list of queries, and for random ones."""

from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from kankei.engine.columnar.evaluation import refused
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.errors import KankeiError
from support.random_queries import Seeded, Writer, random_quads
from support.two_engines import TwoEngines, same

PROLOGUE = "PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
CASES = (Path(__file__).parent / "translation_cases.txt").read_text(encoding="utf-8").splitlines()
DATA = """
PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:a :p 1, 2, "x", 2.5, "3"^^xsd:int, "1.50"^^xsd:decimal, 1e2, "abc"^^xsd:integer, "a"@en-US, true,
  "2020-01-01"^^xsd:date, "2020-01-01T00:00:00+00:00"^^xsd:dateTime, "z"^^:t .
:b :q 1, 2 . :c :q 1 . :d :q "x", 3 . :b :r _:x . :a :s :b . :b :s :c . :c :s :a, :d . :a a :C . :b a :C, :D .
:b :name "b"@en, "B"@ja . :c :name "c" . :c :i 7 . :b :i 5 . :a :i 5 .
:g { :a :s :b . :b :s :a . :a :i 9 . } :h { :a :s :b . :c :i 9 . }
"""

BEYOND = """
PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:a :d 100000000000000000000.5, 170141183460469231731.5, 99999999999999999999.5, 3.5 ; :i 2, 3, 0 ;
  :large 99999999999999999999, "123456789012345678901234567890"^^xsd:integer, 5, 1.1234567890123456789 ;
  :far "6000000-01-01"^^xsd:date, "2021-01-01"^^xsd:date ;
  :day "--02-28"^^xsd:gMonthDay, "--02-29"^^xsd:gMonthDay, "--03-01"^^xsd:gMonthDay .
"""


@pytest.fixture(scope="module")
def engines() -> TwoEngines:
    """A small dataset with terms of many types."""
    return TwoEngines(ox.parse(DATA, format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="module")
def beyond() -> TwoEngines:
    """A dataset with numbers and dates of Oxigraph that no column holds, and with others like them."""
    return TwoEngines(ox.parse(BEYOND, format=ox.RdfFormat.TRIG))


def left_to_oxigraph(error: BaseException) -> bool:
    return isinstance(error, NotTranslatable) or (isinstance(error, duckdb.Error) and refused(error))


@pytest.mark.parametrize("query", CASES)
def test_a_query_has_the_solutions_of_oxigraph(engines: TwoEngines, query: str) -> None:
    ours, theirs = engines.of_columns(PROLOGUE + query), engines.of_store(PROLOGUE + query)
    assert same(ours, theirs)
    if "ORDER BY" in query:
        assert ours == theirs


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x ?y { ?x (:s|:i) ?y }",
        "SELECT ?x ?y { ?x ^(:s|:i) ?y }",
        "SELECT ?x ?y { ?x :i ?a . ?y :i ?b . ?x !:p ?y }",
        "ASK { :a !:i :b }",
        "SELECT ?y { :zzz :s* ?y }",
        "SELECT (COUNT(*) AS ?n) { :s :s* ?y }",
        "SELECT (COUNT(*) AS ?n) { ?y :s? 'nothing' }",
        "ASK { :zzz :s* :zzz }",
        "SELECT * { GRAPH :nope { :a :s* ?x } }",
        "SELECT * { GRAPH :g { :d :s? ?x } }",
        "SELECT * FROM :g { :d :s* ?x }",
        "SELECT * FROM :g FROM :h { ?s :s ?o }",
        "SELECT * { GRAPH ?g { VALUES ?x { 1 2 } } }",
        "SELECT * { GRAPH ?g { { VALUES ?x { 1 } } UNION { ?s :i ?o } } }",
        "SELECT (SAMPLE(?o) AS ?x) { ?s :i ?o }",
        "SELECT (SAMPLE(?i) AS ?x) { ?s :s ?o OPTIONAL { ?s :q ?i FILTER(?i = 1) } }",
        "SELECT ?o { ?s :name ?o FILTER(REGEX(?o, '(a')) }",
        "SELECT ?o { ?s :name ?o FILTER(REGEX(?o, '[z-a]')) }",
        "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?s :s ?v{number}" for number in range(150)) + " }",
        "SELECT (COUNT(?v40) AS ?n) { ?s :i ?v0 "
        + " ".join(f"BIND(?v{number} * ?v{number} AS ?v{number + 1})" for number in range(40))
        + " }",
    ],
)
def test_what_oxigraph_may_answer_otherwise_is_left_to_it(engines: TwoEngines, query: str) -> None:
    with pytest.raises((NotTranslatable, duckdb.Error)) as raised:
        engines.of_columns(PROLOGUE + query)
    assert left_to_oxigraph(raised.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ?s :d ?o FILTER(isNumeric(?o)) }",
        "SELECT ?o { ?s :d ?o FILTER(?o > 4) }",
        "SELECT ?o { ?s :d ?o FILTER(?o = ?o) }",
        "SELECT ?o { ?s ?p ?o FILTER(?o) }",
        "SELECT (SUM(?o) AS ?x) { ?s :d ?o }",
        "SELECT (AVG(?o) AS ?x) { ?s :d ?o }",
        "SELECT (MAX(?o) AS ?x) { ?s :d ?o }",
        "SELECT (MIN(?o) AS ?x) { ?s ?p ?o }",
        "SELECT ?o { ?s :d ?o } ORDER BY ?o",
        "SELECT (?o + 1 AS ?x) { ?s :d ?o }",
        "SELECT (xsd:integer(?o) AS ?x) { ?s :d ?o }",
        "SELECT ?o { ?s :far ?o FILTER(?o > '2020-01-01'^^xsd:date) }",
        "SELECT ?o { ?s :far ?o } ORDER BY ?o",
        "SELECT ('1000000000000-01-01'^^xsd:date > '2020-01-01'^^xsd:date AS ?x) {}",
        "SELECT (100000000000000000000.0 > 1 AS ?x) {}",
    ],
)
def test_a_value_that_no_column_holds_is_left_to_oxigraph(beyond: TwoEngines, query: str) -> None:
    with pytest.raises((NotTranslatable, duckdb.Error)) as raised:
        beyond.of_columns(PROLOGUE + query)
    assert left_to_oxigraph(raised.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ?s ?p ?o }",
        "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s :d ?o }",
        "SELECT (STR(?o) AS ?x) (DATATYPE(?o) AS ?y) { ?s :d ?o }",
        "SELECT ?o { ?s :d ?o FILTER(?o = :a) }",
        "SELECT (SUM(?o) AS ?x) { ?s :i ?o FILTER(?o > 1) }",
        "SELECT ?o { ?s :large ?o FILTER(isNumeric(?o) || ?o > 1) }",
        "SELECT (SUM(?o) AS ?x) { ?s :large ?o }",
        "SELECT ?o { ?s :day ?o FILTER(?o != '--02-29'^^xsd:gMonthDay) }",
        "SELECT ?o { ?s :day ?o FILTER(?o > '--02-28'^^xsd:gMonthDay) }",
        "SELECT ?o { ?s :day ?o FILTER(?o <= '--02-29'^^xsd:gMonthDay) }",
    ],
)
def test_what_columns_hold_is_answered_beside_it(beyond: TwoEngines, query: str) -> None:
    assert same(beyond.of_columns(PROLOGUE + query), beyond.of_store(PROLOGUE + query))


def test_random_queries_have_the_solutions_of_oxigraph() -> None:
    taken = 0
    for seed in range(5):
        choices = Seeded(seed)
        quads = random_quads(choices)
        engines = TwoEngines(quads)
        for _ in range(20):
            query = Writer(choices).query().whole
            try:
                ours = engines.of_columns(query)
            except (NotTranslatable, KankeiError):
                continue
            except duckdb.Error as error:
                if not refused(error):
                    raise
                continue
            taken += 1
            assert same(ours, engines.of_store(query)), query
    assert taken > 30
