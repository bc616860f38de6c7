"""Validation reports: of stores, of files with their lines, of the real dataset."""

import shutil
from pathlib import Path as File

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS

from kankei.dataset.data_folder import Inputs, packaged
from kankei.dataset.dataset import load
from kankei.errors import InvalidData, MalformedData, MalformedShapes, UsageError
from kankei.namespaces import KK, SH, XSD, Base
from kankei.validation.data_graph import DataGraph
from kankei.validation.file_validation import LocatedReport, validate_files
from kankei.validation.pyshacl.reference import (
    RdflibGraph,
    from_rdflib,
    load_shapes,
    to_rdflib,
    validate,
)
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import Path, read_path
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.validator import validate_data
from support.shape_cases import SHAPES

THING = Base().thing("programme/two-region-living")
PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return load(packaged(), Base()).store


@pytest.fixture
def inputs(tmp_path: File) -> Inputs:
    """The packaged inputs with a copy of their data folder that a test may break."""
    shutil.copytree(packaged().data, tmp_path / "data")
    return packaged().with_data(tmp_path / "data")


def shapes_file(folder: File, text: str) -> File:
    file = folder / "shapes.ttl"
    file.write_text(PREFIXES + text, encoding="utf-8")
    return file


def shapes_graph(text: str) -> ShapesGraph:
    return ShapesGraph(ox.parse(text, format=ox.RdfFormat.TURTLE))


def read_shape_path(path: str) -> Path:
    graph = shapes_graph(f"{PREFIXES} ex:S sh:path {path} .")
    return read_path(graph, graph.values(ox.NamedNode("https://example.org/S"), SH + "path")[0])


def thing_store(text: str) -> ox.Store:
    store = ox.Store()
    store.load((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE)
    return store


# Stores


def test_the_dataset_conforms(store: ox.Store) -> None:
    assert validate(store, packaged().shapes) == Report(True)


def test_what_is_taken_from_the_dataset_is_missed(store: ox.Store) -> None:
    data = set(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    taken = {
        (THING, str(DCTERMS.identifier)): "Programme-identifier",
        (f"{THING}#2025", f"{KK}fiscalYear"): "CatalogueEntry-fiscalYear",
        (f"{THING}#2025", f"{KK}absence"): "CatalogueEntry-needsSurvey-column",
        (f"{THING}#budget-2025-initial", f"{KK}place"): "Value-place",
        (f"{THING}#absence-survey-2025", f"{KK}column"): "Absence-column",
        (f"{THING}#measure-pilot-2025", f"{KK}ofMeasure"): "MeasureEntry-ofMeasure",
        (f"{THING}#evidence-call", f"{KK}place"): "Evidence-placed",
        (Base().thing("org/jta"), str(SKOS.prefLabel)): "Organisation-label-ja",
        (Base().thing("source/sheets-103-106"), f"{KK}notKnown"): "SourceDocument-silent",
        (Base().thing("fiscal-year/2025"), f"{KK}lastDay"): "FiscalYear-lastDay",
        (Base().thing("rule/call-year"), str(SKOS.definition)): "Rule-definition-ja",
        (Base().dataset, str(DCTERMS.license)): "Dataset-license",
        (f"{KK}budget", str(rdflib.RDFS.label)): "Term-label-ja",
    }
    removed = {quad for quad in data if (str(quad.subject)[1:-1], quad.predicate.value) in taken}
    assert {(str(quad.subject)[1:-1], quad.predicate.value) for quad in removed} == set(taken)
    damaged = DataGraph(ox.Store())
    damaged.store.extend(damaged.encoder.encode_quads(data - removed))
    results = validate_data(damaged, load_graph(shapes_files(packaged().shapes))).results
    missed = {(r.focus_node, (r.source_constraint or r.source_shape).partition("#")[2]) for r in results}
    for (subject, _), shape in taken.items():
        assert (ox.NamedNode(subject), shape) in missed


def test_named_graphs_are_not_the_data_graph(tmp_path: File) -> None:
    shapes = shapes_file(tmp_path, "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:closed true .")
    store = ox.Store()
    quad = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode(str(RDF.type)), ox.NamedNode("https://example.org/T"))
    store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode("urn:graph")))
    assert validate(store, shapes).conforms
    store.add(quad)
    assert not validate(store, [shapes]).conforms


