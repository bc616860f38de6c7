"""Lines of N-Triples are taken apart as a parser would."""

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged, rule_files
from kankei.dataset.dataset import derive, derived_lines, load
from kankei.dataset.statement_lines import by_subject_document, iri, parse_lines, parts, subject_document
from kankei.dataset.statements import text
from kankei.namespaces import Base

BASE = Base()
LINES = [
    b"<https://w3id.org/kankei/id/org/a#b> <http://example.org/p> <http://example.org/o> .\n",
    b"<https://w3id.org/kankei/id/org/a> <http://example.org/p> <http://example.org/o> .\n",
    '<https://w3id.org/kankei/id/org/日本> <http://example.org/p> "a  <b> . \\n"@ja .\n'.encode(),
    b'<http://example.org/s> <http://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
    b"_:b0 <http://example.org/p> _:b1 .\n",
]


@pytest.mark.parametrize("line", LINES)
def test_a_line_has_the_parts_that_a_parser_reads(line: bytes) -> None:
    (triple,) = parse_lines(line)
    subject, predicate, value = parts(line)
    assert (subject.decode(), predicate.decode(), value.decode()) == tuple(map(str, triple))
    assert iri(predicate) == triple.predicate.value
    if isinstance(triple.object, ox.NamedNode):
        assert iri(value) == text(triple.object)
    assert iri(subject_document(line) + b">") == text(triple.subject).partition("#")[0] or b"_:" in line


def test_lines_come_by_the_document_of_their_subject() -> None:
    groups = list(by_subject_document(BASE, sorted(LINES[:4])))
    assert [path for path, _ in groups] == ["", "org/a", "org/日本"]
    assert groups[1][1] == sorted(LINES[:2])


def test_the_lines_of_a_rule_are_what_it_derives() -> None:
    store = load(packaged(), BASE).store
    for rule in rule_files(packaged()):
        derived = {f"{triple} .\n".encode() for triple in derive(store, rule)}
        assert derived_lines(store, rule) == sorted(derived), rule.name
