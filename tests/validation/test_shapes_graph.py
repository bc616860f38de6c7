"""Shapes graphs and data that are not as they should be: an error that names the shape, or a result."""

from pathlib import Path as File

import pyoxigraph as ox
import pytest

from kankei.errors import MalformedData, MalformedShapes, UsageError
from kankei.validation.data_graph import DataGraph, load_data
from kankei.validation.file_validation import RdfValidation, validate_rdf
from kankei.validation.plan.execution import ExecutionOptions
from kankei.validation.shapes.shapes_graph import load_graph
from kankei.validation.validator import Validation, validate_data

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:T ; "
TWO_RESULTS = "sh:nodeKind sh:Literal ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
DATA = "ex:a a ex:T ; ex:p 1 ."

MALFORMED = {
    "a list that loops": SHAPE + "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .",
    "a list that is none": SHAPE + "sh:in ex:list .",
    "a list of shapes that loops": SHAPE + "sh:or _:l . _:l rdf:first ex:U ; rdf:rest _:l .",
    "a path that refers to itself": SHAPE + "sh:property ex:P . ex:P sh:path _:p . _:p sh:inversePath _:p .",
    "a path that is none": SHAPE + "sh:property ex:P . ex:P sh:path [ ex:q 1 ] .",
    "two paths": SHAPE + "sh:property ex:P . ex:P sh:path ex:p, ex:q .",
    "a property shape without path": SHAPE + "sh:property ex:P . ex:P sh:minCount 1 .",
    "a node shape with a path": SHAPE + "sh:path ex:p .",
    "sh:node with a property shape": SHAPE + "sh:node ex:P . ex:P sh:path ex:p .",
    "recursion": SHAPE + "sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .",
    "recursion through sh:not": SHAPE + "sh:not ex:U . ex:U sh:not ex:S .",
    "an unknown parameter": SHAPE + "sh:minimumCount 1 .",
    "a bad regular expression": SHAPE + 'sh:pattern "(" .',
    "a literal where a shape should stand": SHAPE + 'sh:not "ex:U" .',
    "a literal in a list of shapes": SHAPE + 'sh:or ( "ex:U" ) .',
    "two values where one may stand": SHAPE + "sh:minLength 1, 2 .",
    "a count that is no number": SHAPE + 'sh:minLength "x" .',
    "a count on a node shape": SHAPE + "sh:maxCount 1 .",
    "a class that is a literal": SHAPE + 'sh:class "C" .',
    "two datatypes": SHAPE + "sh:datatype xsd:string, xsd:integer .",
    "an unknown node kind": SHAPE + "sh:nodeKind ex:IRI .",
    "a bound that is an IRI": SHAPE + "sh:minInclusive ex:one .",
    "less than, on a node shape": SHAPE + "sh:lessThan ex:p .",
    "unique languages, on a node shape": SHAPE + "sh:uniqueLang true .",
    "a qualified shape without count": SHAPE
    + "sh:property ex:P . ex:P sh:path ex:p ; sh:qualifiedValueShape ex:U .",
    "languages that are IRIs": SHAPE + "sh:languageIn ( ex:en ) .",
    "a blank target": SHAPE + "sh:targetNode [] .",
    "a blank value": SHAPE + "sh:hasValue [] .",
    "a flag that is none": SHAPE + 'sh:deactivated "perhaps" .',
    "no query": SHAPE + "sh:sparql [ sh:message 'no' ] .",
    "a query that does not parse": SHAPE + "sh:sparql [ sh:select 'SELECT $this WHERE { $this }' ] .",
    "a query with an open brace": SHAPE + "sh:sparql [ sh:select 'SELECT $this WHERE {' ] .",
    "a query that is none": SHAPE + "sh:sparql [ sh:select 'DESCRIBE $this' ] .",
    "a prefix that nobody declares": SHAPE + "sh:sparql [ sh:select 'SELECT $this { $this ex:p 1 }' ] .",
    "a query that SHACL forbids": SHAPE
    + "sh:sparql [ sh:select 'SELECT $this { $this a ?t MINUS { $this a ?u } }' ] .",
    "$PATH on a node shape": SHAPE + "sh:sparql [ sh:select 'SELECT $this { $this $PATH ?v }' ] .",
}  # fmt: skip


def graph_file(folder: File, text: str, name: str = "shapes.ttl") -> File:
    file = folder / name
    file.write_text(PREFIXES + text, encoding="utf-8")
    return file


