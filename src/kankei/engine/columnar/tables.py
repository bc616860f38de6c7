"""The tables of a release in a database in memory, and the identifiers of terms in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from kankei.engine.algebra.terms import Term
from kankei.engine.columnar.term_index import TermIndex
from kankei.release.columns.schema import TABLES
from kankei.release.columns.statistics import Statistics
from kankei.release.columns.tables import fill_tables

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@dataclass(frozen=True)
class Columns:
    """A database with the tables of `kankei.release.columns.schema`, and an index of its terms."""

    connection: duckdb.DuckDBPyConnection
    statistics: Statistics
    index: TermIndex

    @classmethod
    def of_lines(cls, lines: Path) -> Self:
        """The tables of a file of N-Quads without a default graph."""
        connection = duckdb.connect(config=_SETTINGS)
        fill_tables(connection, lines)
        return cls.of_connection(connection)

    @classmethod
    def open(cls, release: Path) -> Self:
        """The tables in the Parquet files of a release folder."""
        connection = duckdb.connect(config=_SETTINGS)
        for table in TABLES:
            connection.execute(
                f"CREATE TABLE {table.name} AS SELECT * FROM read_parquet(?)",  # noqa: S608 - a constant
                [str(release / table.file)],
            )
        return cls.of_connection(connection)

    @classmethod
    def of_connection(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The tables that a database holds."""
        return cls(connection, Statistics.of(connection, ""), TermIndex.of(connection))

    def identifiers(self, terms: Sequence[Term]) -> Sequence[int | None]:
        """The identifier of each term, or none where the release has no such term.

        A literal is looked up as written, so that one whose form the store would change is not found.
        """
        return [self.index.find(term) for term in terms]
