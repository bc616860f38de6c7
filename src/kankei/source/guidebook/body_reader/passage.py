"""A passage of a body: rows of print that are read as one text."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from kankei.source.guidebook.body_reader.text_patterns import bullet_length, without_bullet
from kankei.source.lines.printed_text import PrintedText, Token, join_tokens

_BREAK = re.compile(r"[ \t\u3000]*\n[ \t\u3000]*")
_LATIN = re.compile("[A-Za-z0-9,.;:)]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, eq=False)
class Passage:
    """Some rows as one text; `block` numbers the runs of rows that no blank line or gap divides.

    A passage is equal to itself only, so that it can be the key of what the rules say of it.
    """

    tokens: tuple[Token, ...]
    block: int
    heading: bool = False
    printed: PrintedText = field(init=False)
    """Its text with line breaks, and its lines."""
    text: str = field(init=False)
    """Its text as printed."""

    def __post_init__(self) -> None:
        # Not lazily: each passage is read.
        object.__setattr__(self, "printed", join_tokens(self.tokens))
        object.__setattr__(self, "text", self.printed.text)

    @property
    def bulleted(self) -> bool:
        """Whether it begins with a bullet."""
        return bullet_length(self.text) > 0

    @cached_property
    def plain(self) -> str:
        """Its text on one line and without its bullet."""
        return join_lines(without_bullet(self.text))

    @property
    def sentence(self) -> bool:
        """Whether it has a full stop."""
        return "。" in self.text

    @property
    def row_count(self) -> int:
        """The number of rows that it takes."""
        return self.text.count("\n") + 1

    @cached_property
    def parts(self) -> tuple["Passage", ...]:
        """What stands side by side in it: the tokens of a PDF's row, or what spaces divide in a text."""
        if self.row_count > 1 or len(self.text.split()) < 2:
            return (self,)
        tokens = self.tokens
        if len(tokens) == 1:
            words = _WORD.finditer(tokens[0].text)
            tokens = tuple(part_of_token(tokens[0], *word.span()) for word in words)
        return tuple(Passage((token,), self.block, self.heading) for token in tokens)

    def part(self, start: int, end: int) -> PrintedText:
        """The text from one position to another, on its own lines."""
        numbers, offset = [], 0
        for token in self.tokens:
            if offset < end and offset + len(token.text) > start:
                numbers.append(token.line.number)
            offset += len(token.text) + 1
        return PrintedText(self.text[start:end], min(numbers), max(numbers))


def part_of_token(token: Token, start: int = 0, end: int | None = None) -> Token:
    """The characters of a token from `start` up to `end`, without the white space around them."""
    text = token.text[start:end]
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return Token(token.line, token.start + start + first, token.start + start + last)


def join_lines(text: str) -> str:
    r"""A text on one line: Japanese lines are joined without a space, Latin words with one.

    >>> join_lines("空き家の発\n掘")
    '空き家の発掘'
    """
    return _BREAK.sub(lambda line_break: _joint(text, *line_break.span()), text)


def _joint(text: str, start: int, end: int) -> str:
    return " " if _LATIN.match(text[start - 1 : start]) and _LATIN.match(text[end : end + 1]) else ""
