"""From the lines of a source to its sheets, whatever their layout: one pass, a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from kankei.source import unseen
from kankei.source.layouts import Layout
from kankei.source.line import Line
from kankei.source.sheet import Sheet


def sheets(lines: Iterable[Line], layouts: Sequence[Layout]) -> Iterator[Sheet]:
    """The sheets of a source, in order.

    A page on which a layout finds sheets begins them; one on which none does goes on with the sheet before.
    Pages before the first sheet, such as a table of contents, are passed over.
    """
    layout, waiting = None, list[Line]()
    for page in pages(lines):
        found = next(((one, parts) for one in layouts if (parts := one.divide(page))), None)
        if found is None:
            if layout:
                waiting.extend(page)
            continue
        if layout:
            yield _read(layout, waiting)
        layout, (*whole, last) = found
        for part in whole:
            yield _read(layout, part)
        waiting = list(last)
    if layout:
        yield _read(layout, waiting)


def _read(layout: Layout, lines: Sequence[Line]) -> Sheet:
    sheet = layout.read(lines)
    found = tuple(unseen.doubts(lines))
    return replace(sheet, doubts=(*sheet.doubts, *found)) if found else sheet


def pages(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    """The lines of one page after the other."""
    page: list[Line] = []
    for line in chain(lines, (None,)):
        if page and (line is None or line.begins_page):
            yield tuple(page)
            page = []
        if line is not None:
            page.append(line)
