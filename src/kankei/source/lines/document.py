"""A source document: a text exactly as received."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kankei.errors import MalformedData, UsageError

# RFC 5147 section 2.2.2: a line ends with CRLF, LF or CR; str.splitlines() knows many more line ends.
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class SourceDocument:
    """The text of a source, read as received: its bytes are never changed, only counted and hashed."""

    slug: str
    path: Path
    sha256: str
    byte_size: int
    lines: tuple[str, ...]


def read(path: Path) -> SourceDocument:
    """The source document in a UTF-8 text file; its slug is the file's name without suffix."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("the source document cannot be read", str(path)) from error
    return document(path, content)


def document(path: Path, content: bytes) -> SourceDocument:
    """The source document of this content, whether the file is there yet or not."""
    return SourceDocument(path.stem, path, sha256(content).hexdigest(), len(content), _lines(content, path))


def _lines(content: bytes, path: Path) -> tuple[str, ...]:
    try:
        lines = _LINE_END.split(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MalformedData("the text is not UTF-8", f"{path}:{line}:1") from error
    return tuple(lines[:-1] if lines[-1] == "" else lines)
