"""What the engine refuses before it parses: SERVICE in every disguise, and nesting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.guard import calls_service, check, depth, is_update
from kankei.engine.lexer import tokens
from kankei.errors import MalformedRequest

CALLS = [
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o .SeRvIcE SILENT <http://example.org/> {} }",
    "SELECT * { ?s ?p true SERVICE?x{} }",
    "SELECT * { ?s ?p trueSERVICE<http://example.org/>{} }",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ?p 1SERVICEex:a{} }",
    "SELECT * { ?s ?p 1.SERVICE<http://example.org/>{} }",
    "PREFIX : <http://example.org/> SELECT * { service:a{} }",
    "SELECT * { ?a ?p ?b FILTER(?a<?b)SERVICE#>\n<http://example.org/>{} }",
    "SELECT * { ?s ?p 'a' . #\r SERVICE ?x {}\n}",
    "PREFIX ex: <http://example.org/> SELECT * { ?s ex:\\'a 1 SERVICE <http://example.org/> {} }",
    "ASK { FILTER NOT EXISTS { SERVICE <http://example.org/> {} } }",
]

HARMLESS = [
    "PREFIX service: <http://example.org/> SELECT * { GRAPH service:a{} }",
    "SELECT * { ?service $service 'SERVICE', '''a'SERVICE'''@service, <http://example.org/service#> }",
    "SELECT * { ?s ?p ?o } #SERVICE",
    'SELECT * { ?a ?p "a\\u0022 SERVICE <x> {} " }',
    'SELECT * { ?a ?p """ " SERVICE "" \\""" SERVICE """ }',
    "PREFIX ex: <http://example.org/> SELECT * { ?s ex:a.SERVICE ?x . _:SERVICE ex:service ?y }",
    "PREFIX service: <http://example.org/> SELECT * { ?s service:a service:b }",
]


@pytest.mark.parametrize("query", CALLS)
def test_service_is_refused(query: str) -> None:
    with pytest.raises(MalformedRequest, match="SERVICE"):
        check(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_service_elsewhere_is_no_call(query: str) -> None:
    assert not calls_service(query)
    check(query)


def test_nesting_is_bounded_before_the_parser_sees_it() -> None:
    with pytest.raises(MalformedRequest, match="256"):
        check("SELECT * " + "{" * 4096 + "}" * 4096)
    check("SELECT * " + "{} " * 4096)
    check("SELECT * { ?s ?p '" + "{" * 4096 + "' }")


def test_depth_counts_brackets_that_are_open_at_once() -> None:
    assert depth("SELECT (1 AS ?a) { { ?s ?p ( [] ) } }") == 4


@pytest.mark.parametrize(
    ("text", "update"),
    [
        ("INSERT DATA {}", True),
        ("PREFIX insert: <http://example.org/> BASE <http://example.org/> # a\n dElEtE WHERE {}", True),
        ("SELECT * { ?s ?p 'INSERT' }", False),
        ("", False),
    ],
)
def test_updates_are_told_from_queries(text: str, update: bool) -> None:
    assert is_update(text) is update


@given(st.text(alphabet=st.sampled_from("<>\"'\\#{}().:@?_- \nabserviceSERVICE1é"), max_size=60))
def test_the_lexer_never_fails_and_loses_no_bare_character(text: str) -> None:
    found = list(tokens(text))
    assert all(text.startswith(token.text, token.start) for token in found)
    assert all(token.text.strip() for token in found)
