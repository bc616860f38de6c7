"""Division of a page with several tables into the lines of each sheet."""

from collections.abc import Sequence
from itertools import pairwise

from kankei.source.guidebook.header import match_title
from kankei.source.guidebook.page.geometry import box_of, in_rows, middle, overlap
from kankei.source.guidebook.page.heading_column import table_headings
from kankei.source.guidebook.page.headings import PageHeadings
from kankei.source.guidebook.page.table import read_table
from kankei.source.guidebook.theme_and_unit import is_theme_line
from kankei.source.lines.printed_text import Line


def divide_page(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each sheet that begins on a page, in the order of their tables; none if none does."""
    headings = table_headings(lines)
    if len(headings) == 1 and _repeats_headings(headings[0], lines):
        return []
    if len(headings) < 2:
        return [list(lines)] if headings else []
    levels = _levels(headings)
    parts: list[list[Line]] = []
    for level, own in zip(levels, _bands(levels, lines), strict=True):
        parts.extend(_columns(level, own))
    return parts


def _repeats_headings(headings: PageHeadings, lines: Sequence[Line]) -> bool:
    """Whether the headings of a table on a page are those of a sheet that is continued there.

    Nothing is on the page that each sheet has outside of its table: title, theme or link.
    """
    table = headings.lines | read_table(headings, lines).lines
    outside = [line for line in lines if line.number not in table]
    return not _titles(in_rows(outside)) and not any(
        is_theme_line(line.text) or "http" in line.text for line in outside
    )


def _levels(headings: Sequence[PageHeadings]) -> list[list[PageHeadings]]:
    """Tables that stand side by side, from the top: they do not overlap across the page."""
    levels: list[list[PageHeadings]] = []
    for one in headings:
        if levels and all(overlap(other.box, one.box) <= 0 for other in levels[-1]):
            levels[-1].append(one)
        else:
            levels.append([one])
    for level in levels:
        level.sort(key=lambda one: one.box.x0)
    return levels


def _bands(levels: Sequence[Sequence[PageHeadings]], lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each level, divided above the title of the next one.

    Unless there is a title above the first table, titles may stand below theirs: then whatever stands
    outside of the tables is disputed.
    """
    edges = [_edge(above, below, lines) for above, below in pairwise(levels)]
    bounds = [float("-inf"), *edges, float("inf")]
    own = {
        number for level in levels for one in level for number in (*one.lines, *read_table(one, lines).lines)
    }
    certain = bool(_titles(in_rows(_above(levels[0], lines)))) or len(levels) == 1
    return [
        [
            line if certain or line.number in own else line._replace(disputed=True)
            for line in lines
            if first <= middle(box_of(line)) < last
        ]
        for first, last in pairwise(bounds)
    ]


def _above(level: Sequence[PageHeadings], lines: Sequence[Line]) -> list[Line]:
    top = min(one.box.top for one in level)
    return [line for line in lines if middle(box_of(line)) < top]


def _titles(rows: Sequence[Sequence[Line]]) -> list[int]:
    return [index for index, row in enumerate(rows) if match_title(" ".join(line.text for line in row))]


def _edge(above: Sequence[PageHeadings], below: Sequence[PageHeadings], lines: Sequence[Line]) -> float:
    """Where the sheets of a level begin: above the last title before their headings, and a theme above that.

    Without title it is at the widest gap.
    """
    top = max(one.box.bottom for one in above)
    bottom = min(one.box.top for one in below)
    rows = in_rows(line for line in lines if top < middle(box_of(line)) < bottom)
    titles = _titles(rows)
    if titles:
        start = titles[-1]
        first = min(one.box.top for one in above)
        theme_above = any(is_theme_line(line.text) for line in lines if middle(box_of(line)) < first)
        while start and theme_above and any(is_theme_line(line.text) for line in rows[start - 1]):
            start -= 1
        return min(box_of(line).top for line in rows[start]) - 0.1
    tops = [min(box_of(line).top for line in row) for row in rows]
    bottoms = [max(box_of(line).bottom for line in row) for row in rows]
    gaps = [(under - over, over, under) for over, under in zip([top, *bottoms], [*tops, bottom], strict=True)]
    _, over, under = max(gaps)
    return (over + under) / 2


def _columns(level: Sequence[PageHeadings], lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each of some tables side by side."""
    edges = [(left.box.x1 + right.box.x0) / 2 for left, right in pairwise(level)]
    bounds = [float("-inf"), *edges, float("inf")]
    return [
        [line for line in lines if first <= (box_of(line).x0 + box_of(line).x1) / 2 < last]
        for first, last in pairwise(bounds)
    ]
