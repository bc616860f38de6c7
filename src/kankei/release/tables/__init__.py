"""Tables: one SELECT query each, written as CSV, as Parquet and as a sheet of a workbook.

A pass over the programmes, some hundreds at a time, writes the rows of all tables to CSV and to a spool on
disk, from which Parquet and workbook are made; so the memory needed does not grow with the data.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from kankei.release.table_formats import WORKBOOK
from kankei.release.tables.columns import TABLES, Row, Table
from kankei.release.tables.csv_table import CsvTable, write_metadata
from kankei.release.tables.parquet import write_parquet
from kankei.release.tables.row_spool import RowSpool, SpoolWriter
from kankei.release.tables.rows import RowSource
from kankei.release.tables.workbook import write_workbook

__all__ = ["TABLES", "RowSource", "Table", "write_tables"]


class RowReceiver(Protocol):
    """Takes the rows of a table that it has itself, in the same pass over the programmes."""

    table: Table

    def write(self, rows: Sequence[Row]) -> None:
        """Take the next rows."""


def write_tables(
    source: RowSource, licence: str, folder: Path, receivers: Sequence[RowReceiver] = ()
) -> tuple[str, ...]:
    """Write each table as CSV with metadata and as Parquet, and one workbook of all; returns their names.

    A table about documents of a kind that the source does not have is left out.
    """
    paths = [document.path for document in source.documents]
    tables = [t for t in TABLES if not t.documents or any(path.startswith(t.documents) for path in paths)]
    with TemporaryDirectory(dir=folder) as scratch:
        spools = _write_rows(tables, source, folder, Path(scratch), receivers)
        for spool in spools:
            write_metadata(spool.table, licence, folder / f"{spool.table.name}.csv-metadata.json")
        write_parquet(spools, licence, folder, Path(scratch))
        write_workbook(spools, licence, folder / WORKBOOK, Path(scratch))
    return tuple(table.name for table in tables)


def _write_rows(
    tables: Sequence[Table],
    source: RowSource,
    folder: Path,
    scratch: Path,
    receivers: Sequence[RowReceiver],
) -> list[RowSpool]:
    """Write the CSV files, and the rows again for the other formats; hand receivers theirs."""
    spools = [RowSpool(table, scratch / table.name) for table in tables]
    with ExitStack() as files:
        writers = [
            (files.enter_context(CsvTable.create(spool.table, folder)), files.enter_context(spool.writing()))
            for spool in spools
        ]
        outputs: dict[str, Sequence[SpoolWriter | CsvTable | RowReceiver]] = {
            spool.table.name: pair for spool, pair in zip(spools, writers, strict=True)
        }
        outputs |= {receiver.table.name: (receiver,) for receiver in receivers}
        for table, rows in source.rows([*tables, *(receiver.table for receiver in receivers)]):
            for output in outputs[table.name]:
                output.write(rows)
    return spools
