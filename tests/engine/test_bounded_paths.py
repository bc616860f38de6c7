"""Closures walked from a known end; that solutions stay the same is tested in test_rewriting.py."""

import re

import pyoxigraph as ox
import pytest

from kankei.engine.algebra.bounded_paths import walked_from_known_ends
from kankei.engine.embedded.evaluation import results_of
from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.errors import MalformedQuery


def test_a_name_that_the_query_uses_is_not_taken() -> None:
    text = "SELECT ?end { ?end <a:p>* <a:T> BIND(1 AS ?end_0) }"
    assert "VALUES ?end__0 " in walked_from_known_ends(text)


@pytest.mark.parametrize(
    "text", ["SELECT ?x { ?x <a:p>* <a:T> ! }", "SELECT ?x { ?x <a:p>* <a:T> } ORDER BY"]
)
def test_an_error_is_at_its_place_in_the_text_as_sent(text: str) -> None:
    with pytest.raises(SyntaxError) as expected:
        ox.Store().query(text)
    with pytest.raises(MalformedQuery) as raised:
        results_of(ox.Store(), Operation(text, {Form.SOLUTIONS: SPARQL_JSON}))
    place = re.search(r"\d+:\d+", str(expected.value))
    assert place
    line, column = place[0].split(":")
    assert re.search(rf"\b{line}\b.*\b{column}\b", str(raised.value))
