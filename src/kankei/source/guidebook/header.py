"""The head of a sheet, above its table: a number with a title, a subtitle, and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kankei.source.grammars.normalised_text import normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.lines.printed_text import Line, PrintedText, Row, rows

_TITLE = re.compile(r"^\s*(?P<number>[0-9０-９]{1,4})\s+(?P<name>\S.*?)(?=\s*URL\b|\s*$)")
_LINK = re.compile(
    r"(?:(?:https?|ftp|file)://|\b(?:javascript|vbscript|data|file|mailto|blob|tel):)\S+", re.IGNORECASE
)
"""What is meant for a link, of whatever scheme: whether it is one is for its grammar to say."""
_SUBTITLE = re.compile(r"^\s*(?P<subtitle>[（(].+[）)])(?=\s*(?:URL\b|$))")
_NO_NAME = re.compile(rf"{_LINK.pattern}|[{CIRCLED_NUMBERS}]", re.IGNORECASE)
_URL = re.compile(r"\bURL\b")
_GOES_ON = re.compile(r"[!-~]+")
_LONGEST = 2_000
"""Characters: no row of a head is near it, and what is longer is no part of one."""


@dataclass(frozen=True)
class Head:
    """What the head says; `taken` are the places, among the lines, of those that it is made of.

    `left` is what stands on these lines and is neither number, name, subtitle nor link.
    """

    number: PrintedText | None = None
    name: PrintedText | None = None
    subtitle: PrintedText | None = None
    links: Sequence[PrintedText] = ()
    taken: frozenset[int] = frozenset()
    left: Sequence[PrintedText] = ()


def title(lines: Sequence[Line], start: int, end: int) -> int | None:
    """The last line with a number and a name from `start` up to `end`, where the headings are.

    What it names is what they are about.
    """
    return next((index for index in reversed(range(start, end)) if is_title(lines[index].text)), None)


def is_title(text: str) -> bool:
    """Whether a line has a number and a name, as titles do, and other lines now and then."""
    return len(text) <= _LONGEST and _TITLE.match(text) is not None


def is_linked_title(text: str) -> bool:
    """Whether a line has a number, a name and a link: no line but a title has."""
    return is_title(text) and _LINK.search(normalise(text)) is not None


def read_head(lines: Sequence[Line], end: int) -> Head:
    """The head of a sheet whose headings begin at `end`."""
    return _Reading(rows(lines[:end])).head()


class _Reading:
    """A head under reading: rows are taken as they are understood."""

    def __init__(self, above: tuple[Row, ...]) -> None:
        self._above = above
        self._subtitle: PrintedText | None = None
        self._links: list[PrintedText] = []
        self._taken: set[int] = set()
        self._left: list[PrintedText] = []
        self._sure = True

    def head(self) -> Head:
        found = [at for at, row in enumerate(self._above) if is_title(row.text)]
        if not found:
            return Head()
        at = found[-1]
        number, name = self._title(self._above[at])
        self._below(self._above[at + 1 :])
        self._claim([self._above[other] for other in found])
        if not self._sure:
            self._left += filter(None, (number, name))
            number = name = None
        return Head(
            number, name, self._subtitle, tuple(self._links), frozenset(self._taken), tuple(self._left)
        )

    def _title(self, row: Row) -> tuple[PrintedText | None, PrintedText | None]:
        """Number and name; not sure where a link or its number runs into the name."""
        match = _TITLE.match(row.text)
        if match is None:
            return None, None
        self._taken.update(row.indices)
        self._sure = not _NO_NAME.search(normalise(match["name"]))
        self._read_links(row, match.end())
        return row.printed(match["number"]), row.printed(match["name"])

    def _below(self, below: Sequence[Row]) -> None:
        """The subtitle and the links between title and headings, where nothing else may stand."""
        for row in below:
            text = normalise(row.text)
            match = _SUBTITLE.match(row.text) if self._subtitle is None else None
            if len(text) > _LONGEST or not (match or _LINK.search(text) or not text.strip()):
                self._other(row)
                continue
            if match:
                self._subtitle = row.printed(match["subtitle"])
            if text.strip():
                self._taken.update(row.indices)
                self._read_links(row, match.end() if match else 0)
                # A name may go on before the heading of the links.
                self._sure = self._sure and not _url_inside(row.text[match.end() if match else 0 :])

    def _other(self, row: Row) -> None:
        """A row that is no part of a head: an address may go on in it, or else the title is not sure."""
        if self._links and _GOES_ON.fullmatch(row.text.strip()) and row.first == self._links[-1].last + 1:
            self._links[-1] = _broken(self._links[-1], row)
            self._taken.update(row.indices)
        else:
            self._sure = False

    def _claim(self, titles: Sequence[Row]) -> None:
        """The last of some titles is sure only if no other may be one: with links, or a number as long."""
        *others, own = (normalise(row.text) for row in titles)
        digits = len(own.split()[0])
        if any(_LINK.search(other) or len(other.split()[0]) == digits for other in others):
            self._sure = False

    def _read_links(self, row: Row, start: int) -> None:
        """The links of a row from a position on, each with its label before it, and what is behind them."""
        found = list(_LINK.finditer(normalise(row.text), start))
        for place, match in enumerate(found, 1):
            # An address with a space in it goes on: with what is behind the last one it is no link.
            end = match.end() if place < len(found) else len(row.text)
            self._links.append(row.printed(row.text[start:end].strip()))
            start = end
        if rest := row.text[start:].strip():
            self._left.append(row.printed(rest))


def _url_inside(text: str) -> bool:
    return any(text[: found.start()].strip() for found in _URL.finditer(text))


def _broken(link: PrintedText, row: Row) -> PrintedText:
    """A link and the row below it, as one text of two lines: no grammar takes it for an address."""
    below = row.printed(row.text.strip())
    lines = (link.place, below.place)
    return PrintedText(f"{link.text}\n{below.text}", link.first, below.last, lines)
