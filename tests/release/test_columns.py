"""Columns of statements: terms as the store has them, their values, statements in their order."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import pyoxigraph as ox
import pytest

from kankei.engine.algebra.terms import Iri, Literal
from kankei.engine.columnar.tables import Columns
from kankei.namespaces import RDF, XSD
from support.columns import columns_of

S, P = ox.NamedNode("http://e.example/s"), ox.NamedNode("http://e.example/p")
WRITTEN = [
    "",
    'a "quoted" word',
    'back\\slash, \\n no line, \\\\" three',
    "lines\nand\r\nreturns\tand tabs",
    "\b\f\x00\x01\x1f\x7f\x85\u2028",
    "\\u0041 is no escape",
    "a .  <http://e.example/g> .",
    "関係人口 𠮷",
    "' ;-- \x1a",
]


def typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))


def columns(*objects: ox.NamedNode | ox.BlankNode | ox.Literal) -> Columns:
    return columns_of(ox.Quad(S, P, term, ox.DefaultGraph()) for term in objects)


def rows(source: Columns, query: str) -> Sequence[Sequence[object]]:
    return source.connection.execute(query).fetchall()


@pytest.mark.parametrize("lexical", WRITTEN)
def test_a_literal_has_the_characters_that_the_store_has(lexical: str) -> None:
    terms = ox.Literal(lexical), ox.Literal(lexical, language="ja")
    found = rows(columns(*terms), "SELECT lexical, datatype, language FROM terms WHERE kind = 3 ORDER BY id")
    assert found == [(lexical, RDF + "langString", "ja"), (lexical, XSD + "string", None)]


def test_terms_are_numbered_by_kind_and_code_points() -> None:
    named = [ox.NamedNode(f"http://e.example/{name}") for name in ("Z", "a", "é", "\uffee", "𠮷")]
    found = rows(columns(ox.Literal("a"), *named, ox.BlankNode("b")), "SELECT * FROM terms WHERE id >= 0")
    assert [row[0] for row in found] == list(range(len(found)))
    assert [row[1] for row in found] == [1] + [2] * 8 + [3]
    assert [row[2] for row in found[1:-1]] == sorted(row[2] for row in found[1:-1])  # type: ignore[type-var]


def test_valid_literals_have_values() -> None:
    source = columns(
        typed("5", "integer"), typed("-0.5", "decimal"), typed("9223372036854775808", "integer"),
        typed("five", "integer"), typed("1.5e3", "double"), typed("-INF", "double"), typed("0.1", "float"),
        typed("true", "boolean"), typed("yes", "boolean"), ox.Literal("7"),
    )  # fmt: skip
    found = rows(
        source, "SELECT lexical, exact, approximate, truth FROM terms WHERE kind = 3 ORDER BY lexical"
    )
    assert found == [
        ("-0.5", Decimal("-0.5"), None, None),
        ("-INF", None, float("-inf"), None),
        ("0.1", None, pytest.approx(0.1, rel=1e-7), None),
        ("1500", None, 1500.0, None),
        ("5", Decimal(5), None, None),
        ("7", None, None, None),
        ("9223372036854775808", None, None, None),
        ("five", None, None, None),
        ("true", None, None, True),
        ("yes", None, None, None),
    ]


def test_dates_have_the_moment_at_which_they_begin() -> None:
    source = columns(
        typed("2025-04-01", "date"), typed("2025-04-01+09:00", "date"), typed("2025-02-30", "date"),
        typed("2025", "gYear"), typed("2025-04", "gYearMonth"),
        typed("2025-04-01T00:00:00.5-05:30", "dateTime"), typed("2025-04-01T12:00:00Z", "dateTime"),
        typed("2025-04-01T12:00:00", "dateTime"), ox.Literal("2025-04-01"),
    )  # fmt: skip
    found = rows(source, "SELECT lexical, moment, zone FROM terms WHERE kind = 3 ORDER BY lexical, datatype")
    assert found == [
        ("2025", datetime(2025, 1, 1), None),
        ("2025-02-30", None, None),
        ("2025-04", datetime(2025, 4, 1), None),
        ("2025-04-01", datetime(2025, 4, 1), None),
        ("2025-04-01", None, None),
        ("2025-04-01+09:00", datetime(2025, 3, 31, 15), 540),
        ("2025-04-01T00:00:00.5-05:30", datetime(2025, 4, 1, 5, 30, 0, 500_000), -330),
        ("2025-04-01T12:00:00", datetime(2025, 4, 1, 12), None),
        ("2025-04-01T12:00:00Z", datetime(2025, 4, 1, 12), 0),
    ]


def test_statements_are_sorted_and_counted() -> None:
    graph = ox.NamedNode("http://e.example/g")
    kind, person = ox.NamedNode(RDF + "type"), ox.NamedNode("http://e.example/Person")
    named = [ox.Quad(node, kind, person, graph) for node in (S, P)]
    source = columns_of([*named, *(ox.Quad(quad.subject, kind, person) for quad in named), ox.Quad(S, P, S)])
    for table, order in (("triples_by_subject", "p, s, o"), ("triples_by_object", "p, o, s")):
        found = rows(source, f"SELECT p, s, o FROM {table}")
        assert len(found) == 3
        assert found == rows(source, f"SELECT p, s, o FROM {table} ORDER BY {order}")
    assert source.statistics.rows["quads"] == 2
    assert source.statistics.classes == {person.value: 2}
    assert source.statistics.graphs == {graph.value: 2}
    counts = source.statistics.properties[kind.value]
    assert (counts.triples, counts.subjects, counts.objects) == (2, 2, 1)
    assert type(source.statistics).read(source.statistics.json()) == source.statistics


def test_terms_are_found_by_what_they_say() -> None:
    source = columns(ox.Literal("a"), ox.Literal("a", language="EN"), typed("1", "integer"), P)
    wanted = [Iri(P.value), Literal("a"), Literal("a", language="En"), Literal("1", XSD + "integer")]
    found = source.numbers([*wanted, Iri("a"), Literal("b"), Literal("a", XSD + "integer")])
    assert list(found) == wanted
    for term, number in found.items():
        (row,) = rows(source, f"SELECT lexical, language FROM terms WHERE id = {number}")
        if isinstance(term, Iri):
            assert row == (term.value, None)
        else:
            assert row == (term.lexical, term.language.lower() or None)
