"""ORDER BY over terms that cannot be compared: an order that SPARQL allows, and never a panic."""

from collections.abc import Sequence
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
LITERALS = st.one_of(
    typed("integer", NUMBERS | st.just("ten")),
    typed("decimal", NUMBERS.map(lambda number: f"{number}.5")),
    typed("double", NUMBERS | st.sampled_from(("NaN", "INF", "-INF"))),
    typed("boolean", st.sampled_from(("true", "false", "maybe"))),
    typed("date", DATES | DATES.map(lambda day: f"{day}Z") | st.just("2025-02-31")),
    typed(
        "dateTime", DATES.map(lambda day: f"{day}T00:00:00") | DATES.map(lambda day: f"{day}T00:00:00+14:00")
    ),
    typed("string", NUMBERS | st.text(max_size=3)),
    st.builds(lambda value, tag: ox.Literal(value, language=tag), NUMBERS, st.sampled_from(("en", "ja"))),
)
TERMS = LITERALS | NUMBERS.map(lambda number: ox.NamedNode(f"http://example.org/{number}"))
CLASSES = {"integer": "number", "decimal": "number", "double": "number"}


def rows(terms: Sequence[Term], order: str) -> list[Term]:
    """The terms in the order of the store."""
    store = ox.Store()
    for number, term in enumerate(terms):
        subject = ox.NamedNode(f"http://example.org/s{number}")
        store.add(ox.Quad(subject, ox.NamedNode("http://example.org/p"), term))
    results = store.query(totally_ordered(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {order}"))
    assert isinstance(results, ox.QuerySolutions)
    return [solution["o"] for solution in results]


def is_less(first: Term, second: Term) -> bool:
    """Whether SPARQL says that a term is less than another; `False` where it says nothing."""
    return bool(ox.Store().query(f"ASK {{ VALUES (?a ?b) {{ ({first} {second}) }} FILTER(?a < ?b) }}"))


@given(st.lists(TERMS, max_size=25))
def test_what_can_be_compared_is_in_order(terms: list[Term]) -> None:
    for order, flipped in (("?o", False), ("DESC(?o)", True)):
        found = rows(terms, order)
        assert sorted(map(str, found)) == sorted(map(str, terms))
        for first, second in combinations(found[::-1] if flipped else found, 2):
            assert not is_less(second, first), (str(first), str(second))


def test_kinds_of_terms_come_in_the_order_of_the_specification() -> None:
    found = rows([ox.Literal("a"), ox.NamedNode("http://example.org/"), ox.BlankNode()], "?o")
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
        "SELECT ?p (SAMPLE(?o) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(MAX(?o)) ?n",
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
