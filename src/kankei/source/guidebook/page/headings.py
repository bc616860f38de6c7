"""Rows of headings on a page, whatever order they are drawn in, wrapped or spaced."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.columns import Column, heading_match
from kankei.source.guidebook.page.geometry import (
    Piece,
    box_of,
    height,
    in_reading_order,
    middle,
    overlap,
    overlap_down,
    side_by_side,
    union,
)
from kankei.source.guidebook.theme_and_unit import unit_of
from kankei.source.lines.printed_text import Area, Box, Line, Token, tokens

FEWEST_COLUMNS = 4
_MAX_CHARACTERS = 40
_MAX_LINES = 6
_MAX_LETTER_GAP = 2.5
_LINE_GAP = 0.8
_SAME_CELL = 4.0
_MAX_CELL_GAP = 12.0
_MAX_HEADING_GAP = 20.0
_BRACKET = (
    r"[(\[【]\s*(?:対象者|単位:?.{1,4}|百万円|千円|億円|万円|円|案|内容|税込|上限額?|補助額|率|※.{0,6}|注.{0,4})"
    r"\s*[)\]】]"
)
_REST = re.compile(
    r"(?:等|額|案|先|課|課室|担当|担当課|部署|部局|者|方法|年度|時期|期間|内容|対象|対象者|区分"
    r"|及び(?:内容|補助額|上限額)|・内容|・対象者?|/内容|・補助額|・上限額?|・期間|・時期|・スケジュール|の時期|・連絡先|・電話番号)*"
    rf"(?:単位:?)?(?:{_BRACKET})*(?:※[0-9]?)?"
)


@dataclass(frozen=True)
class PageHeading:
    """A heading on a page: its tokens, its column if that is known, and its cell if it is ruled."""

    tokens: tuple[Token, ...]
    column: Column | None
    box: Box
    cell: Area | None = None
    unit: Token | None = None
    """The unit of money that is printed on a line of its own in the heading's cell."""
    values: tuple[Area, ...] = ()
    """The ruled cells beside it, in a table whose headings stand one below the other."""

    @property
    def lines(self) -> frozenset[int]:
        """The numbers of its lines."""
        return frozenset(token.line.number for token in (*self.tokens, *([self.unit] if self.unit else [])))


@dataclass(frozen=True)
class PageHeadings:
    """The headings of one table, from left to right; or from the top, each with its cell beside it."""

    headings: tuple[PageHeading, ...]

    @cached_property
    def box(self) -> Box:
        """The box around them and their cells."""
        cells = [area.box for one in self.headings for area in (one.cell, *one.values) if area]
        return union([*(heading.box for heading in self.headings), *cells])

    @property
    def lines(self) -> frozenset[int]:
        """The numbers of their lines."""
        return frozenset[int]().union(*(heading.lines for heading in self.headings))


@lru_cache(maxsize=4096)
def full_heading(text: str) -> Column | None:
    """The column of a text that is a heading and nothing else; `text` is normalised, without white space."""
    if len(text) > _MAX_CHARACTERS:
        return None
    match = heading_match(text)
    return match[0] if match and _REST.fullmatch(text, match[1]) else None


def page_headings(lines: Sequence[Line]) -> list[PageHeadings]:
    """The rows of headings among the lines of one page, each with at least four known columns."""
    level = [line for line in lines if not line.turned]
    in_cells = list(headings_in_cells(level))
    taken = {number for heading in in_cells if heading.column for number in heading.lines}
    free = [line for line in level if line.number not in taken]
    known = [*(heading for heading in in_cells if heading.column), *_outside_cells(free)]
    headings = [
        _with_unknown(part, [one for one in row if one not in part], in_cells, free)
        for row in _rows_of(known)
        for part in _tables_of(row)
        if len({heading.column for heading in part}) >= FEWEST_COLUMNS
    ]
    return sorted(headings, key=lambda one: (one.box.top, one.box.x0))


