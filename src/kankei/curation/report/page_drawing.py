"""The lines of a sheet on the pages that they were printed on: rectangles in points, for SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kankei.curation.report.citations import CitedLine

_MARGIN = 12.0
_MOST_RULES = 2000
_BASELINE = 0.16
"""How far above a box's lower edge its text stands, as a share of its height."""


@dataclass(frozen=True)
class DrawnLine:
    """A line and its rectangle; `y` is its upper edge, `baseline` where its text stands.

    One that `is_upright` runs from the top down, and its text stands on the middle of its width.
    """

    cited: CitedLine
    x: float
    y: float
    width: float
    height: float
    baseline: float

    @property
    def is_upright(self) -> bool:
        """Whether its characters stand one below the other: vertical or rotated text."""
        return self.height > 2 * self.width and len(self.cited.line.text.strip()) > 1


@dataclass(frozen=True)
class DrawnRule:
    """An area that ruling lines enclose, a cell or a box, as a rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """The lines of a sheet on one page, the areas around them, and the visible part of it, in points."""

    page: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[DrawnLine, ...]
    rules: tuple[DrawnRule, ...] = ()


def drawings(lines: Sequence[CitedLine]) -> tuple[Drawing, ...]:
    """The pages of a sheet, all drawn to one scale; none if a line has no box on a page."""
    if not lines or any(entry.line.box is None for entry in lines):
        return ()
    return tuple(_drawings(lines))


def _drawings(lines: Sequence[CitedLine]) -> Iterator[Drawing]:
    drawn = [(entry.line.box.page, _drawn(entry)) for entry in lines if entry.line.box]
    left = min(line.x for _, line in drawn) - _MARGIN
    right = max(line.x + line.width for _, line in drawn) + _MARGIN
    for page, group in groupby(sorted(drawn, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        here = tuple(line for _, line in group)
        top = min(line.y for line in here) - _MARGIN
        bottom = max(line.y + line.height for line in here) + _MARGIN
        x, y, width, height = _rounded(left, top, right - left, bottom - top)
        yield Drawing(page, x, y, width, height, here, tuple(_rules(here, left, top, right, bottom)))


def _rules(
    lines: Sequence[DrawnLine], left: float, top: float, right: float, bottom: float
) -> Iterator[DrawnRule]:
    """The areas of the page that lie in the visible part of it, the largest first."""
    page_areas = next((entry.cited.line.page_areas for entry in lines if entry.cited.line.page_areas), None)
    areas = page_areas.areas[:_MOST_RULES] if page_areas else ()
    boxes = [area.box for area in areas]
    for box in sorted(boxes, key=lambda box: (box.x0 - box.x1) * (box.bottom - box.top)):
        is_visible = box.x0 < right and left < box.x1 and box.top < bottom and top < box.bottom
        if is_visible:
            yield DrawnRule(*_rounded(box.x0, box.top, box.x1 - box.x0, box.bottom - box.top))


def _drawn(entry: CitedLine) -> DrawnLine:
    box = entry.line.box
    assert box is not None  # noqa: S101 - asked for only where there is one
    height = max(box.bottom - box.top, 1.0)
    width = max(box.x1 - box.x0, 1.0)
    baseline = box.top + height * (1 - _BASELINE)
    return DrawnLine(entry, *_rounded(box.x0, box.top, width, height, baseline))


def _rounded(*values: float) -> Iterator[float]:
    return (round(value, 2) for value in values)
