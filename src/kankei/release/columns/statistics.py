"""Counts of the columns, for the choice of engine and the order of joins; imports nothing of the build."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import duckdb

from kankei.namespaces import RDF, XSD
from kankei.release.columns.schema import SCHEMA_VERSION, TABLES

_TYPE = RDF + "type"
_VALUED = tuple(
    XSD + name for name in ("integer", "decimal", "double", "float", "boolean", "dateTime", "date", "time")
)


@dataclass(frozen=True)
class PropertyCounts:
    """Triples of the merged graph with a property, and how many subjects and objects they have."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Statistics:
    """Schema version and release of columns, and what they hold.

    `rows` counts those of each table, `properties` and `classes` what the merged graph holds, `graphs` the
    statements of each named graph, `datatypes` the literals of each datatype in the dictionary. `valueless`
    counts literals of a datatype with values that the columns of values have none for.
    """

    release: str
    rows: Mapping[str, int]
    properties: Mapping[str, PropertyCounts]
    classes: Mapping[str, int]
    graphs: Mapping[str, int]
    datatypes: Mapping[str, int]
    valueless: int
    schema: int = SCHEMA_VERSION

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, release: str) -> Self:
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
        return cls(
            release,
            {table.name: _count(connection, table.name) for table in TABLES},
            {iri: PropertyCounts(*counts) for iri, *counts in counted},
            pairs(
                "SELECT lexical, count(*) FROM triples_by_object JOIN terms ON id = o WHERE p = "
                "(SELECT id FROM terms WHERE kind = 2 AND lexical = ?) GROUP BY lexical ORDER BY lexical",
                _TYPE,
            ),
            pairs(
                "SELECT lexical, count(*) FROM quads JOIN terms ON id = g GROUP BY lexical ORDER BY lexical"
            ),
            pairs("SELECT datatype, count(*) FROM terms WHERE kind = 3 GROUP BY datatype ORDER BY datatype"),
            valueless,
        )

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The statistics in a file.

        Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for something else.
        """
        fields: dict[str, Any] = json.loads(content)
        properties = {iri: PropertyCounts(**counts) for iri, counts in fields.pop("properties").items()}
        return cls(properties=properties, **fields)

    def json(self) -> bytes:
        """The statistics in their canonical form."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0]  # noqa: S608 - a constant
    return int(count)
