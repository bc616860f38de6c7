"""Lines as printed, and the parts of them that layouts read: rows, tokens, and texts with their lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kankei.source.lines.document import LineRange

_SAME_BASELINE = 2.0  # points
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Box:
    """The rectangle that a line fills on a page, in points (1/72 inch), as the page is turned for reading.

    Pages count from 1; `top` and `bottom` are measured downwards from the page's upper edge.
    """

    page: int
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Area:
    """An area of a page that ruling lines enclose: a cell of a table, or a box.

    `rectangular` is whether it fills its box, `empty` whether it has neither text nor drawing, `marked`
    whether something is drawn in it that is no background, such as a box to tick.
    """

    box: Box
    rectangular: bool
    empty: bool
    marked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PageAreas:
    """The areas of one page of a height; not `complete` if its lines are too many to be followed."""

    areas: tuple[Area, ...] = ()
    complete: bool = True
    page_height: float = 0.0


class Line(NamedTuple):
    """A line as printed, without its line end; `number` is its number in the extracted text, from 1.

    Lines of a text file have no box. The first line of a source begins a page. `within` are the indices of
    the areas of the page that the line lies in, -1 for none: a line within several runs over their border.
    `turned` is whether it does not run from left to right,
    `disputed` whether it may belong to another sheet on its page.
    """

    number: int
    text: str
    box: Box | None
    begins_page: bool
    within: tuple[int, ...] = ()
    page_areas: PageAreas | None = None
    turned: bool = False
    disputed: bool = False

    @property
    def area(self) -> Area | None:
        """The area around the line, if it lies in one."""
        if not self.page_areas or len(self.within) != 1 or self.within[0] < 0:
            return None
        return self.page_areas.areas[self.within[0]]


class PrintedText(NamedTuple):
    """A text as printed, its lines joined by line feeds, and the first and last line it is printed on."""

    text: str
    first: int
    last: int
    line_ranges: tuple[LineRange, ...] = ()
    """The lines of each line of `text`, if it has several: blank lines between them are left out."""

    @property
    def place(self) -> LineRange:
        """Its lines, counted from 1."""
        return LineRange(self.first, self.last)

    def part(self, start: int, end: int) -> "PrintedText":
        """The characters from `start` up to `end`, which is not included, with their lines."""
        text = self.text[start:end]
        if not self.line_ranges:
            return PrintedText(text, self.first, self.last)
        before = self.text.count("\n", 0, start)
        ranges = self.line_ranges[before : before + text.count("\n") + 1]
        # A PDF may draw the lines of a text in any order.
        first, last = min(lines.first for lines in ranges), max(lines.last for lines in ranges)
        return PrintedText(text, first, last, ranges if len(ranges) > 1 else ())


@dataclass(frozen=True)
class PrintedRow:
    """Lines that follow each other on one baseline, as one text; `indices` are their indices in the sheet."""

    lines: tuple[Line, ...]
    indices: tuple[int, ...]

    @property
    def text(self) -> str:
        """Its text, with a space between the lines."""
        return " ".join(line.text for line in self.lines)

    @property
    def first(self) -> int:
        """The number of its first line."""
        return self.lines[0].number

    def printed(self, part: str) -> PrintedText:
        """A part of the text, with those of its lines that hold a word of the part."""
        words = part.split()
        numbers = [line.number for line in self.lines if any(word in line.text for word in words)]
        return PrintedText(part, min(numbers), max(numbers))


def rows(lines: Sequence[Line], start: int = 0) -> tuple[PrintedRow, ...]:
    """The rows of some lines, from the one at an index on."""
    indices: list[list[int]] = [[start]] if start < len(lines) else []
    for before, index in pairwise(range(start, len(lines))):
        if _on_one_baseline(lines[before], lines[index]):
            indices[-1].append(index)
        else:
            indices.append([index])
    return tuple(PrintedRow(tuple(lines[index] for index in row), tuple(row)) for row in indices)


def _on_one_baseline(one: Line, other: Line) -> bool:
    """Whether two lines of a PDF are on one baseline; lines of a text file never are."""
    if not one.box or not other.box or one.box.page != other.box.page:
        return False
    return abs(one.box.bottom - other.box.bottom) <= _SAME_BASELINE


class Token(NamedTuple):
    """Characters of a line between white space, from `start` up to `end`: the smallest part of a field."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its characters, as printed."""
        return self.line.text[self.start : self.end]


def tokens(lines: Iterable[Line]) -> Iterator[Token]:
    """The tokens of some lines, in the order of the text."""
    for line in lines:
        for match in _TOKEN.finditer(line.text):
            yield Token(line, match.start(), match.end())


def join_tokens(parts: Sequence[Token]) -> PrintedText:
    """Some tokens as one text: spaced as on their lines, blank lines between them left out."""
    if len(parts) == 1:  # as most are
        return PrintedText(parts[0].text, parts[0].line.number, parts[0].line.number)
    numbers = [[parts[0].line.number]]
    for before, token in pairwise(parts):
        if _between(before, token) == "\n":
            numbers.append([])
        numbers[-1].append(token.line.number)
    ranges = tuple(LineRange(min(line), max(line)) for line in numbers)
    first, last = min(lines.first for lines in ranges), max(lines.last for lines in ranges)
    return PrintedText(tokens_text(parts), first, last, ranges if len(ranges) > 1 else ())


def tokens_text(parts: Sequence[Token]) -> str:
    """The text of some tokens, without its lines."""
    following = (text for before, token in pairwise(parts) for text in (_between(before, token), token.text))
    return "".join((parts[0].text, *following))


def _between(before: Token, token: Token) -> str:
    if token.line.number == before.line.number:
        return token.line.text[before.end : token.start]
    # A PDF may draw a line in parts on one baseline, without the space between them.
    return " " if _on_one_baseline(before.line, token.line) else "\n"
