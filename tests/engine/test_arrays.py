"""Arrays give what Oxigraph gives: for a list of queries, and for random ones."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.engine.columnar.arrays import matching
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.errors import KankeiError
from support.random_groups import GroupWriter, quads_of_groups
from support.random_queries import Seeded
from support.two_engines import TwoEngines, same

PROLOGUE = "PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
CASES = (Path(__file__).parent / "arrays_cases.txt").read_text(encoding="utf-8").splitlines()
REFUSED = (Path(__file__).parent / "arrays_refused.txt").read_text(encoding="utf-8").splitlines()
DATA = """
PREFIX : <http://e/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:a a :C, :D ; :i 5 ; :j 1, 2, -7 ; :to :b, :c ; :text "x" ; :label "a"@en, "あ"@ja ;
  :mixed 1, "a", :b ; :large 9223372036854775807 .
:b a :C ; :i 5 ; :j 2 ; :to :c ; :text "y" ; :label "b"@en-GB ; :mixed 1.5 ; :large 9223372036854775807 .
:c a :D ; :i 7 ; :j 10 ; :to :a, :c, _:x ; :text "x", "z" ; :label "c"@ja, "a"@ja ;
  :mixed "2020-01-01"^^xsd:date .
_:x a :C ; :i -1 .
:g { :a :i 99 }
"""


@pytest.fixture(scope="module")
def engines() -> TwoEngines:
    """A small dataset with properties of one type each, and one of several."""
    return TwoEngines(ox.parse(DATA, format=ox.RdfFormat.TRIG))


@pytest.mark.parametrize("query", CASES)
def test_a_query_has_the_solutions_of_oxigraph(engines: TwoEngines, query: str) -> None:
    ours, theirs = engines.of_arrays(PROLOGUE + query), engines.of_store(PROLOGUE + query)
    assert same(ours, theirs)
    if "ORDER BY" in query:
        assert ours == theirs


@pytest.mark.parametrize("query", REFUSED)
def test_what_arrays_do_not_tell_exactly_they_refuse(engines: TwoEngines, query: str) -> None:
    with pytest.raises(NotTranslatable):
        engines.of_arrays(PROLOGUE + query)


def test_more_solutions_than_are_held_are_refused(
    engines: TwoEngines, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"{PROLOGUE}SELECT ?y (COUNT(*) AS ?n) {{ ?x :to ?y . ?y :j ?z }} GROUP BY ?y"
    assert engines.of_arrays(query)
    monkeypatch.setattr(matching, "MOST_ROWS", 3)
    with pytest.raises(NotTranslatable, match="more solutions"):
        engines.of_arrays(query)


def test_random_queries_have_the_solutions_of_oxigraph() -> None:
    taken = 0
    for seed in range(6):
        choices = Seeded(seed)
        engines = TwoEngines(quads_of_groups(choices))
        for _ in range(50):
            query = GroupWriter(choices).query()
            try:
                ours = engines.of_arrays(query)
            except (NotTranslatable, KankeiError):
                continue
            taken += 1
            assert same(ours, engines.of_store(query)), query
    assert taken > 60
