"""A database of DuckDB in memory that fetches nothing and prints nothing."""

import duckdb

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # One thread, so that rows and row groups are the same at every build, and that no fork loses one.
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def open_database(**settings: str | int) -> duckdb.DuckDBPyConnection:
    """A connection to a new database with settings of DuckDB beyond those that all have here."""
    connection = duckdb.connect(config=_SETTINGS | settings)
    # After two seconds it would write to standard output, whatever that is. It can be set only here.
    connection.execute("SET enable_progress_bar = false")
    return connection
