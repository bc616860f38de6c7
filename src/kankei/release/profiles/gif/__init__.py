"""Programmes by the items of GIF DS-451-4, as JSON and CSV; what was verified is in the README beside it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kankei.namespaces import Base
from kankei.release.document_index import json_line
from kankei.release.gif_items import CONTACT, ITEMS, Record, csv_header, csv_lines, csv_metadata
from kankei.release.profile_views import GIF, ViewIndex
from kankei.release.tables.columns import Column, Row, Table

_CONTACT_ITEMS = {"連絡先名称": "unit", "連絡先電話番号": "telephone"}
_SEPARATOR = ";"


class _Values(Table):
    """The query of the items' values, of which each may have several."""

    def column(self, name: str) -> Column:
        return Column(name, {"ja": name, "en": name}, "string", "", is_list=name != "programme")


_TABLE = _Values(GIF.name, Path(__file__).with_name("programmes.rq"))


@dataclass
class GifRecords:
    """Writes the records of programmes as JSON, one a line, and as CSV; knows where each is in the JSON."""

    base: Base
    json_file: IO[bytes]
    csv_file: IO[bytes]
    slices: list[tuple[int, int]] = field(default_factory=list)
    views: dict[str, Sequence[int]] = field(default_factory=dict)
    table: Table = _TABLE

    @classmethod
    @contextmanager
    def create(cls, base: Base, release: Path) -> Iterator["GifRecords"]:
        """New files in a release, with the metadata of the CSV file; they are whole at the end."""
        records_file = release / GIF.lines
        csv_path = records_file.with_suffix(".csv")
        with records_file.open("xb") as json_file, csv_path.open("xb") as csv_file:
            json_file.write(b"[")
            csv_file.write(csv_header())
            records = cls(base, json_file, csv_file)
            yield records
            json_file.write(b"\n]\n")
        (release / f"tables/{GIF.name}.csv-metadata.json").write_bytes(csv_metadata(csv_path.name))
        (release / GIF.index).write_bytes(ViewIndex(records.slices, records.views).json())

    def write(self, rows: Sequence[Row]) -> None:
        """Append the records of some rows."""
        for row in rows:
            line = json_line(record(row))
            self.json_file.write(b",\n" if self.slices else b"\n")
            self.slices.append((self.json_file.tell(), len(line)))
            self.views[self.base.path(row["programme"][0]) or ""] = [len(self.slices) - 1]
            self.json_file.write(line)
        self.csv_file.write(csv_lines(map(record, rows)))


def record(row: Row) -> Record:
    """The record of a programme; what the source does not state is left out."""
    values: dict[str, Any] = {i.name: _value(i.column, row) for i in ITEMS if i.column in row}
    if "page" in row:
        values |= _pages(row["page"])
    if {"公募開始日", "公募終了日"} - values.keys() and "募集時期" in values:
        values["公募備考"] = values["募集時期"]
    contact = {name: _value(column, row) for name, column in _CONTACT_ITEMS.items() if column in row}
    if contact:
        values[CONTACT] = contact
    return {item.name: values[item.name] for item in ITEMS if values.get(item.name, "") != ""}


def _pages(pages: Sequence[str]) -> dict[str, str]:
    """Addresses, and labels in their order, where there are any; each page is both, with a space between."""
    parts = [page.partition(" ") for page in pages]
    values = {"詳細URL": _SEPARATOR.join(address for address, _, _ in parts), "詳細参照先": ""}
    if any(label for _, _, label in parts):
        values["詳細参照先"] = _SEPARATOR.join(label for _, _, label in parts)
    return values


def _value(column: str, row: Row) -> str | int | float:
    texts = row[column]
    if column == "ceiling":
        return max(int(text) for text in texts)
    if column == "rate":
        return round(max(float(text) for text in texts), 1)
    if column == "content":
        # In the order of their positions, which the query puts before them.
        return "\n".join(text.partition(" ")[2] for text in texts)
    return _SEPARATOR.join(texts)
