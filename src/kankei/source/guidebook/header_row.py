"""The tables of a catalogue: rows of headings that name the columns, and where they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.columns import Column
from kankei.source.lines.printed_text import Line, Token, tokens

HEADINGS: Mapping[Column, re.Pattern[str]] = {
    Column.BODIES: re.compile("(?:事業)?実施主体|対象者"),
    Column.SUPPORT: re.compile("支援(?:対象|内容)"),
    Column.FUNDING: re.compile("補助率|補助金額"),
    Column.CALL: re.compile("公募(?:時期|期間)"),
    Column.SURVEY: re.compile("(?:事業)?要望調査(?:時期)?"),
    Column.BUDGET: re.compile(r"(?:(?:令和|平成|R|H)\s*[0-9元]+\s*年?度?)?(?:当初|補正)?予算"),
    Column.CONTACT: re.compile("(?:お?問い?合わ?せ先|担当)"),
}
_HEADING = re.compile("|".join(f"(?P<{column.value}>{found.pattern})" for column, found in HEADINGS.items()))
_FEWEST_HEADINGS = 4


Heading = Sequence[Token]
"""A heading: one piece, and those in brackets behind it."""


@dataclass(frozen=True)
class Table:
    """Where the table of a sheet is: its headings, one or more pieces each, and where its row ends."""

    headings: tuple[tuple[Token, ...], ...]
    first: int
    """Index of the first line of the headings."""
    last: int

    @cached_property
    def columns(self) -> tuple[Column | None, ...]:
        """The column that each heading names; None where nobody knows it."""
        return tuple(map(column_of, self.headings))


def tables(lines: Sequence[Line]) -> Iterator[Table]:
    """The rows of headings: at least so many known ones in a run, with what stands between them."""
    # Only lines with something that may be a heading, and those between them: a body is long.
    may_be = [index for index, line in enumerate(lines) if _may_be_heading(line.text)]
    first, last = (may_be[0], may_be[-1] + 1) if may_be else (0, 0)
    parts = list(tokens(lines[first:last]))
    index_of = {lines[index].number: index for index in range(first, last)}
    start = 0
    while start < len(parts):
        run = _run(parts, start)
        headings = _headings(parts[start:run])
        if len({column for column in map(column_of, headings) if column}) >= _FEWEST_HEADINGS:
            yield Table(headings, index_of[parts[start].line.number], index_of[parts[run - 1].line.number])
        start = max(run, start + 1)


@lru_cache(maxsize=1024)  # a page is looked through twice: to divide it, and to read each sheet
def _may_be_heading(text: str) -> bool:
    return bool(_HEADING.search(normalise(text)))


def _run(parts: Sequence[Token], start: int) -> int:
    """Where a run of headings ends that begins with the piece at `start`, if that is one."""
    end = start
    for index in range(start, len(parts)):
        if _known(parts[index].text):
            end = index + 1
        elif end == start or not _goes_on(parts, index, end):
            break
    return end


def _goes_on(parts: Sequence[Token], index: int, end: int) -> bool:
    """Whether a piece that is no known heading may stand among headings: on a line with known ones around."""
    return index - end < 2 and any(
        _known(other.text) and other.line.number - parts[end - 1].line.number <= 2
        for other in parts[index + 1 : index + 3]
    )


def _headings(run: Sequence[Token]) -> tuple[tuple[Token, ...], ...]:
    headings: list[tuple[Token, ...]] = []
    for piece in run:
        if headings and piece.text.startswith(("（", "(")):
            headings[-1] = (*headings[-1], piece)
        else:
            headings.append((piece,))
    return tuple(headings)


@lru_cache(maxsize=1024)
def _known(text: str) -> Column | None:
    match = _HEADING.match(normalise(text))
    return Column(match.lastgroup) if match else None


def column_of(heading: Heading) -> Column | None:
    """The column that a heading names; None where nobody knows it."""
    return _known(heading[0].text)
