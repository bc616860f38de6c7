"""A stored data graph is judged alike from disk and from a copy in memory, made where there is room."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.release.reader import Release
from kankei.validation import data_graph
from kankei.validation.data_graph import in_memory, load_data
from kankei.validation.validator import validate

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://example.org/> .
e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:minCount 2 ] ."""
NAMED = ox.Quad(
    ox.NamedNode("http://example.org/n"),
    ox.NamedNode("http://example.org/p"),
    ox.Literal("1"),
    ox.NamedNode("x:g"),
)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    store = ox.Store(str(folder))
    store.load(
        b"<http://example.org/a> <http://example.org/p> _:b, 1 . _:b <http://example.org/p> 2 .",
        ox.RdfFormat.TURTLE,
    )
    store.add(NAMED)
    store.flush()
    del store
    return folder


@pytest.mark.parametrize("free", [0, 1 << 40])
def test_the_copy_changes_no_result(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    monkeypatch.setattr(data_graph, "free_memory", lambda: free)
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    data = load_data([stored])
    assert (NAMED in data.store) is (free == 0)  # the copy is of the default graph alone
    (result,) = validate(data.store, [shapes]).results
    assert isinstance(result.focus_node, ox.BlankNode)


def test_a_release_goes_into_the_memory_that_a_machine_has(
    seed_release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ox.Store.read_only(str(seed_release.store_path))
    size = seed_release.manifest.triples * 420
    monkeypatch.setattr(data_graph, "free_memory", lambda: 2 * size)
    copy = in_memory(store)
    assert set(copy) == {quad for quad in store if quad.graph_name == ox.DefaultGraph()}
    monkeypatch.setattr(data_graph, "free_memory", lambda: 2 * size - 1)
    assert in_memory(store) is store
