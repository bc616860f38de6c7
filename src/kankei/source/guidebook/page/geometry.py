"""Positions on a page: boxes of tokens, pieces of text and rows, in the order in which they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.printed_text import Area, Box, Line, Token

_SAME_ROW = 0.5
"""Two texts are side by side if so much of the lower one's height is beside the other."""


def box_of(line: Line) -> Box:
    """The box of a line of a PDF."""
    assert line.box is not None  # noqa: S101 - every line of a PDF has one
    return line.box


def token_box(token: Token) -> Box:
    """The box of a token, from the widths of the characters before it: half of a full one, or full."""
    box, text = box_of(token.line), token.line.text
    if token.start == 0 and token.end == len(text):
        return box
    whole = _width(text) or 1.0
    start, end = _width(text[: token.start]) / whole, _width(text[: token.end]) / whole
    width = box.x1 - box.x0
    return Box(box.page, box.x0 + start * width, box.x0 + end * width, box.top, box.bottom)


def _width(text: str) -> float:
    return sum(
        0.5 if ord(character) < 0x100 or 0xFF61 <= ord(character) <= 0xFF9F else 1.0 for character in text
    )


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around some boxes of one page."""
    return Box(
        boxes[0].page,
        min(box.x0 for box in boxes),
        max(box.x1 for box in boxes),
        min(box.top for box in boxes),
        max(box.bottom for box in boxes),
    )


def overlap(one: Box, other: Box) -> float:
    """How far two boxes overlap across the page; negative where space divides them."""
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def overlap_down(one: Box, other: Box) -> float:
    """How far two boxes overlap down the page; negative where space divides them."""
    return min(one.bottom, other.bottom) - max(one.top, other.top)


def height(box: Box) -> float:
    """The height of a box."""
    return box.bottom - box.top


def middle(box: Box) -> float:
    """The height on the page of a box's middle."""
    return (box.top + box.bottom) / 2


def side_by_side(one: Box, other: Box) -> bool:
    """Whether two texts are on one row."""
    return overlap_down(one, other) > _SAME_ROW * min(height(one), height(other))


@dataclass(frozen=True)
class Piece:
    """Some tokens that stand together, with the box around them."""

    tokens: tuple[Token, ...]

    @cached_property
    def box(self) -> Box:
        """The box around the tokens."""
        return union([token_box(token) for token in self.tokens])

    @cached_property
    def text(self) -> str:
        """The text without white space, normalised."""
        return "".join(normalise(token.text) for token in self.tokens)

    @property
    def lines(self) -> frozenset[int]:
        """The numbers of its lines."""
        return frozenset(token.line.number for token in self.tokens)

    @property
    def area(self) -> Area | None:
        """The area that all of it lies in."""
        areas = {id(area): area for token in self.tokens for area in (token.line.area,)}
        return next(iter(areas.values())) if len(areas) == 1 else None


def in_rows(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines in rows from the top, each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (middle(box_of(line)), box_of(line).x0)):
        last = rows[-1] if rows else None
        if last and side_by_side(box_of(last[0]), box_of(line)):
            last.append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: box_of(line).x0)
    return rows


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """Lines row by row from the top, each row from left to right."""
    return [line for row in in_rows(lines) for line in row]
