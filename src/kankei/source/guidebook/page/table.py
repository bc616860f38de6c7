"""The cells below a row of headings on a page: by ruled cells, or else by what stands under one heading only.

A piece of text belongs to a column if all of it stands in the ruled cell below the heading, or if it overlaps
exactly one heading across the page. Else the columns that it may belong to are unknown. A column is blank if
its ruled cell is empty, or if nothing overlaps its heading and no piece of the row is left over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kankei.source.grammars import telephone
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, normalise
from kankei.source.guidebook.body_reader.text_patterns import starts_item
from kankei.source.guidebook.columns import Column, is_readable
from kankei.source.guidebook.page.geometry import (
    Piece,
    box_of,
    height,
    in_reading_order,
    middle,
    overlap,
    overlap_down,
)
from kankei.source.guidebook.page.headings import FEWEST_COLUMNS, PageHeading, PageHeadings
from kankei.source.guidebook.theme_and_unit import is_theme_line, unit_of
from kankei.source.lines.printed_text import Area, Box, Line, Token, tokens, tokens_text

_TOUCH = 0.5
_BESIDE = 0.1
"""So much of a text's width may run over the side of its column."""
_MEETS = 4.0
_ROW_GAP = 1.2
"""More space than this many times the height of the text ends a row that no line closes."""
_MAX_FIRST_GAP = 6.0


@dataclass(frozen=True)
class Unassigned:
    """Text of a row that may belong to each of some columns, by the indices of their headings."""

    tokens: tuple[Token, ...]
    columns: tuple[int, ...]


@dataclass
class PageTable:
    """The headings of a table with the tokens of each cell; `known` says which are certain.

    `lines` are the numbers of the lines that the table is made of, `bottom` is where it ends.
    """

    headings: PageHeadings
    cells: list[tuple[Token, ...]]
    known: list[bool]
    unassigned: list[Unassigned] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    bottom: float = 0.0

    @property
    def box(self) -> Box:
        """The box around the headings and the row."""
        top = self.headings.box
        return Box(top.page, top.x0, top.x1, top.top, max(self.bottom, top.bottom))


def read_table(headings: PageHeadings, lines: Sequence[Line]) -> PageTable:
    """The table under some headings, among the lines of their page that may belong to it."""
    return _TableReader(headings, lines).read()


