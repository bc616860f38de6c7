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
    if len(parts) == 1:
        number = parts[0].line.number
        return Printed(parts[0].text, number, number)
    texts, breaks = [parts[0].text], [[parts[0].line.number]]
    for before, piece in pairwise(parts):
        gap = _between(before, piece)
        texts += gap, piece.text
        if gap == "\n":
            breaks.append([])
        breaks[-1].append(piece.line.number)
    lines = tuple(Place(min(numbers), max(numbers)) for numbers in breaks)
    first, last = min(place.first for place in lines), max(place.last for place in lines)
    return Printed("".join(texts), first, last, lines if len(lines) > 1 else ())


def _between(before: Piece, piece: Piece) -> str:
    if piece.line.number == before.line.number:
        return piece.line.text[before.end : piece.start]
    # What a PDF draws apart on one baseline is one line with a space in it.
    return " " if on_one_baseline(before.line, piece.line) else "\n"
