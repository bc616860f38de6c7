"""Each query of tests/hygiene/ finds nothing in the dataset; a row that it finds says what is wrong."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.release.reader import TRIPLES, Release
from support.paths import TESTS

QUERIES = sorted((TESTS / "hygiene").glob("*.rq"))


def rows(store: ox.Store, query: Path) -> list[str]:
    solutions = store.query(query.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    return [" ".join(str(value) for value in solution) for solution in solutions]


@pytest.fixture(scope="module")
def native(seed_release: Release) -> ox.Store:
    """The native statements, without the views in other profiles, which repeat some of them."""
    store = ox.Store()
    store.bulk_load(path=seed_release.file(TRIPLES), format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_no_rows(query: Path, native: ox.Store) -> None:
    assert rows(native, query) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)
def test_the_query_can_fail(query: Path, native: ox.Store) -> None:
    broken = ox.Store()
    broken.extend(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in native.quads_for_pattern(None, None, None, ox.DefaultGraph())
    )
    broken.load(path=query.with_suffix(".breaks.ttl"), base_iri="https://w3id.org/kankei/id/programme/broken")
    assert rows(broken, query)
