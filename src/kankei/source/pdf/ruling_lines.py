"""Ruling lines of a page: the straight horizontal and vertical lines among the paths that it draws.

A line may be stroked, or filled as a thin rectangle; the edges of a filled rectangle are lines too, since
its colour ends there. Whatever else a page draws is a drawing: it may be text that was turned into outlines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pdfminer.utils import Matrix, PathSegment, apply_matrix_pt

Point = tuple[float, float]
Corners = tuple[float, float, float, float]
"""The left, right, upper and lower edge of a rectangle, in points; y runs downwards."""

_MAX_LINES = 40_000
"""Lines of a page; ten thousand cells that are ruled one by one have as many."""
_MAX_DRAWINGS = 10_000
_STRAIGHT = 0.75
_THIN = 3.0
"""A filled rectangle as thin as this, in points, is a line."""
_SHORT = 2.0
_MARK = 12.0
"""A rectangle of no larger sides, in points, is a box to tick or a bullet, and no cell."""
_BACKGROUND = 0.8
"""A filled rectangle that covers as much of the page is its background."""
_WHITE = 0.98


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A line at a position, x of a vertical and y of a horizontal one, from `start` to `end`."""

    position: float
    start: float
    end: float


@dataclass
class PageMarks:
    """The lines of a page, and the edges of its drawings; not `complete` if there are too many."""

    width: float
    height: float
    vertical: list[RulingLine] = field(default_factory=list)
    horizontal: list[RulingLine] = field(default_factory=list)
    drawings: list[Corners] = field(default_factory=list)
    complete: bool = True

    def add_path(self, path: Sequence[PathSegment], ctm: Matrix, color: object, *, stroke: bool) -> None:
        """Add a path, given in the space of `ctm`; `color` fills it, None if nothing does."""
        for drawn, lines in _subpaths(path, ctm, self.height):
            corners = _corners(drawn)
            if not all(lines) and not _is_rounded(drawn, lines, corners):
                self.add_drawing(corners)
                continue
            points = drawn if all(lines) else _rectangle(corners)
            if _is_mark(points, corners):
                self.add_drawing(corners)
            elif stroke:
                self._add_strokes(points, corners)
            elif color is not None:
                self._add_filled(points, corners, color)

    def add_drawing(self, corners: Corners) -> None:
        """Add a drawing or picture by its edges."""
        if len(self.drawings) < _MAX_DRAWINGS:
            self.drawings.append(corners)
        else:
            self.complete = False

    def _add_strokes(self, points: Sequence[Point], corners: Corners) -> None:
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x0 - x1) > _STRAIGHT and abs(y0 - y1) > _STRAIGHT:
                self.add_drawing(corners)
                return
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(x0 - x1) <= _STRAIGHT:
                self._add_line(self.vertical, (x0 + x1) / 2, y0, y1)
            else:
                self._add_line(self.horizontal, (y0 + y1) / 2, x0, x1)

    def _add_filled(self, points: Sequence[Point], corners: Corners, color: object) -> None:
        left, right, top, bottom = corners
        if right - left <= _THIN and bottom - top <= _THIN:
            # Dots and bullets; rows of them make a dotted line, which is no rule.
            return
        if right - left <= _THIN:
            self._add_line(self.vertical, (left + right) / 2, top, bottom)
        elif bottom - top <= _THIN:
            self._add_line(self.horizontal, (top + bottom) / 2, left, right)
        elif not _is_rectangle(points, corners):
            self.add_drawing(corners)
        elif not _is_white(color) and not self._is_background(corners):
            for x in (left, right):
                self._add_line(self.vertical, x, top, bottom)
            for y in (top, bottom):
                self._add_line(self.horizontal, y, left, right)

    def _is_background(self, corners: Corners) -> bool:
        left, right, top, bottom = corners
        return (right - left) * (bottom - top) >= _BACKGROUND * self.width * self.height

    def _add_line(self, lines: list[RulingLine], position: float, start: float, end: float) -> None:
        if len(self.vertical) + len(self.horizontal) >= _MAX_LINES:
            self.complete = False
        elif abs(end - start) >= _SHORT:
            lines.append(RulingLine(position, min(start, end), max(start, end)))


def _subpaths(
    path: Sequence[PathSegment], ctm: Matrix, height: float
) -> Iterator[tuple[list[Point], list[bool]]]:
    """The points of each part of a path on the page, and whether each step between them is a line."""
    points: list[Point] = []
    lines: list[bool] = []
    for operator, *operands in path:
        if operator == "h":
            points += points[:1]
            lines.append(True)
            continue
        numbers = [float(number) for number in operands]
        x, y = apply_matrix_pt(ctm, (numbers[-2], numbers[-1]))
        if operator == "m":
            if len(points) > 1:
                yield points, lines
            points, lines = [], []
        elif points:
            lines.append(operator == "l")
        points.append((x, height - y))
    if len(points) > 1:
        yield points, lines


def _rectangle(corners: Corners) -> list[Point]:
    left, right, top, bottom = corners
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _is_rounded(points: Sequence[Point], lines: Sequence[bool], corners: Corners) -> bool:
    """Whether a path with curves is a rectangle with rounded corners: lines are half of each side or more."""
    left, right, top, bottom = corners
    along = dict.fromkeys(("left", "right", "top", "bottom"), 0.0)
    for (x0, y0), (x1, y1), line in zip(points, points[1:], lines, strict=False):
        if line and abs(x0 - x1) <= _STRAIGHT:
            side = "left" if abs(x0 - left) <= _STRAIGHT else "right" if abs(x0 - right) <= _STRAIGHT else ""
            along[side] = along.get(side, 0.0) + abs(y1 - y0)
        elif line and abs(y0 - y1) <= _STRAIGHT:
            side = "top" if abs(y0 - top) <= _STRAIGHT else "bottom" if abs(y0 - bottom) <= _STRAIGHT else ""
            along[side] = along.get(side, 0.0) + abs(x1 - x0)
    width, height = right - left, bottom - top
    upright, level = min(along["left"], along["right"]), min(along["top"], along["bottom"])
    return upright >= height / 2 > 0 and level >= width / 2 > 0


def _is_mark(points: Sequence[Point], corners: Corners) -> bool:
    """Whether a path is a rectangle that is too small for a cell, and no thin line."""
    sides = corners[1] - corners[0], corners[3] - corners[2]
    return min(sides) > _THIN and max(sides) <= _MARK and _is_rectangle(points, corners)


def _corners(points: Sequence[Point]) -> Corners:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), max(xs), min(ys), max(ys)


def _is_rectangle(points: Sequence[Point], corners: Corners) -> bool:
    """Whether every point is a corner."""
    left, right, top, bottom = corners
    return len(set(points)) <= 5 and all(
        min(abs(x - left), abs(x - right)) <= _STRAIGHT and min(abs(y - top), abs(y - bottom)) <= _STRAIGHT
        for x, y in points
    )


def _is_white(color: object) -> bool:
    """Whether a colour of one, three or four components is white: in four of them, no ink at all."""
    components = color if isinstance(color, tuple | list) else (color,)
    numbers = [float(one) for one in components if isinstance(one, int | float)]
    if len(numbers) != len(components):
        return False
    if len(numbers) == 4:
        return max(numbers) <= 1 - _WHITE
    return len(numbers) in {1, 3} and min(numbers) >= _WHITE
