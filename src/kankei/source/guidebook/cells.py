"""The cells of a table: the tokens of its row, each under its heading, and doubts about them."""

from collections.abc import Iterator, Sequence
from itertools import chain

from kankei.localisation import Text
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.column_assignment import Assignment, assign_by_order, is_readable_row
from kankei.source.guidebook.columns import Column, is_readable
from kankei.source.guidebook.header_row import HeaderRow
from kankei.source.guidebook.sentences import sentence
from kankei.source.guidebook.sheet import Cell
from kankei.source.guidebook.text_order import is_row_of_cells
from kankei.source.lines.document import Doubt, Weight
from kankei.source.lines.printed_text import Line, Token, join_tokens, tokens

_MAX_HEADINGS = 20
_MAX_CHARACTERS = 10_000
"""A guidebook has seven headings above some hundred characters; more is no row of a sheet."""
_MAX_QUOTED = 200

Cells = Sequence[Sequence[Token] | None]
"""The tokens under each heading; None if it is not known which they are."""


def read_cells(header_row: HeaderRow, lines: Sequence[Line]) -> tuple[tuple[Cell, ...], tuple[Doubt, ...]]:
    """The cells below a header row, and doubts about them; no cells of a table that is too large."""
    headings, row = header_row.headings, tuple(tokens(lines))
    size = sum(len(token.text) for token in row)
    if len(headings) > _MAX_HEADINGS or size > _MAX_CHARACTERS:
        printed = (*chain.from_iterable(headings), *row)
        return (), (_doubt("cells", printed, "table-too-large", headings=len(headings), size=size),)
    in_order = not has_values(header_row) and is_row_of_cells(lines)
    assigned, disputed = _assign(header_row, row) if in_order else ((None,) * len(headings), None)
    return cells_of(header_row, row, assigned, disputed)


def cells_of(
    header_row: HeaderRow, row: Sequence[Token], assigned: Cells, disputed: Sequence[Token] | None
) -> tuple[tuple[Cell, ...], tuple[Doubt, ...]]:
    """The cells below a header row to which the tokens of a row are assigned, and doubts about them.

    `disputed` are those that may stand in either of two unknown cells.
    """
    headings = header_row.headings
    cells = tuple(
        cell_of(column, heading, cell, None if cell is not None else disputed)
        for column, heading, cell in zip(header_row.columns, headings, assigned, strict=True)
        if column
    )
    unknown = column_doubts(header_row.columns, headings)
    return cells, (*unknown, *_cell_doubts(header_row, row, assigned))


def cell_of(
    column: Column,
    heading: Sequence[Token],
    cell: Sequence[Token] | None,
    disputed: Sequence[Token] | None = None,
) -> Cell:
    """The cell of a column with these tokens; None where it is not known which they are."""
    value, either = join_tokens(cell) if cell else None, join_tokens(disputed) if disputed else None
    return Cell(column, join_tokens(heading), value, known=cell is not None, disputed=either)


def _assign(header_row: HeaderRow, row: tuple[Token, ...]) -> tuple[Cells, tuple[Token, ...] | None]:
    headings, columns = header_row.headings, header_row.columns
    assignments = assign_by_order(row, columns)
    if not assignments:
        return (None,) * len(headings), None
    # What one column cannot read may be text of another: then a column without text is not known to be blank.
    readable = all(is_readable_row(cells, columns) for cells in assignments)
    cells = [
        each[0] if len(set(each)) == 1 and (each[0] or readable) else None
        for each in zip(*assignments, strict=True)
    ]
    return cells, _disputed(assignments, columns)


def has_values(header_row: HeaderRow) -> bool:
    """Whether values stand among the headings, as where a text was extracted column by column."""
    columns, headings = header_row.columns, header_row.headings
    # Any word may be the name of a body.
    known = {column for column in columns if column and column is not Column.BODIES}
    return any(
        column is None and any(is_readable(one, normalise(join_tokens(heading).text)) for one in known)
        for column, heading in zip(columns, headings, strict=True)
    )


