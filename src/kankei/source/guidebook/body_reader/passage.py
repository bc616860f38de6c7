"""A passage of a body: rows of print that are read as one text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body_reader.bullets import bare, opened
from kankei.source.lines.printed_text import PrintedText, Token, join_tokens

_BREAK = re.compile(r"[ \t\u3000]*\n[ \t\u3000]*")
_WORD = re.compile("[A-Za-z0-9,.;:)]")
_SPACED = re.compile(r"\S+")


@dataclass(frozen=True, eq=False)
class Passage:
    """Some rows as one text; `block` counts the runs of rows that no blank line or gap divides.

    A passage is equal to itself only, so that it can stand for what is said of it.
    """

    pieces: tuple[Token, ...]
    block: int
    heading: bool = False
    printed: PrintedText = field(init=False)
    """Its text with line breaks, and its lines."""
    text: str = field(init=False)
    """Its text as printed."""

    def __post_init__(self) -> None:
        # Nobody makes a passage without reading it.
        object.__setattr__(self, "printed", join_tokens(self.pieces))
        object.__setattr__(self, "text", self.printed.text)

    @cached_property
    def folded(self) -> str:
        """Its text folded, as long as it is printed."""
        return normalise(self.text)

    @property
    def bulleted(self) -> bool:
        """Whether it begins with a bullet."""
        return opened(self.text) > 0

    @cached_property
    def plain(self) -> str:
        """Its text on one line and without its bullet."""
        return joined(bare(self.text))

    @property
    def sentence(self) -> bool:
        """Whether it has a full stop."""
        return "。" in self.text

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        return self.text.count("\n") + 1

    @cached_property
    def parts(self) -> tuple["Passage", ...]:
        """What stands side by side in it: the pieces of a PDF's row, or what spaces divide in a text."""
        if self.rows > 1 or len(self.text.split()) < 2:
            return (self,)
        pieces = self.pieces if len(self.pieces) > 1 else _divided(self.pieces[0])
        return tuple(Passage((piece,), self.block, self.heading) for piece in pieces)

    def part(self, start: int, end: int) -> PrintedText:
        """The text from one position to another, on its own lines."""
        numbers, offset = [], 0
        for piece in self.pieces:
            if offset < end and offset + len(piece.text) > start:
                numbers.append(piece.line.number)
            offset += len(piece.text) + 1
        return PrintedText(self.text[start:end], min(numbers), max(numbers))


def joined(text: str) -> str:
    r"""A text on one line: Japanese lines grow together, between Latin words a space remains.

    >>> joined("空き家の発\n掘")
    '空き家の発掘'
    """
    return _BREAK.sub(lambda found: _joint(text, *found.span()), text)


def _joint(text: str, start: int, end: int) -> str:
    return " " if _WORD.match(text[start - 1 : start]) and _WORD.match(text[end : end + 1]) else ""


def _divided(piece: Token) -> Sequence[Token]:
    return [
        Token(piece.line, piece.start + found.start(), piece.start + found.end())
        for found in _SPACED.finditer(piece.text)
    ]