class _TableReader:
    """A table while it is read."""

    def __init__(self, headings: PageHeadings, lines: Sequence[Line]) -> None:
        self.headings = headings.headings
        count = len(self.headings)
        self.table = PageTable(headings, [()] * count, [True] * count, lines=set(headings.lines))
        self.lines = [line for line in lines if line.number not in headings.lines]
        self.areas = next((line.page_areas for line in lines if line.page_areas), None)
        self.boxes = self._row_of_boxes()
        self.ruled: set[int] = set()
        """The columns whose cells are ruled."""
        self.is_torn = False
        """Whether text beside that of the row seems to be none of its cells."""

    def read(self) -> PageTable:
        values = [self._cells_below(index) for index in range(len(self.headings))]
        for index, areas in enumerate(values):
            if areas:
                self._read_ruled(index, areas, [other for at, other in enumerate(values) if at != index])
        if len(self.ruled) < len(self.headings):
            self._read_loose()
        return self.table

    # Ruled cells

    def _cells_below(self, index: int) -> list[Area]:
        """The ruled cells below a heading, one below the other; several side by side if they divide it."""
        heading = self.headings[index]
        if heading.values:
            return list(heading.values)
        if not heading.cell and self.boxes:
            return [area for area in self.boxes if overlap(area.box, heading.box) > 0]
        if not heading.cell or not self.areas:
            return []
        areas: list[Area] = []
        above = heading.cell.box
        while True:
            below = [
                area
                for area in self.areas.areas
                if area.rectangular
                and abs(area.box.top - above.bottom) <= _MEETS
                and overlap(area.box, above) > _MEETS
            ]
            if not areas and len(below) == 1 and self._is_whole_row(below[0]):
                return []
            if not areas and below:
                areas = sorted(below, key=lambda area: area.box.x0)
            elif areas and len(below) == 1 and self._is_next_row(below[0], heading.cell):
                areas.append(below[0])
            else:
                return areas
            if len(below) > 1:
                return areas
            above = below[0].box

    def _row_of_boxes(self) -> list[Area]:
        """The ruled cells side by side right below headings without cell, if they are those of a table."""
        bottom = max(one.box.bottom for one in self.headings)
        most = 1.5 * max(height(one.box) for one in self.headings)
        rows: dict[tuple[int, int], list[Area]] = {}
        for area in self.areas.areas if self.areas else ():
            over = [one for one in self.headings if not one.cell and overlap(one.box, area.box) > 0]
            if area.rectangular and over and -_MEETS <= area.box.top - bottom <= most:
                rows.setdefault((round(area.box.top), round(area.box.bottom)), []).append(area)
        row = max(rows.values(), key=len, default=[])
        return row if len(row) >= FEWEST_COLUMNS else []

    def _is_whole_row(self, area: Area) -> bool:
        """Whether an area takes the whole row, as below headings whose cells alone are drawn."""
        table = self.table.headings.box
        return area.box.x0 <= table.x0 + _MEETS and area.box.x1 >= table.x1 - _MEETS

    def _is_next_row(self, area: Area, cell: Area) -> bool:
        """Whether a cell below another is one of the same table: as wide, and others beside it are too."""
        if not _as_wide(area.box, cell.box) or not self.areas:
            return False
        beside = [
            other
            for heading in self.headings
            if heading.cell and heading.cell is not cell
            for other in self.areas.areas
            if _as_wide(other.box, heading.cell.box) and overlap_down(other.box, area.box) > _MEETS
        ]
        return len(beside) >= 2

    def _read_ruled(self, index: int, areas: Sequence[Area], others: Sequence[Sequence[Area]]) -> None:
        self.ruled.add(index)
        self.table.bottom = max(self.table.bottom, *(area.box.bottom for area in areas))
        inside = [line for line in self.lines if line.area in areas]
        across = [line for line in self.lines if len(line.within) > 1 and self._touches(line, areas)]
        self.table.lines.update(line.number for line in (*inside, *across))
        parts = tuple(token for area in areas for token in _tokens_in(inside, area))
        shared = any(area in other for area in areas for other in others)
        wrong_width = any(not self._fits(self.headings[index], area) for area in areas)
        uncertain = (
            bool(across)
            or any(line.turned for line in inside)
            or (bool(parts) and any(area.marked for area in areas))
            or ((shared or wrong_width) and bool(parts))
            or (len(areas) > 1 and bool(parts) and not _by_measure(inside, areas))
            or (not parts and not all(area.empty for area in areas))
        )
        if uncertain:
            loose = (*parts, *(token for line in across for token in tokens([line])))
            self._doubt(loose, (index,))
        else:
            self.table.cells[index] = parts

    def _fits(self, heading: PageHeading, area: Area) -> bool:
        """Whether a ruled cell is as wide as that of its heading, or has all of the heading above it."""
        if heading.values:
            return heading.cell is not None and _as_high(area.box, heading.cell.box)
        if heading.cell:
            return _as_wide(area.box, heading.cell.box)
        return area.box.x0 - _MEETS <= heading.box.x0 and heading.box.x1 <= area.box.x1 + _MEETS

    def _touches(self, line: Line, areas: Sequence[Area]) -> bool:
        return any(
            line.page_areas is not None and at >= 0 and line.page_areas.areas[at] in areas
            for at in line.within
        )

    def _doubt(self, parts: tuple[Token, ...], columns: tuple[int, ...]) -> None:
        for index in columns:
            self.table.known[index] = False
            self.table.cells[index] = ()
        self.table.unassigned.append(Unassigned(parts, columns))

    # Rows without ruled cells

    def _read_loose(self) -> None:
        top = self.table.headings.box.bottom
        below = [
            line
            for line in self.lines
            if line.number not in self.table.lines
            and middle(box_of(line)) > top - 1
            and self._is_beside(line)
        ]
        row = self._row(below)
        self.table.lines.update(line.number for line in row)
        self.table.bottom = max([self.table.bottom, top, *(box_of(line).bottom for line in row)])
        pieces = [Piece(tuple(tokens([line]))) for line in in_reading_order(row) if line.text.strip()]
        columns = [self._columns_of(piece, pieces) for piece in pieces]
        cells: dict[int, list[Token]] = {}
        uncertain: set[int] = set()
        touched: set[int] = set()
        for piece, over in zip(pieces, columns, strict=True):
            may_be = tuple(over) or self._neighbours(piece)
            own = may_be if len(over) == 1 else self._fitting(piece, may_be)
            if len(own) == 1 and not piece.tokens[0].line.turned and own[0] not in self.ruled:
                cells.setdefault(own[0], []).extend(piece.tokens)
                touched.update(set(may_be) - set(own))
            else:
                uncertain.update(may_be)
                self._doubt(piece.tokens, may_be)
        for index in touched - cells.keys() - uncertain - self.ruled:
            self._doubt((), (index,))
        for index in range(len(self.headings)):
            if index not in self.ruled and index not in uncertain:
                self.table.cells[index] = tuple(cells.get(index, ()))
            elif index in cells and index not in self.ruled:
                self._doubt(tuple(cells[index]), (index,))
        self._doubt_blanks(uncertain)

    def _is_beside(self, line: Line) -> bool:
        box, table = box_of(line), self.table.headings.box
        margin = 12 * height(box)
        return table.x0 - margin < box.x1 and box.x0 < table.x1 + margin

    def _row(self, below: Sequence[Line]) -> list[Line]:
        """The lines of the row: those up to a gap, a ruling line or a text that is wider than a column."""
        ordered = sorted(below, key=lambda line: box_of(line).top)
        ruled_end = self.table.bottom if self.ruled else None
        row: list[Line] = []
        end = self.table.headings.box.bottom
        for line in ordered:
            box = box_of(line)
            if unit_of(line.text):
                continue
            if is_theme_line(line.text):
                break
            if ruled_end is not None:
                if middle(box) < ruled_end:
                    row.append(line)
                continue
            gap = box.top - end
            most = _ROW_GAP if row else _MAX_FIRST_GAP
            if gap > most * height(box) and self._is_complete(row, ordered):
                break
            if self._is_body(line):
                self.is_torn = bool(row) and box.top < end
                break
            row.append(line)
            end = max(end, box.bottom)
        return row

    def _is_body(self, line: Line) -> bool:
        """Whether a line is no cell: in a box below the headings, under three of them or more, a sentence."""
        area = line.area
        # Between the boxes of a sheet above and those of this one, rules enclose headings and row alike.
        is_below = area is not None and area.box.top > self.table.headings.box.top
        boxed = area is not None and area.rectangular and is_below and not self._is_whole_row(area)
        wide = sum(overlap(box_of(line), self._band(index)) > _TOUCH for index in range(len(self.headings)))
        return boxed or wide > 2 or ("。" in line.text and starts_item(line.text.strip()))

    def _is_complete(self, row: Sequence[Line], below: Sequence[Line]) -> bool:
        """Whether a row has all its telephone numbers: the next one below is not under the contact."""
        contact = next((i for i, one in enumerate(self.headings) if one.column is Column.CONTACT), None)
        if contact is None or any(telephone.is_printed(line.text) for line in row):
            return True
        numbers = [
            line
            for line in below
            if telephone.is_printed(line.text)
            and overlap(box_of(line), self._band(contact)) > _TOUCH
            and box_of(line).top - self.table.headings.box.bottom < 15 * height(box_of(line))
        ]
        return not numbers

    def _band(self, index: int) -> Box:
        heading = self.headings[index]
        return heading.cell.box if heading.cell else heading.box

    def _columns_of(self, piece: Piece, pieces: Sequence[Piece]) -> list[int]:
        """The columns that a piece stands under: by itself, or with the pieces above and below it."""
        own = self._overlapped(piece)
        if own:
            return own
        together, pending = {id(piece)}, [piece]
        over: set[int] = set()
        for one in pending:
            for other in pieces:
                gap = max(one.box.top, other.box.top) - min(one.box.bottom, other.box.bottom)
                if (
                    id(other) not in together
                    and overlap(one.box, other.box) > _TOUCH
                    and -0.5 * height(one.box) < gap <= height(one.box)
                ):
                    together.add(id(other))
                    columns = self._overlapped(other)
                    over.update(columns)
                    if not columns:
                        pending.append(other)
        return sorted(over)

    def _overlapped(self, piece: Piece) -> list[int]:
        width = max(piece.box.x1 - piece.box.x0, 1.0)
        return [
            index
            for index, heading in enumerate(self.headings)
            if overlap(piece.box, self._band(index)) > (_BESIDE * width if heading.cell else _TOUCH)
        ]

    def _fitting(self, piece: Piece, columns: Sequence[int]) -> tuple[int, ...]:
        """Those of the columns that a piece may stand in whose values may look so."""
        text = normalise(tokens_text(piece.tokens))
        return tuple(
            index
            for index in columns
            for column in (self.headings[index].column,)
            if column is None or column.accepts(text) or is_readable(column, text)
        )

    def _neighbours(self, piece: Piece) -> tuple[int, ...]:
        """The columns on both sides of a piece that stands under none."""
        bands = [(index, self._band(index)) for index in range(len(self.headings))]
        columns_before = [index for index, band in bands if band.x1 <= piece.box.x0 + _TOUCH]
        columns_after = [index for index, band in bands if band.x0 >= piece.box.x1 - _TOUCH]
        return tuple(dict.fromkeys((*columns_before[-1:], *columns_after[:1])))

    def _doubt_blanks(self, uncertain: set[int]) -> None:
        """Leave blank columns unknown if text of the row is left over, or if a neighbour's may be theirs."""
        loose = [index for index in range(len(self.headings)) if index not in self.ruled]
        blank = [index for index in loose if self.table.known[index] and not self.table.cells[index]]
        complete = self.areas is None or self.areas.complete
        if not complete or uncertain or self.is_torn or not any(self.table.cells):
            if blank:
                self._doubt((), tuple(blank))
            return
        for index in blank:
            # A ruled cell beside that is not understood may be the cell of both.
            if any(at in self.ruled and not self.table.known[at] for at in (index - 1, index + 1)):
                self._doubt((), (index,))
                continue
            beside = {index - 1, index + 1} & {at for at in loose if self._is_unreadable(at)}
            if beside:
                parts = tuple(token for at in sorted(beside) for token in self.table.cells[at])
                self._doubt(parts, tuple(sorted({index, *beside})))

    def _is_unreadable(self, index: int) -> bool:
        column, cell = self.headings[index].column, self.table.cells[index]
        return bool(cell) and column is not None and not is_readable(column, tokens_text(cell))


def _as_wide(one: Box, other: Box) -> bool:
    return abs(one.x0 - other.x0) <= _MEETS and abs(one.x1 - other.x1) <= _MEETS


def _as_high(one: Box, other: Box) -> bool:
    return abs(one.top - other.top) <= _MEETS and abs(one.bottom - other.bottom) <= _MEETS


def _tokens_in(lines: Sequence[Line], area: Area) -> Iterator[Token]:
    yield from tokens(in_reading_order(line for line in lines if line.area is area))


def _by_measure(lines: Sequence[Line], areas: Sequence[Area]) -> bool:
    """Whether the text of each of some cells begins with the number of a measure."""
    first = [next(_tokens_in(lines, area), None) for area in areas]
    return all(token is not None and token.text[0] in CIRCLED_NUMBERS for token in first)
