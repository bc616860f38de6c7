"""The catalogue of support measures (支援施策): a numbered title with links, a row of cells, a theme, a body.

Its sheets are a page each. The title may follow parts of the body, since the order of the text is that in
which the page was drawn.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from kankei.source.grammars import telephone
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body import SheetBody
from kankei.source.guidebook.body_reader.reading_rules import read_body
from kankei.source.guidebook.cells import cells_of, has_values, read_cells
from kankei.source.guidebook.columns import Column, is_readable
from kankei.source.guidebook.header import Header, find_title, is_linked_title, read_header
from kankei.source.guidebook.header_row import HeaderRow, header_rows
from kankei.source.guidebook.labelled_cells import (
    LabelledTable,
    heading_columns,
    heading_columns_of_lines,
    labelled_tables,
)
from kankei.source.guidebook.page.division import divide_page
from kankei.source.guidebook.page.sheet_reader import read_page_sheet
from kankei.source.guidebook.sentences import sentence
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.guidebook.text_order import (
    has_headings_together,
    has_tables_side_by_side,
    is_body_in_order,
    is_row_of_cells,
)
from kankei.source.guidebook.theme_and_unit import (
    is_one_theme,
    is_theme_line,
    mentions_unit,
    unit_of,
    units_in,
)
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import Line, PrintedText, join_tokens, tokens

_ENDS_THEME = re.compile(r"施策\s*$")
_BRACKETED = re.compile(r"\s*\([^()]+\)(?:\s|$)")
_LINES_OF_HEADING = 3
_FEWEST_OTHER_HEADINGS = 3
_MAX_VALUE = 30
"""The most characters of a line that may be the value of a cell."""


def divide(page: Sequence[Line]) -> Sequence[Sequence[Line]]:
    """The page's sheets: one for each header row, divided at the titles."""
    if page and all(line.box for line in page):
        return divide_page(page)
    headers = _header_rows(page)
    if not headers:
        return []
    # A title stands behind the header row of the sheet before.
    # Without title above the first table, titles may stand below theirs: none tells where a sheet begins.
    has_titles = find_title(page, 0, headers[0].first) < headers[0].first
    starts = [
        find_title(page, before.last + 1, header.first) if has_titles else header.first
        for before, header in pairwise(headers)
    ]
    first = find_title(page, 0, headers[0].first)
    ends = [*starts, len(page)]
    between = {
        index
        for start, end in zip((0, *(header.last + 1 for header in headers)), (first, *ends), strict=True)
        for index in range(start, end if len(headers) > 1 else start)
    }
    # A body may stand below its own table, or above the next title.
    page = [
        line._replace(disputed=index in between and len(line.text) > 0) for index, line in enumerate(page)
    ]
    return [page[start:end] for start, end in pairwise([0, *starts, len(page)])]


def _header_rows(page: Sequence[Line]) -> list[HeaderRow]:
    """The headings of each table of a page, whether their cells stand between them or below them."""
    labelled = [table.header_row for table in labelled_tables(page)]
    others = [
        row
        for row in header_rows(page)
        if not any(row.first <= other.last and other.first <= row.last for other in labelled)
    ]
    return sorted((*labelled, *others), key=lambda row: row.first)


def read(lines: Sequence[Line]) -> Sheet:
    """The sheet on these lines; what cannot be decided is a doubt, and the rest is read all the same."""
    if all(line.box for line in lines):
        return read_page_sheet(lines)
    return _SheetReader(tuple(lines)).read()


