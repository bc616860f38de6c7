"""From the lines of a source to its sheets, whatever their layout: one pass, a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from kankei.source.grammars import telephone
from kankei.source.guidebook.layouts import Layout
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight
from kankei.source.lines.printed_text import Line
from kankei.source.text import invisible_characters

_QUOTED, _LONGEST = 30, 2_000


def read_sheets(lines: Iterable[Line], layouts: Sequence[Layout]) -> Iterator[Sheet]:
    """The sheets of a source, in order.

    A page on which a layout finds sheets begins them; one on which none does goes on with the sheet before.
    Pages before the first sheet, such as a table of contents, are passed over; the first sheet says so.
    """
    layout, waiting, before = None, list[Line](), _Before()
    for page in pages(lines):
        found = next(((one, parts) for one in layouts if (parts := one.divide(page))), None)
        if found is None:
            if layout:
                waiting.extend(page)
            else:
                before.add(page)
            continue
        if layout:
            yield _read(layout, waiting, before)
        layout, (*whole, last) = found
        for part in whole:
            yield _read(layout, part, before)
        waiting = list(last)
    if layout:
        yield _read(layout, waiting, before)


def _read(layout: Layout, lines: Sequence[Line], before: "_Before") -> Sheet:
    sheet = layout.read(lines)
    found = (*before.told(), *invisible_characters.doubts(lines))
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


class _Before:
    """The lines before the first sheet, until they are told once; however many, they are not kept."""

    def __init__(self) -> None:
        self._place: LineRange | None = None
        self._begins = ""
        self._telephone = False

    def add(self, page: Sequence[Line]) -> None:
        for line in page:
            if text := line.text.strip():
                self._begins = self._begins or text[:_QUOTED]
                first = self._place.first if self._place else line.number
                self._place = LineRange(first, line.number)
                self._telephone = self._telephone or telephone.is_printed(text[:_LONGEST])

    def told(self) -> Iterator[Doubt]:
        """That they belong to no sheet; a telephone number speaks for a sheet that was not found."""
        place, self._place = self._place, None
        if place:
            first, last, begins = place.first, place.last, self._begins
            ja = f"最初のシートより前の{first}～{last}行目（「{begins}」から）は読み取らない。"
            en = f"Lines {first} to {last}, from {begins}, stand before the first sheet: they are not read."
            weight = Weight.UNRESOLVED if self._telephone else Weight.SETTLED
            yield Doubt("source", ja, en, place, weight)