def _disputed(
    assignments: tuple[Assignment, ...], columns: Sequence[Column | None]
) -> tuple[Token, ...] | None:
    """The tokens that stand in the call or in the survey, if assignments differ in nothing else."""
    if columns.count(Column.CALL) != 1 or columns.count(Column.SURVEY) != 1:
        return None
    call, survey = columns.index(Column.CALL), columns.index(Column.SURVEY)
    values = {(*cells[call], *cells[survey]) for cells in assignments}
    others = {
        tuple(cell for index, cell in enumerate(cells) if index not in {call, survey})
        for cells in assignments
    }
    return next(iter(values)) if len(assignments) > 1 and len(values) == len(others) == 1 else None


def column_doubts(columns: Sequence[Column | None], headings: Sequence[Sequence[Token]]) -> Iterator[Doubt]:
    """Doubts about unknown, repeated and missing columns."""
    unknown = [heading for column, heading in zip(columns, headings, strict=True) if not column]
    if unknown:
        names = [quoted(heading) for heading in unknown]
        key = "column-unknown" if len(names) == 1 else "columns-unknown"
        listed = Text("".join(f"「{name}」" for name in names), ", ".join(names))
        yield _doubt("columns", tuple(chain.from_iterable(unknown)), key, names=listed)
    for column in Column:
        if columns.count(column) > 1:
            last = headings[len(columns) - 1 - columns[::-1].index(column)]
            yield _doubt(column.value, last, "column-repeated")
        if column not in columns:
            yield _doubt(column.value, tuple(chain.from_iterable(headings)), "column-missing")


def _cell_doubts(header_row: HeaderRow, row: Sequence[Token], cells: Cells) -> Iterator[Doubt]:
    """One doubt about all columns without known cell, and one for each unknown column with a value.

    Unknown columns alone are in doubt if text of the row is theirs, and not which one's.
    """
    columns = list(zip(header_row.columns, header_row.headings, cells, strict=True))
    assigned = set(chain.from_iterable(filter(None, cells)))
    unassigned = [token for token in row if token not in assigned]
    known = [(column, heading) for column, heading, cell in columns if column and cell is None]
    unknown = [(column, heading) for column, heading, cell in columns if cell is None and unassigned]
    if without := known or unknown:
        names = [quoted(heading) for _, heading in without]
        abouts = [column.value if column else "columns" for column, _ in without]
        about = abouts[0] if len(without) == 1 or not known else "cells"
        listed, printed = Text("、".join(names), ", ".join(names)), unassigned or without[0][1]
        yield _doubt(about, printed, "cells-ambiguous", text=quoted(unassigned), columns=listed)
    yield from dropped_value_doubts(header_row.columns, header_row.headings, cells)


def dropped_value_doubts(
    columns: Sequence[Column | None], headings: Sequence[Sequence[Token]], cells: Cells
) -> Iterator[Doubt]:
    """A doubt about each value of an unknown column, and of one that is printed several times."""
    printed = [join_tokens(heading).text for heading in headings]
    for column, heading, cell in zip(columns, headings, cells, strict=True):
        if cell and column and columns.count(column) > 1:
            name = join_tokens(heading).text
            if column is not Column.BUDGET or printed.count(name) > 1:
                yield _doubt(column.value, cell, "column-value-of-several", column=name, text=quoted(cell))
        if cell and not column:
            name = join_tokens(heading).text
            yield _doubt("columns", cell, "column-value-dropped", column=name, text=quoted(cell))


def quoted(printed: Sequence[Token]) -> str:
    """Tokens on one line, cut where they are too long for a sentence."""
    text = " ".join(join_tokens(printed).text.split("\n")) if printed else ""
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"


def _doubt(
    about: str, printed: Sequence[Token], key: str, weight: Weight = Weight.UNRESOLVED, **gaps: object
) -> Doubt:
    return Doubt(about, *sentence(key, **gaps), join_tokens(printed).place if printed else None, weight)
