"""The glyphs of a page joined to runs of text, in the order they are drawn."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from kankei.source.pdf.ruling_lines import RulingLine

# Fractions of the font size. Neighbours overlap by up to half an em where punctuation is set tight.
_OVERLAP = 0.6
_COLUMN_GAP = 0.5  # a wider gap begins another run: cells of a table are seldom as close
_WORD_GAP = 0.2  # between Latin letters a gap as wide is a space, which some programs do not draw
_WIDER_GAP, _WIDER_MIXED_GAP = 0.25, 0.4  # wider than between the other letters of the run, by so much
_BLANK = 1.5  # as much white space divides what may be drawn as one text
_BESIDE_LINE = 0.08  # letters of one text are closer than this, also where they run over a line
_NARROW_MARKS = frozenset("、。，．,.・･:：;；（）()「」『』【】［］[]〔〕〈〉《》！？!?～~ー-－")
_BASELINE = 0.2
_OVERPRINT = 0.1
_COLLISION = 0.12  # between the centres of two glyphs: those of narrow neighbours are further apart
_MAX_PER_CELL = 4
_STRIKE = 0.22  # a line as near to the middle of a glyph strikes it through
_MAX_SHIFT, _MAX_STRUCK, _MAX_STRIKE, _MAX_LINES = 6.0, 1_000, 600.0, 3_000
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
    centres: tuple[Point, ...] = ()
    """The centre of each visible glyph."""

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


def find_struck(glyphs: Sequence[Glyph], lines: Sequence[RulingLine]) -> frozenset[int]:
    """The indices of glyphs that a line strikes through: whether they still hold is unknown.

    Such a line runs through the middle of glyphs from left to right, from the first of them to the last, and
    not beyond; a rule of a table does.
    """
    lines = [line for line in lines if line.end - line.start <= _MAX_STRIKE]
    if len(lines) > _MAX_LINES:  # a page of so many is a drawing
        return frozenset()
    ordered = sorted(range(len(glyphs)), key=lambda index: _middle(glyphs[index]))
    heights = [_middle(glyphs[index]) for index in ordered]
    struck: set[int] = set()
    for line in lines:
        first, last = (bisect_left(heights, line.position + shift) for shift in (-_MAX_SHIFT, _MAX_SHIFT))
        if last - first > _MAX_STRUCK:
            continue
        own = [index for index in ordered[first:last] if _is_on(line, glyphs[index])]
        if own and _is_as_long(line, [glyphs[index] for index in own]):
            struck.update(own)
    return frozenset(struck)


def _middle(glyph: Glyph) -> float:
    return (glyph.corners[2] + glyph.corners[3]) / 2


def _is_on(line: RulingLine, glyph: Glyph) -> bool:
    """Whether a line runs through the middle of a glyph that is written from left to right."""
    near = abs(_middle(glyph) - line.position) <= _STRIKE * glyph.size
    centre = (glyph.corners[0] + glyph.corners[1]) / 2
    is_letter = glyph.text.isalnum() or glyph.text == UNKNOWN
    return near and is_letter and line.start <= centre <= line.end and glyph.direction[0] > _SAME_DIRECTION


def _is_as_long(line: RulingLine, glyphs: Sequence[Glyph]) -> bool:
    left, right = min(one.corners[0] for one in glyphs), max(one.corners[1] for one in glyphs)
    slack = max(one.size for one in glyphs)
    return line.start >= left - slack and line.end <= right + slack


def _centre(glyph: Glyph) -> Point:
    return (glyph.start[0] + glyph.end[0]) / 2, (glyph.start[1] + glyph.end[1]) / 2


def _cell(glyph: Glyph) -> tuple[int, int, int]:
    step = glyph.size * _COLLISION or 1.0
    x, y = _centre(glyph)
    return round(glyph.size), round(x / step), round(y / step)


def _collide(one: Glyph, other: Glyph) -> bool:
    return math.dist(_centre(one), _centre(other)) <= _COLLISION * min(one.size, other.size)


def text_runs(glyphs: Iterable[Glyph], dividers: Sequence[RulingLine] = ()) -> Iterator[TextRun]:
    """The runs of glyphs, in the order they are drawn; blank ones are dropped.

    A glyph continues the run if it has the direction and the baseline of the glyph before and follows it
    within half the font size. So rotated and vertical text forms runs in its own direction. A run is divided
    where a vertical ruling line, one of the `dividers`, or more white space than elsewhere in it stands
    between two glyphs.
    """
    lines = sorted(dividers, key=lambda line: line.position)
    positions = [line.position for line in lines]
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _continues(run[-1], glyph):
            yield from _divided(run, lines, positions)
            run = []
        run.append(glyph)
    yield from _divided(run, lines, positions)


def _divided(
    run: Sequence[Glyph], lines: Sequence[RulingLine], positions: Sequence[float]
) -> Iterator[TextRun]:
    """The parts of a run that lines and wide gaps divide."""
    visible = [index for index, glyph in enumerate(run) if glyph.text.strip()]
    usual = _usual_gap(run)
    start = 0
    for before, after in pairwise(visible):
        along, size = _offset(run[before], run[after])[0], min(run[before].size, run[after].size)
        drawn_space = after - before > 1
        if (
            along > _BLANK * size if drawn_space else _is_wider(run[before], run[after], along, usual)
        ) or _is_crossed(run[before], run[after], along, lines, positions):
            yield from _text_run(run[start : before + 1])
            start = after
    yield from _text_run(run[start:])


def _usual_gap(run: Sequence[Glyph]) -> float:
    """The narrowest gap between two letters of a run, in parts of their size."""
    gaps = [
        _offset(before, after)[0] / after.size
        for before, after in pairwise(run)
        if after.size
        and before.text.strip()
        and after.text.strip()
        and not _NARROW_MARKS & {before.text, after.text}
    ]
    return max(min(gaps, default=0.0), 0.0) if len(gaps) > 1 else 0.0


def _is_wider(before: Glyph, after: Glyph, along: float, usual: float) -> bool:
    """Whether a gap is wider than those between the letters of one text; between digits, than any."""
    size = min(before.size, after.size)
    if before.text.isdigit() and after.text.isdigit():
        return along > _WORD_GAP * size
    if before.text.isascii() and after.text.isascii():
        return False
    mixed = before.text.isascii() or after.text.isascii() or _NARROW_MARKS & {before.text, after.text}
    return along > (usual + (_WIDER_MIXED_GAP if mixed else _WIDER_GAP)) * size


def _is_crossed(
    before: Glyph, after: Glyph, along: float, lines: Sequence[RulingLine], positions: Sequence[float]
) -> bool:
    """Whether a vertical line stands in the gap between two glyphs of a text from left to right."""
    size = min(before.size, after.size)
    if along < _BESIDE_LINE * size or before.direction[0] <= _SAME_DIRECTION:
        return False
    middle = (before.corners[2] + before.corners[3]) / 2
    index = bisect_left(positions, before.end[0] - _BESIDE_LINE * size)
    while index < len(lines) and positions[index] <= after.start[0] + _BESIDE_LINE * size:
        if lines[index].start <= middle <= lines[index].end:
            return True
        index += 1
    return False


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


def _text_run(run: Sequence[Glyph]) -> Iterator[TextRun]:
    visible = [index for index, glyph in enumerate(run) if glyph.text.strip()]
    if not visible:
        return
    printed = run[visible[0] : visible[-1] + 1]
    lefts, rights, tops, bottoms = zip(*(glyph.corners for glyph in printed), strict=True)
    corners = min(lefts), max(rights), min(tops), max(bottoms)
    centres = tuple(
        ((left + right) / 2, (top + bottom) / 2)
        for left, right, top, bottom in (run[index].corners for index in visible)
    )
    yield TextRun("".join(_spaced(printed)).strip(), corners, printed[0].direction, centres)


def _spaced(run: Sequence[Glyph]) -> Iterator[str]:
    yield run[0].text
    for before, glyph in pairwise(run):
        latin = before.text.strip().isascii() and glyph.text.strip().isascii()
        space_drawn = not (before.text.strip() and glyph.text.strip())
        if latin and not space_drawn and _offset(before, glyph)[0] > _WORD_GAP * glyph.size:
            yield " "
        yield glyph.text
