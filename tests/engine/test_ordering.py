"""ORDER BY over terms that cannot be compared: an order that SPARQL allows, and never a panic."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.query.ordering import totally_ordered
from kankei.errors import MalformedQuery
from support.client import Client

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
XSD = "http://www.w3.org/2001/XMLSchema#"


def typed(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[ox.Literal]:
    return values.map(lambda value: ox.Literal(value, datatype=ox.NamedNode(XSD + name)))


NUMBERS = st.integers(-50, 150).map(str)
DATES = st.dates().map(str)
ZONES = st.sampled_from(("", "", "Z", "+14:00", "-14:00"))
# Beyond what a float, a double holds exactly.
LARGE = st.sampled_from([base + added for base in (2**24, 2**53, 2**63 - 3) for added in (0, 1, 2)]).map(str)
LITERALS = st.one_of(
    typed("integer", NUMBERS | LARGE | st.just("ten")),
    typed("decimal", NUMBERS.map(lambda number: f"{number}.5") | LARGE),
    typed("double", NUMBERS | LARGE | st.sampled_from(("NaN", "INF", "-INF", "1e-30", "2e-30", "0.1"))),
    typed("float", NUMBERS | LARGE | st.just("0.1")),
    typed("boolean", st.sampled_from(("true", "false", "maybe"))),
    typed("date", DATES | DATES.map(lambda day: f"{day}Z") | st.just("2025-02-31")),
    typed(
        "dateTime", DATES.map(lambda day: f"{day}T00:00:00") | DATES.map(lambda day: f"{day}T00:00:00+14:00")
    ),
    typed("string", NUMBERS | st.text(max_size=3)),
    st.builds(lambda value, tag: ox.Literal(value, language=tag), NUMBERS, st.sampled_from(("en", "ja"))),
)
# Kinds of which the engine compares some pairs by value and others by text, each in a column of its own.
PARTIAL = (
    typed("integer", LARGE) | typed("float", LARGE) | typed("double", LARGE),
    typed("gYear", st.builds("20{}{}".format, st.integers(10, 12), ZONES)),
    typed("gMonthDay", st.builds("--02-0{}{}".format, st.integers(1, 3), ZONES)),
    typed("time", st.builds("{}:00:00{}".format, st.integers(10, 23), ZONES)),
    typed("duration", st.builds("P{}{}".format, st.integers(1, 70), st.sampled_from("DM"))),
)
TERMS = LITERALS | NUMBERS.map(lambda number: ox.NamedNode(f"http://example.org/{number}"))
CLASSES = {"integer": "number", "decimal": "number", "double": "number"}


def rows(terms: Sequence[Term], order: str = "") -> list[Term]:
    """The terms as the store holds them, in an order."""
    store = ox.Store()
    for number, term in enumerate(terms):
        subject = ox.NamedNode(f"http://example.org/s{number}")
        store.add(ox.Quad(subject, ox.NamedNode("http://example.org/p"), term))
    results = store.query(totally_ordered(f"SELECT ?o {{ ?s ?p ?o }} {order}"))
    assert isinstance(results, ox.QuerySolutions)
    return [solution["o"] for solution in results]


@lru_cache(100_000)
def is_less(first: Term, second: Term) -> bool:
    """Whether SPARQL says that a term is less than another; `False` where it says nothing."""
    return bool(ox.Store().query(f"ASK {{ VALUES (?a ?b) {{ ({first} {second}) }} FILTER(?a < ?b) }}"))


@given(st.lists(TERMS, max_size=25) | st.one_of([st.lists(kind, max_size=50) for kind in PARTIAL]))
def test_what_can_be_compared_is_in_order(terms: list[Term]) -> None:
    for order, flipped in (("ORDER BY ?o", False), ("ORDER BY DESC(?o)", True)):
        found = rows(terms, order)
        assert Counter(found) == Counter(rows(terms))
        for first, second in combinations(found[::-1] if flipped else found, 2):
            assert not is_less(second, first), (str(first), str(second))


def test_kinds_of_terms_come_in_the_order_of_the_specification() -> None:
    found = rows([ox.Literal("a"), ox.NamedNode("http://example.org/"), ox.BlankNode()], "ORDER BY ?o")
    assert [type(term) for term in found] == [ox.BlankNode, ox.NamedNode, ox.Literal]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(COUNT(*)) STR(?p) LIMIT 3",
        "SELECT ?o { ?s ?p ?o }",
        "SELECT ?order { ?order ?p 'ORDER BY ?o' }",
        "SELECT ?o { ?s ?p ?o } ORDER BY (STRLEN(?o)) NOT EXISTS { ?o ?p ?q }",
    ],
)
def test_what_needs_no_rank_stays_as_it_is(query: str) -> None:
    assert totally_ordered(query) == query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o{?s ?p ?o}ORDER BY?o",
        f"SELECT * {{ {{ SELECT ?o {{ ?s ?p ?o }} order by asc((?o)) <{XSD}integer>(?o) }} }}",
        "SELECT ?o { ?s ?p ?o } ORDER BY (?o + 1) IF(BOUND(?o), ?o, 1) LIMIT 3 OFFSET 1 VALUES ?p { 1 }",
        "SELECT ?o { ?s ?p ?o } ORDER BY ?o VALUES (?p ?s) { (1 2) }",
        "SELECT ?p (SAMPLE(?o) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(MAX(?o)) ?n",
        "SELECT * { VALUES ?o { <<( <a:a> <a:b> 1 )>> <<( <a:a> <a:b> '1' )>> } } ORDER BY ?o",
        "SELECT (SUM(?o) AS ?n) { ?s ?p ?o } ORDER BY SUM(?o) ABS(?n)",
        "PREFIX order: <http://example.org/> SELECT ?o { ?s order:by ?o } ORDER BY #comment\n ?o",
    ],
)
def test_every_form_of_a_condition_is_ranked_and_parses(query: str) -> None:
    ranked = totally_ordered(query)
    assert ranked.count("isNumeric") >= 1
    ox.Store().query(ranked)


def test_what_cannot_be_ranked_is_refused_with_a_sentence() -> None:
    with pytest.raises(MalformedQuery, match="two words"):
        totally_ordered("SELECT ?o { ?s ?p ?o } ORDERBY ?o")
    with pytest.raises(MalformedQuery, match="bind its value"):
        totally_ordered(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY ({'?o+' * 1000}1)")
    with pytest.raises(MalformedQuery, match="another ORDER BY"):
        totally_ordered("SELECT ?o { } ORDER BY IF(EXISTS { SELECT ?o {} ORDER BY ?o LIMIT 1 }, 1, 'a')")
    with pytest.raises(MalformedQuery, match="at most 100 conditions"):
        totally_ordered(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {'?o ' * 40_000}")


def test_the_endpoint_sorts_every_term_of_a_release(web: Client) -> None:
    answer = web.get(
        f"/sparql?{urlencode({'query': 'SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?o'})}", "text/csv"
    )
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) > 3_000


def test_a_fault_is_told_at_its_place_in_the_text_that_was_sent(web: Client) -> None:
    answer = web.get(f"/sparql?{urlencode({'query': 'SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT many'})}")
    assert answer.status_code == 400
    assert "line 1, column 46" in answer.text


def cpu_seconds(query: str) -> float:
    begun = time.process_time()
    with suppress(MalformedQuery):
        totally_ordered(query)
    return time.process_time() - begun


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("asc(", ")"), ("('", "')"), ("[", "]"), ("#(\n", "")]
)
def test_rewriting_takes_linear_time(opening: str, closing: str) -> None:
    def query(size: int) -> str:
        return f"SELECT * {{}} ORDER BY {opening * size}STR(?o){closing * size}"

    short, long = (min(cpu_seconds(query(size)) for _ in range(3)) for size in (1_000, 8_000))
    assert long < 8 * 3 * short + 0.025


@pytest.mark.parametrize(
    "condition",
    ["IF(RAND() < 0.5, ?o, STR(?o))", "DESC(coalesce(1 / floor(rand() * 2), ?o))", "(STRDT(STRUUID(), ?d))"],
)
def test_a_random_choice_between_kinds_of_terms_is_refused_with_a_sentence(condition: str) -> None:
    with pytest.raises(MalformedQuery, match="at random: bind its value to a variable"):
        totally_ordered(f"SELECT * {{ ?s ?p ?o }} ORDER BY {condition}")


@pytest.mark.parametrize("condition", ["RAND()", "(RAND() * 10)", "IF(?o < 1, ?o, STR(?o))", "DESC(?rand)"])
def test_other_conditions_stay(condition: str) -> None:
    assert totally_ordered(f"SELECT * {{ ?s ?p ?o }} ORDER BY {condition}")
