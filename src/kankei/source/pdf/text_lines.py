"""How the glyphs of a page, in the order they are drawn, make lines."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

# All in parts of the font's size. Neighbours overlap by up to half an em where punctuation is set tight.
_OVERLAP = 0.6
_COLUMN_GAP = 0.5  # a wider gap begins another line: cells of a table are seldom as close
_WORD_GAP = 0.2  # between Latin letters a gap as wide is the space that some programs do not draw
_BASELINE = 0.2
_OVERPRINT = 0.1
_OVERDRAWN = 0.12  # between the middles of two: those of neighbours, narrow as they are, stand further apart
_KEPT = 4
_SAME_DIRECTION = 0.99  # cosine

Point = tuple[float, float]

UNKNOWN = "\ufffd"  # what is printed by a glyph whose font does not tell its character


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character drawn on a page: where its baseline begins and ends, and the rectangle it fills.

    Distances are in points, x to the right and y downwards; `direction` is a unit vector along the baseline,
    and `corners` are the left, right, upper and lower edge.
    """

    text: str
    start: Point
    end: Point
    direction: Point
    size: float
    corners: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs drawn one beside the other on one baseline: their text, its edges and its direction."""

    text: str
    corners: tuple[float, float, float, float]
    direction: Point

    def is_on(self, edges: tuple[float, float, float, float]) -> bool:
        """Whether any of it lies within the left, right, upper and lower edge of what is seen of a page."""
        left, right, top, bottom = self.corners
        return left < edges[1] and right > edges[0] and top < edges[3] and bottom > edges[2]

    @property
    def is_level(self) -> bool:
        """Whether it runs from left to right, as all but rotated and vertical text does."""
        return self.direction[0] > _SAME_DIRECTION


def printed_once(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """The glyphs without those drawn again over the same one, as programs do for bold print and shadows.

    Less than a tenth of the font's size apart is over each other: no letter is so narrow. A glyph without
    Unicode stays, since it may be another one.
    """
    seen: set[tuple[str, int, int]] = set()
    for glyph in glyphs:
        step = glyph.size * _OVERPRINT / 2 or 1.0
        column, row = round(glyph.start[0] / step), round(glyph.start[1] / step)
        around = ((glyph.text, column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        if glyph.text == UNKNOWN or seen.isdisjoint(around):
            yield glyph
        seen.add((glyph.text, column, row))


def overdrawn(glyphs: Sequence[Glyph]) -> frozenset[int]:
    """The places, among glyphs, of letters and digits that are drawn over another one.

    What is meant cannot be told: 2000 stamped over 1000 would read 1000 and 2.
    """
    found: set[int] = set()
    grid: dict[tuple[int, int, int], list[int]] = {}
    for index, glyph in enumerate(glyphs):
        if not glyph.text.isalnum() or not math.isfinite(sum(_middle(glyph))):
            continue
        size, column, row = _cell(glyph)
        for x, y in product((-1, 0, 1), repeat=2):
            for other in grid.get((size, column + x, row + y), ()):
                if glyphs[other].text != glyph.text and _is_over(glyphs[other], glyph):
                    found |= {index, other}
        # Of what is drawn in one place the last few are enough to know: it may be drawn ten thousand times.
        grid.setdefault((size, column, row), []).append(index)
        del grid[size, column, row][:-_KEPT]
    return frozenset(found)


def _middle(glyph: Glyph) -> Point:
    return (glyph.start[0] + glyph.end[0]) / 2, (glyph.start[1] + glyph.end[1]) / 2


def _cell(glyph: Glyph) -> tuple[int, int, int]:
    step = glyph.size * _OVERDRAWN or 1.0
    x, y = _middle(glyph)
    return round(glyph.size), round(x / step), round(y / step)


def _is_over(one: Glyph, other: Glyph) -> bool:
    return math.dist(_middle(one), _middle(other)) <= _OVERDRAWN * min(one.size, other.size)


def pieces(glyphs: Iterable[Glyph]) -> Iterator[Piece]:
    """The pieces that glyphs make, in the order they are drawn; blank ones are left out.

    A glyph carries on the piece if it has the direction and the baseline of the glyph before and follows it
    within half the font's size. So rotated and vertical text makes pieces in its own direction.
    """
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _carries_on(run[-1], glyph):
            yield from _piece(run)
            run = []
        run.append(glyph)
    yield from _piece(run)


def _carries_on(before: Glyph, glyph: Glyph) -> bool:
    along, across = _offset(before, glyph)
    size = min(before.size, glyph.size)
    turn = before.direction[0] * glyph.direction[0] + before.direction[1] * glyph.direction[1]
    return (
        turn > _SAME_DIRECTION
        and abs(across) <= _BASELINE * size
        and -_OVERLAP * size <= along <= _COLUMN_GAP * size
    )


def _offset(before: Glyph, glyph: Glyph) -> Point:
    """From the end of a glyph to the start of the next: along the baseline, and across it."""
    x, y = glyph.start[0] - before.end[0], glyph.start[1] - before.end[1]
    along, across = before.direction
    return x * along + y * across, y * along - x * across


def _piece(run: list[Glyph]) -> Iterator[Piece]:
    visible = [place for place, glyph in enumerate(run) if glyph.text.strip()]
    if not visible:
        return
    printed = run[visible[0] : visible[-1] + 1]
    lefts, rights, tops, bottoms = zip(*(glyph.corners for glyph in printed), strict=True)
    corners = min(lefts), max(rights), min(tops), max(bottoms)
    yield Piece("".join(_spaced(printed)).strip(), corners, printed[0].direction)


def _spaced(run: list[Glyph]) -> Iterator[str]:
    yield run[0].text
    for before, glyph in pairwise(run):
        latin = before.text.strip().isascii() and glyph.text.strip().isascii()
        drawn = not (before.text.strip() and glyph.text.strip())
        if latin and not drawn and _offset(before, glyph)[0] > _WORD_GAP * glyph.size:
            yield " "
        yield glyph.text
