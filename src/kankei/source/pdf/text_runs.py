"""The glyphs of a page joined to runs of text, in the order they are drawn."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

# Fractions of the font size. Neighbours overlap by up to half an em where punctuation is set tight.
_OVERLAP = 0.6
_COLUMN_GAP = 0.5  # a wider gap begins another run: cells of a table are seldom as close
_WORD_GAP = 0.2  # between Latin letters a gap as wide is a space, which some programs do not draw
_BASELINE = 0.2
_OVERPRINT = 0.1
_COLLISION = 0.12  # between the centres of two glyphs: those of narrow neighbours are further apart
_MAX_PER_CELL = 4
_SAME_DIRECTION = 0.99  # cosine

Point = tuple[float, float]

UNKNOWN = "\ufffd"  # the text of a glyph that its font maps to no character


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character drawn on a page: the start and end of its baseline, and the rectangle it fills.

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
class TextRun:
    """Consecutive glyphs on one baseline: their text, its edges and its direction."""

    text: str
    corners: tuple[float, float, float, float]
    direction: Point

    def is_within(self, edges: tuple[float, float, float, float]) -> bool:
        """Whether any of it lies within the left, right, upper and lower edge of the visible page."""
        left, right, top, bottom = self.corners
        return left < edges[1] and right > edges[0] and top < edges[3] and bottom > edges[2]

    @property
    def is_horizontal(self) -> bool:
        """Whether it runs from left to right: rotated and vertical text does not."""
        return self.direction[0] > _SAME_DIRECTION


def drop_overprints(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Drop glyphs drawn again over the same one, as programs do for bold print and shadows.

    Glyphs less than a tenth of the font size apart are over each other: no letter is so narrow. Glyphs
    without a character are not dropped, since they may differ.
    """
    seen: set[tuple[str, int, int]] = set()
    for glyph in glyphs:
        step = glyph.size * _OVERPRINT / 2 or 1.0
        column, row = round(glyph.start[0] / step), round(glyph.start[1] / step)
        neighbours = ((glyph.text, column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        if glyph.text == UNKNOWN or seen.isdisjoint(neighbours):
            yield glyph
        seen.add((glyph.text, column, row))


def find_collisions(glyphs: Sequence[Glyph]) -> frozenset[int]:
    """The indices of letters and digits drawn over a different one.

    Which of the two is meant is unknown: 2000 stamped over 1000 would read 1000 and 2.
    """
    collisions: set[int] = set()
    grid: dict[tuple[int, int, int], list[int]] = {}
    for index, glyph in enumerate(glyphs):
        if not glyph.text.isalnum() or not math.isfinite(sum(_centre(glyph))):
            continue
        size, column, row = _cell(glyph)
        for x, y in product((-1, 0, 1), repeat=2):
            for other in grid.get((size, column + x, row + y), ()):
                if glyphs[other].text != glyph.text and _collide(glyphs[other], glyph):
                    collisions |= {index, other}
        # The last few glyphs of a cell suffice, and bound the time: a glyph may be drawn ten thousand times.
        grid.setdefault((size, column, row), []).append(index)
        del grid[size, column, row][:-_MAX_PER_CELL]
    return frozenset(collisions)


def _centre(glyph: Glyph) -> Point:
    return (glyph.start[0] + glyph.end[0]) / 2, (glyph.start[1] + glyph.end[1]) / 2


def _cell(glyph: Glyph) -> tuple[int, int, int]:
    step = glyph.size * _COLLISION or 1.0
    x, y = _centre(glyph)
    return round(glyph.size), round(x / step), round(y / step)


def _collide(one: Glyph, other: Glyph) -> bool:
    return math.dist(_centre(one), _centre(other)) <= _COLLISION * min(one.size, other.size)


def text_runs(glyphs: Iterable[Glyph]) -> Iterator[TextRun]:
    """The runs of glyphs, in the order they are drawn; blank ones are dropped.

    A glyph continues the run if it has the direction and the baseline of the glyph before and follows it
    within half the font size. So rotated and vertical text forms runs in its own direction.
    """
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _continues(run[-1], glyph):
            yield from _text_run(run)
            run = []
        run.append(glyph)
    yield from _text_run(run)


def _continues(before: Glyph, glyph: Glyph) -> bool:
    along, across = _offset(before, glyph)
    size = min(before.size, glyph.size)
    turn = before.direction[0] * glyph.direction[0] + before.direction[1] * glyph.direction[1]
    return (
        turn > _SAME_DIRECTION
        and abs(across) <= _BASELINE * size
        and -_OVERLAP * size <= along <= _COLUMN_GAP * size
    )


def _offset(before: Glyph, glyph: Glyph) -> Point:
    """The distance from the end of a glyph to the start of the next: along the baseline, and across it."""
    x, y = glyph.start[0] - before.end[0], glyph.start[1] - before.end[1]
    along, across = before.direction
    return x * along + y * across, y * along - x * across


def _text_run(run: list[Glyph]) -> Iterator[TextRun]:
    visible = [index for index, glyph in enumerate(run) if glyph.text.strip()]
    if not visible:
        return
    printed = run[visible[0] : visible[-1] + 1]
    lefts, rights, tops, bottoms = zip(*(glyph.corners for glyph in printed), strict=True)
    corners = min(lefts), max(rights), min(tops), max(bottoms)
    yield TextRun("".join(_spaced(printed)).strip(), corners, printed[0].direction)


def _spaced(run: list[Glyph]) -> Iterator[str]:
    yield run[0].text
    for before, glyph in pairwise(run):
        latin = before.text.strip().isascii() and glyph.text.strip().isascii()
        space_drawn = not (before.text.strip() and glyph.text.strip())
        if latin and not space_drawn and _offset(before, glyph)[0] > _WORD_GAP * glyph.size:
            yield " "
        yield glyph.text
