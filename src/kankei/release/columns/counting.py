"""Counts what tables of DuckDB hold."""

from typing import Any

import duckdb

from kankei.namespaces import RDF, XSD
from kankei.release.columns.schema import TABLES
from kankei.release.columns.statistics import PropertyCounts, Statistics

_TYPE = RDF + "type"
_VALUED = tuple(
    XSD + name for name in ("integer", "decimal", "double", "float", "boolean", "dateTime", "date", "time")
)


def statistics_of(connection: duckdb.DuckDBPyConnection, release: str) -> Statistics:
    """The statistics of the tables in a database, which are those of a release."""

    def pairs(query: str, *parameters: object) -> dict[str, Any]:
        return dict(connection.execute(query, parameters).fetchall())

    counted = connection.execute(
        "SELECT lexical, triples, subjects, objects FROM (SELECT p, count(*) AS triples, "
        "count(DISTINCT s) AS subjects, count(DISTINCT o) AS objects FROM triples_by_subject GROUP BY p) "
        "JOIN terms ON id = p ORDER BY lexical"
    ).fetchall()
    (valueless,) = connection.execute(
        "SELECT count(*) FROM terms WHERE list_contains(?, datatype) "
        "AND coalesce(exact, approximate) IS NULL AND seconds IS NULL AND truth IS NULL",
        [list(_VALUED)],
    ).fetchall()[0]
    return Statistics(
        release,
        {table.name: _count(connection, table.name) for table in TABLES},
        {iri: PropertyCounts(*counts) for iri, *counts in counted},
        pairs(
            "SELECT lexical, count(*) FROM triples_by_object JOIN terms ON id = o WHERE p = "
            "(SELECT id FROM terms WHERE kind = 2 AND lexical = ?) GROUP BY lexical ORDER BY lexical",
            _TYPE,
        ),
        pairs("SELECT lexical, count(*) FROM quads JOIN terms ON id = g GROUP BY lexical ORDER BY lexical"),
        pairs("SELECT datatype, count(*) FROM terms WHERE kind = 3 GROUP BY datatype ORDER BY datatype"),
        valueless,
    )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0]  # noqa: S608 - a constant
    return int(count)