def headings_in_cells(lines: Sequence[Line]) -> Iterator[PageHeading]:
    """What may be headings with a cell of their own: short texts that are all that stands in an area."""
    by_area: dict[int, list[Line]] = {}
    for line in lines:
        if len(line.within) == 1 and line.within[0] >= 0:
            by_area.setdefault(line.within[0], []).append(line)
    for own in by_area.values():
        area = own[0].area
        ordered = in_reading_order(own)
        text = "".join("".join(normalise(line.text).split()) for line in ordered)
        if area is None or not area.rectangular or len(own) > _MAX_LINES or len(text) > _MAX_CHARACTERS:
            continue
        *printed, last = (token for line in ordered for token in tokens([line]))
        unit = last if printed and _is_unit_line(last) else None
        heading = tuple(printed) if unit else (*printed, last)
        box = union([box_of(token.line) for token in heading])
        yield PageHeading(heading, full_heading(text), box, area, unit)


def _is_unit_line(token: Token) -> bool:
    return token.text == token.line.text.strip() and unit_of(token.text) is not None


def _outside_cells(lines: Sequence[Line]) -> Iterator[PageHeading]:
    """Known headings among lines without cell: in one piece, spaced, or wrapped."""
    pieces = list(_pieces(lines))
    used: set[int] = set()
    stacks = [stack for piece in pieces for stack in _stacks(piece, pieces)]
    stacks.sort(key=lambda stack: -sum(len(piece.text) for piece in stack))
    for stack in stacks:
        column = full_heading("".join(piece.text for piece in stack))
        keys = {id(piece) for piece in stack}
        if column and not keys & used:
            used |= keys
            parts = tuple(token for piece in stack for token in piece.tokens)
            yield PageHeading(parts, column, union([piece.box for piece in stack]))


def _pieces(lines: Sequence[Line]) -> Iterator[Piece]:
    """Tokens, or the letters of a spaced word joined, as pieces; only those as short as headings."""
    letters: list[Token] = []
    for line in in_reading_order(line for line in lines if len(line.text) <= 10 * _MAX_CHARACTERS):
        parts = tuple(tokens([line]))
        if len(parts) > 1 and full_heading("".join(normalise(part.text) for part in parts)):
            yield Piece(parts)
            continue
        for part in parts:
            if len(part.text) > 1:
                yield Piece((part,))
                continue
            if letters and not _is_spaced(letters[-1], part):
                yield Piece(tuple(letters))
                letters = []
            letters.append(part)
    if letters:
        yield Piece(tuple(letters))


def _is_spaced(one: Token, other: Token) -> bool:
    before, after = Piece((one,)).box, Piece((other,)).box
    gap = after.x0 - before.x1
    return side_by_side(before, after) and -1 <= gap <= _MAX_LETTER_GAP * height(before)


