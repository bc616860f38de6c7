"""Results that XML cannot hold are refused, and others pass."""

import os
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.embedded.evaluation import evaluate
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.operation import Form, Operation
from kankei.engine.result_file import anonymous_file
from kankei.errors import NotAcceptable

RESULTS, RDF = "application/sparql-results+xml", "application/rdf+xml"
TYPES = {Form.SOLUTIONS: RESULTS, Form.TRIPLES: RDF}


def answer(query: str) -> bytes:
    descriptor = anonymous_file()
    try:
        spool = Spool(descriptor, 1 << 24)
        evaluate(ox.Store(), Operation(query, TYPES), spool)
        return spool.body or os.pread(descriptor, spool.spooled, 0)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("a\\u0000b" AS ?x) {}',
        'SELECT ("\\u001F" AS ?x) {}',
        'SELECT ("\\uFFFE" AS ?x) {}',
        'CONSTRUCT { <a:a> <a:b> "\\u0001" } {}',
        "CONSTRUCT { <a:a> <http://x/1> 1 } {}",
        f'SELECT ("{"a" * 70_000}\\u0001" AS ?x) {{}}',
    ],
)
def test_what_xml_cannot_hold_is_refused_with_the_other_formats(query: str) -> None:
    with pytest.raises(NotAcceptable) as refusal:
        answer(query)
    assert refusal.value.offered
    assert not any("xml" in offer for offer in refusal.value.offered)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters='"\\')))
def test_an_answer_in_xml_is_well_formed_or_refused(text: str) -> None:
    written = "".join(f"\\u{ord(c):04X}" if ord(c) < 0x20 else c for c in text)
    try:
        body = answer(f'SELECT ("{written}" AS ?x) {{}}')
    except NotAcceptable:
        return
    literal = next(ET.fromstring(body).iter("{http://www.w3.org/2005/sparql-results#}literal"))
    assert (literal.text or "") == text


def test_line_ends_and_tabs_come_back_as_they_were() -> None:
    text, written = "a\r\nb\rc\nd\te\r", "a\\r\\nb\\rc\\nd\\te\\r"
    rows = ET.fromstring(answer(f'SELECT ("{written}" AS ?x) ("{written}"@en AS ?y) {{}}'))
    assert [literal.text for literal in rows.iter() if literal.tag.endswith("literal")] == [text, text]
    graph = answer(f'CONSTRUCT {{ <a:a> <http://example.org/p> "{written}" }} {{}}')
    assert [node.text for node in ET.fromstring(graph).iter("{http://example.org/}p")] == [text]
    assert next(ox.parse(graph, ox.RdfFormat.RDF_XML)).object == ox.Literal(text)
