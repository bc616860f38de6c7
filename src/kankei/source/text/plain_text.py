"""Text files as received: what their bytes hold, and their lines, read as a stream."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kankei.errors import MalformedData, UsageError
from kankei.source.lines.printed_text import Line

_BLOCK_BYTES = 1 << 20
_PDF_SIGNATURE = b"%PDF-"
_BEGINS_PAGE = re.compile(r" (?! |URL|https?:)")
# In characters: no printed line is near it, and a line of a gigabyte would be held in memory whole.
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class FileContent:
    """The SHA-256 of a file and its control bytes; `null_line` is the first line with a null byte."""

    sha256: str
    is_pdf: bool
    form_feeds: bool
    escapes: bool
    null_line: int | None


def inspect_file(path: Path) -> FileContent:
    """The content of a regular file, read in blocks; `UsageError` where there is none that can be read."""
    if not path.is_file():
        problem = "this is no regular file" if path.exists() else "there is no such file"
        raise UsageError(problem, str(path))
    digest, lines = sha256(), 1
    is_pdf = form_feeds = escapes = False
    null_line = None
    try:
        with path.open("rb") as file:
            is_pdf = file.read(len(_PDF_SIGNATURE)) == _PDF_SIGNATURE
            file.seek(0)
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                form_feeds = form_feeds or b"\f" in block
                escapes = escapes or b"\x1b" in block
                if null_line is None and (null := block.find(b"\0")) >= 0:
                    null_line = lines + block.count(b"\n", 0, null)
                lines += block.count(b"\n")
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", str(path)) from error
    return FileContent(digest.hexdigest(), is_pdf, form_feeds, escapes, null_line)


def text_lines(path: Path, codec: str, form_feeds: bool, notes: list[str]) -> Iterator[Line]:
    """The lines of a text file, without the line ends of RFC 5147 (CRLF, LF, CR) and otherwise as received.

    A line begins a page where it begins with a form feed, or, in a text that has none, with exactly one ASCII
    space; a link or the label URL behind such a space begins none. A form feed inside a line leaves open to
    which page the line belongs: that is added to `notes`.
    """
    lines = enumerate(_split(path, codec), 1)
    if not form_feeds:
        # A program that extracts text may keep a page's end as a space before the next page's first line.
        for number, text in lines:
            yield Line(number, text, None, number == 1 or _BEGINS_PAGE.match(text) is not None)
        return
    page_ended = True
    for number, text in lines:
        yield Line(number, text, None, page_ended or text.startswith("\f"))
        inner = text.lstrip("\f")
        page_ended = "\f" in inner
        if page_ended and not inner.endswith("\f"):
            notes.append(
                f"line {number} has a page's end inside: the whole line is taken for the earlier page"
            )


def _split(path: Path, codec: str) -> Iterator[str]:
    # With newline="" a line ends at CRLF, LF or CR, and keeps its end; no other character ends one.
    with path.open(encoding=codec, errors="strict", newline="") as file:
        number = 0
        while text := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(text) > _LONGEST_LINE:
                message = f"the line is longer than {_LONGEST_LINE:,} characters: this is no text to read"
                raise MalformedData(message, f"{path}:{number}:1")
            yield text.removesuffix("\n").removesuffix("\r")
