"""What stands between white space: the smallest parts that a field can be made of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kankei.source.lines.line import Line
from kankei.source.lines.line_range import Place
from kankei.source.lines.printed_text import Printed
from kankei.source.lines.rows import on_one_baseline

_PIECE = re.compile(r"\S+")


class Piece(NamedTuple):
    """A part of a line, between the characters `start` and `end` of it."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its characters, as printed."""
        return self.line.text[self.start : self.end]


def pieces(lines: Iterable[Line]) -> Iterator[Piece]:
    """The pieces of some lines, in the order of the text."""
    for line in lines:
        for match in _PIECE.finditer(line.text):
            yield Piece(line, match.start(), match.end())


def printed(parts: Sequence[Piece]) -> Printed:
    """Some pieces as one text: spaced as on their lines, blank lines between them left out."""
    number = parts[0].line.number
    if len(parts) == 1:
        return Printed(parts[0].text, number, number)
    breaks = [[number]]
    for before, piece in pairwise(parts):
        if _between(before, piece) == "\n":
            breaks.append([])
        breaks[-1].append(piece.line.number)
    lines = tuple(Place(min(numbers), max(numbers)) for numbers in breaks)
    if len(lines) == 1:
        return Printed(text_of(parts), lines[0].first, lines[0].last)
    first, last = min(place.first for place in lines), max(place.last for place in lines)
    return Printed(text_of(parts), first, last, lines)


def text_of(parts: Sequence[Piece]) -> str:
    """The text of some pieces, without where it stands."""
    behind = (text for before, piece in pairwise(parts) for text in (_between(before, piece), piece.text))
    return "".join((parts[0].text, *behind))


def _between(before: Piece, piece: Piece) -> str:
    if piece.line.number == before.line.number:
        return piece.line.text[before.end : piece.start]
    # What a PDF draws apart on one baseline is one line with a space in it.
    return " " if on_one_baseline(before.line, piece.line) else "\n"
