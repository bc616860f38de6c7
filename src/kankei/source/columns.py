"""Which column a piece of a sheet's table belongs to: by its position, or else by the order of the text.

Text that was extracted from a table gives its cells one after the other, and nothing says where one ends. A
cut into cells is accepted where every cell can be read by its column's grammar; a cell is known if all
accepted cuts agree on it. Nothing is taken for likely.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice

from kankei.source.pieces import Piece, printed
from kankei.source.sheet import Column
from kankei.source.values import bodies, call_window, measures, money, rate, support_kind, telephone
from kankei.source.values.folding import fold
from kankei.source.values.unreadable import Unreadable

_MOST_CUTS = 200
_MOST_LOOSE = 2
"""How many columns may take what they cannot read; with more of them hardly anything would be known."""
_SUPPORT = re.compile(r"(?:[①-⑳]+:?)?(?:ソフト|ハード|事業|整備|[・/、,])+")
_FUNDING = re.compile(
    r"定額|委託|交付税|措置|調査事業|補助|上限|以内|分の|[/%½⅓¼]|算入|税$|^[0-9]+:[0-9]+$|^-$|^\(?[①-⑳]+:?"
)
_CALL = re.compile(r"月|随時|未定|通年|頃|[~]|年度|必着|日|予定|回|次|-$")
_BUDGET = re.compile(
    r"(?:\(?(?:令和|平成|R|H)[0-9元]+年?度?.*)?\(?[0-9][0-9,.]*(?:百万円|億円?|万円|千円|円)*(?:の?内数)?(?:ほか|等)?\)?"
    r"|の?内数(?:ほか)?|ほか|-"
)
_CONTACT = re.compile(
    r"省|庁|府|院|局|課|室|部|グループ|係|班|担当|委員会|本部|センター|[0-9]{2,5}-[0-9]|TEL|内線|電話"
)
_BODIES = re.compile(r"[^0-9①-⑳:]+(?:[(][^()]*[)])?[・、等]*")

_LOOKS: Mapping[Column, Callable[[str], object]] = {
    Column.BODIES: lambda text: _BODIES.fullmatch(text) and not _SUPPORT.fullmatch(text),
    Column.SUPPORT: _SUPPORT.fullmatch,
    Column.FUNDING: lambda text: _FUNDING.search(text) and not _CALL.search(text),
    Column.CALL: _CALL.search,
    Column.SURVEY: _CALL.search,
    Column.BUDGET: _BUDGET.fullmatch,
    Column.CONTACT: _CONTACT.search,
}


@dataclass(frozen=True)
class Cut:
    """The pieces of each column, in the order of the columns; none where a cell is blank."""

    cells: tuple[tuple[Piece, ...], ...]


def by_position(parts: Sequence[Piece], headings: Sequence[Sequence[Piece]]) -> Cut:
    """Each piece under the heading nearest to it across the page; pieces and headings have boxes."""
    centres = [_centre(heading) for heading in headings]
    cells: list[list[Piece]] = [[] for _ in headings]
    for piece in parts:
        middle = _centre([piece])
        nearest = min(range(len(centres)), key=lambda index: abs(centres[index] - middle))
        cells[nearest].append(piece)
    return Cut(tuple(map(tuple, cells)))


def by_order(parts: Sequence[Piece], columns: Sequence[Column | None]) -> tuple[Cut, ...]:
    """Every cut of the pieces into the columns, in their order, that the grammars accept.

    A column that nobody knows takes anything. Where no cut is readable throughout, those are returned whose
    pieces at least look like their columns; where there are none either, those in which one or two columns
    take what they cannot read, and the others read the most. None where there are too many.
    """
    looks = [[_fits(fold(piece.text), column) for piece in parts] for column in columns]
    cuts = _cuts(tuple(parts), looks)
    readable = [cut for cut in cuts if not _unreadable(cut, columns)]
    if readable or cuts:
        return tuple(readable or cuts)
    loosened = (_with_unreadable(tuple(parts), looks, columns, count) for count in range(1, _MOST_LOOSE + 1))
    return tuple(next(filter(None, loosened), ()))


def _cuts(parts: tuple[Piece, ...], looks: list[list[bool]]) -> list[Cut]:
    """The cuts in which every piece looks like its column; none where there are too many."""
    cuts = [Cut(cells) for cells in islice(_Cutting(parts, looks).cuts(), _MOST_CUTS + 1)]
    return cuts if len(cuts) <= _MOST_CUTS else []


def _with_unreadable(
    parts: tuple[Piece, ...], looks: list[list[bool]], columns: Sequence[Column | None], count: int
) -> list[Cut]:
    """The cuts in which all columns but `count` read what they take, and as many as can be take something."""
    anything = [_fits(fold(piece.text), None) for piece in parts]
    found: list[Cut] = []
    for loose in map(set, combinations(range(len(columns)), count)):
        loosened = [anything if index in loose else looked for index, looked in enumerate(looks)]
        found += [cut for cut in _cuts(parts, loosened) if _unreadable(cut, columns) == loose]
    most = max((sum(map(bool, cut.cells)) for cut in found), default=0)
    return [cut for cut in found if sum(map(bool, cut.cells)) == most]


class _Cutting:
    """The ways to cut pieces into columns, each taking some in a row that look like it, or none."""

    def __init__(self, parts: tuple[Piece, ...], looks: list[list[bool]]) -> None:
        self._parts = parts
        self._looks = looks
        self._dead: set[tuple[int, int]] = set()

    def cuts(self, column: int = 0, start: int = 0) -> Iterator[tuple[tuple[Piece, ...], ...]]:
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


def _fits(text: str, column: Column | None) -> bool:
    if column is None:
        # It may hold anything, but a telephone number is known when it is seen.
        return not telephone.is_printed(text)
    return bool(_LOOKS[column](text))


def _unreadable(cut: Cut, columns: Sequence[Column | None]) -> set[int]:
    """The places of the columns that cannot read what they take."""
    return {
        index
        for index, (cell, column) in enumerate(zip(cut.cells, columns, strict=True))
        if cell and column is not None and not reads(column, printed(cell).text)
    }


@cache
def _grammar(column: Column) -> Callable[[str], object]:
    return {
        Column.BODIES: bodies.parse,
        Column.SUPPORT: support_kind.parse,
        Column.FUNDING: rate.parse,
        Column.CALL: lambda text: call_window.parse(text, fiscal_year=2000),
        Column.SURVEY: lambda text: call_window.parse(text, fiscal_year=2000),
        Column.BUDGET: lambda text: money.parse(text, unit="円"),
        Column.CONTACT: _contact,
    }[column]


@lru_cache(maxsize=4096)  # cuts share most of their cells
def reads(column: Column, text: str) -> bool:
    """Whether a column's grammar reads a text, measure by measure where it is divided into measures."""
    try:
        for part in measures.parse(text).parts:
            _grammar(column)(part.text)
    except Unreadable:
        return False
    return True


def _contact(text: str) -> object:
    found = telephone.find(text)
    if not found or not _CONTACT.search(fold(text[: found[0].start])):
        raise Unreadable("a contact is an organisation and a telephone number", text)
    return found


def _centre(parts: Sequence[Piece]) -> float:
    boxes = [piece.line.box for piece in parts if piece.line.box]
    return (min(box.x0 for box in boxes) + max(box.x1 for box in boxes)) / 2
