"""A sheet of a PDF, assembled by the positions of its lines."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby

from kankei.localisation import Text
from kankei.source.grammars import telephone
from kankei.source.guidebook.body_reader.reading_rules import read_body
from kankei.source.guidebook.cells import cell_of, column_doubts, dropped_value_doubts, quoted
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.header import is_linked_title
from kankei.source.guidebook.page.body_order import in_body_order
from kankei.source.guidebook.page.geometry import box_of
from kankei.source.guidebook.page.heading_column import table_headings
from kankei.source.guidebook.page.headings import PageHeadings
from kankei.source.guidebook.page.repeated_table import RepeatedTable, repeated_tables
from kankei.source.guidebook.page.surroundings import Surroundings, page_numbers, read_surroundings
from kankei.source.guidebook.page.table import PageTable, Unassigned, read_table
from kankei.source.guidebook.sentences import sentence
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.guidebook.theme_and_unit import is_theme_line, units_in
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.lines.printed_text import Line, PrintedText, join_tokens

_MAX_HEADINGS = 20
_MAX_CHARACTERS = 20_000
_MAX_LINES = 3_000


def read_page_sheet(lines: Sequence[Line]) -> Sheet:
    """The sheet on some lines of one page or more, the first of which has its table."""
    printed = [line for line in lines if line.text.strip()]
    return _PageSheetReader(printed).read()


class _PageSheetReader:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.doubts: list[Doubt] = []
        self.disputed = [line for line in lines if line.disputed]
        lines = [line for line in lines if not line.disputed]
        page = box_of(lines[0]).page
        self.first_page = [line for line in lines if box_of(line).page == page]
        self.other_pages = [line for line in lines if box_of(line).page != page]
        numbers = [line.number for line in (*lines, *self.disputed)]
        self.place = LineRange(min(numbers), max(numbers))

    def read(self) -> Sheet:
        headings = next(iter(table_headings(self.first_page)), None)
        if headings is None:
            return self._without_headings()
        if len(headings.headings) > _MAX_HEADINGS or len(self.first_page) > _MAX_LINES:
            return self._too_large(headings)
        table = read_table(headings, self.first_page)
        around = read_surroundings(table, self.first_page)
        following, beyond = self._following_pages()
        continued = self._continued(table, following)
        cells = self._cells(table, {column for one in continued for column in one.columns})
        theme, unit = self._theme(table, around), self._unit(table, around)
        self._around_doubts(table, around)
        used = table.lines | around.used
        turned = [line for line in self.lines if line.turned and line.number not in table.lines]
        self._turned_doubts(turned)
        for line in self.disputed:
            self._doubt("sheet", "line-disputed", _printed(line).place, text=line.text.strip())
        rest = [line for line in self.first_page if line.number not in used and not line.turned]
        repeated = {number for one in continued for number in one.lines}
        following = [line for line in following if line.number not in repeated]
        foot = [line for _, page in groupby(following, key=_page) for line in page_numbers(list(page))]
        for line in foot:
            self._doubt("text", "page-number", _printed(line).place, Weight.SETTLED, text=line.text.strip())
        body_lines = [
            *in_body_order(rest),
            *in_body_order([line for line in following if not line.turned and line not in foot]),
        ]
        header = around.header
        body = read_body(body_lines, header.links)
        if beyond:
            numbers = [line.number for line in beyond]
            page = LineRange(min(numbers), max(numbers))
            self._doubt("sheet", "page-of-lost-sheet", page, page=_page(beyond[0]))
        values = [line for line in self.other_pages if any(line.number in one.values for one in continued)]
        outside_body = (*values, *beyond, *turned, *self.disputed)
        unread = [_printed(line) for line in outside_body]
        body = replace(body, unclassified=(*body.unclassified, *unread))
        named = (header.number, header.name, header.subtitle, header.links)
        outside = tuple(_printed(line) for line in (*body_lines, *outside_body))
        return Sheet(self.place, *named, cells, theme, unit, outside, tuple(self.doubts), body)

    def _without_headings(self) -> Sheet:
        """A sheet of which nothing is read: a page with several was not divided between their headings."""
        self._doubt("sheet", "page-of-lost-sheet", self.place, page=_page(self.lines[0]))
        unread = tuple(map(_printed, self.lines))
        return Sheet(self.place, body_lines=unread, doubts=tuple(self.doubts))

    def _too_large(self, headings: PageHeadings) -> Sheet:
        size = sum(len(line.text) for line in self.lines)
        self._doubt("cells", "table-too-large", self.place, headings=len(headings.headings), size=size)
        unread = tuple(map(_printed, self.lines))
        return Sheet(self.place, body_lines=unread, doubts=tuple(self.doubts))

    # The table

    def _cells(self, table: PageTable, continued: Collection[Column]) -> tuple[Cell, ...]:
        headings = table.headings.headings
        columns = [heading.column for heading in headings]
        tokens = [heading.tokens for heading in headings]
        cells = [
            cell if known and column not in continued else None
            for cell, known, column in zip(table.cells, table.known, columns, strict=True)
        ]
        self.doubts.extend(column_doubts(columns, tokens))
        for one in table.unassigned:
            self._unassigned_doubt(table, one)
        self.doubts.extend(dropped_value_doubts(columns, tokens, cells))
        return tuple(
            cell_of(column, heading, cell)
            for column, heading, cell in zip(columns, tokens, cells, strict=True)
            if column
        )

    def _unassigned_doubt(self, table: PageTable, one: Unassigned) -> None:
        """A doubt for each column that a text may belong to."""
        headings = [table.headings.headings[index] for index in one.columns]
        names = [quoted(heading.tokens) for heading in headings]
        listed = Text("、".join(names), ", ".join(names))
        abouts = [heading.column.value if heading.column else "cells" for heading in headings] or ["cells"]
        for about in dict.fromkeys(abouts if one.tokens else ()):
            place = join_tokens(one.tokens).place
            self._doubt(about, "cells-ambiguous", place, text=quoted(one.tokens), columns=listed)
        for heading, about in zip(headings, abouts, strict=False):
            if not one.tokens:
                place = join_tokens(heading.tokens).place
                self._doubt(about, "cell-not-proven-blank", place, column=quoted(heading.tokens))

    def _continued(self, table: PageTable, following: Sequence[Line]) -> list[RepeatedTable]:
        """The tables whose headings are repeated on the following pages, and doubts about their values."""
        pages = [list(lines) for _, lines in groupby(following, key=_page)]
        tables = [one for page in pages for one in repeated_tables(page)]
        texts = {line.number: line for line in following}
        for one in tables:
            for number in sorted(one.values):
                line = _printed(texts[number])
                self._doubt("cells", "cell-continued", line.place, text=line.text.strip())
            for column in one.columns:
                headings = [each for each in table.headings.headings if each.column is column]
                for tokens in (each.tokens for each in headings):
                    place = join_tokens(tokens).place
                    self._doubt(column.value, "column-continued", place, column=quoted(tokens))
        return tables

    # Around the table

    def _theme(self, table: PageTable, around: Surroundings) -> PrintedText | None:
        if len(around.themes) == 1:
            return around.themes[0]
        for theme in around.themes:
            self._doubt("theme", "theme-ambiguous", theme.place, text=theme.text)
        if not around.themes:
            self._doubt("theme", "theme-missing", table_place(table))
        return None

    def _unit(self, table: PageTable, around: Surroundings) -> PrintedText | None:
        """The unit of money in the heading of the budget, or else near the table, if it is the only one."""
        units = [*self._units_in_headings(table), *around.units]
        names = list(dict.fromkeys(unit.text for unit in units))
        for other in around.other_units:
            self._doubt("unit", "unit-not-understood", other.place, text=other.text)
        if len(names) == 1 and not around.other_units:
            for repeated in units[1:]:
                self._doubt("unit", "unit-repeated", repeated.place, Weight.SETTLED, unit=repeated.text)
            return units[0]
        if len(names) > 1:
            for unit in units:
                self._doubt("unit", "unit-ambiguous", unit.place, units="、".join(names))
        if not units and not around.other_units:
            self._doubt("unit", "unit-missing", table_place(table))
        return None

    def _units_in_headings(self, table: PageTable) -> Iterator[PrintedText]:
        for heading in table.headings.headings:
            if heading.column is not Column.BUDGET:
                continue
            for tokens in (heading.tokens, (heading.unit,) if heading.unit else ()):
                printed = join_tokens(tokens) if tokens else PrintedText("", 1, 1)
                for start, end in units_in(printed.text):
                    unit = printed.part(start, end)
                    yield unit._replace(text="".join(unit.text.split()))

    def _around_doubts(self, table: PageTable, around: Surroundings) -> None:
        if not around.header.number:
            self._doubt("number", "title-missing", table_place(table))
        for text in around.unclear:
            self._doubt("head", "header-text-unclear", text.place, text=text.text)
        for text in around.page_numbers:
            self._doubt("text", "page-number", text.place, Weight.SETTLED, text=text.text)

    # The pages

    def _turned_doubts(self, turned: Sequence[Line]) -> None:
        for _, run in groupby(enumerate(turned), key=lambda pair: pair[1].number - pair[0]):
            lines = [line for _, line in run]
            place = LineRange(lines[0].number, lines[-1].number)
            text = " ".join(line.text for line in lines)[:60]
            self._doubt("text", "text-turned", place, page=box_of(lines[0]).page, text=text)

    def _following_pages(self) -> tuple[list[Line], list[Line]]:
        """The lines of the pages that continue the sheet, and those from another sheet on."""
        pages = [list(lines) for _, lines in groupby(self.other_pages, key=_page)]
        end = next((index for index, lines in enumerate(pages) if _seems_another(lines)), len(pages))
        return list(chain.from_iterable(pages[:end])), list(chain.from_iterable(pages[end:]))

    def _doubt(
        self, about: str, key: str, place: LineRange, weight: Weight = Weight.UNRESOLVED, **gaps: object
    ) -> None:
        self.doubts.append(Doubt(about, *sentence(key, **gaps), place, weight))


def table_place(table: PageTable) -> LineRange:
    """The lines of the first heading of a table."""
    return join_tokens(table.headings.headings[0].tokens).place


def _page(line: Line) -> int:
    return box_of(line).page


def _printed(line: Line) -> PrintedText:
    return PrintedText(line.text, line.number, line.number)


def _seems_another(page: Sequence[Line]) -> bool:
    """Whether a page has a theme or a title with a link, or a telephone number without a table's headings."""
    if any(is_theme_line(line.text) or is_linked_title(line.text) for line in page):
        return True
    has_telephone = any(telephone.is_printed(line.text) for line in page)
    return (has_telephone and not table_headings(page)) or all(line.turned for line in page)
