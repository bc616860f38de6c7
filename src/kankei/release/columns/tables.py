"""Tables of DuckDB, filled from N-Quads: a dictionary of terms, and statements of their numbers."""

from pathlib import Path

import duckdb

_STATEMENTS = Path(__file__).with_name("tables.sql")


def fill_tables(connection: duckdb.DuckDBPyConnection, lines: Path) -> None:
    """Create and fill the tables of the schema from a file of N-Quads.

    The lines are those that the store writes; each has a named graph. `triples_by_subject` and
    `triples_by_object` are the merge of all graphs.
    """
    connection.execute("SET VARIABLE lines = ?", [str(lines)])
    connection.execute(_STATEMENTS.read_text(encoding="utf-8"))
