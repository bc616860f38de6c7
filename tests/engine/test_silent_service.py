"""A silent call of a service is cut out of its query, and nothing else is."""

import pytest

from kankei.engine.query.silent_service import without_silent_call

CALL = "SERVICE SILENT <http://example.org/sparql> { ?s ?p ?o . { ?a ?b '}' } }"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"SELECT * {{ ?x ?y ?z . {CALL} ?c ?d ?e }}", "SELECT * { ?x ?y ?z . {} ?c ?d ?e }"),
        (f"SELECT * {{ {CALL.lower()} }} # SERVICE SILENT", "SELECT * { {} } # SERVICE SILENT"),
        ("PREFIX a: <b:> SELECT * { SERVICE SILENT a:b{} }", "PREFIX a: <b:> SELECT * { {} }"),
        (f"SELECT * {{ {CALL.replace('SILENT', '')} }}", None),
        (f"SELECT * {{ {CALL} {CALL} }}", None),
        ("SELECT * { ?s ?p 'SERVICE SILENT <a:b> {}' }", None),
        ("SELECT * { SERVICE SILENT }", None),
    ],
)
def test_the_only_call_of_a_service_is_cut_out_if_it_is_silent(query: str, expected: str | None) -> None:
    assert without_silent_call(query) == expected
