"""The random queries that engines are compared by: Oxigraph takes each, and the parser reads each."""

import pyoxigraph as ox
from hypothesis import given

from kankei.engine.algebra.parser import parsed
from support.random_queries import (
    RandomQuery,
    Seeded,
    datasets,
    queries,
    random_quads,
    random_query,
)


def test_queries_of_a_seeded_generator_are_queries() -> None:
    forms = set()
    for seed in range(300):
        choices = Seeded(seed)
        store = ox.Store()
        store.extend(random_quads(choices))
        query = random_query(choices)
        store.query(query.text)
        forms.add(parsed(query.text).form)
    assert forms == {"SELECT", "ASK", "CONSTRUCT"}


@given(datasets(), queries())
def test_queries_of_hypothesis_are_queries(quads: list[ox.Quad], query: RandomQuery) -> None:
    store = ox.Store()
    store.extend(quads)
    store.query(query.text)
    parsed(query.whole)
