"""What stands between white space: the smallest parts that a field can be made of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kankei.source.line import Line
from kankei.source.place import Place
from kankei.source.printed import Printed
from kankei.source.rows import on_one_baseline

_PIECE = re.compile(r"\S+")


@dataclass(frozen=True)
class Piece:
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
    text = parts[0].text
    breaks = [(parts[0].line.number, parts[0].line.number)]
    for before, piece in pairwise(parts):
        gap, number = _between(before, piece), piece.line.number
        text += f"{gap}{piece.text}"
        if gap == "\n":
            breaks.append((number, number))
        else:
            breaks[-1] = (min(breaks[-1][0], number), max(breaks[-1][1], number))
    lines = tuple(Place(first, last) for first, last in breaks) if len(breaks) > 1 else ()
    numbers = [number for pair in breaks for number in pair]
    return Printed(text, min(numbers), max(numbers), lines)


def _between(before: Piece, piece: Piece) -> str:
    if piece.line.number == before.line.number:
        return piece.line.text[before.end : piece.start]
    # What a PDF draws apart on one baseline is one line with a space in it.
    return " " if on_one_baseline(before.line, piece.line) else "\n"
