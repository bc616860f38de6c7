"""Closures walked from a known end: the same solutions, from another order of joins."""

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given

from kankei.engine.algebra.bounded_paths import walked_from_known_ends
from kankei.engine.embedded.evaluation import results_of
from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.errors import MalformedQuery
from kankei.release.reader import Release
from support.paths import ROOT
from support.random_queries import RandomQuery, Seeded, datasets, queries, random_quads, random_query

PROLOGUE = "PREFIX : <http://example.org/> "
CASES = (Path(__file__).parent / "bounded_paths.txt").read_text(encoding="utf-8").strip().split("\n\n")


def solutions(store: ox.Store, text: str) -> object:
    """The names of a result's columns and the multiset of its rows; triples, or a truth value."""
    results = store.query(text)
    if isinstance(results, ox.QuerySolutions):
        return [variable.value for variable in results.variables], Counter(map(tuple, results))
    if isinstance(results, ox.QueryTriples):
        return len(list(results))  # each solution has blank nodes of its own
    return bool(results)


def check_same(store: ox.Store, text: str) -> bool:
    """Whether the query is rewritten; its solutions are then the same."""
    rewritten = walked_from_known_ends(text)
    if rewritten == text:
        return False
    assert solutions(store, rewritten) == solutions(store, text), rewritten
    return True


@pytest.mark.parametrize("case", CASES)
def test_what_is_rewritten(case: str) -> None:
    written, _, expected = case.partition("\n")
    text = PROLOGUE + written
    assert walked_from_known_ends(text).removeprefix(PROLOGUE) == (expected or written)
    store = ox.Store()
    store.extend(random_quads(Seeded(1)))
    check_same(store, text)


def test_random_queries_have_the_same_solutions() -> None:
    rewritten = 0
    for seed in range(800):
        choices = Seeded(seed)
        store = ox.Store()
        store.extend(random_quads(choices))
        rewritten += check_same(store, random_query(choices).whole)
    assert rewritten > 30


@given(datasets(), queries())
def test_queries_of_hypothesis_have_the_same_solutions(quads: list[ox.Quad], query: RandomQuery) -> None:
    store = ox.Store()
    store.extend(quads)
    check_same(store, query.whole)


def test_questions_have_the_same_solutions(seed_release: Release) -> None:
    store = ox.Store.read_only(str(seed_release.path / "store"))
    files = sorted((ROOT / "tests/competency").rglob("*.rq"))
    rewritten = {file.stem for file in files if check_same(store, file.read_text(encoding="utf-8"))}
    assert rewritten == {"01-programmes-of-a-theme", "04-open-to-a-municipality"}


def test_a_name_that_the_query_uses_is_not_taken() -> None:
    text = "SELECT ?end { ?end <a:p>* <a:T> BIND(1 AS ?end_0) }"
    assert "VALUES ?end__0 " in walked_from_known_ends(text)


@pytest.mark.parametrize(
    "text", ["SELECT ?x { ?x <a:p>* <a:T> ! }", "SELECT ?x { ?x <a:p>* <a:T> } ORDER BY"]
)
def test_an_error_is_at_its_place_in_the_text_as_sent(text: str) -> None:
    with pytest.raises(SyntaxError) as expected:
        ox.Store().query(text)
    with pytest.raises(MalformedQuery) as raised:
        results_of(ox.Store(), Operation(text, {Form.SOLUTIONS: SPARQL_JSON}))
    place = re.search(r"\d+:\d+", str(expected.value))
    assert place
    line, column = place[0].split(":")
    assert re.search(rf"\b{line}\b.*\b{column}\b", str(raised.value))
