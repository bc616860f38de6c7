"""The official shapes of DCAT-AP 3.0.1 and CPSV-AP 3.2.0: they compile, and agree with pySHACL.

Read from `../shared/suites` beside the checkout, or from where KANKEI_SUITES says.
"""

import sys
from collections import Counter

import pyoxigraph as ox
import pytest

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.data_graph import DataGraph
from kankei.validation.pyshacl import reference
from kankei.validation.pyshacl.reference import rdflib_graph
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.validator import Validation, validate_data
from support.paths import SUITES
from validation.test_differential import key

PROFILES = ("dcat-ap-3.0.1", "cpsv-ap-3.2.0")

pytestmark = [
    pytest.mark.skipif(not SUITES.is_dir(), reason=f"the application profiles are not in {SUITES}"),
    pytest.mark.parametrize("profile", PROFILES),
]


def shapes(profile: str) -> ShapesGraph:
    return load_graph(shapes_files(SUITES / profile))


def targets(graph: ShapesGraph) -> list[str]:
    return sorted({value.value for _, value in graph.objects_of(SH + "targetClass")})


def data(graph: ShapesGraph) -> list[ox.Triple]:
    """Two instances of each class: an empty one, and one that has everything, of the wrong kind and twice."""
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    paths = sorted({value.value for _, value in graph.objects_of(SH + "path")})
    triples = []
    for number, name in enumerate(targets(graph)):
        empty, full = ox.NamedNode(f"urn:empty:{number}"), ox.NamedNode(f"urn:full:{number}")
        triples += [ox.Triple(node, kind, ox.NamedNode(name)) for node in (empty, full)]
        for path in paths:
            triples += [ox.Triple(full, ox.NamedNode(path), value) for value in (empty, ox.Literal("text"))]
    return triples


def validated(profile: str, triples: list[ox.Triple]) -> Validation:
    given = DataGraph(ox.Store())
    given.store.extend(given.encoder.encode_quads(triples))
    return validate_data(given, shapes(profile), skip_malformed=True)


def without(graph: ShapesGraph, dropped: list[str]) -> list[ox.Triple]:
    """What pySHACL can read: it has no way to go on past a malformed reference."""
    return [
        triple
        for triple in graph.triples()
        if not any(str(triple.object).strip("<>") in why for why in dropped)
    ]


def test_reports_are_those_of_the_reference(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = shapes(profile)
    triples = data(graph)
    ours = validated(profile, triples)
    kept = without(graph, [str(error) for error in ours.skipped if "sh:property" in str(error)])
    theirs = reference.results(rdflib_graph(triples), rdflib_graph(kept))
    assert Counter(map(key, ours.results)) == Counter(map(key, theirs))
    assert len(ours.results) > 100
    count = len({step.target for step in ours.plan.steps})
    with capsys.disabled():
        sys.stdout.write(f"\n{profile}: {len(ours.plan.uncompiled)} of {count} shapes fell back to pySHACL\n")
    assert ours.plan.uncompiled == {}


def test_malformed_references_are_named(profile: str) -> None:
    """DCAT-AP refers to property shapes that have no path; CPSV-AP is well-formed."""
    dropped = validated(profile, []).skipped
    if profile.startswith("cpsv"):
        assert dropped == ()
        return
    assert len(dropped) == 5
    with pytest.raises(MalformedShapes, match="sh:property refers to"):
        validate_data(DataGraph(ox.Store()), shapes(profile))
