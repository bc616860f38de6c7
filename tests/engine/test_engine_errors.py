"""What a person is message of a query that does not parse."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.embedded.engine_errors import explain_syntax_error

CASES = {
    "SELECT * WHERE { ?s kk:raw ?o }": (
        "error at line 1, column 27: a prefix is used that the query does not declare"
    ),
    "SELECT ?a ?a WHERE {}": "error at line 1, column 22: Duplicated variable name in SELECT",
    "SELECT ?s (COUNT(*) AS ?n) WHERE {?s ?p ?o}": (
        "error at line 1, column 44: The SELECT contains a variable that is unbound"
    ),
    "SELECT * WHERE {\n ?s ?p ?o .\n FILTR(?o) }": "error at line 3, columns 2 to 9: this text is not SPARQL",
    "SELECT * { ?s ?p }": "error at line 1, columns 12 to 18: this text is not SPARQL",
    "SELECT * { ?s ?p ?o } ORDER ?s": "error at line 1, columns 29 to 30: this text is not SPARQL",
    "SELEC *": "error at line 1, columns 1 to 7: this text is not SPARQL",
    "ASK\n{ ?s a\n}": "error at line 3, before column 2: this text is not SPARQL",
}


@pytest.mark.parametrize("query", CASES)
def test_a_complaint_is_plain(query: str) -> None:
    with pytest.raises(SyntaxError) as complaint:
        ox.Store().query(query)
    assert explain_syntax_error(str(complaint.value)) == CASES[query]


def test_a_long_list_of_tokens_is_cut_and_says_so() -> None:
    with pytest.raises(SyntaxError) as complaint:
        ox.Store().query("SELECT * WHERE { ?s ?p ")
    message = explain_syntax_error(str(complaint.value))
    assert message.startswith('error at line 1, column 24: expected "$"')
    assert message.endswith("or something else")
    assert "\\u{" not in message


@given(st.text())
def test_any_message_becomes_one_line(message: str) -> None:
    assert "\n" not in explain_syntax_error(message)
    assert "\n" not in explain_syntax_error(f"error at 1:2: expected one of {message}")
