"""Lines as printed, and the parts of them that layouts read: rows, tokens, texts with their lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kankei.source.lines.document import LineRange


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


class Line(NamedTuple):
    """A line as printed, without its line end; `number` is its place in the extracted text, from 1.

    Lines of a text file have no box. The first line of a source begins a page.
    """

    number: int
    text: str
    box: Box | None
    begins_page: bool


class PrintedText(NamedTuple):
    """A text as printed, its lines joined by line feeds, and where it stands in the extracted text."""

    text: str
    first: int
    last: int
    breaks: tuple[LineRange, ...] = ()
    """Where each line of `text` stands, if it has several; blank lines between them are left out."""

    @property
    def place(self) -> LineRange:
        """Its lines, counted from 1."""
        return LineRange(self.first, self.last)

    def part(self, start: int, end: int) -> "PrintedText":
        """The characters from `start` up to `end`, which is not included, with their lines."""
        if not self.breaks:
            return PrintedText(self.text[start:end], self.first, self.last)
        before, within = self.text.count("\n", 0, start), self.text.count("\n", start, end)
        breaks = self.breaks[before : before + within + 1]
        return PrintedText(
            self.text[start:end], breaks[0].first, breaks[-1].last, breaks if len(breaks) > 1 else ()
        )


_SAME_BASELINE = 2.0  # points


@dataclass(frozen=True)
class Row:
    """Lines that follow each other on one baseline, as one text; `indices` are their places in the sheet."""

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
        """A part of the text, on those of its lines that have some of it."""
        words = part.split()
        found = [line.number for line in self.lines if any(word in line.text for word in words)]
        return PrintedText(part, min(found), max(found))


def on_one_baseline(one: Line, other: Line) -> bool:
    """Whether two lines of a PDF stand beside each other; lines of a text file never do."""
    if not one.box or not other.box or one.box.page != other.box.page:
        return False
    return abs(one.box.bottom - other.box.bottom) <= _SAME_BASELINE


def rows(lines: Sequence[Line], start: int = 0) -> tuple[Row, ...]:
    """The rows of some lines, from the one at an index on."""
    found: list[list[int]] = [[start]] if start < len(lines) else []
    for before, index in pairwise(range(start, len(lines))):
        if on_one_baseline(lines[before], lines[index]):
            found[-1].append(index)
        else:
            found.append([index])
    return tuple(Row(tuple(lines[index] for index in row), tuple(row)) for row in found)


_PIECE = re.compile(r"\S+")


class Token(NamedTuple):
    """A part of a line, between the characters `start` and `end` of it."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its characters, as printed."""
        return self.line.text[self.start : self.end]


def tokens(lines: Iterable[Line]) -> Iterator[Token]:
    """The pieces of some lines, in the order of the text."""
    for line in lines:
        for match in _PIECE.finditer(line.text):
            yield Token(line, match.start(), match.end())


def join_tokens(parts: Sequence[Token]) -> PrintedText:
    """Some pieces as one text: spaced as on their lines, blank lines between them left out."""
    number = parts[0].line.number
    if len(parts) == 1:
        return PrintedText(parts[0].text, number, number)
    breaks = [[number]]
    for before, piece in pairwise(parts):
        if _between(before, piece) == "\n":
            breaks.append([])
        breaks[-1].append(piece.line.number)
    lines = tuple(LineRange(min(numbers), max(numbers)) for numbers in breaks)
    if len(lines) == 1:
        return PrintedText(tokens_text(parts), lines[0].first, lines[0].last)
    first, last = min(place.first for place in lines), max(place.last for place in lines)
    return PrintedText(tokens_text(parts), first, last, lines)


def tokens_text(parts: Sequence[Token]) -> str:
    """The text of some pieces, without where it stands."""
    behind = (text for before, piece in pairwise(parts) for text in (_between(before, piece), piece.text))
    return "".join((parts[0].text, *behind))


def _between(before: Token, piece: Token) -> str:
    if piece.line.number == before.line.number:
        return piece.line.text[before.end : piece.start]
    # What a PDF draws apart on one baseline is one line with a space in it.
    return " " if on_one_baseline(before.line, piece.line) else "\n"
