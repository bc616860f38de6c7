"""Assignment of a row's tokens to columns by their order, where no position tells them.

Text that was extracted from a table gives its cells one after the other, without their ends. An assignment is
accepted if every column's grammar reads its cell; a cell is known if all accepted assignments agree on it.
None is chosen for being likely.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, takewhile

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.columns import Column, is_readable, token_test
from kankei.source.lines.printed_text import Token, tokens_text

_MAX_ASSIGNMENTS = 200
_MAX_UNREADABLE = 2
"""How many columns may take what they cannot read; with more of them hardly anything would be known."""
_MAX_TOKENS, _MAX_CHARACTERS = 60, 2_000
"""A guidebook's row has some ten tokens; a longer one is not searched at all."""

Assignment = tuple[tuple[Token, ...], ...]
"""The tokens of each column, in the order of the columns; none in a blank cell."""


def assign_by_order(row: tuple[Token, ...], columns: Sequence[Column | None]) -> tuple[Assignment, ...]:
    """Every assignment of the tokens to the columns, in their order, that the grammars accept.

    An unknown column takes anything. If no assignment is readable throughout, those are returned whose tokens
    at least pass the tests of their columns, and those in which one or two columns take what they cannot
    read and the others read the most. None if there are too many, or too many tokens to search.
    """
    if len(row) > _MAX_TOKENS or sum(len(token.text) for token in row) > _MAX_CHARACTERS:
        return ()
    texts = [normalise(token.text) for token in row]
    accepted = [list(map(token_test(column), texts)) for column in columns]
    assignments = _assignments(row, accepted)
    if assignments is None:
        return ()
    readable = [cells for cells in assignments if not _unreadable(cells, columns)]
    if readable := readable or _readable_together(row, accepted, columns):
        return tuple(dict.fromkeys(readable))
    for count in range(1, _MAX_UNREADABLE + 1):
        others = _with_unreadable(row, accepted, columns, count)
        if others is None:
            return ()
        if assignments or others:
            return tuple(dict.fromkeys((*assignments, *others)))
    return ()


def _assignments(row: tuple[Token, ...], accepted: Sequence[Sequence[object]]) -> list[Assignment] | None:
    """The assignments in which every token passes its column's test; None if there are too many."""
    assignments = list(islice(_search(row, accepted), _MAX_ASSIGNMENTS + 1))
    return assignments if len(assignments) <= _MAX_ASSIGNMENTS else None


def _readable_together(
    row: tuple[Token, ...], accepted: Sequence[Sequence[object]], columns: Sequence[Column | None]
) -> list[Assignment]:
    """Assignments in which one column reads tokens together that do not pass its test one by one.

    None if there are too many.
    """
    anything = [token_test(None)(normalise(token.text)) for token in row]
    assignments: list[Assignment] = []
    for index in range(len(columns)):
        relaxed = [anything if at == index else tests for at, tests in enumerate(accepted)]
        passing = _assignments(row, relaxed)
        if passing is None:
            return []
        assignments += [cells for cells in passing if not _unreadable(cells, columns)]
    return assignments


def is_readable_row(cells: Assignment, columns: Sequence[Column | None]) -> bool:
    """Whether every column reads what it takes."""
    return not _unreadable(cells, columns)


def _with_unreadable(
    row: tuple[Token, ...], accepted: Sequence[Sequence[object]], columns: Sequence[Column | None], count: int
) -> list[Assignment] | None:
    """Assignments in which all columns but `count` read what they take, with the most cells filled.

    None if there are too many for any choice of columns.
    """
    anything = [token_test(None)(normalise(token.text)) for token in row]
    assignments: list[Assignment] = []
    for exempt in map(set, combinations(range(len(columns)), count)):
        relaxed = [anything if index in exempt else tests for index, tests in enumerate(accepted)]
        passing = _assignments(row, relaxed)
        if passing is None:
            return None
        assignments += [cells for cells in passing if _unreadable(cells, columns) == exempt]
    most = max((sum(map(bool, cells)) for cells in assignments), default=0)
    return [cells for cells in assignments if sum(map(bool, cells)) == most]


def _unreadable(cells: Assignment, columns: Sequence[Column | None]) -> set[int]:
    """The indices of the columns that cannot read what they take."""
    return {
        index
        for index, (cell, column) in enumerate(zip(cells, columns, strict=True))
        if cell and column is not None and not is_readable(column, tokens_text(cell))
    }


def _search(row: tuple[Token, ...], accepted: Sequence[Sequence[object]]) -> Iterator[Assignment]:
    """Depth-first search: each column takes a run of tokens that pass its test, or none."""
    dead_ends: set[tuple[int, int]] = set()

    def assignments(column: int, start: int) -> Iterator[Assignment]:
        if column == len(accepted):
            yield from [()] if start == len(row) else []
            return
        if (column, start) in dead_ends:
            return
        dead_end = True
        passing = sum(1 for _ in takewhile(bool, accepted[column][start:]))
        for end in range(start, start + passing + 1):
            for rest in assignments(column + 1, end):
                dead_end = False
                yield (row[start:end], *rest)
        if dead_end:
            dead_ends.add((column, start))  # keeps the search short: no branch is tried twice in vain

    return assignments(0, 0)
