"""The lines of a source file, PDF or text: the entry point of this room for files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import MalformedData, UsageError
from kankei.source.lines.printed_text import Line
from kankei.source.pdf.client import pdf_lines
from kankei.source.pdf.pdf_limits import PdfLimits
from kankei.source.text.encoding import UTF_8, decode_as, detect_encoding, encoding_named
from kankei.source.text.plain_text import FileContent, inspect_file, text_lines

_LIMITS = PdfLimits()


@dataclass(frozen=True)
class SourceText:
    """The text of a source file; `lines` is a stream that is read once, in memory independent of the pages.

    `notes` are warnings for a curator; reading the lines adds to them. `encoding` is that of a text file,
    `pages` the number that a PDF announces; None where there is none. `sha256` is of the bytes.
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

    `encoding` is that of a text file, detected by default. Raises `UsageError` for a file that cannot be
    read, and `MalformedData` for a damaged one, at once or when the lines reach the damage.
    """
    content = inspect_file(path)
    if content.is_pdf:
        return _pdf(path, content, encoding, limits)
    if path.suffix.lower() == ".pdf":
        raise MalformedData("the file is named a PDF, but does not begin as one; fetch it again", str(path))
    return _text(path, content, encoding)


def _pdf(path: Path, content: FileContent, encoding: str | None, limits: PdfLimits) -> SourceText:
    if encoding:
        raise UsageError("a PDF has no text encoding: leave --encoding out", str(path))
    notes: list[str] = []
    pages, lines = pdf_lines(path, limits, notes)
    return SourceText(path.stem, path, "application/pdf", None, pages, content.sha256, notes, lines)


def _text(path: Path, content: FileContent, encoding: str | None) -> SourceText:
    if content.null_line is not None:
        message = "the file has null bytes: it is neither PDF nor text, or text in UTF-16; save it as UTF-8"
        raise MalformedData(message, f"{path}:{content.null_line}:1")
    if encoding:
        decoding = decode_as(path, encoding_named(encoding))
    else:
        decoding = detect_encoding(path, content.escapes)
    name = decoding.encoding.name
    note = f"read as {name}" if encoding else f"read as {name}, which was detected"
    notes = [] if decoding.encoding is UTF_8 else [note]
    lines = text_lines(path, decoding.codec, content.form_feeds, notes)
    return SourceText(path.stem, path, "text/plain", name, None, content.sha256, notes, lines)
