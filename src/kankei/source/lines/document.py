"""A source document as received, ranges of its lines (RFC 5147), and doubts about them."""

import re
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Self

from kankei.errors import MalformedData, UsageError

# RFC 5147 section 2.2.2: a line ends with CRLF, LF or CR; str.splitlines() knows many more line ends.
_LINE_END = re.compile(r"\r\n|\n|\r")
_FRAGMENT = re.compile(r"line=(0|[1-9][0-9]*),(0|[1-9][0-9]*)")


@dataclass(frozen=True)
class SourceDocument:
    """The text of a source as received; `sha256` and `byte_size` are of its bytes."""

    slug: str
    path: Path
    sha256: str
    byte_size: int
    lines: tuple[str, ...]


def read_document(path: Path) -> SourceDocument:
    """The source document in a UTF-8 text file; its slug is the file's name without suffix."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("the source document cannot be read", str(path)) from error
    return parse_document(path, content)


def parse_document(path: Path, content: bytes) -> SourceDocument:
    """The source document of this content, which the file need not hold yet; `MalformedData` if not UTF-8."""
    try:
        lines = _LINE_END.split(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MalformedData("the text is not UTF-8", f"{path}:{line}:1") from error
    if lines[-1] == "":
        lines.pop()
    return SourceDocument(path.stem, path, sha256(content).hexdigest(), len(content), tuple(lines))


@dataclass(frozen=True, order=True)
class LineRange:
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
        """The range of a fragment identifier such as ``line=93,163``.

        >>> LineRange.parse("line=93,163")
        LineRange(first=94, last=163)
        """
        match = _FRAGMENT.fullmatch(fragment)
        if match is None or int(match[1]) >= int(match[2]):
            raise MalformedData("not a range of lines of the form line=a,b with a < b", fragment)
        return cls(int(match[1]) + 1, int(match[2]))

    @property
    def fragment(self) -> str:
        """The fragment identifier of this range.

        >>> LineRange(94, 163).fragment
        'line=93,163'
        """
        return f"line={self.first - 1},{self.last}"

    def text(self, document: SourceDocument) -> str:
        """These lines of a document, joined by line feeds; `MalformedData` where it has fewer."""
        if self.last > len(document.lines):
            raise MalformedData(f"{document.slug} has {len(document.lines)} lines only", self.fragment)
        return "\n".join(document.lines[self.first - 1 : self.last])


class Weight(Enum):
    """What a doubt asks of the curator."""

    UNRESOLVED = "unresolved"
    """A printed text has no interpretation."""
    SETTLED = "settled"
    """A value is proposed all the same: check it."""
    EDITORIAL = "editorial"
    """No sheet prints it: only a curator can write it."""


@dataclass(frozen=True)
class Doubt:
    """A doubt about a field: the reason in two languages, and the lines that it is about.

    `missing` is the name that the data lack, where that is the reason.
    """

    about: str
    ja: str
    en: str
    place: LineRange | None = None
    weight: Weight = Weight.UNRESOLVED
    missing: str = ""
