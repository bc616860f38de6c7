"""The triples of EXISTS within each other: the same solutions, read from what is known."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given

from engine.test_bounded_paths import PROLOGUE, solutions
from kankei.engine.algebra.nested_exists import asked_step_by_step
from kankei.release.reader import Release
from support.paths import ROOT
from support.random_queries import RandomQuery, Seeded, datasets, queries, random_quads, random_query

CASES = (Path(__file__).parent / "nested_exists.txt").read_text(encoding="utf-8").strip().split("\n\n")


def check_same(store: ox.Store, text: str) -> bool:
    """Whether the query is rewritten; its solutions are then the same."""
    rewritten = asked_step_by_step(text)
    if rewritten == text:
        return False
    assert solutions(store, rewritten) == solutions(store, text), rewritten
    return True


@pytest.mark.parametrize("case", CASES)
def test_what_is_rewritten(case: str) -> None:
    written, separator, expected = case.partition("\nSELECT")
    text = PROLOGUE + written
    expected = separator.lstrip() + expected if separator else written
    assert asked_step_by_step(text).removeprefix(PROLOGUE) == expected
    store = ox.Store()
    store.extend(random_quads(Seeded(1)))
    check_same(store, text)


def test_random_queries_have_the_same_solutions() -> None:
    rewritten = 0
    for seed in range(600):
        choices = Seeded(seed)
        store = ox.Store()
        store.extend(random_quads(choices))
        rewritten += check_same(store, random_query(choices).whole)
    assert rewritten > 15


@given(datasets(), queries())
def test_queries_of_hypothesis_have_the_same_solutions(quads: list[ox.Quad], query: RandomQuery) -> None:
    store = ox.Store()
    store.extend(quads)
    check_same(store, query.whole)


def test_questions_have_the_same_solutions(seed_release: Release) -> None:
    store = ox.Store.read_only(str(seed_release.path / "store"))
    files = sorted((ROOT / "tests/competency").glob("*.rq"))
    rewritten = {file.stem[:2] for file in files if check_same(store, file.read_text(encoding="utf-8"))}
    assert rewritten == {"02", "05", "12", "13", "19"}


def test_a_name_that_the_query_uses_is_not_taken() -> None:
    text = "SELECT * { ?step0 <a:p> ?o FILTER EXISTS { ?step0 <a:q>/<a:r> ?x } }"
    assert "?step_0 " in asked_step_by_step(text)


def test_what_is_read_grows_with_the_data_and_not_with_its_square() -> None:
    """Oxigraph alone reads all of :q for each subject; the query would then take minutes."""
    number, link = 20_000, ox.NamedNode("http://example.org/p").value
    node = "<http://example.org/{}{}> <{}> <http://example.org/{}{}> .\n".format
    lines = "".join(
        node("s", n, link, "x", n) + node("x", n, link.replace("/p", "/q"), "y", n) for n in range(number)
    )
    store = ox.Store()
    store.bulk_load(lines.encode(), ox.RdfFormat.N_TRIPLES)
    text = f"{PROLOGUE}SELECT (COUNT(*) AS ?n) {{ ?s :p ?o FILTER EXISTS {{ ?s :p ?x . ?x :q ?y }} }}"
    results = store.query(asked_step_by_step(text))
    assert isinstance(results, ox.QuerySolutions)
    assert [row["n"] for row in results] == [ox.Literal(number)]