def test_validation_leaves_rdflib_as_it_was(tmp_path: File) -> None:
    """pySHACL replaces rdflib's boolean parser and literal normalisation for the whole process."""
    parsers = rdflib.term._toPythonMapping
    before = (parsers[URIRef(XSD + "boolean")], rdflib.NORMALIZE_LITERALS)
    validate(ox.Store(), [SHAPES / "prefixes.ttl", SHAPES / "concept.ttl"])
    malformed = shapes_file(tmp_path, "ex:S a sh:NodeShape ; sh:path ex:p .")
    with pytest.raises(MalformedShapes):
        validate(ox.Store(), malformed)
    assert (parsers[URIRef(XSD + "boolean")], rdflib.NORMALIZE_LITERALS) == before
    assert rdflib.Literal("1", datatype=URIRef(XSD + "boolean")).toPython() is True


# Shapes graphs that nobody could validate with


def test_shapes_that_do_not_parse_are_named_with_their_position(tmp_path: File) -> None:
    file = shapes_file(tmp_path, "ex:S a sh:NodeShape ;; ] .")
    with pytest.raises(MalformedShapes) as raised:
        load_shapes(file)
    assert raised.value.subject.startswith(f"{file}:4:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:minCount 1 ] .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:select 'SELECT $this WHERE {' ] .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:select 'SELECT ?a {VALUES ?a {1}}' ] .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:maxLength 1, 2 .",
    ],
    ids=["no shapes", "no path", "no query", "a query that SHACL forbids", "a repeated parameter"],
)
def test_malformed_shapes_are_refused(tmp_path: File, text: str) -> None:
    with pytest.raises(MalformedShapes):
        validate(thing_store("ex:a a ex:T ."), shapes_file(tmp_path, text))


# Reports


def report_of(tmp_path: File) -> Report:
    shapes = shapes_file(
        tmp_path,
        """
        ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:S-p, ex:S-q ; sh:sparql ex:S-r ;
            sh:message "閉"@ja, "closed"@en .
        ex:S-p a sh:PropertyShape ; sh:path [ sh:alternativePath ( ex:p ( ex:q [ sh:inversePath ex:r ] ) ) ] ;
            sh:minCount 1 ; sh:message "無"@ja, "none"@en ; sh:severity sh:Warning .
        ex:S-q a sh:PropertyShape ; sh:path ex:q ; sh:maxLength 3 ; sh:message "長"@ja, "long"@en .
        ex:S-r a sh:SPARQLConstraint ; sh:message "問"@ja, "asked"@en ;
            sh:select "SELECT $this ?value WHERE { $this <https://example.org/q> ?value }" .
        """,
    )
    return validate(thing_store('ex:b a ex:T . ex:a a ex:T ; ex:q "four\\n\\"" .'), shapes)


def test_results_are_sorted_and_hold_what_shacl_says(tmp_path: File) -> None:
    report = report_of(tmp_path)
    assert not report.conforms
    assert [result.key[:3] for result in report.results] == sorted(r.key[:3] for r in report.results)
    by_shape = {r.source_constraint or r.source_shape: r for r in report.results if "a>" in str(r.focus_node)}
    assert set(by_shape) == {f"https://example.org/{name}" for name in ("S-p", "S-q", "S-r")}
    missing = by_shape["https://example.org/S-p"]
    assert missing.path is not None
    assert (
        missing.path.readable == "(<https://example.org/p>|<https://example.org/q>/^<https://example.org/r>)"
    )
    assert missing.severity == SH + "Warning"
    assert missing.messages == {"ja": "無", "en": "none"}
    assert missing.value is None


def test_messages_of_sparql_constraints_keep_their_language(tmp_path: File) -> None:
    asked = [result for result in report_of(tmp_path).results if result.source_constraint]
    assert [result.messages for result in asked] == [{"ja": "問", "en": "asked"}]
    assert asked[0].value == ox.Literal('four\n"')


def test_the_turtle_report_is_a_validation_report(tmp_path: File) -> None:
    report = report_of(tmp_path)
    assert report.turtle() == report_of(tmp_path).turtle()
    graph = Graph().parse(data=report.turtle(), format="turtle")
    node = graph.value(None, RDF.type, URIRef(SH + "ValidationReport"))
    assert (node, URIRef(SH + "conforms"), rdflib.Literal(False)) in graph
    results = list(graph.objects(node, URIRef(SH + "result")))
    assert len(results) == len(report.results) == 4
    for result in results:
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent", "sourceShape"):
            assert graph.value(result, URIRef(SH + name)) is not None
        assert len(list(graph.objects(result, URIRef(SH + "resultMessage")))) == 2
    told = shapes_graph(report.turtle().decode())
    paths = {read_path(told, path) for _, path in told.objects_of(SH + "resultPath")}
    assert paths == {result.path for result in report.results if result.path}


