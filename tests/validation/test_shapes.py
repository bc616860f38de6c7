"""Every shape has examples that it refuses, with the approved report, and examples that it lets pass."""

from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef

from kankei.namespaces import SH
from kankei.namespaces import SHAPES as SHAPE
from kankei.validation.pyshacl.reference import load_shapes
from support.shape_cases import HERE, SHAPES, Case, approved_form, cases, constraints

VALID, INVALID = cases("valid.*.ttl"), cases("invalid.*.ttl")
APPROVE = "PYTHONPATH=tests python -m support.shape_cases"


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return load_shapes(SHAPES)


def sh(name: str) -> URIRef:
    return URIRef(SH + name)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_valid_example_has_no_result(case: Case) -> None:
    assert approved_form(case.report()) == "conforms: true\n"


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name)
def test_invalid_example_has_its_approved_report(case: Case) -> None:
    assert not case.report().conforms, "an invalid example must be refused"
    assert case.expected.is_file(), f"no approved report yet: {APPROVE}"
    expected = case.expected.read_text(encoding="utf-8")
    assert approved_form(case.report()) == expected, f"if this is right: {APPROVE}"


@pytest.mark.parametrize("case", VALID + INVALID, ids=lambda case: case.name)
def test_the_compiled_report_is_the_references(case: Case) -> None:
    assert approved_form(case.compiled()) == approved_form(case.report())


def test_no_approved_report_without_its_example() -> None:
    assert set(HERE.glob("*/*.expected.txt")) == {case.expected for case in INVALID}


@pytest.mark.parametrize("file", sorted(SHAPES.glob("*.ttl")), ids=lambda file: file.stem)
def test_every_shapes_file_has_examples(file: Path) -> None:
    if file.stem == "prefixes":
        return
    assert list((HERE / file.stem).glob("valid.*.ttl"))
    assert list((HERE / file.stem).glob("invalid.*.ttl"))


def test_every_constraint_is_broken_by_an_example(shapes: Graph) -> None:
    results = [result for case in INVALID for result in case.report().results]
    broken = {(result.source_constraint or result.source_shape, result.component) for result in results}
    assert sorted(constraints(shapes) - broken) == []


def test_every_example_breaks_its_own_class() -> None:
    own_shapes = {file.stem: load_shapes([SHAPES / "prefixes.ttl", file]) for file in SHAPES.glob("*.ttl")}
    for case in INVALID:
        own = own_shapes[case.file.parent.name]
        for result in case.report().results:
            assert (URIRef(result.source_shape), RDF.type, None) in own, case.name


def test_every_result_is_told_in_japanese_and_english() -> None:
    for case in INVALID:
        for result in case.report().results:
            assert set(result.messages) == {"ja", "en"}, (case.name, result.source_shape)
            assert all(text.endswith(("。", ".")) for text in result.messages.values()), result.messages


def test_every_constraint_has_a_message_in_japanese_and_english(shapes: Graph) -> None:
    for source, _ in constraints(shapes):
        messages = list(shapes.objects(URIRef(source), sh("message")))
        languages = sorted(m.language or "" for m in messages if isinstance(m, Literal))
        assert languages == ["en", "ja"], source


def test_every_shape_that_has_a_path_or_target_is_named(shapes: Graph) -> None:
    named = {*shapes.subjects(RDF.type, sh("NodeShape")), *shapes.subjects(RDF.type, sh("PropertyShape"))}
    for predicate in ("path", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "select"):
        for subject in shapes.subjects(sh(predicate), None):
            assert not isinstance(subject, BNode), predicate
            assert str(subject).startswith(SHAPE)
    assert all(str(shape).startswith(SHAPE) for shape in named)


def test_property_shapes_belong_to_one_file_each() -> None:
    owner: dict[object, str] = {}
    for file in sorted(SHAPES.glob("*.ttl")):
        own = load_shapes([SHAPES / "prefixes.ttl", file])
        for shape in own.subjects(RDF.type, sh("PropertyShape")):
            assert owner.setdefault(shape, file.name) == file.name


def test_every_referenced_shape_exists(shapes: Graph) -> None:
    for predicate in ("property", "node", "not", "qualifiedValueShape", "sparql"):
        for target in shapes.objects(None, sh(predicate)):
            assert (target, RDF.type, None) in shapes, target


def test_shapes_are_valid_shacl(shapes: Graph) -> None:
    """Meta-SHACL (SHACL, appendix C): pySHACL raises where the shapes graph is no valid one."""
    pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
