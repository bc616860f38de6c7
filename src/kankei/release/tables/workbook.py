"""One workbook of all tables (XLSX): a sheet each, with Japanese titles, typed cells and a fixed header row.

Excel has limits, and what passes them is told on the first sheet: a table that is too long for a sheet goes
on in another, a text that is too long for a cell is cut and says so at its end.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kankei.localisation import catalogue
from kankei.release.tables.columns import Column
from kankei.release.tables.csv_table import joined
from kankei.release.tables.row_spool import RowSpool

_CREATED = datetime(1980, 1, 1)
_NARROWEST, _WIDEST = 9, 48
_MEASURED_ROWS = 100
_MESSAGES = catalogue("kankei.release")


@dataclass(frozen=True)
class Limits:
    """What Excel allows: rows of a sheet, characters of a cell, and integers that it keeps exactly."""

    rows: int = 1_048_576
    characters: int = 32_767
    integer: int = 10**15 - 1


EXCEL = Limits()


@dataclass
class _Sheets:
    """The sheets of one table: their names, and how many texts were cut."""

    spool: RowSpool
    names: list[str] = field(default_factory=list)
    cut: int = 0


def write_workbook(
    spools: Sequence[RowSpool], licence: str, file: Path, scratch: Path, limits: Limits = EXCEL
) -> None:
    """Write the tables' rows to a workbook; `scratch` is a folder for its parts."""
    options = {"constant_memory": True, "tmpdir": str(scratch), "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as workbook:
        writer = _Writer(workbook, limits)
        about = workbook.add_worksheet(_MESSAGES.format("ja", "workbook-about"))
        written = [writer.table(spool) for spool in spools]
        writer.about(about, written, licence)
        workbook.set_properties({"title": "kankei", "created": _CREATED})


class _Writer:
    """Writes sheets of one workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook, limits: Limits) -> None:
        self.workbook = workbook
        self.limits = limits
        self.header = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.formats = {
            "integer": workbook.add_format({"num_format": "0"}),
            "yen": workbook.add_format({"num_format": "#,##0"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }

    def table(self, spool: RowSpool) -> _Sheets:
        """Write a table to as many sheets as it needs."""
        sheets, rows = _Sheets(spool), spool.rows()
        for number in range(1, max(1, -(-spool.count // (self.limits.rows - 1))) + 1):
            title = spool.table.titles["ja"]
            sheets.names.append(title if number == 1 else f"{title} ({number})")
            sheet = self.workbook.add_worksheet(sheets.names[-1])
            self._sheet(sheet, islice(rows, self.limits.rows - 1), sheets)
        return sheets

    def _sheet(self, sheet: Worksheet, rows: Iterator[dict[str, Any]], sheets: _Sheets) -> None:
        columns = sheets.spool.table.columns
        widths = [_width(column.titles["ja"]) for column in columns]
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column.titles["ja"], self.header)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, row in enumerate(rows, 1):
            for number, column in enumerate(columns):
                value = row.get(column.name)
                if value is not None:
                    sheets.cut += self._cell(sheet, last, number, column, value)
                    if last <= _MEASURED_ROWS:
                        widths[number] = max(widths[number], _width(str(value)))
        for number, width in enumerate(widths):
            sheet.set_column(number, number, min(width, _WIDEST) + 2)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def _cell(self, sheet: Worksheet, row: int, number: int, column: Column, value: Any) -> bool:
        """Write a cell by the type of its value, text always as text; tells whether it was cut."""
        if isinstance(value, list):
            if len(value) != 1:
                return self._text(sheet, row, number, joined(map(_lexical, value)), column)
            value = value[0]
        if isinstance(value, bool):
            sheet.write_boolean(row, number, value)
        elif isinstance(value, int | float) and abs(value) <= self.limits.integer:
            sheet.write_number(row, number, value, self._number_format(column))
        elif column.datatype == "date":
            sheet.write_datetime(row, number, date.fromisoformat(value), self.formats["date"])
        else:
            return self._text(sheet, row, number, _lexical(value), column)
        return False

    def _number_format(self, column: Column) -> Format | None:
        if column.name.endswith("_yen"):
            return self.formats["yen"]
        return self.formats.get(column.datatype)

    def _text(self, sheet: Worksheet, row: int, number: int, text: str, column: Column) -> bool:
        # No character is more than two units, so that most texts need not be counted.
        is_long = 2 * len(text) > self.limits.characters and _units(text) > self.limits.characters
        if is_long:
            note = _MESSAGES.format("ja", "workbook-cut", column=column.name)
            text = _head(text, self.limits.characters - _units(note)) + note
        sheet.write_string(row, number, text)
        return is_long

    def about(self, sheet: Worksheet, written: Sequence[_Sheets], licence: str) -> None:
        """Write the first sheet: which table is where, how many rows it has, and which limits it passed."""
        keys = ("workbook-remarks", "table-remarks", "workbook-limits")
        sentences = [
            text for key in keys for text in (_MESSAGES.format("ja", key), _MESSAGES.format("en", key))
        ]
        lines = [*sentences, licence]
        for number, sentence in enumerate(lines):
            sheet.write_string(number, 0, sentence)
        titles = ("sheet", "table", "rows", "cut-count")
        header = [_MESSAGES.text(f"workbook-{title}") for title in titles]
        for number, title in enumerate(header):
            sheet.write_string(len(lines) + 1, number, f"{title.ja} {title.en}", self.header)
        for row, sheets in enumerate(written, len(lines) + 2):
            sheet.write_string(row, 0, "、".join(sheets.names))
            sheet.write_string(row, 1, f"{sheets.spool.table.name}: {sheets.spool.table.titles['en']}")
            sheet.write_number(row, 2, sheets.spool.count)
            sheet.write_number(row, 3, sheets.cut)
        sheet.set_column(0, 1, _WIDEST)
        sheet.set_column(2, 3, 2 * _NARROWEST)


def _lexical(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _units(text: str) -> int:
    """The length of a text as Excel counts it, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _head(text: str, units: int) -> str:
    """The beginning of a text of at most so many units, no character halved."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def _width(text: str) -> int:
    """How many columns the first line of a text takes, where a wide character takes two."""
    line = text.partition("\n")[0][: 2 * _WIDEST]
    return max(_NARROWEST, sum(map(_columns, line)))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
