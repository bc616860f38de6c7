"""Parquet, written by DuckDB: typed columns, lists as lists, Zstandard; the same rows give the same bytes."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from kankei.release.database import open_database
from kankei.release.tables.columns import Column
from kankei.release.tables.row_spool import RowSpool

_TYPES = {"boolean": "BOOLEAN", "date": "DATE", "decimal": "DOUBLE", "integer": "BIGINT"}
_MEMORY = "256MB"


def write_parquet(spools: Iterable[RowSpool], licence: str, folder: Path, scratch: Path) -> None:
    """Write a file of each table's rows, with its titles and licence as metadata.

    What does not fit into memory is in `scratch` meanwhile.
    """
    # To open a database takes ten times as long as to write a small table.
    with open_database(memory_limit=_MEMORY) as connection:
        connection.execute(f"SET temp_directory = {_text(str(scratch))}")
        for spool in spools:
            _copy(connection, spool, licence, folder / f"{spool.table.name}.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, spool: RowSpool, licence: str, file: Path) -> None:
    titles = spool.table.titles
    metadata = {"title_ja": titles["ja"], "title_en": titles["en"], "licence": licence}
    connection.execute(
        f"COPY (SELECT * FROM read_json({_text(str(spool.file))}, format = 'newline_delimited', "  # noqa: S608
        f"maximum_object_size = 67108864, columns = {{{_columns(spool)}}})) TO {_text(str(file))} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{_fields(metadata)}}})"
    )


def _columns(spool: RowSpool) -> str:
    return _fields({column.name: _type(column) for column in spool.table.columns})


def _type(column: Column) -> str:
    return _TYPES.get(column.datatype, "VARCHAR") + ("[]" if column.is_list else "")


def _fields(values: dict[str, str]) -> str:
    return ", ".join(f'"{name}": {_text(value)}' for name, value in values.items())


def _text(value: str) -> str:
    """A string literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
