"""Areas of a page that its ruling lines enclose: the cells of a table, and boxes around text.

The lines divide the page into a grid; neighbours in the grid without a line between them are one area. An
area that reaches the edge of the page is none. Lines that fall short of each other by a few points meet all
the same, and a table without lines at its sides is closed where its other lines end.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kankei.source.pdf.ruling_lines import Corners, PageMarks, RulingLine

_MEET = 2.5
"""Lines closer than this, in points, are one line, and meet."""
_MAX_SQUARES = 200_000
_LEAST_SIDE = 6.0
"""No text fits into a lower or narrower area."""
_FEWEST_ENDS = 3
_BACKGROUND = 0.7
"""A drawing that takes so much of an area is its background."""


@dataclass(frozen=True)
class RuledArea:
    """An area by its edges; `rectangular` if it fills them, `drawn_in` if it has a drawing or a picture.

    It is `marked` if one of its drawings is no background of all of it.
    """

    corners: Corners
    rectangular: bool
    drawn_in: bool
    marked: bool = False


@dataclass(frozen=True)
class RuledAreas:
    """The areas of a page; none, and not `complete`, where its lines are too many."""

    areas: Sequence[RuledArea]
    complete: bool
    _columns: Sequence[float] = ()
    _rows: Sequence[float] = ()
    _area_of: Sequence[Sequence[int | None]] = ()

    def at(self, x: float, y: float) -> int | None:
        """The index of the area around a point, if there is one."""
        column, row = _interval(self._columns, x), _interval(self._rows, y)
        return None if column is None or row is None else self._area_of[column][row]


NO_AREAS = RuledAreas((), complete=True)


def ruled_areas(marks: PageMarks) -> RuledAreas:
    """The areas that the lines of a page enclose."""
    if not marks.complete:
        return RuledAreas((), complete=False)
    vertical, horizontal = _joined(marks.vertical), _joined(marks.horizontal)
    vertical, horizontal = (
        _joined((*vertical, *_closing(horizontal))),
        _joined((*horizontal, *_closing(vertical))),
    )
    xs, ys = ([line.position for line in lines] for lines in (vertical, horizontal))
    columns, rows = sorted(dict.fromkeys(xs)), sorted(dict.fromkeys(ys))
    if len(columns) < 2 or len(rows) < 2:
        return NO_AREAS
    if len(columns) * len(rows) > _MAX_SQUARES:
        return RuledAreas((), complete=False)
    return _areas(columns, rows, vertical, horizontal, marks.drawings)


def _joined(lines: Iterable[RulingLine]) -> tuple[RulingLine, ...]:
    """The lines with those at one position, give or take, joined where they touch."""
    groups: list[list[RulingLine]] = []
    for line in sorted(lines, key=lambda line: line.position):
        if groups and line.position - groups[-1][0].position <= _MEET:
            groups[-1].append(line)
        else:
            groups.append([line])
    joined: list[RulingLine] = []
    for group in groups:
        position = sum(line.position for line in group) / len(group)
        spans = sorted((line.start, line.end) for line in group)
        start, end = spans[0]
        for other_start, other_end in spans[1:]:
            if other_start > end + _MEET:
                joined.append(RulingLine(position, start, end))
                start, end = other_start, other_end
            end = max(end, other_end)
        joined.append(RulingLine(position, start, end))
    return tuple(joined)


def _closing(lines: Sequence[RulingLine]) -> Iterator[RulingLine]:
    """Lines across the ends of at least three parallel lines that end at one place."""
    ends: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for line in lines:
        for place in (line.start, line.end):
            ends[round(place / _MEET)].append((place, line.position))
    counts = Counter({key: len(values) for key, values in ends.items()})
    for key in counts:
        near = [end for other in (key - 1, key, key + 1) for end in ends.get(other, ())]
        largest = max((key - 1, key, key + 1), key=lambda one: counts.get(one, 0))
        if len(near) >= _FEWEST_ENDS and largest == key:
            place = sum(place for place, _ in near) / len(near)
            for positions in _not_crossed([position for _, position in near], place, lines):
                if len(positions) >= _FEWEST_ENDS and positions[-1] - positions[0] > _MEET:
                    yield RulingLine(place, positions[0], positions[-1])


def _not_crossed(
    positions: Sequence[float], place: float, lines: Sequence[RulingLine]
) -> Iterator[list[float]]:
    """Where lines end at a place, in order, and anew behind each line that runs across it.

    What is ruled across stands between two tables whose sides are at one place, and not within one.
    """
    across = sorted(
        line.position for line in lines if line.start < place - _MEET and line.end > place + _MEET
    )
    by_part: dict[int, list[float]] = defaultdict(list)
    for position in sorted(positions):
        by_part[bisect_left(across, position)].append(position)
    yield from by_part.values()


def _areas(
    columns: Sequence[float],
    rows: Sequence[float],
    vertical: Sequence[RulingLine],
    horizontal: Sequence[RulingLine],
    drawings: Sequence[Corners],
) -> RuledAreas:
    closed_left = _covered(vertical, columns, rows)
    closed_above = _covered(horizontal, rows, columns)
    width, height = len(columns) - 1, len(rows) - 1
    area_of: list[list[int | None]] = [[None] * height for _ in range(width)]
    seen = [[False] * height for _ in range(width)]
    corners_of_areas: list[tuple[Corners, bool]] = []
    for column in range(width):
        for row in range(height):
            if seen[column][row]:
                continue
            squares, leaks = _filled(column, row, closed_left, closed_above, seen)
            corners = _bounds(squares, columns, rows)
            if leaks or min(corners[1] - corners[0], corners[3] - corners[2]) < _LEAST_SIDE:
                continue
            for x, y in squares:
                area_of[x][y] = len(corners_of_areas)
            across = {x for x, _ in squares}
            down = {y for _, y in squares}
            corners_of_areas.append((corners, len(squares) == len(across) * len(down)))
    areas = RuledAreas((), complete=True, _columns=columns, _rows=rows, _area_of=area_of)
    drawn_in, marked = _drawn_in(areas, [corners for corners, _ in corners_of_areas], drawings)
    ruled = tuple(
        RuledArea(corners, whole, index in drawn_in, index in marked)
        for index, (corners, whole) in enumerate(corners_of_areas)
    )
    return RuledAreas(ruled, True, columns, rows, area_of)


def _covered(
    lines: Sequence[RulingLine], positions: Sequence[float], crossing: Sequence[float]
) -> list[list[bool]]:
    """For each position, whether a line there covers each interval between two crossing lines."""
    index_of = {position: index for index, position in enumerate(positions)}
    covered = [[False] * (len(crossing) - 1) for _ in positions]
    for line in lines:
        own = covered[index_of[line.position]]
        first, end = bisect_left(crossing, line.start - _MEET), bisect_right(crossing, line.end + _MEET)
        for index in range(first, end - 1):
            own[index] = True
    return covered


def _filled(
    column: int,
    row: int,
    closed_left: Sequence[Sequence[bool]],
    closed_above: Sequence[Sequence[bool]],
    seen: list[list[bool]],
) -> tuple[list[tuple[int, int]], bool]:
    """The squares of the grid that no line divides from one, and whether they reach beyond the grid."""
    width, height = len(seen), len(seen[0])
    squares, leaks = [(column, row)], False
    seen[column][row] = True
    for x, y in squares:
        neighbours = (
            (x - 1, y, closed_left[x][y]),
            (x + 1, y, closed_left[x + 1][y]),
            (x, y - 1, closed_above[y][x]),
            (x, y + 1, closed_above[y + 1][x]),
        )
        for nx, ny, closed in neighbours:
            if closed:
                continue
            if not (0 <= nx < width and 0 <= ny < height):
                leaks = True
            elif not seen[nx][ny]:
                seen[nx][ny] = True
                squares.append((nx, ny))
    return squares, leaks


def _bounds(squares: Sequence[tuple[int, int]], columns: Sequence[float], rows: Sequence[float]) -> Corners:
    across, down = [x for x, _ in squares], [y for _, y in squares]
    return columns[min(across)], columns[max(across) + 1], rows[min(down)], rows[max(down) + 1]


def _drawn_in(
    areas: RuledAreas, corners: Sequence[Corners], drawings: Sequence[Corners]
) -> tuple[set[int], set[int]]:
    """The areas with a drawing in them, and those with one that is smaller than most of the area.

    One that is larger than an area is its background.
    """
    drawn_in: set[int] = set()
    marked: set[int] = set()
    for left, right, top, bottom in drawings:
        index = areas.at((left + right) / 2, (top + bottom) / 2)
        if index is not None:
            own = corners[index]
            if right - left <= own[1] - own[0] + _MEET and bottom - top <= own[3] - own[2] + _MEET:
                drawn_in.add(index)
                if (right - left) * (bottom - top) < _BACKGROUND * (own[1] - own[0]) * (own[3] - own[2]):
                    marked.add(index)
    return drawn_in, marked


def _interval(positions: Sequence[float], place: float) -> int | None:
    """The index of the interval between two positions that a place lies in."""
    index = bisect_right(positions, place)
    return index - 1 if 0 < index < len(positions) else None
