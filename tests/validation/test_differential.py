"""The compiled validator against pySHACL, on random shapes and data: the same results, as often."""

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given

from kankei.validation.data_graph import DataGraph
from kankei.validation.pyshacl import reference
from kankei.validation.pyshacl.reference import rdflib_graph
from kankei.validation.report.report import Result
from kankei.validation.shapes.shapes_graph import ShapesGraph
from kankei.validation.validator import validate_data
from support.examples import examples
from support.random_shapes import Pair, pairs

SHAPES_AT_A_TIME = 10
EXAMPLES = 205

Key = tuple[str, ...]


def triples(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def key(result: Result) -> Key:
    path = result.path.sparql if result.path else ""
    value = "" if result.value is None else str(result.value)
    return (str(result.focus_node), path, value, result.component, result.source_shape, result.severity)


def compiled(data: list[ox.Triple], shapes: list[ox.Triple]) -> Counter[Key]:
    given = DataGraph(ox.Store())
    given.store.extend(given.encoder.encode_quads(data))
    found = validate_data(given, ShapesGraph(shapes))
    assert found.plan.uncompiled == {}
    return Counter(key(result) for result in found.results)


def by_reference(data: list[ox.Triple], shapes: list[ox.Triple]) -> Counter[Key]:
    return Counter(key(result) for result in reference.results(rdflib_graph(data), rdflib_graph(shapes)))


@pytest.mark.filterwarnings("ignore")
@examples(EXAMPLES, *HealthCheck)
@given(pairs(SHAPES_AT_A_TIME))
def test_reports_are_equal(pair: Pair) -> None:
    data, shapes = triples(pair.data), triples(pair.shapes)
    ours, theirs = compiled(data, shapes), by_reference(data, shapes)
    assert {"ours alone": ours - theirs, "theirs alone": theirs - ours} == {
        "ours alone": Counter(),
        "theirs alone": Counter(),
    }


def test_the_pairs_are_enough() -> None:
    assert SHAPES_AT_A_TIME * EXAMPLES >= 2_000
