"""Validation of a change: the same results as validating everything again."""

import shutil
from collections import Counter
from pathlib import Path as File

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kankei.model.dataset import load
from kankei.model.inputs import packaged
from kankei.namespaces import KK, Base
from kankei.release.build import RejectedData, build
from kankei.release.previous import validate_since
from kankei.validation.graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.incremental import revalidate
from kankei.validation.validator import Data, validate_data
from random_shapes import Pair, pairs
from test_differential import key, triples


def data_of(found: list[ox.Triple]) -> Data:
    data = Data(ox.Store())
    data.store.extend(data.writing.quads(found))
    return data


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(pairs(6), st.data())
def test_a_change_is_validated_like_everything(pair: Pair, draws: st.DataObject) -> None:
    later = draws.draw(pairs(1))
    old, other = triples(pair.data), triples(later.data)
    removed = draws.draw(st.sets(st.sampled_from(old), max_size=3))
    added = draws.draw(st.sets(st.sampled_from(other), max_size=3))
    graph = ShapesGraph(triples(pair.shapes))
    before, after = data_of(old), data_of([t for t in old if t not in removed] + list(added))
    results = validate_data(before, graph).results
    again = revalidate(before, results, after, graph)
    everything = validate_data(after, graph).results
    assert Counter(map(key, again.results)) == Counter(map(key, everything))
    assert again.ran <= again.steps


def test_only_what_a_change_touches_is_validated() -> None:
    """One amount, put wrong: apart from the queries of the shapes graph few steps run, on few nodes."""
    graph = load_graph(shapes_files(packaged().shapes))
    before = Data(load(packaged(), Base()).store)
    after = Data(ox.Store())
    quads = list(before.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    amount = next(quad for quad in quads if quad.predicate.value == KK + "amount")
    after.store.extend(quad for quad in quads if quad != amount)
    after.store.add(ox.Quad(amount.subject, amount.predicate, ox.Literal("much")))
    again = revalidate(before, (), after, graph)
    assert Counter(map(key, again.results)) == Counter(map(key, validate_data(after, graph).results))
    assert again.results
    assert again.ran < again.steps / 2
    assert again.narrowed


def test_nothing_changed_is_nothing_to_do() -> None:
    graph = load_graph(shapes_files(packaged().shapes))
    data = Data(load(packaged(), Base()).store)
    assert revalidate(data, (), data, graph).ran == 0


def test_a_build_beside_its_predecessor_refuses_what_any_build_refuses(tmp_path: File) -> None:
    shutil.copytree(packaged().data, tmp_path / "data")
    inputs, releases = packaged().with_data(tmp_path / "data"), tmp_path / "releases"

    def built() -> File:
        return build(inputs, Base(), releases, validate_since(releases, inputs), lambda _: None)

    def changed(old: str, new: str) -> None:
        file = inputs.data / "programmes" / "two-region-living.ttl"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    first = built()
    changed("kk:numerator 1", "kk:numerator 3")
    with pytest.raises(RejectedData) as raised:
        built()
    (result,) = raised.value.located.report.results
    assert result.source_constraint.endswith("#Funding-rate") or result.source_shape.endswith("#Funding-rate")
    changed("kk:numerator 3", "kk:numerator 1")
    assert built() == first
