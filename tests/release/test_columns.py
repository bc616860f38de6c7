"""Columns of statements: terms as the store has them, their values, statements in their order."""

import os
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyoxigraph as ox
import pytest

from kankei.engine.algebra.terms import Iri, Literal
from kankei.engine.columnar.tables import Columns
from kankei.errors import BuildFailed
from kankei.namespaces import RDF, XSD
from kankei.release import database
from kankei.release.columns import parquet_files
from kankei.release.columns.schema import (
    BY_OBJECT,
    BY_SUBJECT,
    QUADS,
    SCHEMA_VERSION,
    STATISTICS,
    TABLES,
    TERMS,
    ColumnTable,
)
from kankei.release.columns.statistics import Statistics
from kankei.release.reader import QUADS as RELEASE_QUADS
from kankei.release.reader import Release
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


def rows(source: Columns, query: str) -> Sequence[Any]:
    return source.connection.execute(query).fetchall()


@pytest.mark.parametrize("lexical", WRITTEN)
def test_a_literal_has_the_characters_that_the_store_has(lexical: str) -> None:
    terms = ox.Literal(lexical), ox.Literal(lexical, language="ja")
    found = rows(columns(*terms), "SELECT lexical, datatype, language FROM terms WHERE kind = 3 ORDER BY id")
    assert found == [(lexical, RDF + "langString", "ja"), (lexical, XSD + "string", "")]


def test_terms_are_numbered_by_kind_and_code_points() -> None:
    named = [ox.NamedNode(f"http://e.example/{name}") for name in ("Z", "a", "é", "\uffee", "𠮷")]
    found = rows(columns(ox.Literal("a"), *named, ox.BlankNode("b")), "SELECT * FROM terms WHERE id >= 0")
    assert [row[0] for row in found] == list(range(len(found)))
    assert [row[1] for row in found] == [1] + [2] * 8 + [3]
    assert [row[2] for row in found[1:-1]] == sorted(row[2] for row in found[1:-1])


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


def test_integers_are_there_as_such() -> None:
    source = columns(typed("-7", "integer"), typed("7", "decimal"), typed("9223372036854775808", "integer"))
    found = rows(source, "SELECT lexical, whole FROM terms WHERE kind = 3 ORDER BY lexical")
    assert found == [("-7", -7), ("7", None), ("9223372036854775808", None)]


MOMENTS = [
    ("1970-01-01", "date", 62_135_596_800, None),
    ("2025-04-01+09:00", "date", 63_879_030_000, datetime(2025, 3, 31, 15)),
    ("2025-04-01T00:30:00.5-05:30", "dateTime", Decimal("63879084000.5"), None),
    ("2025-04-01T12:00:00.000000000000000001Z", "dateTime", Decimal("63879105600.000000000000000001"), None),
    ("-0001-12-31", "date", -31_622_400 - 86_400, None),
    ("12345-01-01", "date", 389_538_979_200, None),
    ("2025-02-30", "date", None, None),
    ("2025-04-01T24:00:01", "dateTime", None, None),
    ("2025-04-01T12:60:00", "dateTime", None, None),
    ("25-04-01", "date", None, None),
    ("2025-04-01+14:30", "date", None, None),
    ("--02-29", "gMonthDay", None, None),
]


