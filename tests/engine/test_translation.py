"""SQL gives what Oxigraph gives: for a list of queries, and for random ones."""

from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest

from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.errors import KankeiError
from support.agreed_queries import AgreedWriter
from support.random_queries import Seeded, random_quads
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


@pytest.fixture(scope="module")
def engines() -> TwoEngines:
    """A small dataset with terms of many types."""
    return TwoEngines(ox.parse(DATA, format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize("query", CASES)
def test_a_query_has_the_solutions_of_oxigraph(engines: TwoEngines, query: str) -> None:
    ours, theirs = engines.of_columns(PROLOGUE + query), engines.of_store(PROLOGUE + query)
    assert same(ours, theirs)
    if "ORDER BY" in query:
        assert ours == theirs


def test_random_queries_have_the_solutions_of_oxigraph() -> None:
    taken = 0
    for seed in range(5):
        choices = Seeded(seed)
        quads = random_quads(choices)
        engines = TwoEngines(quads)
        for _ in range(20):
            query = AgreedWriter(choices, quads).query().whole
            try:
                ours = engines.of_columns(query)
            except (NotTranslatable, KankeiError, duckdb.Error):
                continue
            taken += 1
            assert same(ours, engines.of_store(query)), query
    assert taken > 40
