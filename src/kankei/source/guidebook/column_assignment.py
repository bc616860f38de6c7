"""The cutting of a table's row into cells: by the position of its pieces, or else by their order.

Text that was extracted from a table gives its cells one after the other, and nothing says where one ends. A
cut into cells is accepted where every cell can be read by its column's grammar; a cell is known if all
accepted cuts agree on it. Nothing is taken for likely.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.column_patterns import look, reads
from kankei.source.guidebook.columns import Column
from kankei.source.lines.printed_text import Token, tokens_text

_MOST_CUTS = 200
_MOST_LOOSE = 2
"""How many columns may take what they cannot read; with more of them hardly anything would be known."""
_MOST_PIECES, _MOST_CHARACTERS = 60, 2_000
"""A guidebook's row has some ten pieces; of more than this not even one cut is sought."""


@dataclass(frozen=True)
class Cut:
    """The pieces of each column, in the order of the columns; none where a cell is blank."""

    cells: tuple[tuple[Token, ...], ...]


def by_position(parts: Sequence[Token], headings: Sequence[Sequence[Token]]) -> Cut:
    """Each piece under the heading nearest to it across the page; pieces and headings have boxes."""
    centres = [_centre(heading) for heading in headings]
    cells: list[list[Token]] = [[] for _ in headings]
    for piece in parts:
        middle = _centre([piece])
        nearest = min(range(len(centres)), key=lambda index: abs(centres[index] - middle))
        cells[nearest].append(piece)
    return Cut(tuple(map(tuple, cells)))


def by_order(parts: Sequence[Token], columns: Sequence[Column | None]) -> tuple[Cut, ...]:
    """Every cut of the pieces into the columns, in their order, that the grammars accept.

    A column that nobody knows takes anything. Where no cut is readable throughout, those are returned whose
    pieces at least look like their columns; where there are none either, those in which one or two columns
    take what they cannot read, and the others read the most. None where there are too many, or too many
    pieces to try: what only some of the cuts agree on is not known.
    """
    if len(parts) > _MOST_PIECES or sum(len(piece.text) for piece in parts) > _MOST_CHARACTERS:
        return ()
    texts = [normalise(piece.text) for piece in parts]
    looks = [list(map(look(column), texts)) for column in columns]
    cuts = _cuts(tuple(parts), looks)
    if cuts is None:
        return ()
    if readable := [cut for cut in cuts if not _unreadable(cut, columns)]:
        return tuple(readable)
    for count in range(1, _MOST_LOOSE + 1):
        loosened = _with_unreadable(tuple(parts), looks, columns, count)
        if loosened is None:
            return ()
        if cuts or loosened:
            return tuple(dict.fromkeys((*cuts, *loosened)))
    return ()


def _cuts(parts: tuple[Token, ...], looks: list[list[object]]) -> list[Cut] | None:
    """The cuts in which every piece looks like its column; None where there are too many."""
    cuts = [Cut(cells) for cells in islice(_Cutting(parts, looks).cuts(), _MOST_CUTS + 1)]
    return cuts if len(cuts) <= _MOST_CUTS else None


def _with_unreadable(
    parts: tuple[Token, ...], looks: list[list[object]], columns: Sequence[Column | None], count: int
) -> list[Cut] | None:
    """The cuts in which all columns but `count` read what they take, and as many as can be take something.

    None where there are too many, with whichever columns.
    """
    anything = [look(None)(normalise(piece.text)) for piece in parts]
    found: list[Cut] = []
    for loose in map(set, combinations(range(len(columns)), count)):
        loosened = [anything if index in loose else looked for index, looked in enumerate(looks)]
        cuts = _cuts(parts, loosened)
        if cuts is None:
            return None
        found += [cut for cut in cuts if _unreadable(cut, columns) == loose]
    most = max((sum(map(bool, cut.cells)) for cut in found), default=0)
    return [cut for cut in found if sum(map(bool, cut.cells)) == most]


class _Cutting:
    """The ways to cut pieces into columns, each taking some in a row that look like it, or none."""

    def __init__(self, parts: tuple[Token, ...], looks: list[list[object]]) -> None:
        self._parts = parts
        self._looks = looks
        self._dead: set[tuple[int, int]] = set()

    def cuts(self, column: int = 0, start: int = 0) -> Iterator[tuple[tuple[Token, ...], ...]]:
        """The cells from a column on, for the pieces from one on."""
        if column == len(self._looks):
            if start == len(self._parts):
                yield ()
            return
        if (column, start) in self._dead:
            return
        found = False
        for end in self._ends(column, start):
            for rest in self.cuts(column + 1, end):
                found = True
                yield (self._parts[start:end], *rest)
        if not found:
            # Where no way leads to the end no other comes by again, so that no search takes long.
            self._dead.add((column, start))

    def _ends(self, column: int, start: int) -> Iterator[int]:
        yield start
        for end in range(start, len(self._parts)):
            if not self._looks[column][end]:
                return
            yield end + 1


def _unreadable(cut: Cut, columns: Sequence[Column | None]) -> set[int]:
    """The places of the columns that cannot read what they take."""
    return {
        index
        for index, (cell, column) in enumerate(zip(cut.cells, columns, strict=True))
        if cell and column is not None and not reads(column, tokens_text(cell))
    }


def _centre(parts: Sequence[Token]) -> float:
    boxes = [piece.line.box for piece in parts if piece.line.box]
    return (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2
