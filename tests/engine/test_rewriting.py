"""What is rewritten for Oxigraph: the same solutions, from another order of joins."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given

from kankei.engine.algebra.bounded_paths import walked_from_known_ends
from kankei.engine.algebra.nested_exists import asked_step_by_step
from kankei.release.reader import Release
from support.paths import ROOT
from support.random_queries import RandomQuery, Seeded, datasets, queries, random_quads, random_query

PROLOGUE = "PREFIX : <http://example.org/> "
Rewriting = Callable[[str], str]
REWRITINGS: dict[str, Rewriting] = {
    "bounded_paths": walked_from_known_ends,
    "nested_exists": asked_step_by_step,
}
CASES = [
    (name, *case.partition("\nSELECT"))
    for name in REWRITINGS
    for case in Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8").strip().split("\n\n")
]
of_each = pytest.mark.parametrize("rewriting", REWRITINGS.values(), ids=REWRITINGS)


def solutions(store: ox.Store, text: str) -> object:
    """The names of a result's columns and the multiset of its rows; triples, or a truth value."""
    results = store.query(text)
    if isinstance(results, ox.QuerySolutions):
        return [variable.value for variable in results.variables], Counter(map(tuple, results))
    if isinstance(results, ox.QueryTriples):
        return len(list(results))  # each solution has blank nodes of its own
    return bool(results)


def check_same(rewriting: Rewriting, store: ox.Store, text: str) -> bool:
    """Whether the query is rewritten; its solutions are then the same."""
    rewritten = rewriting(text)
    if rewritten == text:
        return False
    assert solutions(store, rewritten) == solutions(store, text), rewritten
    return True


@pytest.mark.parametrize(("name", "written", "keyword", "expected"), CASES)
def test_what_is_rewritten(name: str, written: str, keyword: str, expected: str) -> None:
    text = PROLOGUE + written
    rewritten = keyword.lstrip() + expected if keyword else written
    assert REWRITINGS[name](text).removeprefix(PROLOGUE) == rewritten
    store = ox.Store()
    store.extend(random_quads(Seeded(1)))
    check_same(REWRITINGS[name], store, text)


@of_each
def test_random_queries_have_the_same_solutions(rewriting: Rewriting) -> None:
    rewritten = 0
    for seed in range(800):
        choices = Seeded(seed)
        store = ox.Store()
        store.extend(random_quads(choices))
        rewritten += check_same(rewriting, store, random_query(choices).whole)
    assert rewritten > 20


@of_each
@given(quads=datasets(), query=queries())
def test_queries_of_hypothesis_have_the_same_solutions(
    rewriting: Rewriting, quads: list[ox.Quad], query: RandomQuery
) -> None:
    store = ox.Store()
    store.extend(quads)
    check_same(rewriting, store, query.whole)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("bounded_paths", {"01", "04"}), ("nested_exists", {"02", "03", "05", "08", "12", "13", "19"})],
)
def test_questions_have_the_same_solutions(name: str, numbers: set[str], seed_release: Release) -> None:
    store = ox.Store.read_only(str(seed_release.path / "store"))
    files = sorted((ROOT / "tests/competency").rglob("*.rq"))
    texts = {file.stem: file.read_text(encoding="utf-8") for file in files}
    rewritten = {stem for stem, text in texts.items() if check_same(REWRITINGS[name], store, text)}
    assert {stem[:2] for stem in rewritten} == numbers
