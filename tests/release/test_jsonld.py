"""JSON-LD by the project's own context: two independent readers get every triple back."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from kankei.dataset.data_folder import packaged
from kankei.dataset.statement_lines import parse_lines
from kankei.errors import InvalidData
from kankei.namespaces import DCT, EDTF, KK, RDF, XSD
from kankei.release.jsonld import document, serialize, write_dump
from kankei.release.jsonld_context import Context, read_context
from kankei.release.reader import Release
from support.building import build_quickly
from support.examples import examples

CONTEXT = read_context(packaged().ontology / "context.jsonld")
ROOT = "https://example.org/id/programme/x"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return Release.open(build_quickly(tmp_path_factory.mktemp("releases")))


def by_oxigraph(content: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.JSON_LD)}


def by_pyld(content: bytes) -> set[ox.Triple]:
    lines = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads"})
    return {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys(inner)}
    return {key for inner in value for key in keys(inner)} if isinstance(value, list) else set()


def test_every_document_is_read_back_by_two_readers(release: Release) -> None:
    for path, found in release.documents.items():
        triples = set(parse_lines(release.triples(path)))
        content = serialize(document(tuple(parse_lines(release.triples(path))), CONTEXT, found.iri))
        assert by_oxigraph(content) == triples, path
        assert by_pyld(content) == triples, path


def test_a_document_is_one_tree_from_its_thing(release: Release) -> None:
    found = release.documents["programme/two-region-living"]
    tree = document(tuple(parse_lines(release.triples(found.path))), CONTEXT, found.iri)
    assert (tree["id"], tree["type"]) == (found.iri, ["Programme"])
    assert tree["title"]["en"] == "Promotion of two-region living"
    (entry,) = tree["entry"]
    assert entry["type"] == ["CatalogueEntry"]
    assert entry["printedTitle"]["raw"] == "二地域居住等の促進"
    (budget,), (call,) = entry["budget"], entry["call"]
    assert budget["amount"] == 20_000_000
    assert call["approximate"] is True
    assert call["earliestStart"] == "2025-04-01"
    assert {kind for node in tree["@included"] for kind in node["type"]} == {"Evidence", "CuratorNote"}


def test_a_percentage_is_a_number_where_reading_it_back_gives_the_same_decimal() -> None:
    for written, number in (("50", 50), ("33.3", "33.3"), ("50.0", "50.0"), ("1" * 20, "1" * 20)):
        statement = triple(KK + "percentage", typed(written, XSD + "decimal"))
        content = document((statement,), CONTEXT, ROOT)
        assert content["percentage"] == number
        assert by_oxigraph(serialize(content)) == by_pyld(serialize(content)) == {statement}


def test_a_context_by_reference_is_its_address() -> None:
    address = "https://example.org/context/1.jsonld"
    content = document((triple(KK + "number", ox.Literal("1")),), replace(CONTEXT, address=address), ROOT)
    assert content["@context"] == address
    output = BytesIO()
    write_dump([], replace(CONTEXT, address=address), output)
    assert json.loads(output.getvalue())["@context"] == CONTEXT.source


def test_terms_of_the_context_write_every_property(release: Release) -> None:
    for found in release.documents.values():
        tree = document(tuple(parse_lines(release.triples(found.path))), CONTEXT, found.iri)
        del tree["@context"]
        assert not [key for key in keys(tree) if key.startswith("http")], found.path


def triple(predicate: str, value: ox.NamedNode | ox.Literal, subject: str = ROOT) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def typed(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(kind))


CASES = {
    "IRI where text is expected": triple(KK + "raw", ox.NamedNode("https://example.org/y")),
    "text where an IRI is expected": triple(KK + "place", ox.Literal("kk:place")),
    "text that looks like an IRI": triple(KK + "raw", ox.Literal("https://example.org/")),
    "text with a language where none is expected": triple(KK + "raw", ox.Literal("x", language="ja")),
    "text without language in a language map": triple(DCT + "title", ox.Literal("x")),
    "IRI in a language map": triple(DCT + "title", ox.NamedNode("https://example.org/y")),
    "integer where a date is expected": triple(KK + "earliestStart", typed("5", XSD + "integer")),
    "integer beyond what JSON holds": triple(KK + "amount", typed(str(2**60), XSD + "integer")),
    "integer of another form": triple(KK + "amount", typed("007", XSD + "integer")),
    "negative zero": triple(KK + "amount", typed("-0", XSD + "integer")),
    "full-width digits": triple(KK + "amount", typed("７", XSD + "integer")),
    "boolean of another form": triple(KK + "approximate", typed("1", XSD + "boolean")),
    "decimal": triple(KK + "percentage", typed("33.3", XSD + "decimal")),
    "integer where a decimal is expected": triple(KK + "percentage", typed("33", XSD + "integer")),
    "EDTF": triple(KK + "edtf", typed("2025-04/2025-05~", EDTF + "EDTF")),
    "type of its own": triple(KK + "raw", typed("x", "https://example.org/type")),
    "property of another vocabulary": triple("https://example.org/p", ox.Literal("x")),
    "property that ends in a slash": triple(DCT, ox.Literal("x")),
    "class of another vocabulary": triple(RDF + "type", ox.NamedNode("https://example.org/T")),
    "keyword as text": triple(KK + "raw", ox.Literal("@id")),
    "a thing that names itself": triple(KK + "entry", ox.NamedNode(ROOT)),
}


@pytest.mark.parametrize("name", CASES)
def test_awkward_values_survive(name: str) -> None:
    content = serialize(document((CASES[name],), CONTEXT, ROOT))
    assert by_oxigraph(content) == {CASES[name]}
    assert by_pyld(content) == {CASES[name]}


def test_cycles_and_second_references_are_by_identifier() -> None:
    a, b = ROOT + "#a", ROOT + "#b"
    triples = (
        triple(KK + "entry", ox.NamedNode(a)),
        triple(KK + "measure", ox.NamedNode(b)),
        triple(KK + "budget", ox.NamedNode(b), a),
        triple(KK + "about", ox.NamedNode(a), b),
        triple(KK + "about", ox.NamedNode(b), ROOT + "#lonely"),
    )
    content = document(triples, CONTEXT, ROOT)
    assert by_oxigraph(serialize(content)) == by_pyld(serialize(content)) == set(triples)
    assert content["entry"][0]["budget"] == [{"id": b, "about": [a]}]
    assert content["measure"] == [b]
    assert content["@included"] == [{"id": ROOT + "#lonely", "about": [b]}]


IRIS = st.sampled_from([ROOT, ROOT + "#a", ROOT + "#b", "https://example.org/else"]).map(ox.NamedNode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), TEXTS, st.sampled_from(["ja", "en", "ja-hrkt"])
    ),
    st.integers().map(lambda number: typed(str(number), XSD + "integer")),
    st.sampled_from(["true", "false"]).map(lambda text: typed(text, XSD + "boolean")),
    st.dates().map(lambda date: typed(date.isoformat(), XSD + "date")),
)
PROPERTIES = st.sampled_from(
    [KK + "raw", KK + "place", KK + "amount", KK + "entry", DCT + "title", RDF + "value"]
)


@examples(60)
@given(
    st.sets(
        st.builds(triple, PROPERTIES, st.one_of(IRIS, LITERALS), IRIS.map(lambda iri: iri.value)), min_size=1
    )
)
def test_any_graph_survives(triples: set[ox.Triple]) -> None:
    content = serialize(document(tuple(triples), CONTEXT, ROOT))
    assert by_oxigraph(content) == triples


def test_a_dump_is_streamed_one_thing_a_line() -> None:
    output = BytesIO()
    other = "https://example.org/id/programme/y"
    first, second = triple(KK + "number", ox.Literal("1")), triple(KK + "number", ox.Literal("2"), other)
    write_dump([(ROOT, (first,)), (other, (second,))], CONTEXT, output)
    lines = output.getvalue().splitlines()
    assert [json.loads(line.rstrip(b","))["id"] for line in lines[2:-1]] == [ROOT, other]
    assert by_pyld(output.getvalue()) == {first, second}


@pytest.mark.parametrize(
    "context",
    [
        {"@vocab": "https://example.org/"},
        {"@language": "ja"},
        {"x": {"@id": "https://example.org/x", "@container": "@list"}},
        {"x": {"@reverse": "https://example.org/x"}},
        {"x": {"@id": "https://example.org/x", "@context": {}}},
    ],
)
def test_a_context_beyond_the_writer_is_refused(context: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "context.jsonld"
    file.write_text(json.dumps({"@context": context}), encoding="utf-8")
    with pytest.raises(InvalidData):
        read_context(file)


def test_a_prefix_is_only_what_json_ld_takes_for_one(tmp_path: Path) -> None:
    file = tmp_path / "context.jsonld"
    source = {"ex": "https://example.org/ns#", "word": "https://example.org/word", "id": "@id"}
    file.write_text(json.dumps({"@context": source}), encoding="utf-8")
    context: Context = read_context(file)
    assert context.compact("https://example.org/ns#a") == "ex:a"
    assert context.compact("https://example.org/words") == "https://example.org/words"
    assert context.term("https://example.org/word") == "word"
    assert (context.id_key, context.type_key) == ("id", "@type")
