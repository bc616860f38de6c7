"""A place in a source document: the RFC 5147 fragment that names a range of its lines."""

import re
from dataclasses import dataclass
from typing import Self

from kankei.errors import MalformedData
from kankei.source.lines.document import SourceDocument

_FRAGMENT = re.compile(r"line=(0|[1-9][0-9]*),(0|[1-9][0-9]*)")


@dataclass(frozen=True, order=True)
class Place:
    """Lines `first` to `last` of a text, counted from 1, both included.

    RFC 5147 section 2.2.2 counts the positions between lines, from 0: ``line=a,b`` begins before line
    a + 1 and ends after line b.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise MalformedData(f"lines {self.first} to {self.last} are no range of lines")

    @classmethod
    def parse(cls, fragment: str) -> Self:
        """The place that a fragment such as ``line=93,163`` names.

        >>> Place.parse("line=93,163")
        Place(first=94, last=163)
        """
        match = _FRAGMENT.fullmatch(fragment)
        if match is None or int(match[1]) >= int(match[2]):
            raise MalformedData("not a range of lines of the form line=a,b with a < b", fragment)
        return cls(int(match[1]) + 1, int(match[2]))

    @property
    def fragment(self) -> str:
        """The fragment identifier of this place.

        >>> Place(94, 163).fragment
        'line=93,163'
        """
        return f"line={self.first - 1},{self.last}"

    def text(self, document: SourceDocument) -> str:
        """The cited lines of a document, joined by line feeds."""
        if self.last > len(document.lines):
            raise MalformedData(f"{document.slug} has {len(document.lines)} lines only", self.fragment)
        return "\n".join(document.lines[self.first - 1 : self.last])