@pytest.mark.parametrize(("lexical", "datatype", "seconds", "moment"), MOMENTS)
def test_a_date_has_its_place_on_the_timeline(
    lexical: str, datatype: str, seconds: Decimal | None, moment: datetime | None
) -> None:
    ((found, zoned, beginning),) = rows(
        columns(typed(lexical, datatype)), "SELECT seconds, zoned, moment FROM terms WHERE kind = 3"
    )
    assert found == seconds
    if moment:
        assert beginning == moment
    assert zoned is (None if found is None else lexical[-3] == ":" or lexical.endswith("Z"))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("dateTime", "2025-01-01T00:00:00 2025-01-01T00:00:01 2025-01-01T24:00:00 2024-12-31T23:59:59.9"),
        ("dateTime", "2025-01-01T00:00:00+09:00 2025-01-01T00:00:00Z 2024-12-31T15:00:01Z"),
        ("date", "2025-01-01 2024-12-31 2024-02-29 0001-01-01 -0001-01-01"),
        ("time", "00:00:00 12:30:00 12:29:59.5 23:59:59"),
        ("gYear", "2025 1999 -0001 10000"),
        ("gYearMonth", "2025-01 2024-12 2025-02"),
        ("gMonth", "--01 --12 --02"),
        ("gMonthDay", "--02-28 --03-01 --01-31"),
        ("gDay", "---01 ---31 ---15"),
    ],
)
def test_dates_are_ordered_as_the_store_orders_them(kind: str, values: str) -> None:
    literals = [typed(value, kind) for value in values.split()]
    source = columns(*literals)
    found = rows(source, "SELECT a.lexical, b.lexical FROM terms a, terms b WHERE a.seconds < b.seconds")
    store = ox.Store()
    store.extend(ox.Quad(S, P, literal, ox.DefaultGraph()) for literal in literals)
    wanted = store.query("SELECT ?a ?b { ?s ?p ?a, ?b FILTER(?a < ?b) }")
    assert isinstance(wanted, ox.QuerySolutions)
    assert len(found) == len(literals) * (len(literals) - 1) // 2
    assert sorted(found) == sorted((row["a"].value, row["b"].value) for row in wanted)


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
    wanted: list[Iri | Literal] = [
        Iri(P.value),
        Literal("a"),
        Literal("a", language="En"),
        Literal("1", XSD + "integer"),
    ]
    absent = (Iri("a"), Literal("b"), Literal("a", XSD + "integer"))
    found = source.identifiers([*wanted, *absent])
    assert found[len(wanted) :] == [None] * len(absent)
    for term, identifier in zip(wanted, found, strict=False):
        (row,) = rows(source, f"SELECT lexical, language FROM terms WHERE id = {identifier}")
        if isinstance(term, Iri):
            assert row == (term.value, "")
        else:
            assert row == (term.lexical, term.language.lower())


@pytest.mark.parametrize(("table", "graph"), [(BY_SUBJECT, False), (BY_OBJECT, False), (QUADS, True)])
def test_the_files_of_a_release_hold_the_statements_of_its_store(
    table: ColumnTable, graph: bool, seed_release: Release, seed_store: ox.Store
) -> None:
    terms = duckdb.read_parquet(str(seed_release.file(TERMS.file))).fetchall()
    written = [_written(*row[1:5]) for row in terms]
    found = [tuple(written[number] for number in row) for row in _rows(seed_release, table)]
    wanted = {
        tuple(str(term) for term in ((quad.graph_name,) if graph else ()) + _parts(quad))
        for quad in seed_store
        if graph is (quad.graph_name != ox.DefaultGraph())
    }
    assert len(found) == len(wanted) == Statistics.read(seed_release.read(STATISTICS)).rows[table.name]
    assert set(found) == wanted


def _rows(release: Release, table: ColumnTable) -> list[Any]:
    rows = duckdb.read_parquet(str(release.file(table.file)))
    assert dict(zip(rows.columns, map(str, rows.types), strict=True)) == table.columns
    found = rows.fetchall()
    assert found == sorted(found, key=lambda row: [row[rows.columns.index(name)] for name in table.order])
    return found


def _parts(quad: ox.Quad) -> tuple[object, ...]:
    return quad.predicate, quad.subject, quad.object


def _written(kind: int, lexical: str, datatype: str, language: str) -> str:
    if kind == 1:
        return f"_:{lexical}"
    if kind == 2:
        return f"<{lexical}>"
    if language:
        return str(ox.Literal(lexical, language=language))
    return str(ox.Literal(lexical, datatype=ox.NamedNode(datatype)))


@pytest.mark.parametrize("threads", [1, 4])
def test_the_same_statements_give_the_same_bytes(
    threads: int, seed_release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._SETTINGS, "threads", threads)
    (tmp_path / "dumps").mkdir()
    os.link(seed_release.file(RELEASE_QUADS), tmp_path / RELEASE_QUADS)
    parquet_files.write_columns(tmp_path, seed_release.manifest.version)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["columns", "dumps"]
    for file in (tmp_path / "columns").iterdir():
        assert file.read_bytes() == seed_release.read(f"columns/{file.name}"), file.name


def test_each_file_says_its_schema_and_release(seed_release: Release) -> None:
    for table in TABLES:
        query = "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)"
        found = dict(duckdb.execute(query, [str(seed_release.file(table.file))]).fetchall())
        assert found["schema"] == str(SCHEMA_VERSION)
        assert found["release"] == seed_release.manifest.version


def test_columns_that_cannot_be_written_fail_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="columns"):
        parquet_files.write_columns(tmp_path, "v")
