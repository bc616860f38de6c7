"""The lines of a text file, read as a stream and kept as received."""

from collections.abc import Iterator
from pathlib import Path

from kankei.errors import MalformedData
from kankei.source.lines.printed_text import Line

_LONGEST_LINE = (
    1_000_000  # characters: no line of print is near it, and one of a gigabyte would be held whole
)


def text_lines(path: Path, codec: str, form_feeds: bool, notes: list[str]) -> Iterator[Line]:
    """The lines of a text file, without the line ends of RFC 5147 (CRLF, LF, CR) and otherwise as received.

    A line begins a page where it begins with a form feed, or, in a text that has none, with exactly one ASCII
    space. A form feed inside a line leaves open to which page the line belongs: that is noted.
    """
    lines = enumerate(_split(path, codec), 1)
    if not form_feeds:
        # A program that extracts text may keep a page's end as a space before the next page's first line.
        for number, text in lines:
            yield Line(number, text, None, number == 1 or (text[:1] == " " and text[1:2] != " "))
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
                raise MalformedData(
                    f"the line is longer than {_LONGEST_LINE:,} characters: this is no text to read",
                    f"{path}:{number}:1",
                )
            yield text.removesuffix("\n").removesuffix("\r")
