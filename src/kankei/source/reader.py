"""From a file as received to its lines: the one way into `source/`, whatever the file is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import MalformedData, UsageError
from kankei.source.lines.printed_text import Box, Line
from kankei.source.pdf.client import pdf_lines
from kankei.source.pdf.limits import PdfLimits
from kankei.source.text.encoding import UTF_8, detect, named, read_as
from kankei.source.text.file_type import Content, examine
from kankei.source.text.plain_text import text_lines

__all__ = ["Box", "Line", "SourceText", "read_lines", "write_lines"]

_LIMITS = PdfLimits()


@dataclass(frozen=True)
class SourceText:
    """A source's text, to be read once, as a file is: line by line, in memory that pages do not add to.

    `notes` are sentences for a curator about what is doubtful; reading the lines adds to them. `encoding` is
    that of a text file, `pages` the number that a PDF announces; None where there is none. `sha256` is of
    the bytes.
    """

    slug: str
    path: Path
    media_type: str
    encoding: str | None
    pages: int | None
    sha256: str
    notes: Sequence[str]
    lines: Iterator[Line]


def read_lines(path: Path, encoding: str | None = None, limits: PdfLimits = _LIMITS) -> SourceText:
    """The text of a PDF or of a text file; the slug is the file's name without suffix.

    `encoding` is that of a text file, detected where it is not given. Raises UsageError for a file that
    cannot be read, and MalformedData for one that is not sound, at once or when the lines come to where it
    is not.
    """
    content = examine(path)
    if content.is_pdf:
        return _pdf(path, content, encoding, limits)
    if path.suffix.lower() == ".pdf":
        raise MalformedData("the file is named a PDF, but does not begin as one; fetch it again", str(path))
    return _text(path, content, encoding)


def _pdf(path: Path, content: Content, encoding: str | None, limits: PdfLimits) -> SourceText:
    if encoding:
        raise UsageError("a PDF has no encoding to be told: leave --encoding out", str(path))
    notes: list[str] = []
    pages, lines = pdf_lines(path, limits, notes)
    return SourceText(path.stem, path, "application/pdf", None, pages, content.sha256, notes, lines)


def _text(path: Path, content: Content, encoding: str | None) -> SourceText:
    if content.null_line is not None:
        message = "the file has null bytes: it is neither PDF nor text, or text in UTF-16; save it as UTF-8"
        raise MalformedData(message, f"{path}:{content.null_line}:1")
    reading = read_as(path, named(encoding)) if encoding else detect(path, content.escapes)
    name = reading.encoding.name
    found = f"read as {name}" if encoding else f"read as {name}, which was detected"
    notes = [] if reading.encoding is UTF_8 else [found]
    lines = text_lines(path, reading.codec, content.form_feeds, notes)
    return SourceText(path.stem, path, "text/plain", name, None, content.sha256, notes, lines)


def write_lines(lines: Iterable[Line], path: Path) -> None:
    """Write the extracted text that places refer to (RFC 5147): UTF-8, a line feed after every line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{line.text}\n" for line in lines)
