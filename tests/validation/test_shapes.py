"""Every shape has examples that it refuses, with the approved report, and examples that it lets pass."""

import re
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef

from kankei.namespaces import SH
from kankei.namespaces import SHAPES as SHAPE
from kankei.validation.data_graph import DataGraph
from kankei.validation.pyshacl.reference import load_shapes
from kankei.validation.report.report import Report
from kankei.validation.report.unknown_property import known_properties
from kankei.validation.shapes.paths import prefixed_name
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.validator import validate_data
from support.shape_cases import HERE, SHAPES, Case, approved_form, cases, constraints, rdflib_shapes
from support.shape_descriptions import described

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
    report = case.report()
    assert not report.conforms, "an invalid example must be refused"
    assert case.expected.is_file(), f"no approved report yet: {APPROVE}"
    assert approved_form(report) == case.expected.read_text(encoding="utf-8"), f"if this is right: {APPROVE}"
    assert_breaks_its_own_class(case, report)
    assert_messages_in_japanese_and_english(report)
    parsed = ox.parse(report.turtle(), format=ox.RdfFormat.TURTLE)
    assert sum(quad.predicate.value == SH + "result" for quad in parsed) == len(report.results)


def assert_breaks_its_own_class(case: Case, report: Report) -> None:
    own = rdflib_shapes(case.file.parent.name)
    for result in report.results:
        assert (URIRef(result.source_shape), RDF.type, None) in own


def assert_messages_in_japanese_and_english(report: Report) -> None:
    for result in report.results:
        assert set(result.messages) == {"ja", "en"}, result.source_shape
        assert all(text.endswith(("。", ".")) for text in result.messages.values()), result.messages


@pytest.mark.parametrize("case", VALID + INVALID, ids=lambda case: case.name)
def test_the_compiled_report_is_the_references(case: Case) -> None:
    """The approved report, which that of the reference equals by the tests above."""
    approved = case.expected.read_text(encoding="utf-8") if case in INVALID else "conforms: true\n"
    assert approved_form(case.compiled()) == approved


def test_no_approved_report_without_its_example() -> None:
    assert set(HERE.glob("*/*.expected.txt")) == {case.expected for case in INVALID}


@pytest.mark.parametrize("file", sorted(SHAPES.glob("*.ttl")), ids=lambda file: file.stem)
def test_every_shapes_file_has_examples(file: Path) -> None:
    if file.stem == "prefixes":
        return
    assert list((HERE / file.stem).glob("valid.*.ttl"))
    assert list((HERE / file.stem).glob("invalid.*.ttl"))


def test_every_constraint_is_broken_by_an_example(shapes: Graph) -> None:
    """By the approved reports, which are those of the examples."""
    approved = "".join(case.expected.read_text(encoding="utf-8") for case in INVALID)
    broken = set(re.findall(r"^component: (.*)\nshape: shapes:(.*)$", approved, re.MULTILINE))
    demanded = {(prefixed_name(part), source.removeprefix(SHAPE)) for source, part in constraints(shapes)}
    assert sorted(demanded - broken) == []


def test_every_constraint_has_a_message_in_japanese_and_english(shapes: Graph) -> None:
    for source, _ in constraints(shapes):
        messages = list(shapes.objects(URIRef(source), sh("message")))
        languages = sorted(m.language or "" for m in messages if isinstance(m, Literal))
        assert languages == ["en", "ja"], source


def test_every_message_about_a_whole_node_has_an_example_in_both_languages(shapes: Graph) -> None:
    """Those of property shapes are about one property; these would else leave the officer to guess."""
    without = []
    for source, _ in constraints(shapes):
        if shapes.value(URIRef(source), sh("path")) is None:
            messages = [m for m in shapes.objects(URIRef(source), sh("message")) if isinstance(m, Literal)]
            ja, en = (str(next(m for m in messages if m.language == tag)) for tag in ("ja", "en"))
            if "例: " not in ja or not re.search(r"Example: |\bas in |\bsuch as |, as |form than ", en):
                without.append(source)
    assert without == []


_SPELLING = re.compile(r"(?:つづりを確かめてください（例:|check its spelling \(as in) (\S+) ")


def test_the_example_of_a_closed_shape_is_a_property_that_it_allows(shapes: Graph) -> None:
    wrong, checked = [], 0
    for name, allowed in known_properties(load_graph(shapes_files(SHAPES))).items():
        names = {prefixed_name(iri) for iri in allowed}
        for message in shapes.objects(URIRef(name), sh("message")):
            if example := re.search(_SPELLING, str(message)):
                checked += 1
                wrong += [(name, example[1])] if example[1] not in names else []
    assert (wrong, checked > 50) == ([], True)


def test_every_property_shape_has_name_description_order_and_group(shapes: Graph) -> None:
    """As forms show them (SHACL, section 2.3.2), in both languages; each group has its label and order."""
    groups = set(shapes.subjects(RDF.type, sh("PropertyGroup")))
    for shape in shapes.subjects(RDF.type, sh("PropertyShape")):
        for predicate in (sh("name"), sh("description")):
            texts = [text for text in shapes.objects(shape, predicate) if isinstance(text, Literal)]
            assert sorted(text.language or "" for text in texts) == ["en", "ja"], shape
            assert all(text.strip() for text in texts), shape
        assert shapes.value(shape, sh("order"), any=False) is not None, shape
        assert shapes.value(shape, sh("group"), any=False) in groups, shape
    for group in groups:
        assert {getattr(text, "language", None) for text in shapes.objects(group, RDFS.label)} == {"ja", "en"}
        assert shapes.value(group, sh("order"), any=False) is not None


@pytest.mark.parametrize("file", sorted(SHAPES.glob("*.ttl")), ids=lambda file: file.stem)
def test_names_and_descriptions_are_those_of_the_ontology(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert described(text) == text, "write them: PYTHONPATH=tests python -m support.shape_descriptions"


def test_warnings_are_meant_where_a_source_may_be_so(shapes: Graph) -> None:
    warnings = {str(shape).removeprefix(SHAPE) for shape in shapes.subjects(sh("severity"), sh("Warning"))}
    assert warnings == {"Measure-title-en", "Outpost-part"}


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


META_SHAPES = load_graph([Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl"])
"""The shapes of shapes graphs (SHACL, appendix C), as pySHACL brings them."""


def meta_results(shapes: ShapesGraph) -> set[str]:
    """The components of the results of a shapes graph against the shapes of shapes graphs."""
    data = DataGraph(ox.Store())
    data.store.extend(data.encoder.encode_quads(shapes.triples()))
    return {result.component.removeprefix(SH) for result in validate_data(data, META_SHAPES).results}


def test_shapes_are_valid_shacl() -> None:
    assert meta_results(load_graph(shapes_files(SHAPES))) == set()
    broken = "<urn:S> a sh:NodeShape ; sh:in 1 ; sh:property [ sh:path <urn:p>, <urn:q> ] ."
    triples = ox.parse(f"@prefix sh: <{SH}> . {broken}", format=ox.RdfFormat.TURTLE)
    found = meta_results(ShapesGraph(triples))
    assert {"NodeConstraintComponent", "MaxCountConstraintComponent"} <= found


def test_pyshacl_accepts_shapes_of_ours() -> None:
    """Meta-SHACL by pySHACL, which raises where the shapes graph is no valid one."""
    shapes = load_shapes([SHAPES / "prefixes.ttl", SHAPES / "concept.ttl"])
    pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
