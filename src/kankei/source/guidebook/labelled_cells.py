"""Tables of an extracted text in which each heading is followed by the lines of its own cell.

So a text reads whose page was drawn cell by cell. That no value stands before its heading is not shown by the
order alone: the values must be such as their own columns read, and the columns behind them do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from kankei.source.grammars import telephone
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.columns import Column, contains_heading, is_readable
from kankei.source.guidebook.header_row import HeaderRow
from kankei.source.guidebook.page.headings import full_heading
from kankei.source.guidebook.theme_and_unit import is_theme_line
from kankei.source.lines.printed_text import Line, Token, tokens, tokens_text

_FEWEST_COLUMNS = 4
_FEWEST_READABLE = 3
_WINDOWS = (Column.CALL, Column.SURVEY)
_READ_ANY_NAME = {Column.BODIES, Column.CONTACT}
_MAX_HEADING_LINES = 3
_MAX_CELL_LINES = 6
"""The most lines of a cell; more of them divide two tables."""
_MAX_LINE = 60

Cell = tuple[Token, ...]


@dataclass(frozen=True)
class LabelledTable:
    """Headings, each with the tokens of its cell, and `end`, the index of the line behind the last cell.

    None for a cell that is not known; `disputed` are tokens that stand in the call or in the survey.
    """

    header_row: HeaderRow
    cells: tuple[Cell | None, ...]
    disputed: Cell | None
    end: int


@dataclass(frozen=True)
class _Heading:
    """A heading on the lines from index `first` up to `end`."""

    column: Column
    first: int
    end: int


def labelled_tables(lines: Sequence[Line]) -> Iterator[LabelledTable]:
    """The tables among some lines whose headings are followed by their cells."""
    for group in _groups(list(_headings(lines)), lines):
        if len(group) >= _FEWEST_COLUMNS and (table := _table(group, lines)):
            yield table


def heading_columns(lines: Sequence[Line]) -> set[Column]:
    """The columns whose headings are printed on some lines, alone or side by side."""
    texts = (normalise(line.text) for line in lines if contains_heading(line.text))
    parts = ((text, *text.split()) for text in texts)
    return {
        column
        for part in chain.from_iterable(parts)
        for column in (full_heading("".join(part.split())),)
        if column
    }


def heading_columns_of_lines(lines: Sequence[Line]) -> set[Column]:
    """The columns whose headings are printed on lines of their own, on one or more of them."""
    return {heading.column for heading in _headings(lines)}


def _headings(lines: Sequence[Line]) -> Iterator[_Heading]:
    index = 0
    while index < len(lines):
        heading = _heading_at(lines, index)
        if heading:
            yield heading
        index = heading.end if heading else index + 1


def _heading_at(lines: Sequence[Line], first: int) -> _Heading | None:
    """The heading that begins at an index: of as many lines as make one."""
    text, best = "", None
    for index in range(first, min(first + _MAX_HEADING_LINES, len(lines))):
        printed = "".join(normalise(lines[index].text).split())
        if not printed or len(printed) > _MAX_LINE:
            break
        text += printed
        if column := full_heading(text):
            best = _Heading(column, first, index + 1)
    return best


def _groups(headings: Sequence[_Heading], lines: Sequence[Line]) -> Iterator[list[_Heading]]:
    """Headings of one table: each column once, no more lines between two of them than a cell has."""
    group: list[_Heading] = []
    for heading in headings:
        repeated = any(heading.column is other.column for other in group)
        if group and (repeated or len(_printed(lines, group[-1].end, heading.first)) > _MAX_CELL_LINES):
            yield group
            group = []
        group.append(heading)
    if group:
        yield group


def _printed(lines: Sequence[Line], start: int, end: int) -> list[int]:
    return [index for index in range(start, end) if lines[index].text.strip()]


def _table(group: Sequence[_Heading], lines: Sequence[Line]) -> LabelledTable | None:
    """The table of some headings, if what stands behind each of them is proven to be its cell."""
    ends = [heading.first for heading in group[1:]]
    cells: list[Cell] = [
        tuple(tokens(lines[heading.end : end])) for heading, end in zip(group, ends, strict=False)
    ]
    last, end = _last_cell(group[-1], lines)
    columns = [heading.column for heading in group]
    readable = [_is_own(column, cell) for column, cell in zip(columns, (*cells, last or ()), strict=True)]
    filled = [bool(cell) for cell in (*cells, last)]
    known = sum(map(all, zip(readable, filled, strict=True)))
    if known < _FEWEST_READABLE or readable.count(False) > 1 or _may_precede(cells, columns):
        return None
    certain: list[Cell | None] = [
        cell if is_own and (cell or all(readable)) else None
        for cell, is_own in zip((*cells, last), readable, strict=True)
    ]
    pair = [columns.index(one) for one in _WINDOWS if one in columns]
    disputed = None
    if len(pair) == 1 and set(_WINDOWS) <= heading_columns(lines[group[0].first : end + 2]):
        # The heading of the other one stands beside another heading: the value may be that of both.
        disputed, certain[pair[0]] = certain[pair[0]], None
    if len(pair) == 2 and not all(certain[index] for index in pair):  # one value may be that of both
        disputed = tuple(chain.from_iterable(certain[index] or () for index in pair)) or None
        if disputed or None in (certain[index] for index in pair):
            certain = [None if index in pair else cell for index, cell in enumerate(certain)]
    printed = tuple(tuple(tokens(lines[heading.first : heading.end])) for heading in group)
    row = HeaderRow(printed, group[0].first, end - 1, tuple(columns))
    return LabelledTable(row, tuple(certain), disputed, end)


def _last_cell(heading: _Heading, lines: Sequence[Line]) -> tuple[Cell | None, int]:
    """The cell behind the last heading, and the index behind it; None if its end is not certain."""
    following = list(
        islice((i for i in range(heading.end, len(lines)) if lines[i].text.strip()), _MAX_CELL_LINES)
    )
    own: list[int] = []
    for index in following:
        if lines[index].begins_page or not _is_accepted(heading.column, tuple(tokens([lines[index]]))):
            break
        own.append(index)
    if heading.column is Column.CONTACT:
        phones = [index for index in own if telephone.is_printed(lines[index].text)]
        own = own[: own.index(phones[-1]) + 1] if phones else []
    if own:
        cell = tuple(tokens(lines[own[0] : own[-1] + 1]))
        behind = next((index for index in following if index > own[-1]), None)
        if behind is not None and _may_continue(heading.column, cell, lines[behind]):
            return None, heading.end
        return cell, own[-1] + 1
    is_blank = bool(following) and is_theme_line(lines[following[0]].text)
    return (() if is_blank else None), heading.end


def _may_continue(column: Column, cell: Cell, line: Line) -> bool:
    """Whether a line may be the rest of a value that it divides: 9月中, and below it 旬."""
    if column in _READ_ANY_NAME:
        return False
    together = normalise(tokens_text(cell)) + normalise(line.text).strip()
    return not line.begins_page and is_readable(column, together)


def _is_accepted(column: Column, cell: Cell) -> bool:
    return all(column.accepts(normalise(token.text)) for token in cell)


def _is_own(column: Column, cell: Cell) -> bool:
    """Whether a column reads a cell as a whole; a blank one is read.

    The grammars of bodies and contacts read almost any name: each of its parts must look like one as well.
    """
    strict = column not in _READ_ANY_NAME or _is_accepted(column, cell)
    return not cell or (strict and is_readable(column, tokens_text(cell)))


def _may_precede(cells: Sequence[Cell], columns: Sequence[Column]) -> bool:
    """Whether the values may as well stand before their headings: hardly one speaks against it."""
    following = zip(cells, columns[1:], strict=True)
    return sum(bool(cell) and not _is_own(column, cell) for cell, column in following) < 2
