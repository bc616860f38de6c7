"""A document under ingest: its slug, and its sheets with their own lines, read as a stream."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kankei.curation.ingest.input_checks import refuse
from kankei.errors import UsageError
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.printed_text import Line
from kankei.source.sheets import read_sheets

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BETWEEN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class PrintedSheet:
    """A sheet and the lines of its source that it occupies."""

    sheet: Sheet
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Document:
    """A file to be read as the source of a slug; `encoding` is that of a text, None to detect it."""

    path: Path
    slug: str
    encoding: str | None = None


def document(path: Path, slug: str | None, encoding: str | None) -> Document:
    """The document of a file: its slug is the given one, or the file's name where that can be one.

    Letters become lower case, and what is no letter or digit a hyphen. A name that is not in ASCII gives no
    slug: nobody guesses one. Raises what `refuse` does for what is no catalogue at all.
    """
    refuse(path)
    if slug is None and path.stem.isascii():
        slug = _BETWEEN.sub("-", path.stem.lower()).strip("-")
    if not slug or not _SLUG.fullmatch(slug):
        message = "give the source a slug by --name: lower-case letters, digits and single hyphens"
        raise UsageError(message, slug or str(path))
    return Document(path, slug, encoding)


def printed_sheets(lines: Iterable[Line], seen: Callable[[Line], None]) -> Iterator[PrintedSheet]:
    """The sheets of a source, each with its lines; `seen` is called with every line as it comes."""
    waiting: deque[Line] = deque()

    def kept() -> Iterator[Line]:
        for line in lines:
            seen(line)
            waiting.append(line)
            yield line

    for sheet in read_sheets(kept(), layouts()):
        while waiting and waiting[0].number < sheet.place.first:
            waiting.popleft()
        own = []
        while waiting and waiting[0].number <= sheet.place.last:
            own.append(waiting.popleft())
        yield PrintedSheet(sheet, tuple(own))
