"""From the lines of a source to its sheets, whatever their layout: one pass, a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

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
            yield layout.read(waiting)
        layout, (*whole, last) = found
        yield from map(layout.read, whole)
        waiting = list(last)
    if layout:
        yield layout.read(waiting)


def pages(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    """The lines of one page after the other."""
    page: list[Line] = []
    for line in chain(lines, (None,)):
        if page and (line is None or line.begins_page):
            yield tuple(page)
            page = []
        if line is not None:
            page.append(line)