def data_of(text: str) -> DataGraph:
    data = DataGraph(ox.Store())
    data.store.extend(data.encoder.encode_quads(ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)))
    return data


def validated(folder: File, shapes: str, data: str = DATA, *, skip_malformed: bool = False) -> Validation:
    graph = load_graph([graph_file(folder, shapes)])
    return validate_data(data_of(data), graph, skip_malformed=skip_malformed)


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_shapes_graph_is_an_error_that_names_the_shape(tmp_path: File, text: str) -> None:
    with pytest.raises(MalformedShapes) as raised:
        validated(tmp_path, text)
    assert raised.value.subject.startswith(("https://example.org/", "_:"))


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_can_be_left_out(tmp_path: File, text: str) -> None:
    """The rest is validated: nothing stands for a dropped shape, neither a pass nor a result."""
    other = "ex:Other a sh:NodeShape ; sh:targetClass ex:T ; sh:nodeKind sh:Literal ."
    found = validated(tmp_path, f"{text}\n{other}", skip_malformed=True)
    assert found.skipped
    assert "https://example.org/Other" in {result.source_shape for result in found.results}


def test_a_reference_that_is_left_out_leaves_the_others(tmp_path: File) -> None:
    shapes = SHAPE + 'sh:not "x" ; sh:or ( "x" ex:U ) ; sh:property ex:P . ex:U sh:nodeKind sh:Literal .'
    found = validated(tmp_path, shapes, skip_malformed=True)
    assert [result.component.rpartition("#")[2] for result in found.results] == ["OrConstraintComponent"]
    assert len(found.skipped) == 2


def test_a_shape_that_nobody_can_decide_is_an_error(tmp_path: File) -> None:
    """No validator knows the function; and this one the shapes graph is not in its store."""
    select = "sh:sparql [ sh:select 'SELECT $this { %s }' ] ."
    with pytest.raises(MalformedShapes, match="<urn:f>"):
        validated(tmp_path, SHAPE + select % "$this a ?t FILTER (<urn:f>(?t))")
    with pytest.raises(MalformedShapes, match="neither validator can decide"):
        validated(tmp_path, SHAPE + select % "$this a ?t GRAPH $shapesGraph { ?s a ?t }")


def test_what_does_not_compile_is_judged_by_the_reference_alone(tmp_path: File) -> None:
    """A query that groups without $this; the other shape compiles."""
    shapes = (
        SHAPE
        + """sh:sparql [ sh:select "SELECT (COUNT(?v) AS ?value) { $this ?p ?v }" ] .
        ex:U a sh:NodeShape ; sh:targetClass ex:T ; sh:nodeKind sh:Literal ."""
    )
    found = validated(tmp_path, shapes)
    assert [shape.name for shape in found.plan.uncompiled] == ["https://example.org/S"]
    assert "https://example.org/U" in {result.source_shape for result in found.results}


# Data


