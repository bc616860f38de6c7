"""Rows of a table on disk, one JSON object a line with its typed values, until all formats are written."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kankei.release.tables.columns import Row, Table

Value = bool | int | float | str
"""A typed value of a cell; dates as in ISO 8601."""

_TYPES: Mapping[str, Callable[[str], Value]] = {
    "boolean": lambda text: text in {"true", "1"},
    "integer": int,
    "decimal": float,
}


@dataclass
class RowSpool:
    """The rows of a table in a file, and how many there are."""

    table: Table
    file: Path
    count: int = 0

    @contextmanager
    def writing(self) -> Iterator["SpoolWriter"]:
        """A writer of the rows."""
        with self.file.open("xb") as output:
            yield SpoolWriter(self, output)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as written: columns without a value are left out, those that are lists have lists."""
        with self.file.open("rb") as lines:
            for line in lines:
                yield json.loads(line)


@dataclass
class SpoolWriter:
    """Appends rows to a spool."""

    spool: RowSpool
    output: IO[bytes]

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows with typed values."""
        columns = [(c.name, _TYPES.get(c.datatype, str), c.is_list) for c in self.spool.table.columns]
        for row in rows:
            typed = {
                name: [kind(text) for text in row[name]] if is_list else kind(row[name][0])
                for name, kind, is_list in columns
                if name in row
            }
            self.output.write(json.dumps(typed, ensure_ascii=False).encode() + b"\n")
            self.spool.count += 1
