"""The W3C test suite of SHACL, core and SPARQL, against the compiled validator.

Read from `../shared/suites/w3c-shacl` beside the checkout, or from KANKEI_SUITES.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path as File

import pyoxigraph as ox
import pytest

from kankei.errors import MalformedShapes
from kankei.namespaces import RDF, SH
from kankei.validation.data_graph import DataGraph
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import read_path
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label, load_graph
from kankei.validation.validator import Validation, validate_data
from support.paths import SUITES

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SUITE = SUITES / "w3c-shacl"
FILES = sorted(file for part in ("core", "sparql") for file in (SUITE / part).rglob("*.ttl"))
MANIFESTS = {file: load_graph([file]) for file in FILES}


@dataclass(frozen=True)
class W3cTest:
    file: File
    node: Term

    @property
    def name(self) -> str:
        return f"{self.file.relative_to(SUITE).with_suffix('')}"

    @property
    def graph(self) -> ShapesGraph:
        return MANIFESTS[self.file]

    def value(self, node: Term, iri: str) -> Term:
        value = self.graph.value(node, iri)
        assert value is not None, iri
        return value

    @property
    def expected(self) -> Term:
        return self.value(self.node, MF + "result")

    def given(self, name: str) -> ShapesGraph:
        iri = self.value(self.value(self.node, MF + "action"), SHT + name).value
        return MANIFESTS[next(file for file in FILES if file.as_uri() == iri)]

    def run(self) -> Validation:
        data = DataGraph(ox.Store(), is_own=True)
        data.store.extend(data.encoder.encode_quads(self.given("dataGraph").triples()))
        return validate_data(data, self.given("shapesGraph"))


TESTS = [
    W3cTest(file, node)
    for file, graph in MANIFESTS.items()
    for node in graph.subjects()
    if any(kind.value == SHT + "Validate" for kind in graph.values(node, RDF + "type"))
]

pytestmark = pytest.mark.skipif(not TESTS, reason=f"the W3C test suite is not at {SUITE}")


def shown(test: W3cTest, result: Result) -> tuple[str, ...]:
    """What the suite states of a result; blank nodes of another file have other labels."""
    found = (
        str(result.focus_node),
        result.path.sparql if result.path else "",
        str(result.value) if result.value is not None else "",
        result.component,
        result.source_shape,
        result.severity,
    )
    same_file = test.given("dataGraph") is test.given("shapesGraph") is test.graph
    return found if same_file else tuple("_:" if part.startswith("_:") else part for part in found)


def expected_results(test: W3cTest) -> Counter[tuple[str, ...]]:
    graph = test.graph

    def result(node: Term) -> Result:
        path = graph.value(node, SH + "resultPath")
        return Result(
            test.value(node, SH + "focusNode"),
            read_path(graph, path) if path is not None else None,
            graph.value(node, SH + "value"),
            test.value(node, SH + "sourceConstraintComponent").value,
            label(test.value(node, SH + "sourceShape")),
            severity=test.value(node, SH + "resultSeverity").value,
        )

    return Counter(shown(test, result(node)) for node in graph.values(test.expected, SH + "result"))


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_w3c(test: W3cTest) -> None:
    if test.expected == ox.NamedNode(SHT + "Failure"):
        with pytest.raises(MalformedShapes):
            test.run()
        return
    validation = test.run()
    assert Counter(shown(test, result) for result in validation.results) == expected_results(test)
    assert (
        str(Report.with_duplicates(validation.results).conforms).lower()
        == test.value(test.expected, SH + "conforms").value
    )
    assert validation.plan.uncompiled == {}, "every test compiles"


def test_messages_are_the_shapes_own() -> None:
    (test,) = (test for test in TESTS if test.name == "core/misc/message-001")
    assert [dict(result.messages) for result in test.run().results] == [{"en": "Test message"}]


def test_all_tests_are_there() -> None:
    """Their outcomes are counted at the end of pytest's output."""
    counts = Counter(test.name.partition("/")[0] for test in TESTS)
    assert counts["core"] >= 98
    assert counts["sparql"] >= 20
