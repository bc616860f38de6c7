"""Which queries have the same result each time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.query.determinism import DeterminismCheck, is_deterministic


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?t) {}",
        "SELECT (now ( ) AS ?t) {}",
        "SELECT (NOW# when\n() AS ?t) {}",
        "SELECT * { ?s ?p ?o FILTER(rAnD() < 0.5) }",
        "SELECT * { ?s ?p ?o FILTERRAND() }",
        "SELECT * { ?s ?p ?o } ORDER BYRAND()",
        "SELECT * { BIND(UUID() AS ?u) }",
        "SELECT * { BIND(STRUUID() AS ?u) }",
        'SELECT * { BIND(BNODE("a") AS ?u) }',
        "SELECT * { ?s ?a ?b FILTER(?a<NOW()&&?b>1) }",
        "SELECT (IF(?a<RAND(),?b>1,2) AS ?c) {}",
        "CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { _:b ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p (1 2) } WHERE { ?s ?p ?o }",
        "SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }",
    ],
)
def test_results_that_differ_from_time_to_time(query: str) -> None:
    assert not is_deterministic(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?now ?rand ?uuid }",
        'SELECT * { ?s ?p "NOW()" }',
        "SELECT * { ?s ?p '''RAND() UUID()''' }",
        "SELECT * { ?s ?p ?o } # NOW()",
        "SELECT * { <http://example.org/NOW()> ?p ?o }",
        "PREFIX now: <http://example.org/> SELECT * { now:RAND ?p ?o }",
        "SELECT * { [] ?p _:b . ?s ?q (1 2) FILTER(?now < 1) }",
        "CONSTRUCT { ?s ?p ?o } WHERE { [] ?p ?o ; ?q (1) FILTER(?o > 1) }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <http://example.org/construct>",
        'SELECT * { ?s ?p "service" }',
    ],
)
def test_results_that_are_the_same_each_time(query: str) -> None:
    assert is_deterministic(query)


STRANGE = st.text(st.characters(codec="utf-8", exclude_characters="\"'\\\n\r"))


@given(STRANGE, st.sampled_from(["NOW()", "rand()", "UUID ()", "bnode()"]))
def test_what_stands_in_a_string_or_comment_calls_nothing(text: str, call: str) -> None:
    assert is_deterministic(f'SELECT * {{ ?s ?p "{text}{call}" }}')
    assert is_deterministic(f"SELECT * {{ ?s ?p ?o }} # {text}{call}")


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    is_deterministic(text + " NOW() CONSTRUCT {" + text)


def test_what_needs_no_lexer_is_known_and_what_was_lexed_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = DeterminismCheck()
    assert check.known("SELECT ?known { ?brand ?p 'uuid' }")
    for query, deterministic in (("SELECT (NOW() AS ?t) {}", False), ("CONSTRUCT WHERE { ?s ?p ?o }", True)):
        assert check.known(query) is None
        assert check.lex(query) is deterministic
        assert check.known(query) is deterministic
    monkeypatch.setattr("kankei.engine.query.determinism._MEMOIZED", 2)
    check.lex("SELECT (RAND() AS ?r) {}")
    assert check.known("SELECT (NOW() AS ?t) {}") is None, "the oldest goes first"


def test_a_query_too_long_to_be_lexed_is_not_known_to_be_deterministic() -> None:
    query = "SELECT * { ?s ?p 'now()' } #" + "a" * 5_000
    assert not is_deterministic(query)
    assert DeterminismCheck().known(query) is False
    assert is_deterministic(query.replace("now", "know").replace("()", ""))


@pytest.mark.parametrize(
    "unit",
    ["now .", "now ....", "rand(", "now#", "now 'now ", "now\n", "{", "'''now'''", "construct{", "#now()\n"],
)
def test_a_hostile_text_takes_little_time(unit: str) -> None:
    query = "SELECT * { now() construct " + unit * (1_000_000 // len(unit))
    begun = time.process_time()
    DeterminismCheck().known(query)
    is_deterministic(query)
    assert time.process_time() - begun < 1, "lexing it took seven seconds"
    shorter = query[:4096]
    begun = time.process_time()
    DeterminismCheck().lex(shorter)
    assert time.process_time() - begun < 0.5
