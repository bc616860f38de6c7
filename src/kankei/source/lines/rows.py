"""Rows of print: what a PDF draws piece by piece on one baseline, read together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kankei.source.lines.line import Line
from kankei.source.lines.printed_text import Printed

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

    def printed(self, part: str) -> Printed:
        """A part of the text, on those of its lines that have some of it."""
        words = part.split()
        found = [line.number for line in self.lines if any(word in line.text for word in words)]
        return Printed(part, min(found), max(found))


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
