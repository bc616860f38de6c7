"""Validation of a change: the same results as validating everything again."""

import itertools
import shutil
from collections import Counter
from pathlib import Path as File

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.namespaces import KK, RDF, Base
from kankei.release.build import RejectedData, build
from kankei.release.incremental_validation import validate_since
from kankei.validation.data_graph import DataGraph
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.validator import revalidate, validate_data
from support.examples import examples
from support.random_shapes import PREFIXES, Pair, pairs
from validation.test_differential import key, triples

QUERIES = (
    "$this ex:p ?value",
    "$this ex:p|^ex:q ?value . FILTER NOT EXISTS { ?value ex:r ?other ; ex:q $this }",
    "$this ex:p ?value . ?other ex:p ?value ; a ex:D . FILTER (?other != $this)",
    "?value ex:p/ex:q* $this . FILTER EXISTS { ?value ?property ?value }",
    "$this (ex:p/^ex:q)+ ?value . OPTIONAL { ?value ex:r ?other } FILTER (!BOUND(?other))",
    "$this ex:p ?value . OPTIONAL { ?other ex:q ?value . ?other ex:r ?last } ?last ex:s ?x",
    "OPTIONAL { $this ex:q ?value } ?value ex:p ?x",
    "{ $this ex:p ?value } UNION { ?value ex:q ?x . $this ex:r ?x }",
    "$this ?value ?x . ?x a ex:D",
    "$this !ex:p ?value",
    "?value ex:s ?x . ?x ex:p ex:a FILTER ($this != ?value)",
    "$this ex:p [ ex:q ?value ]",
    "$this ex:p ?value, ?other . FILTER (?other != ?value)",
    "{ SELECT $this ?value { $this ex:p ?value } ORDER BY ?value LIMIT 1 } ?value ex:q ?x",
    "$this ex:p ?x BIND (EXISTS { ?x ex:q ?y . ?y ex:r ?z } AS ?value) FILTER (?value)",
)
"""What leads from the focus node, and what does not."""


def asking(query: str) -> ShapesGraph:
    """A shape whose only constraint is a query."""
    return ShapesGraph(
        triples(
            PREFIXES + "ex:S a sh:NodeShape ; sh:targetClass ex:C, ex:D ; sh:targetSubjectsOf ex:p ; "
            f'sh:sparql [ sh:select "SELECT $this ?value {{ {query} }}" ; sh:prefixes ex:Prefixes ] . '
            'ex:Prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "urn:ex:" ] .'
        )
    )


def data_of(found: list[ox.Triple]) -> DataGraph:
    data = DataGraph(ox.Store())
    data.store.extend(data.encoder.encode_quads(found))
    return data


@examples(80, *HealthCheck)
@given(pairs(6), st.data())
def test_a_change_is_validated_like_everything(pair: Pair, draws: st.DataObject) -> None:
    later = draws.draw(pairs(1))
    old, other = triples(pair.data), triples(later.data)
    removed = draws.draw(st.sets(st.sampled_from(old), max_size=3))
    added = draws.draw(st.sets(st.sampled_from(other), max_size=3))
    graph = ShapesGraph(triples(pair.shapes))
    assert_equal_to_everything(old, [t for t in old if t not in removed] + list(added), graph)


NODES = [ox.NamedNode(f"urn:ex:{name}") for name in "abcdef"]
LINKS = [
    ox.Triple(subject, ox.NamedNode(f"urn:ex:{name}"), value)
    for subject, name, value in itertools.product(NODES, "pqrs", NODES)
]
KINDS = [
    ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(f"urn:ex:{name}"))
    for node, name in itertools.product(NODES, "CD")
]
TRIPLES = st.sampled_from(LINKS + KINDS * (len(LINKS) // len(KINDS)))
"""As often a class as a link, by one draw each: to draw takes longer than to validate."""


@pytest.mark.parametrize("query", QUERIES)
@examples(40, *HealthCheck)
@given(st.lists(TRIPLES, min_size=5, max_size=20), st.lists(TRIPLES, min_size=1, max_size=3))
def test_queries_of_the_shapes_too(query: str, old: list[ox.Triple], toggled: list[ox.Triple]) -> None:
    assert_equal_to_everything(list({*old}), list({*old} ^ {*toggled}), asking(query))


def assert_equal_to_everything(old: list[ox.Triple], new: list[ox.Triple], graph: ShapesGraph) -> None:
    before, after = data_of(old), data_of(new)
    results = validate_data(before, graph).results
    again = revalidate(before, results, after, graph)
    everything = validate_data(after, graph).results
    assert Counter(map(key, again.results)) == Counter(map(key, everything))
    assert again.ran <= again.steps


@pytest.mark.parametrize(
    ("number", "is_clear"), [(0, True), (1, True), (2, True), (3, True), (12, True), (10, False), (11, False)]
)
def test_what_leads_from_the_focus_node_is_asked_of_touched_nodes_only(
    number: int, *, is_clear: bool
) -> None:
    """Nothing leads to a stranger, and a blank node hides the way."""
    shape = "<urn:ex:{0}> a <urn:ex:D> ; <urn:ex:p> <urn:ex:o{0}> . <urn:ex:o{0}> <urn:ex:q> <urn:ex:z> . "
    old = triples("".join(shape.format(n) for n in range(9)))
    new = [*old, ox.Triple(ox.NamedNode("urn:ex:1"), ox.NamedNode("urn:ex:p"), ox.NamedNode("urn:ex:x"))]
    before, after = data_of(old), data_of(new)
    again = revalidate(
        before, validate_data(before, asking(QUERIES[number])).results, after, asking(QUERIES[number])
    )
    assert again.ran == 1
    assert (again.restricted == 1) is is_clear


def test_only_what_a_change_touches_is_validated() -> None:
    """One amount, put wrong: apart from the queries of the shapes graph few steps run, on few nodes."""
    graph = load_graph(shapes_files(packaged().shapes))
    before = DataGraph(load(packaged(), Base()).store)
    after = DataGraph(ox.Store())
    quads = list(before.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    amount = next(quad for quad in quads if quad.predicate.value == KK + "amount")
    after.store.extend(quad for quad in quads if quad != amount)
    after.store.add(ox.Quad(amount.subject, amount.predicate, ox.Literal("much")))
    again = revalidate(before, (), after, graph)
    assert Counter(map(key, again.results)) == Counter(map(key, validate_data(after, graph).results))
    assert again.results
    assert again.ran < again.steps / 2
    assert again.restricted


def test_nothing_changed_is_nothing_to_do() -> None:
    graph = load_graph(shapes_files(packaged().shapes))
    data = DataGraph(load(packaged(), Base()).store)
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
    shapes = {result.source_shape.partition("#")[2] for result in raised.value.located.report.results}
    assert shapes == {"Funding-rate", "printed-contradicts"}
    changed("kk:numerator 3", "kk:numerator 1")
    assert built() == first