def test_literals_are_judged_as_they_stand_in_the_file(tmp_path: File) -> None:
    """The store would make one integer of "300"^^xsd:byte, 300 and 0300."""
    data = 'ex:a a ex:T ; ex:p "300"^^xsd:byte, 300, 0300 . ex:b a ex:T ; ex:p "1.50"^^xsd:decimal .'
    shapes = (
        SHAPE
        + "sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 2 ; sh:datatype xsd:byte ; "
        + "sh:in ( 1.50 0300 ) ."
    )
    told = {
        (result.component.rpartition("#")[2].removesuffix("ConstraintComponent"), str(result.value))
        for result in validated(tmp_path, shapes, data).results
    }
    byte, integer, padded, decimal = (
        str(ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")))
        for text, kind in (("300", "byte"), ("300", "integer"), ("0300", "integer"), ("1.50", "decimal"))
    )
    datatypes = {("Datatype", value) for value in (byte, integer, padded, decimal)}
    assert told == datatypes | {("MaxCount", "None"), ("In", byte), ("In", integer)}


def test_ill_typed_literals_and_lists_that_loop_are_results_at_most(tmp_path: File) -> None:
    data = (
        'ex:a a ex:T ; ex:p "x"^^xsd:integer, "2025-02-30"^^xsd:date, _:l . _:l rdf:rest _:l ; rdf:first 1 .'
    )
    shapes = (
        SHAPE
        + """sh:property ex:P, ex:L . ex:P sh:path ex:p ; sh:minInclusive 0 ; sh:datatype xsd:date .
        ex:L sh:path ( ex:p [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ; sh:hasValue 1 ; sh:maxCount 1 ."""
    )
    found = validated(tmp_path, shapes, data).results
    assert sorted(result.component.rpartition("#")[2] for result in found) == [
        *["DatatypeConstraintComponent"] * 3,
        *["MinInclusiveConstraintComponent"] * 3,
    ]


def test_data_that_does_not_parse_is_named_with_its_place(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI .")
    broken = graph_file(tmp_path, "<urn:a b> a ex:T .", "data.ttl")
    with pytest.raises(MalformedData, match=r"data\.ttl"):
        run(shapes, broken)


def test_files_that_are_not_there_are_wrong_usage(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI .")
    for one, two in ((shapes, tmp_path / "no.ttl"), (tmp_path / "no.ttl", shapes)):
        with pytest.raises(UsageError):
            run(one, two)


def run(shapes: File, data: File, limits: ExecutionOptions = ExecutionOptions()) -> RdfValidation:  # noqa: B008
    return validate_rdf([shapes], [data], limits, lambda done, of: None)


# ExecutionOptions


def test_the_true_count_is_told_beside_the_first_results(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:Literal .")
    data = graph_file(tmp_path, "".join(f"ex:a{n} a ex:T . " for n in range(50)), "data.ttl")
    found = run(shapes, data, ExecutionOptions(max_results=3))
    assert (len(list(found.results)), found.results.count) == (3, 50)
    readable = list(run(shapes, data, ExecutionOptions(max_results=3)).readable())
    assert (len(readable), readable[-1]) == (4, "50 results, 3 of them shown\n")
    turtle = "".join(run(shapes, data, ExecutionOptions(max_results=3)).turtle())
    assert "\n# 50 results, of which 3 are told.\n" in turtle
    assert turtle.count("sh:ValidationResult ") == 3
    assert "sh:conforms false" in "".join(run(shapes, data, ExecutionOptions(max_results=0)).turtle())


def test_the_first_result_can_be_enough(tmp_path: File) -> None:
    shapes = graph_file(
        tmp_path, SHAPE + "sh:nodeKind sh:Literal ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    )
    data = graph_file(tmp_path, "".join(f"ex:a{n} a ex:T . " for n in range(50)), "data.ttl")
    assert list(run(shapes, data, ExecutionOptions(fail_fast=True)).readable())[1:] == ["1 result\n"]


def test_threads_make_no_difference(tmp_path: File) -> None:
    shapes = graph_file(
        tmp_path, SHAPE + "sh:nodeKind sh:Literal ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    )
    data = graph_file(tmp_path, "".join(f"ex:a{n} a ex:T . " for n in range(50)), "data.ttl")
    assert list(run(shapes, data, ExecutionOptions(threads=1)).results) == list(
        run(shapes, data, ExecutionOptions(threads=4)).results
    )


def test_any_format_is_read(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:Literal .")
    turtle = graph_file(tmp_path, "ex:a a ex:T .", "data.ttl")
    store = load_data([turtle]).store
    for suffix in ("nt", "jsonld", "rdf", "trig", "nq"):
        file = tmp_path / f"data.{suffix}"
        form = ox.RdfFormat.from_extension(suffix)
        assert form is not None
        triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
        ox.serialize(triples, str(file), form)
        assert len(list(run(shapes, file).results)) == 1


def test_messages_come_in_the_wanted_language(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + 'sh:nodeKind sh:Literal ; sh:message "文字"@ja, "text"@en .')
    data = graph_file(tmp_path, DATA, "data.ttl")
    told = {language: "".join(run(shapes, data).readable(language)) for language in ("ja", "fr")}
    assert "文字" in told["ja"]
    assert "text" not in told["ja"]
    assert "文字 text" in told["fr"]


def test_messages_of_queries_tell_what_they_found(tmp_path: File) -> None:
    shapes = (
        SHAPE
        + """sh:sparql [ sh:message "{$this} has {?value}" ;
        sh:select "SELECT $this ?value { $this <https://example.org/p> ?value }" ] ."""
    )
    (result,) = validated(tmp_path, shapes).results
    assert dict(result.messages) == {"": "https://example.org/a has 1"}