def test_a_conforming_report_says_so() -> None:
    graph = Graph().parse(data=Report(True).turtle(), format="turtle")
    assert list(graph.objects(None, URIRef(SH + "conforms"))) == [rdflib.Literal(True)]
    assert list(graph.objects(None, URIRef(SH + "result"))) == []


@pytest.mark.parametrize(
    ("path", "sparql"),
    [
        ("[ sh:zeroOrMorePath ex:p ]", "<https://example.org/p>*"),
        ("[ sh:oneOrMorePath ex:p ]", "<https://example.org/p>+"),
        ("[ sh:zeroOrOnePath ex:p ]", "<https://example.org/p>?"),
        ("( sh:path ex:p )", "sh:path/<https://example.org/p>"),
    ],
)
def test_paths_are_told_as_sparql(path: str, sparql: str) -> None:
    read = read_shape_path(path)
    assert read.readable == sparql
    assert read_shape_path(read.turtle) == read


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(MalformedShapes):
        read_shape_path("[ ex:p ex:q ]")


@pytest.mark.parametrize(
    "term",
    [
        ox.NamedNode("urn:a"),
        ox.BlankNode("b"),
        ox.Literal("省"),
        ox.Literal("しょう", language="ja-hrkt"),
        ox.Literal("2025-02-30", datatype=ox.NamedNode(XSD + "date")),
        ox.Literal("020", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("2025~", datatype=ox.NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")),
    ],
    ids=str,
)
def test_terms_survive_the_way_to_rdflib_and_back(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
    assert from_rdflib(to_rdflib(term)) == term


def test_a_term_that_rdf_has_not_is_refused() -> None:
    with pytest.raises(TypeError):
        to_rdflib(1)


def test_a_data_graph_parses_a_query_once_and_answers_it_each_time() -> None:
    graph = RdflibGraph()
    text = "SELECT ?o WHERE { ?s ?p ?o }"
    assert len(graph.query(text)) == 0
    graph.add((URIRef("urn:a"), URIRef("urn:p"), URIRef("urn:b")))
    assert len(graph.query(text)) == 1


def test_results_are_values() -> None:
    result = Result(ox.NamedNode("urn:a"), None, None, SH + "ClosedConstraintComponent", "urn:shape")
    assert result == Result(ox.NamedNode("urn:a"), None, None, SH + "ClosedConstraintComponent", "urn:shape")
    assert Report.of([result, result]) == Report(False, (result,))


# Files, and people who read the results


def broken(inputs: Inputs, name: str, old: str, new: str) -> File:
    file = inputs.data / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def line_of(file: File, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(text))


def test_a_conforming_dataset_is_told_in_a_word() -> None:
    assert LocatedReport(Report(True), {}).readable() == "conforms\n"


def test_each_result_names_file_line_message_value_and_shape(inputs: Inputs) -> None:
    file = broken(
        inputs, "programmes/two-region-living.ttl", 'kk:telephone "+81352538369"', 'kk:telephone "03"'
    )
    located = validate_files((file,), inputs, Base())
    line, also, last = located.readable().splitlines()
    assert line.startswith(f"{file}:{line_of(file, '<#contact-2025>')}: <{THING}#contact-2025>: violation: ")
    assert "E.164 の文字列で書き" in line
    assert "Write the telephone (kk:telephone) as an E.164 string" in line
    assert line.endswith('(kk:telephone: "03") [Contact-telephone]')
    assert also.endswith('(kk:telephone: "03") [printed-contradicts]')
    assert last == "2 results"


def test_results_are_listed_by_line(inputs: Inputs) -> None:
    broken(inputs, "programmes/two-region-living.ttl", "kk:numerator 1", "kk:numerator 3")
    file = broken(inputs, "programmes/two-region-living.ttl", "kk:amount 10000000", "kk:amount 30000000")
    lines = list(validate_files((), inputs, Base()).lines())
    numbers = [int(line.removeprefix(f"{file}:").partition(":")[0]) for line in lines]
    assert numbers == sorted(numbers)
    assert [line.rpartition("[")[2] for line in lines] == [
        "CatalogueEntry-measure-budget]",
        "CatalogueEntry-measure-budget-sum]",
        "printed-contradicts]",
        "Funding-rate]",
        "printed-contradicts]",
    ]
    assert "(kk:numerator: 3)" in lines[-1]


@pytest.mark.parametrize(
    ("statement", "misspelt", "nearest"),
    [
        ("kk:amountKind amount-kind:exact", "kk:kind", None),
        ("dct:identifier", "dct:identifer", "dct:identifier"),
        ("dct:spatial", "dct:spatail", "dct:spatial"),
    ],
)
def test_a_misspelt_property_is_told_with_the_nearest_known_one(
    inputs: Inputs, statement: str, misspelt: str, nearest: str | None
) -> None:
    """Apart from the form of the IRI, of which another shape speaks; that of another class is not near."""
    new = statement.replace(statement.split(maxsplit=1)[0], misspelt)
    file = broken(inputs, "programmes/two-region-living.ttl", statement, new)
    lines = list(validate_files((file,), inputs, Base()).lines())
    (line,) = [line for line in lines if f"({misspelt}: " in line]
    hint = f"{misspelt} is unknown here; did you mean {nearest}?"
    assert (hint in line) == (nearest is not None)
    assert (f"{misspelt} というプロパティはここにありません。{nearest} ではありませんか。" in line) == (
        hint in line
    )
    assert "IRI" not in line.partition("(")[0]


def test_warnings_are_told_and_let_pass(inputs: Inputs) -> None:
    broken(inputs, "organisations/jta.ttl", "    org:subOrganizationOf <mlit> ;\n", "")
    located = validate_files((), inputs, Base())
    line, last = located.readable().splitlines()
    assert ": warning: 庁・外局や地方支分部局に上位組織" in line
    assert last == "no error, 1 warning"
    assert located.report.accepts()
    assert not located.report.accepts(strict=True)
    assert not located.report.conforms, "SHACL, section 3.6.1.1: any result"
    broken(inputs, "organisations/mic.ttl", "2000012020001", "3000012020001")
    located = validate_files((), inputs, Base())
    assert located.readable().splitlines()[-1] == "2 results, 1 of them a warning"
    assert not located.report.accepts()


def test_only_the_given_files_have_results(inputs: Inputs) -> None:
    broken(inputs, "programmes/new-exchange-market.ttl", 'kk:number "105"', 'kk:number "106"')
    other = inputs.data / "programmes" / "two-region-living.ttl"
    fine = inputs.data / "programmes" / "furusato-working-holiday.ttl"
    assert len(validate_files((other,), inputs, Base()).report.results) == 1
    assert validate_files((fine,), inputs, Base()).report.conforms


def test_a_file_elsewhere_stands_in_for_the_datasets_own(tmp_path: File) -> None:
    folder = tmp_path / "programmes"
    folder.mkdir()
    file = folder / "two-region-living.ttl"
    text = (packaged().data / "programmes" / file.name).read_text(encoding="utf-8")
    file.write_text(text.replace("kk:amountKind amount-kind:exact", "kk:amountKind amount-kind:within", 1))
    report = validate_files((file,), packaged(), Base()).report
    shapes = {result.source_shape.partition("#")[2] for result in report.results}
    assert shapes == {"Budget-within-amount", "Budget-figure", "printed-contradicts"}


def test_another_base_makes_no_difference(inputs: Inputs) -> None:
    base = Base("https://data.example.org/kankei/")
    broken(inputs, "organisations/mic.ttl", "2000012020001", "3000012020001")
    (result,) = validate_files((), inputs, base).report.results
    assert result.source_constraint.endswith("Identifier-check-digit")
    assert result.focus_node == ox.NamedNode(base.thing("org/mic#corporate-number"))


def test_files_of_the_ontology_can_be_validated() -> None:
    files = (packaged().ontology / "kankei.ttl", packaged().ontology / "schemes" / "rule.ttl")
    assert validate_files(files, packaged(), Base()).report.conforms


def test_a_missing_file_is_wrong_usage(tmp_path: File) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.ttl"):
        validate_files((tmp_path / "nowhere.ttl",), packaged(), Base())


def test_a_file_that_does_not_parse_is_named_with_line_and_column(inputs: Inputs) -> None:
    file = broken(
        inputs, "programmes/two-region-living.ttl", "<> a kk:Programme ;", "<> a kk:Programme ;\n  ] ;"
    )
    with pytest.raises(MalformedData) as raised:
        validate_files((file,), inputs, Base())
    name, line, column = raised.value.subject.rsplit(":", 2)
    assert (name, int(line)) == (str(file), line_of(file, "  ] ;"))
    assert column.isdigit()


def test_a_reference_to_nothing_is_invalid_data(inputs: Inputs) -> None:
    broken(
        inputs,
        "programmes/two-region-living.ttl",
        "<../org/mlit-regional-policy-division>",
        "<../org/nobody>",
    )
    with pytest.raises(InvalidData, match="nobody"):
        validate_files((), inputs, Base())
