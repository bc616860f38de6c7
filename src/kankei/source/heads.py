"""The head of a sheet, above its table: a number with a title, a subtitle, and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kankei.source.line import Line
from kankei.source.printed import Printed
from kankei.source.rows import Row, rows
from kankei.source.values.folding import fold

_TITLE = re.compile(r"^\s*(?P<number>[0-9０-９]{1,4})\s+(?P<name>\S.*?)(?=\s*URL\b|\s*$)")
_LINK = re.compile(
    r"(?:(?:https?|ftp|file)://|\b(?:javascript|vbscript|data|file|mailto|blob|tel):)\S+", re.IGNORECASE
)
"""What is meant for a link, of whatever scheme: whether it is one is for its grammar to say."""
_SUBTITLE = re.compile(r"^\s*(?P<subtitle>[（(].+[）)])(?=\s*(?:URL\b|$))")
_LONGEST = 2_000
"""Characters: no row of a head is near it, and what is longer is no part of one."""


@dataclass(frozen=True)
class Head:
    """What the head says; `taken` are the places, among the lines, of those that it is made of.

    `left` is what stands on these lines and is neither number, name, subtitle nor link.
    """

    number: Printed | None
    name: Printed | None
    subtitle: Printed | None
    links: Sequence[Printed]
    taken: frozenset[int]
    left: Sequence[Printed]


def title(lines: Sequence[Line], start: int, end: int) -> int | None:
    """The last line with a number and a name from `start` up to `end`, where the headings are.

    What it names is what they are about.
    """
    return next((index for index in reversed(range(start, end)) if _match(lines[index].text)), None)


def read_head(lines: Sequence[Line], end: int) -> Head:
    """The head of a sheet whose headings begin at `end`."""
    return _Reading(rows(lines[:end])).head()


class _Reading:
    """A head under reading: rows are taken as they are understood."""

    def __init__(self, above: tuple[Row, ...]) -> None:
        self._above = above
        self._subtitle: Printed | None = None
        self._links: list[Printed] = []
        self._taken: set[int] = set()
        self._left: list[Printed] = []

    def head(self) -> Head:
        at = next((at for at in reversed(range(len(self._above))) if _match(self._above[at].text)), None)
        number, name = self._title(self._above[at]) if at is not None else (None, None)
        for row in self._above[at + 1 :] if at is not None else ():
            if len(row.text) <= _LONGEST:
                self._below(row)
        taken = frozenset(self._taken)
        return Head(number, name, self._subtitle, tuple(self._links), taken, tuple(self._left))

    def _title(self, row: Row) -> tuple[Printed | None, Printed | None]:
        """Number and name; no name where a link runs into it, whose label cannot be told from it."""
        match = _match(row.text)
        if match is None:
            return None, None
        self._taken.update(row.indices)
        number, name = row.printed(match["number"]), row.printed(match["name"])
        if _LINK.search(fold(match["name"])):
            self._left.append(name)
            return number, None
        self._read_links(row, match.end())
        return number, name

    def _below(self, row: Row) -> None:
        match = _SUBTITLE.match(row.text) if self._subtitle is None else None
        if match:
            self._subtitle = row.printed(match["subtitle"])
        if match or _LINK.search(fold(row.text)):
            self._taken.update(row.indices)
            self._read_links(row, match.end() if match else 0)

    def _read_links(self, row: Row, start: int) -> None:
        """The links of a row from a position on, each with its label before it, and what is behind them."""
        for match in _LINK.finditer(fold(row.text), start):
            self._links.append(row.printed(row.text[start : match.end()].strip()))
            start = match.end()
        if rest := row.text[start:].strip():
            self._left.append(row.printed(rest))


def _match(text: str) -> re.Match[str] | None:
    return _TITLE.match(text) if len(text) <= _LONGEST else None
