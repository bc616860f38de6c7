"""The lexer that finds lines in Turtle files, against the parser on every file of the project."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.turtle import TurtleFile, occurrences

TURTLE = """@prefix ex: <http://example.org/> .
# <http://example.org/not-this> a comment .
ex:a ex:p "a . b", '''long
. string "with" # no comment
''' ;
  ex:q [ ex:r ( 1 2.5 .5 ) ; ex:s <#x> ], 3 .
PREFIX o: <other/>
o:b a o:C .
@base <http://base.example/x> .
<> ex:p <y>, <#z>, ex:dotted.name, ex:esc\\,aped, ex:2025.
<\\u0061> ex:p "x"@ja-hrkt, 'y'^^ex:type, true .
ex:a ex:again 1.
[] ex:p ex:anonymous .
"""


def test_blocks_begin_where_a_subject_opens_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    file = TurtleFile(path, "http://start.example/f")
    blocks = {
        "http://example.org/a": 3,
        "http://start.example/other/b": 8,
        "http://base.example/x": 10,
        "http://base.example/a": 11,
    }
    assert {iri: file.subject_position(iri) for iri in blocks} == {
        i: f"{path}:{n}" for i, n in blocks.items()
    }
    assert {iri for iri, _, is_subject in occurrences(TURTLE, file.base_iri) if is_subject} == {*blocks}
    assert file.subject_position("http://example.org/again") == ""
    assert file.position("http://example.org/again") == f"{path}:12"
    assert file.position("http://example.org/unknown") == f"{path}:1"


def test_every_iri_is_written_out() -> None:
    found = {iri: line for iri, line, _ in occurrences(TURTLE, "http://start.example/f")}
    assert found["http://start.example/f#x"] == 6
    assert found["http://base.example/x#z"] == 10
    assert found["http://example.org/dotted.name"] == 10
    assert found["http://example.org/esc,aped"] == 10
    assert found["http://example.org/2025"] == 10
    assert found["http://example.org/type"] == 11
    assert "http://example.org/not-this" not in found


def _files() -> list[Path]:
    inputs = packaged()
    return sorted(
        file for root in (inputs.data, inputs.ontology, inputs.shapes) for file in root.rglob("*.ttl")
    )


@pytest.mark.parametrize("file", _files(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_lexer_and_parser_know_the_same_iris(file: Path) -> None:
    base = "https://example.org/id/programme/x"
    text = file.read_text(encoding="utf-8")
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    terms = {term for quad in quads for term in (quad.subject, quad.predicate, quad.object)}
    parsed = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    implied = {iri for iri in parsed if iri.startswith("http://www.w3.org/1999/02/22-rdf-syntax-ns#")}
    assert {iri for iri, _, _ in occurrences(text, base)} >= parsed - implied
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    assert {iri for iri, _, is_subject in occurrences(text, base) if is_subject} == subjects
