"""Header rows: lines of headings that name the columns of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kankei.source.guidebook.columns import Column, column_of, contains_heading
from kankei.source.lines.printed_text import Line, Token, tokens

_FEWEST_COLUMNS = 4
_MAX_UNKNOWN = 2
"""Tokens in a row that are no known heading, and lines between two known ones."""

Heading = tuple[Token, ...]
"""A heading: one token, and those in brackets behind it."""


@dataclass(frozen=True)
class HeaderRow:
    """The headings of a table, and the indices of the first and the last line that they are printed on.

    `known_columns` are given where a heading is not known by its first token.
    """

    headings: tuple[Heading, ...]
    first: int
    last: int
    known_columns: tuple[Column | None, ...] | None = None

    @cached_property
    def columns(self) -> tuple[Column | None, ...]:
        """The column that each heading names; None if it is unknown."""
        if self.known_columns is not None:
            return self.known_columns
        return tuple(column_of(heading[0].text) for heading in self.headings)


def header_rows(lines: Sequence[Line]) -> Iterator[HeaderRow]:
    """The header rows among some lines: runs of tokens that name at least four known columns."""
    # Only lines with a heading, and those between them, are divided into tokens: a body is long.
    with_heading = [index for index, line in enumerate(lines) if contains_heading(line.text)]
    first, last = (with_heading[0], with_heading[-1] + 1) if with_heading else (0, 0)
    row = list(tokens(lines[first:last]))
    index_of = {lines[index].number: index for index in range(first, last)}
    start = 0
    while start < len(row):
        end = _run_end(row, start)
        if end - start >= _FEWEST_COLUMNS:
            first, last = (index_of[row[index].line.number] for index in (start, end - 1))
            header = HeaderRow(_headings(row[start:end]), first, last)
            if len(set(header.columns) - {None}) >= _FEWEST_COLUMNS:
                yield header
        start = max(end, start + 1)


def _run_end(row: Sequence[Token], start: int) -> int:
    """The end of the run of headings that begins at `start`; `start` if none does."""
    end = start
    for index in range(start, len(row)):
        if column_of(row[index].text):
            end = index + 1
        elif end == start or not _continues(row, index, end):
            break
    return end


def _continues(row: Sequence[Token], index: int, end: int) -> bool:
    """Whether an unknown heading stands between known ones: `end` is behind the one before it."""
    return index - end < _MAX_UNKNOWN and any(
        column_of(token.text) and token.line.number - row[end - 1].line.number <= _MAX_UNKNOWN
        for token in row[index + 1 : index + 1 + _MAX_UNKNOWN]
    )


def _headings(run: Sequence[Token]) -> tuple[Heading, ...]:
    headings: list[Heading] = []
    for token in run:
        if headings and token.text.startswith(("（", "(")):
            headings[-1] = (*headings[-1], token)
        else:
            headings.append((token,))
    return tuple(headings)
