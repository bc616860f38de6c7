"""Reading of the review's files: rows become sheets; what is wrong with a row is named, the rest is kept."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from kankei.errors import MalformedData
from kankei.source.review.cell_values import (
    parse_amount,
    parse_flag,
    parse_links,
    parse_number,
    parse_rate,
    parse_year,
)
from kankei.source.review.columns import METHODS, NAME, PROJECT, UNIT, YEAR, FileKind, Header, read_header
from kankei.source.review.csv_file import read_csv_file
from kankei.source.review.problems import Problems, Report
from kankei.source.review.rows import read_rows
from kankei.source.review.sheets import (
    BudgetRow,
    DetailRow,
    Review,
    ReviewSource,
    RowPlace,
    Sheet,
    SheetKey,
)

TEXTS = ("事業の目的", "現状・課題", "事業の概要", "事業区分", "主要経費", "備考", "旧事業番号")
YEARS = ("事業開始年度", "事業終了（予定）年度")
FLAGS = ("開始年度不明", "終了予定なし")
AMOUNTS = (
    "当初予算（合計）", "補正予算（合計）", "前年度からの繰越し（合計）", "予備費等（合計）",
    "計（歳出予算現額合計）", "執行額（合計）", "翌年度への繰越し(合計）", "翌年度要求額（合計）",
)  # fmt: skip
RATE, BUDGET_YEAR, LINK = "執行率", "予算年度", "事業概要URL"
BUDGET_TEXTS = ("主な増減理由", "その他特記事項")
_ACCOUNTS = ("会計区分", "会計", "勘定")
_OTHER_UNIT = "その他担当組織_作成責任者_no"
# Characters outside Char of XML 1.0 (section 2.2).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Cells = dict[str, str]
T = TypeVar("T")


def read_review(files: Sequence[Path], problems: Problems, progress: Callable[[str], None]) -> Review:
    """The sheets in some files of the review, of one year or several, in any order of the files."""
    reader = _Reader(problems)
    for path in sorted(files, key=lambda path: path.name):
        progress(path.name)
        reader.read(path)
    return Review(reader.sheets, tuple(reader.sources))


@dataclass
class _Reader:
    """The sheets so far. The first row that names a project in a year decides on its name there."""

    problems: Problems
    sheets: dict[SheetKey, Sheet] = field(default_factory=dict)
    sources: list[ReviewSource] = field(default_factory=list)

    def read(self, path: Path) -> None:
        report = self.problems.of_file(path.name)
        try:
            file = read_csv_file(path)
            if file.codec == "cp932":
                report(0, "note-cp932", {})
            rows = read_rows(file, report)
            first = next(rows, None)
            if first is None:
                report(0, "empty-file", {})
                return
            header = read_header(first[1], report)
            if header is None:
                return
            source = ReviewSource(file, header.kind, 0, "", 1)
            for number, row in rows:
                source.row_count = number
                self._row(source, header, number, row, report)
            if source.slug:
                self.sources.append(source)
        except MalformedData as error:
            report(0, "file-unreadable", {"reason": error.message})

    def _row(
        self, source: ReviewSource, header: Header, number: int, row: Sequence[str], report: Report
    ) -> None:
        if len(row) != header.width:
            key = "cells-missing" if len(row) < header.width else "cells-extra"
            report(number, key, {"count": len(row), "width": header.width})
            return
        cells = _clean(header.cells(row), number, report)
        sheet = self._sheet(cells, number, report)
        if sheet is None:
            return
        if not source.slug:
            source.year, source.slug = sheet.year, self._slug(header.kind, sheet.year)
        _ROWS[header.kind](sheet, _Row(cells, RowPlace(source.slug, number), report))

    def _slug(self, kind: FileKind, year: int) -> str:
        slug = f"rs-{year}-{kind}"
        taken = sum(source.slug.startswith(slug) for source in self.sources)
        return f"{slug}-part-{taken + 1}" if taken else slug

    def _sheet(self, cells: Cells, number: int, report: Report) -> Sheet | None:
        """The sheet that a row is about; None, which is reported, where its key is wrong."""
        project, year = parse_number(cells.get(PROJECT, "")), parse_year(cells.get(YEAR, ""))
        name = cells.get(NAME, "")
        if project is None:
            report(number, "id-malformed", {"value": cells.get(PROJECT, "")})
        elif year is None:
            report(number, "year-malformed", {"value": cells.get(YEAR, "")})
        elif not name:
            report(number, "name-empty", {})
        else:
            unit = tuple((column, cells[column]) for column in UNIT if column in cells)
            sheet = self.sheets.setdefault((project, year), Sheet(project, year, name, unit))
            if sheet.name == name:
                sheet.unit = sheet.unit or unit
                return sheet
            values = {"project": project, "year": year, "first": sheet.name, "second": name}
            report(number, "two-names", values)
        return None


@dataclass(frozen=True)
class _Row:
    """The cells of one row by column, where it stands, and where its problems are reported."""

    cells: Cells
    place: RowPlace
    report: Report

    def read(self, parse: Callable[[str], T | None], column: str, key: str) -> T | None:
        """The value of a cell; None where it is empty, and, which is reported, where it cannot be read."""
        if column not in self.cells:
            return None
        value = parse(self.cells[column])
        if value is None:
            self.report(self.place.row, key, {"column": column, "value": self.cells[column]})
        return value

    def texts(self, columns: Sequence[str]) -> dict[str, str]:
        """The cells of some columns that are not empty."""
        return {column: self.cells[column] for column in columns if column in self.cells}

    def is_repeated(self, sheet: Sheet) -> None:
        """Report that there was such a row of the sheet before."""
        self.report(self.place.row, "row-repeated", {"project": sheet.project, "year": sheet.year})


def _organisations(sheet: Sheet, row: _Row) -> None:
    """The unit in charge; the rows of other units, which are numbered, are no second row of the same."""
    repeated = any(row.place.source == known.source for known in sheet.places)
    if repeated and _OTHER_UNIT not in row.cells:
        row.is_repeated(sheet)
    elif not repeated:
        sheet.places.append(row.place)


def _outline(sheet: Sheet, row: _Row) -> None:
    if any(row.place.source.partition("-part-")[0] in known.source for known in sheet.places):
        row.is_repeated(sheet)
        return
    sheet.places.append(row.place)
    sheet.texts = row.texts(TEXTS)
    for column in YEARS:
        year = row.read(parse_year, column, "not-a-year")
        if year is not None:
            sheet.years[column] = year
    for column in FLAGS:
        flag = row.read(parse_flag, column, "not-a-flag")
        if flag is not None:
            sheet.flags[column] = flag
    sheet.links = row.read(parse_links, LINK, "note-not-a-link") or ()
    ticked = (column for column in METHODS if row.read(parse_flag, column, "not-a-flag"))
    sheet.methods = tuple(METHODS[column] for column in ticked)


def _budgets(sheet: Sheet, row: _Row) -> None:
    """The totals of a fiscal year; rows of single accounts, whose sum they are, are not imported."""
    cells = row.cells
    if any(column in cells for column in _ACCOUNTS) and not any(column in cells for column in AMOUNTS):
        return
    if BUDGET_YEAR not in cells:
        row.report(row.place.row, "budget-year-missing", {})
        return
    year = row.read(parse_year, BUDGET_YEAR, "not-a-year")
    if year is None:
        return
    if year in sheet.budgets:
        row.is_repeated(sheet)
        return
    read = {column: row.read(parse_amount, column, "not-a-number") for column in AMOUNTS}
    amounts = {column: amount for column, amount in read.items() if amount is not None}
    rate = row.read(parse_rate, RATE, "not-a-rate")
    sheet.budgets[year] = BudgetRow(year, row.place, amounts, rate, row.texts(BUDGET_TEXTS))


def _details(kind: FileKind) -> Callable[[Sheet, _Row], None]:
    def add(sheet: Sheet, row: _Row) -> None:
        sheet.details.setdefault(kind, []).append(DetailRow(row.place, row.cells))

    return add


_ROWS: dict[FileKind, Callable[[Sheet, _Row], None]] = {
    FileKind.ORGANISATIONS: _organisations,
    FileKind.OUTLINE: _outline,
    FileKind.BUDGETS: _budgets,
    FileKind.POLICIES: _details(FileKind.POLICIES),
    FileKind.RATES: _details(FileKind.RATES),
    FileKind.RELATED: _details(FileKind.RELATED),
}


def _clean(cells: Cells, number: int, report: Report) -> Cells:
    """Cells without control characters, which RDF/XML cannot hold, their lines ended by line feeds."""
    for column, cell in cells.items():
        if _CONTROL.search(cell):
            report(number, "control-character", {"column": column})
    cleaned = {column: _CONTROL.sub("", cell).replace("\r\n", "\n").strip() for column, cell in cells.items()}
    return {column: cell.replace("\r", "\n") for column, cell in cleaned.items() if cell}
