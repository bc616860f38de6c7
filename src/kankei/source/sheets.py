"""From the lines of a source to its sheets, whatever their layout: one pass, a page at a time.

Two doubts concern text that no layout judges: lines before the first sheet, and characters that are invisible
or not legible.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from unicodedata import category

from kankei.localisation import catalogue
from kankei.source.grammars import telephone
from kankei.source.guidebook.columns import column_of
from kankei.source.guidebook.garbled_text import without_garbled_texts
from kankei.source.guidebook.labelled_cells import heading_columns
from kankei.source.guidebook.layouts import Layout
from kankei.source.guidebook.sheet import Sheet
from kankei.source.guidebook.theme_and_unit import is_theme_line
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.lines.printed_text import Line

_MAX_QUOTED, _MAX_SEARCHED = 30, 2_000
_MAX_NAMED, _MAX_LOST = 5, 20
_FEWEST_HEADINGS = 3
_ALLOWED_CONTROLS = frozenset("\t\f")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_REPLACEMENT = "\ufffd"


def read_sheets(lines: Iterable[Line], layouts: Sequence[Layout]) -> Iterator[Sheet]:
    """The sheets of a source, in order.

    A page on which a layout finds sheets begins them; one on which none does continues the sheet before, and
    which one is disputed if there are several on the page before.
    Pages before the first sheet, such as a table of contents, are skipped; a doubt of the first sheet says
    so.
    """
    layout, pending, skipped = None, list[Line](), _SkippedLines()
    is_one_of_several = False
    for page in _pages(lines):
        division = next(((one, parts) for one in layouts if (parts := one.divide(page))), None)
        if division:
            if layout:
                yield _read(layout, pending, skipped)
            layout, (*complete, last) = division
            for part in complete:
                yield _read(layout, part, skipped)
            pending, is_one_of_several = list(last), bool(complete)
        elif layout:
            pending.extend(line._replace(disputed=is_one_of_several) for line in page)
        else:
            skipped.add(page)
    if layout:
        yield _read(layout, pending, skipped)


def _read(layout: Layout, lines: Sequence[Line], skipped: "_SkippedLines") -> Sheet:
    sheet = without_garbled_texts(layout.read(lines))
    doubts = (*skipped.take_doubt(), *_invisible_characters(lines))
    return replace(sheet, doubts=(*sheet.doubts, *doubts)) if doubts else sheet


def _pages(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    page: list[Line] = []
    for line in chain(lines, (None,)):
        if page and (line is None or line.begins_page):
            yield tuple(page)
            page = []
        if line is not None:
            page.append(line)


class _SkippedLines:
    """The lines before the first sheet, until one doubt reports them; their text is not held."""

    def __init__(self) -> None:
        self._place: LineRange | None = None
        self._first_text = ""
        self._has_telephone = self._has_headings = False
        self._lost: list[tuple[int, str, LineRange]] = []

    def add(self, page: Sequence[Line]) -> None:
        box = page[0].box if page else None
        may_be_sheet = any(is_theme_line(line.text) for line in page) or all(line.turned for line in page)
        if box and may_be_sheet and len(self._lost) < _MAX_LOST:
            text = next((line.text.strip()[:_MAX_QUOTED] for line in page if line.text.strip()), "")
            self._lost.append((box.page, text, LineRange(page[0].number, page[-1].number)))
        columns = {column_of(line.text.strip()[:_MAX_QUOTED]) for line in page} - {None}
        columns |= heading_columns([line for line in page if len(line.text) <= _MAX_SEARCHED])
        self._has_headings = self._has_headings or len(columns) >= _FEWEST_HEADINGS
        for line in page:
            if text := line.text.strip():
                self._first_text = self._first_text or text[:_MAX_QUOTED]
                first = self._place.first if self._place else line.number
                self._place = LineRange(first, line.number)
                self._has_telephone = self._has_telephone or telephone.is_printed(text[:_MAX_SEARCHED])

    def take_doubt(self) -> Iterator[Doubt]:
        """One doubt, the first time; unresolved where telephone or headings suggest a sheet that was missed.

        With one for each page that seems to be a sheet.
        """
        for page, text, lines in self._lost:
            lost = catalogue("kankei.source").text("lost-sheet-before-first", page=page, text=text)
            yield Doubt("source", *lost, lines, Weight.UNRESOLVED)
        self._lost = []
        place, self._place = self._place, None
        if place:
            message = catalogue("kankei.source").text(
                "lines-before-first-sheet", first=place.first, last=place.last, text=self._first_text
            )
            may_be_sheet = self._has_telephone or self._has_headings
            weight = Weight.UNRESOLVED if may_be_sheet else Weight.SETTLED
            yield Doubt("source", *message, place, weight)


def _invisible_characters(lines: Sequence[Line]) -> Iterator[Doubt]:
    """A doubt for each run of lines with control, format, unassigned or replacement characters."""
    marked = [(line.number, characters) for line in lines if (characters := _invisible(line.text))]
    for _, run in groupby(enumerate(marked), key=lambda pair: pair[1][0] - pair[0]):
        numbers, each_line = zip(*(one for _, one in run), strict=True)
        every = dict.fromkeys(chain.from_iterable(each_line))
        names = ", ".join(f"U+{ord(character):04X}" for character in list(every)[:_MAX_NAMED])
        message = catalogue("kankei.source").text("invisible-characters", names=names)
        yield Doubt("text", *message, LineRange(numbers[0], numbers[-1]), Weight.UNRESOLVED)


def _invisible(text: str) -> list[str]:
    # str.isprintable() is fast, and most lines have printable characters only.
    if text.isprintable() and _REPLACEMENT not in text:
        return []
    candidates = dict.fromkeys(character for character in text if character not in _ALLOWED_CONTROLS)
    return [it for it in candidates if it == _REPLACEMENT or category(it) in _INVISIBLE_CATEGORIES]
