"""A long text a page at a time, by lines, so that no page of the site grows with the release."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.errors import UnknownResource

LINES = 1000
"""Lines of a page."""


@dataclass(frozen=True)
class TextPage:
    """One page of a text; pages are counted from 1, and a text without lines has one."""

    lines: Sequence[str]
    number: int
    pages: int
    total: int
    """Lines of the text."""

    @property
    def before(self) -> int:
        """Lines of the text before this page."""
        return (self.number - 1) * LINES

    @property
    def ranges(self) -> list[tuple[int, int, int]]:
        """Number, first and last line of each page."""
        firsts = enumerate(range(1, self.total + 1, LINES), 1)
        return [(number, first, min(first + LINES - 1, self.total)) for number, first in firsts]


def text_page(text: str, number: int, path: str) -> TextPage:
    """A page of the text at a path; raises `UnknownResource` beyond the last."""
    lines = text.removesuffix("\n").split("\n")
    pages = -(-len(lines) // LINES)
    if number > pages:
        raise UnknownResource("the text has fewer pages", path)
    return TextPage(lines[(number - 1) * LINES : number * LINES], number, pages, len(lines))


def page_of_line(position: int) -> int:
    """The page with the line after a position between lines, which are counted from 0 (RFC 5147)."""
    return position // LINES + 1
