"""Tables that continue on another page, below the same headings printed again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.page.heading_column import table_headings
from kankei.source.guidebook.page.table import read_table
from kankei.source.lines.printed_text import Line


@dataclass(frozen=True)
class RepeatedTable:
    """A table with repeated headings: the numbers of its lines, those of its values, and their columns.

    Whether a value continues that of the page before, or is another one, is not told.
    """

    lines: frozenset[int]
    values: frozenset[int]
    columns: tuple[Column, ...]


def repeated_tables(page: Sequence[Line]) -> Iterator[RepeatedTable]:
    """The tables on a page that continues a sheet."""
    for headings in table_headings(page):
        table = read_table(headings, page)
        filled = {index for index, cell in enumerate(table.cells) if cell}
        filled.update(chain.from_iterable(one.columns for one in table.unassigned if one.tokens))
        columns = (headings.headings[index].column for index in sorted(filled))
        values = frozenset(table.lines) - headings.lines
        yield RepeatedTable(
            frozenset(table.lines), values, tuple(dict.fromkeys(one for one in columns if one))
        )
