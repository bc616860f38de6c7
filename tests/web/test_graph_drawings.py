"""Which results are drawn as graphs."""

import json

from kankei.engine.operation import SPARQL_JSON, Form, QueryResult
from kankei.web.sparql.graph_drawings import graph_drawing
from kankei.web.sparql.result_terms import ResultTerms, result_terms

IRI = {"type": "uri", "value": "http://example.org/a"}


def terms(**row: object) -> ResultTerms:
    content = {"head": {"vars": [*row]}, "results": {"bindings": [row]}}
    return result_terms(QueryResult(Form.SOLUTIONS, SPARQL_JSON, json.dumps(content).encode()))


def test_solutions_are_drawn_whose_second_column_is_a_property() -> None:
    result = terms(a=IRI, b={"type": "uri", "value": "http://example.org/p"}, c=IRI)
    assert graph_drawing(result, {}, ["http://example.org/p"])
    assert graph_drawing(result, {}, ["http://example.org/q"]) is None


def test_a_triple_term_is_no_property() -> None:
    triple = {"type": "triple", "value": {"subject": IRI, "predicate": IRI, "object": IRI}}
    assert graph_drawing(terms(a=IRI, b=triple, c=IRI), {}, [IRI["value"]]) is None
