"""The items of GIF DS-451-4 (行政サービス・制度), in the order of the model, and records as CSV.

See `profiles/gif/README.md`. Imports nothing of the build.
"""

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kankei.release.table_formats import inert

CONTACT = "連絡先情報"


@dataclass(frozen=True)
class Item:
    """An item by its official name; `column` is the variable of the query that has its values, or empty."""

    name: str
    column: str = ""
    required: bool = False


_FILE = Path(__file__).with_name("gif_items.toml")
ITEMS = tuple(Item(**row) for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["items"])

Record = Mapping[str, Any]
"""A programme's values by item; those that the source does not state are left out."""


def csv_header() -> bytes:
    """The line of the names of all items, after a byte order mark."""
    return b"\xef\xbb\xbf" + _line([item.name for item in ITEMS])


def csv_lines(records: Iterable[Record]) -> bytes:
    """A line for each record."""
    return b"".join(_line([_cell(record.get(item.name, "")) for item in ITEMS]) for record in records)


def csv_metadata(url: str) -> bytes:
    """The metadata of the CSV file (https://www.w3.org/TR/tabular-metadata/): the items are the titles."""
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": url,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": [{"titles": item.name, "datatype": _datatype(item)} for item in ITEMS]},
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _datatype(item: Item) -> str:
    return {"ceiling": "integer", "rate": "decimal", "start": "date", "end": "date"}.get(
        item.column, "string"
    )


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return inert(" ".join(value.values()))
    return inert(value) if isinstance(value, str) else str(value)


def _line(cells: list[str]) -> bytes:
    output = io.StringIO()
    csv.writer(output, lineterminator="\r\n").writerow(cells)
    return output.getvalue().encode()
