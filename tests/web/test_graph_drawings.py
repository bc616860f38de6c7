"""Which results are drawn as graphs."""

import json

import pytest

from kankei.engine.operation import SPARQL_JSON, Form, QueryResult
from kankei.web.sparql import graph_drawings
from kankei.web.sparql.result_names import Names
from kankei.web.sparql.result_terms import result_terms

IRI = {"type": "uri", "value": "http://example.org/a"}
TRIPLE = {"type": "triple", "value": {"subject": IRI, "predicate": IRI, "object": IRI}}


@pytest.mark.parametrize(
    ("predicate", "drawn"),
    [
        (IRI, True),
        ({**IRI, "value": "http://example.org/b"}, False),
        ({**IRI, "type": "literal"}, False),
        (TRIPLE, False),
    ],
)
def test_solutions_are_drawn_whose_second_column_is_a_property(
    predicate: object, drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_drawings, "drawing", lambda triples, _: triples)
    row = {"a": IRI, "b": predicate, "c": IRI}
    content = {"head": {"vars": [*row]}, "results": {"bindings": [row]}}
    result = result_terms(QueryResult(Form.SOLUTIONS, SPARQL_JSON, json.dumps(content).encode()))
    names = Names(None)  # type: ignore[arg-type]
    assert (graph_drawings.graph_drawing(result, names, [IRI["value"]]) is not None) == drawn
