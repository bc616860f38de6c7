"""The cells of a table: the pieces of its row, each under its heading, and what cannot be told of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kankei.source.guidebook.column_assignment import Cut, by_order, by_position
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.header_row import HEADINGS, Heading, Table
from kankei.source.guidebook.sheet import Cell
from kankei.source.lines.doubt import Doubt, Weight
from kankei.source.lines.printed_text import Line, Token, join_tokens, tokens

_MOST_HEADINGS = 20
_MOST_CHARACTERS = 10_000
"""A guidebook has seven headings above some hundred characters; more is no row of a sheet."""
_LONGEST_QUOTED = 200


@dataclass(frozen=True)
class CellsReading:
    """The cells of a row, and what is doubtful about them."""

    cells: tuple[Cell, ...]
    doubts: tuple[Doubt, ...]


def read_cells(table: Table, lines: Sequence[Line]) -> CellsReading:
    """The cells that a table has on some lines; none of a table that is too large to be one."""
    row = tuple(tokens(lines))
    if len(table.headings) > _MOST_HEADINGS or sum(len(piece.text) for piece in row) > _MOST_CHARACTERS:
        return CellsReading((), (_too_large(table, row),))
    columns = tuple(_of_columns(table))
    cut, doubts = _cut(table, row)
    found = list(zip(table.columns, table.headings, cut, strict=True))
    unknown = tuple(
        _unknown(
            [(column, heading) for column, heading, parts in found if column and parts is None], row, cut
        )
    )
    nameless = [_nameless(heading, parts) for column, heading, parts in found if not column and parts]
    cells = tuple(_cell(column, heading, parts) for column, heading, parts in found if column)
    return CellsReading(cells, (*columns, *doubts, *unknown, *nameless))


def _cell(column: Column, heading: Heading, parts: Sequence[Token] | None) -> Cell:
    return Cell(column, join_tokens(heading), join_tokens(parts) if parts else None, known=parts is not None)


def _cut(table: Table, row: tuple[Token, ...]) -> tuple[Sequence[Sequence[Token] | None], tuple[Doubt, ...]]:
    """The pieces of each column, None where it is not known which they are; and doubts about that."""
    headings = table.headings
    if row and all(piece.line.box for piece in (*row, *(heading[0] for heading in headings))):
        return by_position(row, headings).cells, ()
    cuts, doubts = _one_call(by_order(row, table.columns), table.columns)
    if not cuts:
        return (None,) * len(headings), ()
    first, *others = (cut.cells for cut in cuts)
    agreed = [all(cells[index] == cell for cells in others) for index, cell in enumerate(first)]
    return [cell if sure else None for cell, sure in zip(first, agreed, strict=True)], doubts


def _one_call(
    cuts: tuple[Cut, ...], columns: Sequence[Column | None]
) -> tuple[tuple[Cut, ...], tuple[Doubt, ...]]:
    """Of cuts that differ only in which of two columns of times has the value, the first column's."""
    if Column.CALL not in columns or Column.SURVEY not in columns:
        return cuts, ()
    call, survey = columns.index(Column.CALL), columns.index(Column.SURVEY)
    if survey != call + 1 or not any(cut.cells[call] or cut.cells[survey] for cut in cuts):
        return cuts, ()
    pieces_of = {(*cut.cells[call], *cut.cells[survey]) for cut in cuts}
    in_call = tuple(cut for cut in cuts if not cut.cells[survey])
    if len(pieces_of) != 1 or not in_call:
        return cuts, ()
    ja = (
        "文字列だけでは公募時期と事業要望調査時期のどちらの欄の値か分からない。"
        "先に印字される公募時期の値とした。"
    )
    en = (
        "The text does not tell whether this stands under the call or under the survey of demand; "
        "it is taken for the call, which is printed first."
    )
    return in_call, (_doubt("call", ja, en, next(iter(pieces_of)), Weight.SETTLED),)


def _of_columns(table: Table) -> Iterator[Doubt]:
    """Columns that nobody knows, that there are several of, and that there are none of."""
    columns = table.columns
    unknown = [heading for column, heading in zip(columns, table.headings, strict=True) if not column]
    if unknown:
        names = [_quoted(heading) for heading in unknown]
        told = "The column {} is unknown." if len(names) == 1 else "Unknown columns: {}."
        yield _doubt(
            "columns",
            f"{''.join(f'「{name}」' for name in names)}は知らない欄である。",
            told.format(", ".join(names)),
            tuple(chain.from_iterable(unknown)),
        )
    row = tuple(chain.from_iterable(table.headings))
    for column in HEADINGS:
        if columns.count(column) > 1:
            last = table.headings[len(columns) - 1 - columns[::-1].index(column)]
            yield _doubt(column.value, "この欄が二つ以上ある。", "There is more than one such column.", last)
        if column not in columns:
            yield _doubt(column.value, "この欄がない。", "There is no such column.", row)


def _unknown(
    columns: Sequence[tuple[Column, Heading]], row: Sequence[Token], cut: Sequence[Sequence[Token] | None]
) -> Iterator[Doubt]:
    """One doubt about all columns of which it is not known which of the pieces left over are theirs."""
    if not columns:
        return
    told = {piece for parts in cut if parts for piece in parts}
    left = [piece for piece in row if piece not in told]
    text, names = _quoted(left), [_quoted(heading) for _, heading in columns]
    yield _doubt(
        columns[0][0].value if len(columns) == 1 else "cells",
        f"「{text}」のうちどれがどの欄の値か決められない（{'、'.join(names)}）。",
        f"It cannot be told which part of “{text}” stands under which column: {', '.join(names)}.",
        left or columns[0][1],
    )


def _nameless(heading: Heading, parts: Sequence[Token]) -> Doubt:
    text, under = _quoted(parts), join_tokens(heading).text
    return _doubt(
        "columns",
        f"知らない欄「{under}」の下の「{text}」は候補に入れない。",
        f"“{text}” below the unknown column {under} is not part of the candidate.",
        parts,
    )


def _quoted(parts: Sequence[Token]) -> str:
    text = " ".join(join_tokens(parts).text.split("\n")) if parts else ""
    return text if len(text) <= _LONGEST_QUOTED else f"{text[:_LONGEST_QUOTED]}…"


def _too_large(table: Table, row: Sequence[Token]) -> Doubt:
    size = sum(len(piece.text) for piece in row)
    return _doubt(
        "cells",
        f"表が大きすぎる（見出し{len(table.headings)}、値{size}文字）ため、読み取らない。",
        f"The table is too large to be read: {len(table.headings)} headings, {size} characters of values.",
        (*chain.from_iterable(table.headings), *row),
    )


def _doubt(about: str, ja: str, en: str, parts: Sequence[Token], weight: Weight = Weight.UNRESOLVED) -> Doubt:
    return Doubt(about, ja, en, join_tokens(parts).place if parts else None, weight)
