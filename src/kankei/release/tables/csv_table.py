"""CSV (RFC 4180) with CSV on the Web metadata (https://www.w3.org/TR/tabular-metadata/)."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kankei.localisation import catalogue
from kankei.release.table_formats import inert
from kankei.release.tables.columns import Column, Row, Table

SEPARATOR = "; "


@dataclass(frozen=True)
class CsvTable:
    """A CSV file under construction."""

    table: Table
    output: IO[str]

    @classmethod
    @contextmanager
    def create(cls, table: Table, folder: Path) -> Iterator["CsvTable"]:
        """A new file with its header, closed at the end.

        It has a byte order mark, without which Excel in Japan takes UTF-8 for Shift JIS.
        """
        with (folder / f"{table.name}.csv").open("x", encoding="utf-8-sig", newline="") as output:
            csv.writer(output, lineterminator="\r\n").writerow(column.name for column in table.columns)
            yield cls(table, output)

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        writer = csv.writer(self.output, lineterminator="\r\n")
        writer.writerows([_cell(column, row) for column in self.table.columns] for row in rows)


def joined(values: Iterable[str]) -> str:
    """The values of a list in one cell."""
    return SEPARATOR.join(values)


def _cell(column: Column, row: Row) -> str:
    values = row.get(column.name, ())
    return joined(map(inert, values) if column.is_text else values)


def write_metadata(table: Table, licence: str, file: Path) -> None:
    """Write the metadata of a table, which tells the titles of its columns, their datatypes and lists."""
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": f"{table.name}.csv",
        "dc:title": _language_values(table.titles),
        "dc:description": _language_values(catalogue("kankei.release").text("table-remarks")._asdict()),
        "dc:license": {"@id": licence},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {
            "columns": [_column_metadata(column) for column in table.columns],
            "primaryKey": table.key.name,
        },
    }
    file.write_bytes(json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n")


def _column_metadata(column: Column) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": column.name,
        # Plain strings, which every validator reads; the header, which the first must be, is the name.
        "titles": [column.name, column.titles["ja"]],
        "dc:title": _language_values(column.titles),
        "datatype": column.datatype,
    }
    if column.language:
        metadata["lang"] = column.language
    if column.is_list:
        metadata["separator"] = SEPARATOR
    return metadata


def _language_values(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": texts[language], "@language": language} for language in sorted(texts)]