class _SheetReader:
    """One sheet while it is read: the lines outside of the fields are its body."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        first = next(index for index, line in enumerate(lines) if line.text.strip())
        self.lines = lines[first:]
        self.doubts: list[Doubt] = []
        self.in_fields: set[int] = set()
        self.in_header: set[int] = set()
        self.labelled = next(labelled_tables(self.lines), None)
        rows = _header_rows(self.lines)
        self.is_lost = not rows
        self.header_row = rows[0] if rows else HeaderRow(((next(tokens(self.lines)),),), 0, 0)
        if self.labelled and self.labelled.header_row != self.header_row:
            self.labelled = None
        self.below = range(self.header_row.last + 1, len(self.lines))
        self.themes = [index for index in self.below if is_theme_line(self.lines[index].text)]
        self.row_end = self._row_end()
        self.end = self._end()

    def read(self) -> Sheet:
        if self.is_lost:
            return self._unread("sheet-without-header-row")
        if has_tables_side_by_side(self.header_row.columns):
            return self._unread("tables-side-by-side")
        if self._has_another_table():
            return self._unread("another-table-unread")
        header, cells = self._header(), self._cells()
        in_order = self._is_in_reading_order(header)
        theme, unit = self._theme(in_order), self._unit()
        body = self._body(self._outside_fields(0, self.end), header, in_order)
        behind = self._outside_fields(self.end, len(self.lines))
        if behind:
            self._doubt("sheet", "sheet-without-header-row", _lines(behind))
        body = replace(body, unclassified=(*body.unclassified, *map(_printed, behind)))
        named = (header.number, header.name, header.subtitle, header.links)
        outside = self._outside_fields(0, len(self.lines))
        cells = self._without_unproven_blanks(cells, outside, header, in_order)
        body_lines = tuple(map(_printed, outside))
        return Sheet(_lines(self.lines), *named, cells, theme, unit, body_lines, tuple(self.doubts), body)

    def _unread(self, why: str) -> Sheet:
        """A sheet of which nothing is read, with a doubt that says why."""
        row = self.header_row
        self._doubt("sheet", why, _lines(self.lines[row.first : row.last + 1]))
        self.in_fields.update(range(row.first, row.last + 1))
        rest = self._outside_fields(0, len(self.lines))
        body = _unread_body(rest)
        unread = tuple(map(_printed, rest))
        return Sheet(_lines(self.lines), body_lines=unread, doubts=tuple(self.doubts), body=body)

    def _has_another_table(self) -> bool:
        """Whether headings of a table that is not read stand beside the one that is."""
        others = (*self.lines[: self.header_row.first], *self.lines[self.row_end : self.end])
        return len(heading_columns(others)) >= _FEWEST_OTHER_HEADINGS

    def _row_end(self) -> int:
        """Where the row of cells ends: behind its last telephone number, or before the theme line."""
        if self.labelled:
            return self.labelled.end
        theme = self.themes[0] if self.themes else len(self.lines)
        phones = [i for i in self.below if i < theme and telephone.is_printed(self.lines[i].text)]
        return phones[-1] + 1 if phones else theme

    def _end(self) -> int:
        """Where the sheet ends: before what seems to be another one without header row.

        Its title with links, its theme line, or headings on a page show it: then nothing is read from its
        page on or, if it is on the page of the header row, below the row of cells.
        """
        pages = [index for index in self.below if self.lines[index].begins_page]
        own = [index for index in self.themes[:1] if index < min(pages, default=len(self.lines))]
        titles = [i for i in self.below if i >= self.row_end and is_linked_title(self.lines[i].text)]
        themes = [i for i in self.themes if i not in own and is_theme_line(self.lines[i].text)]
        tables = [
            first
            for first, end in pairwise([*pages, len(self.lines)])
            if len(heading_columns(self.lines[first:end])) >= _FEWEST_OTHER_HEADINGS
        ]
        mark = min((*titles, *themes, *tables), default=None)
        if mark is None:
            return len(self.lines)
        return max((page for page in pages if page <= mark), default=self.row_end)

    def _header(self) -> Header:
        header = read_header(self.lines, self.header_row.first)
        self.in_header.update(header.indices if header.number else ())
        self.in_fields.update(header.indices)
        if not header.number:
            self._doubt("number", "title-missing")
        for text in header.other_text:
            self._doubt("head", "header-text-unclear", text.place, text=text.text)
        return header

    def _cells(self) -> tuple[Cell, ...]:
        self.in_fields.update(range(self.header_row.first, self.row_end))
        row = self.lines[self.header_row.last + 1 : self.row_end]
        if self.labelled:
            cells, doubts = self._labelled_cells(self.labelled)
        elif self._misses_a_heading():
            unknown = (None,) * len(self.header_row.headings)
            cells, doubts = cells_of(self.header_row, tuple(tokens(row)), unknown, None)
        else:
            cells, doubts = read_cells(self.header_row, row)
        self.doubts.extend(doubts)
        return cells

    def _misses_a_heading(self) -> bool:
        """Whether right above the headings stands one of a column that they lack, on lines of its own."""
        first = self.header_row.first
        above = self.lines[max(0, first - _LINES_OF_HEADING) : first]
        return not heading_columns_of_lines(above) <= set(self.header_row.columns)

    def _labelled_cells(self, table: LabelledTable) -> tuple[tuple[Cell, ...], tuple[Doubt, ...]]:
        of_headings = {token for heading in table.header_row.headings for token in heading}
        printed = tokens(self.lines[table.header_row.first : table.end])
        row = [token for token in printed if token not in of_headings]
        return cells_of(table.header_row, row, table.cells, table.disputed)

    def _without_unproven_blanks(
        self, cells: tuple[Cell, ...], outside: Sequence[Line], header: Header, in_order: bool
    ) -> tuple[Cell, ...]:
        """The cells, a blank one unknown if its value may stand elsewhere, moved by an extraction."""
        if not in_order:
            return tuple(self._without_blank(cell) for cell in cells)
        last = self.lines[-1].number
        texts = [line.text.strip() for line in outside if not (line.number == last and _is_number(line.text))]
        texts += [text.text for text in header.other_text]
        short = [text for text in texts if len(text) <= _MAX_VALUE and "。" not in text]
        proven = []
        for cell in cells:
            moved = next((text for text in short if is_readable(cell.column, normalise(text))), None)
            if cell.known and not cell.value and moved:
                column = cell.heading.text.replace("\n", " ")
                self._doubt(
                    cell.column.value, "cell-value-elsewhere", cell.heading.place, column=column, text=moved
                )
                proven.append(replace(cell, known=False))
            else:
                proven.append(cell)
        return tuple(proven)

    def _without_blank(self, cell: Cell) -> Cell:
        """A cell, unknown if it is blank, with a doubt."""
        if not cell.known or cell.value:
            return cell
        name = cell.heading.text.replace("\n", " ")
        self._doubt(cell.column.value, "cell-not-proven-blank", cell.heading.place, column=name)
        return replace(cell, known=False)

    # The order of the text

    def _is_in_reading_order(self, header: Header) -> bool:
        """Whether nothing speaks against that the text is in the order in which it is read.

        Its title stands above its table with nothing but links and lines of their own between them, no
        sentence among the cells, and no sentence is torn.
        """
        row = self.lines[self.header_row.last + 1 : self.row_end]
        body = self._outside_fields(0, self.end)
        is_in_order = (
            # What is left of an unknown last cell would stand among the texts.
            self.labelled.cells[-1] is not None and not has_headings_together(body)
            if self.labelled
            else not has_values(self.header_row) and is_row_of_cells(row)
        )
        return header.number is not None and not header.other_text and is_in_order and is_body_in_order(body)

    def _body(self, lines: Sequence[Line], header: Header, in_order: bool) -> SheetBody:
        if not lines or (in_order and not any(line.disputed for line in lines)):
            return read_body(lines, header.links)
        return _unread_body(lines)

    def _theme(self, in_order: bool) -> PrintedText | None:
        above = [i for i in range(self.header_row.first) if is_theme_line(self.lines[i].text)]
        themes = [*above, *(index for index in self.themes if index < self.end)]
        self.in_fields.update(themes)
        printed = [self._theme_at(index) for index in themes]
        disputed = any(self.lines[index].disputed for index in themes)
        if len(printed) == 1 and not disputed and self._is_whole_theme(printed[0], in_order):
            return printed[0]._replace(text=printed[0].text.strip())
        for theme in printed:
            self._doubt("theme", "theme-ambiguous", theme.place, text=theme.text)
        if not printed:
            self._doubt("theme", "theme-missing")
        return None

    def _is_whole_theme(self, theme: PrintedText, in_order: bool) -> bool:
        """Whether a theme is that and nothing else, and no sub-theme in brackets may stand elsewhere."""
        text = normalise(theme.text).strip()
        near = self._outside_fields(0, self.end) if in_order else self.lines
        return is_one_theme(text) and (
            text.endswith(")")
            or not any(_BRACKETED.match(normalise(line.text)) and not unit_of(line.text) for line in near)
        )

    def _theme_at(self, index: int) -> PrintedText:
        """The theme line, with its sub-theme where that stands in brackets on the next line."""
        line, rest = self.lines[index], self.lines[index + 1 : index + 2]
        if not _ENDS_THEME.search(normalise(line.text)) or not rest:
            return _printed(line)
        below = normalise(rest[0].text.strip())
        if not (below.startswith("(") and below.endswith(")")) or unit_of(below) or rest[0].begins_page:
            return _printed(line)
        if not self.in_header or index - 1 in self.in_header:  # it may be the subtitle as well
            return _printed(line)
        self.in_fields.add(index + 1)
        return PrintedText(f"{line.text.strip()}\n{rest[0].text.strip()}", line.number, rest[0].number)

    def _unit(self) -> PrintedText | None:
        """The unit of money, printed once for the sheet: on a line of its own, or in a heading.

        None if a unit is not understood, which may be the one that holds.
        """
        units = list(self._units())
        names = list(dict.fromkeys(unit.text for unit in units))
        others = [
            line for line in self._outside_table() if mentions_unit(line.text) and not unit_of(line.text)
        ]
        for other in others:
            printed = _printed(other)
            self._doubt("unit", "unit-not-understood", printed.place, text=printed.text.strip())
        if len(names) == 1:
            first = units[0].first
            self.in_fields.update(index for index, line in enumerate(self.lines) if line.number == first)
            return None if others else units[0]
        for unit in units:
            self._doubt("unit", "unit-ambiguous", unit.place, units="、".join(names))
        if not units and not others:
            self._doubt("unit", "unit-missing")
        return None

    def _units(self) -> Iterator[PrintedText]:
        for line in self._outside_table():
            if unit := unit_of(line.text):
                yield PrintedText(_as_printed(unit, line.text), line.number, line.number)
        for column, heading in zip(self.header_row.columns, self.header_row.headings, strict=True):
            printed = join_tokens(heading) if column is Column.BUDGET else None
            for start, end in units_in(printed.text) if printed else ():
                within = join_tokens(heading).part(start, end)
                yield within._replace(text="".join(within.text.split()))

    def _outside_table(self) -> Iterator[Line]:
        yield from self.lines[: self.header_row.first]
        yield from self.lines[self.row_end : self.end]

    def _outside_fields(self, start: int, end: int) -> tuple[Line, ...]:
        lines = ((index, self.lines[index]) for index in range(start, end))
        return tuple(line for index, line in lines if index not in self.in_fields and line.text.strip())

    def _doubt(self, about: str, key: str, place: LineRange | None = None, **gaps: object) -> None:
        """A doubt at a place; without one about the whole sheet, at the beginning of its header row."""
        place = place or join_tokens(self.header_row.headings[0]).place
        self.doubts.append(Doubt(about, *sentence(key, **gaps), place))


def _unread_body(lines: Sequence[Line]) -> SheetBody:
    """The body on lines whose order tells nothing: unclassified, with a doubt about each run of them."""
    runs = groupby(enumerate(lines), key=lambda pair: pair[1].number - pair[0])
    places = [_lines([line for _, line in run]) for _, run in runs]
    texts = [next(line.text.strip() for line in lines if line.number == place.first) for place in places]
    doubts = tuple(
        Doubt("body", *sentence("body-order-unclear", text=text), place)
        for place, text in zip(places, texts, strict=True)
    )
    return SheetBody(unclassified=tuple(map(_printed, lines)), doubts=doubts)


def _as_printed(unit: str, text: str) -> str:
    """A unit in the print of its line."""
    start = normalise(text).find(unit)
    return text[start : start + len(unit)] if start >= 0 else unit


def _is_number(text: str) -> bool:
    return text.strip().isdigit()


def _lines(lines: Sequence[Line]) -> LineRange:
    return LineRange(lines[0].number, lines[-1].number)


def _printed(line: Line) -> PrintedText:
    return PrintedText(line.text, line.number, line.number)