def _stacks(piece: Piece, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """A piece alone, and with one or two pieces right below it."""
    yield (piece,)
    for second in _below(piece, pieces):
        yield (piece, second)
        for third in _below(second, pieces):
            yield (piece, second, third)


def _below(piece: Piece, pieces: Sequence[Piece]) -> Iterator[Piece]:
    for other in pieces:
        gap = other.box.top - piece.box.bottom
        if (
            -0.5 * height(piece.box) < gap < _LINE_GAP * height(piece.box)
            and other.box.top > piece.box.top
            and overlap(piece.box, other.box) > 0.4 * min(_width(piece.box), _width(other.box))
        ):
            yield other


def _width(box: Box) -> float:
    return box.x1 - box.x0


def _rows_of(headings: Iterable[PageHeading]) -> list[list[PageHeading]]:
    """Headings that stand side by side, or whose cells do."""
    rows: list[list[PageHeading]] = []
    for heading in sorted(headings, key=lambda one: middle(_extent(one))):
        row = next((row for row in rows if any(_beside(heading, other) for other in row)), None)
        if row is None:
            rows.append([heading])
        else:
            row.append(heading)
    return rows


def _extent(heading: PageHeading) -> Box:
    return heading.cell.box if heading.cell else heading.box


def _beside(one: PageHeading, other: PageHeading) -> bool:
    return side_by_side(_extent(one), _extent(other)) or overlap_down(one.box, other.box) > 0


def _tables_of(row: list[PageHeading]) -> Iterator[list[PageHeading]]:
    """The headings of each table of a row: another one begins where columns repeat."""
    row.sort(key=lambda heading: heading.box.x0)
    part: list[PageHeading] = []
    for index, heading in enumerate(row):
        before = {other.column for other in part}
        behind = {other.column for other in row[index:]}
        if (
            heading.column in before
            and min(len(before), len(behind)) >= FEWEST_COLUMNS
            and len(before & behind) >= FEWEST_COLUMNS
        ):
            yield part
            part = []
        part.append(heading)
    yield part


def _with_unknown(
    known: Sequence[PageHeading],
    of_others: Sequence[PageHeading],
    in_cells: Sequence[PageHeading],
    free: Sequence[Line],
) -> PageHeadings:
    """The known headings of a table, with unknown ones between and beside them.

    What stands nearer to the headings of other tables of the row is theirs.
    """
    box = union([_extent(heading) for heading in known])
    own = {number for heading in (*known, *of_others) for number in heading.lines}
    unknown = _unknown_cells([heading.cell for heading in known if heading.cell], in_cells)
    row = union([heading.box for heading in known])
    uncelled = [heading for heading in known if not heading.cell]
    if uncelled:
        size = max(height(box_of(token.line)) for heading in uncelled for token in heading.tokens)
        pieces = [Piece((part,)) for line in free if line.number not in own for part in tokens([line])]
        beside = [
            piece
            for piece in pieces
            if _is_unknown_heading(piece, row, size)
            and _distance(piece.box, known) <= _distance(piece.box, of_others)
        ]
        unknown += [PageHeading(one.tokens, None, one.box) for one in _within_reach(beside, box, size)]
    headings = _attached([*known, *unknown])
    return PageHeadings(tuple(sorted(headings, key=lambda heading: heading.box.x0)))


def _distance(box: Box, headings: Sequence[PageHeading]) -> float:
    """How far a box is from the nearest of some headings, across the page."""
    return min((-overlap(box, heading.box) for heading in headings), default=float("inf"))


def _within_reach(pieces: Sequence[Piece], box: Box, size: float) -> Iterator[Piece]:
    """The pieces of a row that stand in a box, or no further beside it or each other than headings may."""
    middle_of = (box.x0 + box.x1) / 2
    for piece in sorted(pieces, key=lambda one: abs((one.box.x0 + one.box.x1) / 2 - middle_of)):
        if overlap(piece.box, box) > -_MAX_HEADING_GAP * size:
            box = union([box, piece.box])
            yield piece


def _unknown_cells(cells: Sequence[Area], headings: Sequence[PageHeading]) -> list[PageHeading]:
    """The unknown headings in the row of some cells, each next to one of them: no table beside is theirs."""
    near, unknown = list(cells), list[PageHeading]()
    candidates = [one for one in headings if not one.column and one.cell]
    for cell in near:
        for one in candidates:
            if one not in unknown and one.cell and _same_row(one.cell, cell) and _is_next(one.cell, cell):
                unknown.append(one)
                near.append(one.cell)
    return unknown


def _is_next(one: Area, other: Area) -> bool:
    return -overlap(one.box, other.box) <= _MAX_CELL_GAP


def _same_row(one: Area, other: Area) -> bool:
    return (
        abs(one.box.top - other.box.top) <= _SAME_CELL
        and abs(one.box.bottom - other.box.bottom) <= _SAME_CELL
    )


def _is_unknown_heading(piece: Piece, row: Box, size: float) -> bool:
    return (
        len(piece.text) <= _MAX_CHARACTERS
        and overlap_down(piece.box, row) > 0.5 * height(piece.box)
        and height(piece.box) < 1.5 * size
    )


def _attached(headings: Sequence[PageHeading]) -> list[PageHeading]:
    """The headings, an unknown one that stands above or below a known one joined to that."""
    kept_apart: list[PageHeading] = [heading for heading in headings if heading.column or heading.cell]
    for heading in headings:
        if heading.column or heading.cell:
            continue
        over = [index for index, other in enumerate(kept_apart) if overlap(other.box, heading.box) > 0]
        if (
            len(over) == 1
            and kept_apart[over[0]].column
            and not side_by_side(kept_apart[over[0]].box, heading.box)
        ):
            other = kept_apart[over[0]]
            parts = tuple(
                sorted((*other.tokens, *heading.tokens), key=lambda token: middle(Piece((token,)).box))
            )
            kept_apart[over[0]] = replace(other, tokens=parts, box=union([other.box, heading.box]))
        else:
            kept_apart.append(heading)
    return kept_apart
