"""The tables of a release in a database in memory, and the identifiers of terms in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from kankei.engine.algebra.terms import Term
from kankei.engine.columnar.column_files import read_statistics
from kankei.engine.columnar.term_index import TermIndex
from kankei.errors import BrokenRelease
from kankei.release.columns.counting import statistics_of
from kankei.release.columns.schema import SCHEMA_VERSION, TABLES, ColumnTable
from kankei.release.columns.statistics import Statistics
from kankei.release.columns.tables import fill_tables
from kankei.release.database import open_database
from kankei.release.reader import Release

_SETTINGS: dict[str, str | int] = {
    "async_threads": 0,
    # What a query does not have in memory it does not have.
    "temp_directory": "",
    "max_temp_directory_size": "0B",
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
        connection = open_database(**_SETTINGS)
        fill_tables(connection, lines)
        return cls.of_connection(connection)

    @classmethod
    def of_release(cls, release: Release) -> Self:
        """The tables of a release; raises `BrokenRelease` for files that are not its columns."""
        statistics = read_statistics(release)
        connection = open_database(**_SETTINGS)
        for table in TABLES:
            _load(connection, table, release, statistics)
        return cls(connection, statistics, TermIndex.of(connection))

    @classmethod
    def of_connection(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The tables that a database holds."""
        return cls(connection, statistics_of(connection, ""), TermIndex.of(connection))

    def identifiers(self, terms: Sequence[Term]) -> Sequence[int | None]:
        """The identifier of each term, or none where the release has no such term.

        A literal is looked up as written, so that one whose form the store would change is not found.
        """
        return [self.index.find(term) for term in terms]

    def lock(self, query_bytes: int) -> None:
        """Let queries have so many bytes beside the tables, and reach no file, network or setting."""
        (used,) = self.connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0]
        self.connection.execute(f"SET memory_limit = '{(int(used) + query_bytes) // 1000}KB'")
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            self.connection.execute(f"SET {setting}")


def _load(
    connection: duckdb.DuckDBPyConnection, table: ColumnTable, release: Release, statistics: Statistics
) -> None:
    file = str(release.file(table.file))
    expected = {"schema": str(SCHEMA_VERSION), "release": release.manifest.version}
    try:
        query = "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)"
        metadata = dict(connection.execute(query, [file]).fetchall())
        columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in table.columns.items())
        query = f"CREATE TABLE {table.name} AS SELECT {columns} FROM read_parquet(?)"  # noqa: S608 - constants
        ((rows,),) = connection.execute(query, [file]).fetchall()
    except duckdb.Error as error:
        raise BrokenRelease(f"the columns cannot be read: {error}", file) from error
    if expected.items() - metadata.items() or rows != statistics.rows[table.name]:
        raise BrokenRelease("the file is not of these columns", file)
