"""The catalogue of support measures (支援施策): a numbered title with links, a row of cells, a theme, a body.

Its sheets are a page each. The title may follow parts of the body, since the order of the text is that in
which the page was drawn.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from kankei.source.cells import read_cells
from kankei.source.heads import Head, read_head, title
from kankei.source.line import Line
from kankei.source.pieces import printed
from kankei.source.place import Place
from kankei.source.reading.body import read_body
from kankei.source.sheet import Cell, Column, Doubt, Printed, Sheet
from kankei.source.tables import column_of, tables
from kankei.source.values import telephone

_THEME = re.compile(r"^\s*[0-9０-９]{1,2}\s*[．.]\s*\S")
_UNIT = re.compile(r"^\s*[（(](?:単位[:：])?(?P<unit>百万円|千円|億円|円)[）)]\s*$")
_UNIT_BEHIND = re.compile(r"[（(](?:単位[:：])?(?P<unit>百万円|千円|億円|円)[）)]\s*$")


def divide(page: Sequence[Line]) -> Sequence[Sequence[Line]]:
    """The page's sheets: one for each table, cut before the next one's title."""
    found = list(tables(page))
    cuts = [0, *(_cut(page, before.last + 1, table.first) for before, table in pairwise(found)), len(page)]
    return [page[start:end] for start, end in pairwise(cuts)] if found else []


def _cut(page: Sequence[Line], start: int, headings: int) -> int:
    """Where the sheet begins whose headings are there: at its title, which stands behind the table before."""
    titled = title(page, start, headings)
    return headings if titled is None else titled


def read(lines: Sequence[Line]) -> Sheet:
    """What a sheet prints; what cannot be told is a doubt, and the rest is read all the same."""
    return _Reading(tuple(lines)).sheet()


class _Reading:
    """One sheet under reading: lines are taken as they are understood, the rest is body."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        first = next(index for index, line in enumerate(lines) if line.text.strip())
        self.lines = lines[first:]
        self.doubts: list[Doubt] = []
        self.taken: set[int] = set()
        self.table = next(tables(self.lines))

    def sheet(self) -> Sheet:
        place = Place(self.lines[0].number, self.lines[-1].number)
        head = self._head()
        cells, end = self._cells()
        theme, unit = self._theme(end), self._unit(end)
        rest = self._rest()
        body = tuple(Printed(line.text, line.number, line.number) for line in rest)
        content, doubts = read_body(rest, head.links), tuple(self.doubts)
        named = (head.number, head.name, head.subtitle, head.links)
        return Sheet(place, *named, cells, theme, unit, body, doubts, content)

    def _head(self) -> Head:
        head = read_head(self.lines, self.table.first)
        self.taken.update(head.taken)
        if not head.number:
            self._doubt_sheet(
                "number", "番号と題名のある行が見つからない。", "No line has a number and a title."
            )
        for left in head.left:
            text = left.text
            ja, en = f"見出し部の「{text}」が何であるか分からない。", f"What {text} is cannot be told."
            self.doubts.append(Doubt("head", ja, en, left.place))
        return head

    def _cells(self) -> tuple[tuple[Cell, ...], int]:
        """The cells, and the index of the line after the table's row."""
        end = self._end_of_row()
        self.taken.update(range(self.table.first, end))
        found = read_cells(self.table, self.lines[self.table.last + 1 : end])
        self.doubts.extend(found.doubts)
        return found.cells, end

    def _end_of_row(self) -> int:
        """Where the row ends: with its last telephone number, or before the theme line."""
        lines, start = self.lines, self.table.last + 1
        theme = next((i for i in range(start, len(lines)) if _THEME.match(lines[i].text)), len(lines))
        phones = [i for i in range(start, theme) if telephone.is_printed(lines[i].text)]
        return theme if self.lines[0].box or not phones else phones[-1] + 1

    def _theme(self, start: int) -> Printed | None:
        for index in range(start, len(self.lines)):
            line = self.lines[index]
            if _THEME.match(line.text):
                self.taken.add(index)
                return Printed(line.text.strip(), line.number, line.number)
        self._doubt_sheet("theme", "テーマの行が見つからない。", "No line has a theme.")
        return None

    def _unit(self, start: int) -> Printed | None:
        """The unit of money, which is printed once for the sheet: on a line of its own, or in the heading."""
        for index in range(start, len(self.lines)):
            line = self.lines[index]
            if match := _UNIT.match(line.text):
                self.taken.add(index)
                return Printed(match["unit"], line.number, line.number)
        for heading in self.table.headings:
            if column_of(heading) is Column.BUDGET and (match := _UNIT_BEHIND.search(printed(heading).text)):
                return printed(heading).part(*match.span("unit"))
        self._doubt_sheet("unit", "金額の単位が見つからない。", "No line has a unit of money.")
        return None

    def _rest(self) -> tuple[Line, ...]:
        """The lines outside of the fields."""
        lines = enumerate(self.lines)
        return tuple(line for index, line in lines if index not in self.taken and line.text.strip())

    def _doubt_sheet(self, about: str, ja: str, en: str) -> None:
        """A doubt about what the whole sheet lacks: told where its table begins."""
        self.doubts.append(Doubt(about, ja, en, printed(self.table.headings[0]).place))
