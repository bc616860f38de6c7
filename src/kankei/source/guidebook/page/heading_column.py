"""Tables whose headings stand one below the other, each with its ruled cell beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kankei.source.guidebook.page.geometry import overlap
from kankei.source.guidebook.page.headings import (
    FEWEST_COLUMNS,
    PageHeading,
    PageHeadings,
    headings_in_cells,
    page_headings,
)
from kankei.source.lines.printed_text import Area, Line

_MEETS = 4.0
_MOST_SIDE_BY_SIDE = 2
"""A form may have two headings with their cells on one row; more are a row of headings."""


def table_headings(lines: Sequence[Line]) -> list[PageHeadings]:
    """The headings of each table of a page, from its top: in rows, or one below the other."""
    in_rows = page_headings(lines)
    used = frozenset[int]().union(*(one.lines for one in in_rows))
    level = [line for line in lines if not line.turned]
    in_columns = heading_columns([line for line in level if line.number not in used])
    return sorted([*in_rows, *in_columns], key=lambda one: (one.box.top, one.box.x0))


def heading_columns(lines: Sequence[Line]) -> Iterator[PageHeadings]:
    """The headings of each table with at least four known ones, each left of its ruled cell."""
    areas = next((line.page_areas.areas for line in lines if line.page_areas), ())
    in_cells = list(headings_in_cells(lines))
    known_cells = [one.cell for one in in_cells if one.column and one.cell]
    beside = [
        replace(one, values=values)
        for one in in_cells
        if one.cell and (values := _right_of(one.cell, areas, known_cells))
    ]
    known = [one for one in beside if one.column]
    columns = [part for group in _aligned(known) for part in _without_repetition(group)]
    whole = [part for part in columns if _is_table(part)]
    # The halves of a form, neither of which would be a table.
    rest = [one for part in columns if part not in whole for one in part]
    whole += [part for part in _without_repetition(rest) if _is_table(part)]
    for part in whole:
        unknown = [one for one in beside if not one.column and any(_is_next(one, other) for other in part)]
        ordered = sorted((*part, *unknown), key=lambda one: (one.box.top, one.box.x0))
        yield PageHeadings(tuple(ordered))


def _right_of(cell: Area, areas: Sequence[Area], headings: Sequence[Area]) -> tuple[Area, ...]:
    """The ruled cells that meet the right side of a heading's cell; none if one is a heading's."""
    beside = tuple(
        area
        for area in areas
        if abs(area.box.x0 - cell.box.x1) <= _MEETS
        and area.box.top < cell.box.bottom - _MEETS
        and area.box.bottom > cell.box.top + _MEETS
    )
    return () if any(area in headings for area in beside) else beside


def _aligned(headings: Sequence[PageHeading]) -> list[list[PageHeading]]:
    """Headings whose cells begin and end at the same places across the page."""
    groups: list[list[PageHeading]] = []
    for one in headings:
        group = next((group for group in groups if _is_aligned(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _is_aligned(one: PageHeading, other: PageHeading) -> bool:
    return (
        one.cell is not None
        and other.cell is not None
        and abs(one.cell.box.x0 - other.cell.box.x0) <= _MEETS
        and abs(one.cell.box.x1 - other.cell.box.x1) <= _MEETS
    )


def _without_repetition(headings: Sequence[PageHeading]) -> Iterator[list[PageHeading]]:
    """The headings from the top, divided where a column is repeated."""
    part: list[PageHeading] = []
    for one in sorted(headings, key=lambda one: (one.box.top, one.box.x0)):
        if one.column in {other.column for other in part}:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _is_table(headings: Sequence[PageHeading]) -> bool:
    """Whether headings are as many as those of a table, and stand one below the other."""
    tops = [one.cell.box.top for one in headings if one.cell]
    most = max(sum(abs(top - other) <= _MEETS for other in tops) for top in tops)
    return len(headings) >= FEWEST_COLUMNS and most <= _MOST_SIDE_BY_SIDE


def _is_next(one: PageHeading, other: PageHeading) -> bool:
    """Whether the cell of an unknown heading meets that of a known one, above or below it."""
    if one.cell is None or other.cell is None or not _is_aligned(one, other):
        return False
    above, below = sorted((one.cell.box, other.cell.box), key=lambda box: box.top)
    return abs(above.bottom - below.top) <= _MEETS and overlap(above, below) > _MEETS
