"""The lines of a body in the order in which they are read.

That is the order in which they are drawn, unless it breaks sentences apart: then each box and each column is
read from the top.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kankei.source.guidebook.body_reader.text_patterns import ends_sentence, starts_item
from kankei.source.guidebook.page.geometry import box_of, height, overlap, side_by_side
from kankei.source.lines.printed_text import Box, Line

_LINE_GAP = 1.2
_MAX_BROKEN = 0.2
_TOUCH = 1.0
_MAX_LINES = 600


def in_body_order(lines: Sequence[Line]) -> list[Line]:
    """The lines in reading order."""
    if not 0 < len(lines) <= _MAX_LINES or not _is_broken(lines):
        return list(lines)
    return [line for item in _cut(_items(lines)) for line in item.lines]


def _is_broken(lines: Sequence[Line]) -> bool:
    """Whether many lines are not drawn right after the one that they continue on the page."""
    continued = broken = pairs = inverted = 0
    index_of = {line.number: index for index, line in enumerate(lines)}
    for index, line in enumerate(lines):
        above = _line_above(line, lines)
        if above is None or above.within != line.within:
            continue
        pairs += 1
        inverted += index_of[above.number] > index
        if not (starts_item(line.text.strip()) or ends_sentence(above.text)):
            before = lines[index - 1] if index else None
            continued += 1
            broken += before is None or not (before is above or side_by_side(box_of(before), box_of(above)))
    return broken > _MAX_BROKEN * max(continued, 5) or inverted > _MAX_BROKEN * max(pairs, 3)


def _line_above(line: Line, lines: Sequence[Line]) -> Line | None:
    """The line right above another, with the same left edge and size."""
    own = box_of(line)
    for other in lines:
        box = box_of(other)
        if (
            other is not line
            and -0.3 * height(own) < own.top - box.bottom < _LINE_GAP * height(own)
            and box.top < own.top
            and overlap(own, box) > 0
            and abs(height(own) - height(box)) < 0.1 * height(own)
        ):
            return other
    return None


@dataclass(frozen=True)
class _Item:
    """A box with its lines in reading order, or a single line."""

    box: Box
    lines: tuple[Line, ...]


def _items(lines: Sequence[Line]) -> list[_Item]:
    boxed: dict[int, list[Line]] = {}
    items: list[_Item] = []
    for line in lines:
        if line.area is None:
            items.append(_Item(box_of(line), (line,)))
        else:
            boxed.setdefault(line.within[0], []).append(line)
    for own in boxed.values():
        inside = _cut([_Item(box_of(line), (line,)) for line in own])
        area = own[0].area
        box = area.box if area else box_of(own[0])
        items.append(_Item(box, tuple(line for item in inside for line in item.lines)))
    return items


def _cut(items: Sequence[_Item]) -> list[_Item]:
    """Items in reading order: columns that space divides from the left, else from the top."""
    if len(items) < 2:
        return list(items)
    columns = _groups(items, lambda box: (box.x0, box.x1))
    if len(columns) > 1:
        return [item for column in columns for item in _cut(column)]
    rows = _groups(items, lambda box: (box.top, box.bottom))
    for at in range(1, len(rows)):
        below = [item for row in rows[at:] for item in row]
        if len(_groups(below, lambda box: (box.x0, box.x1))) > 1:
            above = [item for row in rows[:at] for item in row]
            return [*_cut(above), *_cut(below)]
    for at in range(len(rows) - 1, 0, -1):
        above = [item for row in rows[:at] for item in row]
        if len(_groups(above, lambda box: (box.x0, box.x1))) > 1:
            below = [item for row in rows[at:] for item in row]
            return [*_cut(above), *_cut(below)]
    return sorted(items, key=lambda item: (item.box.top, item.box.x0))


def _groups(items: Sequence[_Item], span: Callable[[Box], tuple[float, float]]) -> list[list[_Item]]:
    """Items that overlap each other in one direction, in its order."""
    groups: list[list[_Item]] = []
    end = 0.0
    for item in sorted(items, key=lambda item: span(item.box)[0]):
        start, own_end = span(item.box)
        if groups and start < end - _TOUCH:
            groups[-1].append(item)
            end = max(end, own_end)
        else:
            groups.append([item])
            end = own_end
    return groups
