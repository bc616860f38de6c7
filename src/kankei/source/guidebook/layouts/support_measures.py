"""The catalogue of support measures (支援施策): a numbered title with links, a row of cells, a theme, a body.

Its sheets are a page each. The title may follow parts of the body, since the order of the text is that in
which the page was drawn.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kankei.source.grammars import telephone
from kankei.source.guidebook.body_reader.rules import read_body
from kankei.source.guidebook.cells import read_cells
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.header import Head, is_linked_title, read_head, title
from kankei.source.guidebook.header_row import column_of, tables
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import Line, PrintedText, join_tokens

_THEME = re.compile(r"^\s*[0-9０-９]{1,2}\s*[．.]\s*\S")
_NAMES_THEME = re.compile("に関する施策")
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
        self.themes = [index for index in self._below() if _THEME.match(self.lines[index].text)]
        self.end = self._end_of_row()
        self.others = self._others()

    def sheet(self) -> Sheet:
        place = LineRange(self.lines[0].number, self.lines[-1].number)
        head = self._head()
        cells = self._cells()
        theme, unit = self._theme(), self._unit()
        content = read_body(self._rest(0, self.others), head.links)
        other = self._rest(self.others, len(self.lines))
        self._doubt_others(other)
        rest = self._rest(0, len(self.lines))
        content = replace(content, unclassified=(*content.unclassified, *map(_printed, other)))
        named = (head.number, head.name, head.subtitle, head.links)
        body, doubts = tuple(map(_printed, rest)), tuple(self.doubts)
        return Sheet(place, *named, cells, theme, unit, body, doubts, content)

    def _below(self) -> range:
        return range(self.table.last + 1, len(self.lines))

    def _end_of_row(self) -> int:
        """Where the row ends: with its last telephone number, or before the theme line."""
        theme = self.themes[0] if self.themes else len(self.lines)
        phones = [i for i in self._below() if i < theme and telephone.is_printed(self.lines[i].text)]
        boxed = self.themes and self.lines[0].box
        return theme if boxed or not phones else phones[-1] + 1

    def _others(self) -> int:
        """From which line on a sheet may be another one, whose headings are not there.

        It shows by its title with links, or by its theme line: then all is doubted from its page on, and
        where it is on the table's own page, everything below the table.
        """
        pages = [index for index in self._below() if self.lines[index].begins_page]
        own = [index for index in self.themes[:1] if index < min(pages, default=len(self.lines))]
        titles = [i for i in self._below() if i >= self.end and is_linked_title(self.lines[i].text)]
        themes = [i for i in self.themes if i not in own and _NAMES_THEME.search(self.lines[i].text)]
        mark = min((*titles, *themes), default=len(self.lines))
        if mark == len(self.lines):
            return mark
        return max((page for page in pages if page <= mark), default=self.end)

    def _head(self) -> Head:
        head = read_head(self.lines, self.table.first)
        self.taken.update(head.taken)
        if not head.number:
            self._doubt_sheet(
                "number",
                "番号と題名のある行が見つからないか、一つに決まらない。",
                "No line has a number and a title, or it is not sure which one has.",
            )
        for left in head.left:
            ja, en = (
                f"見出し部の「{left.text}」が何であるか分からない。",
                f"What {left.text} is cannot be told.",
            )
            self.doubts.append(Doubt("head", ja, en, left.place))
        return head

    def _cells(self) -> tuple[Cell, ...]:
        self.taken.update(range(self.table.first, self.end))
        found = read_cells(self.table, self.lines[self.table.last + 1 : self.end])
        self.doubts.extend(found.doubts)
        return found.cells

    def _theme(self) -> PrintedText | None:
        if self.themes and self.themes[0] < self.others:
            self.taken.add(self.themes[0])
            line = self.lines[self.themes[0]]
            return PrintedText(line.text.strip(), line.number, line.number)
        self._doubt_sheet("theme", "テーマの行が見つからない。", "No line has a theme.")
        return None

    def _unit(self) -> PrintedText | None:
        """The unit of money, which is printed once for the sheet: on a line of its own, or in the heading."""
        found = [*self._units_below(), *self._units_in_headings()]
        if len({unit.text for unit in found}) == 1:
            self.taken.update(index for index in self._below() if self.lines[index].number == found[0].first)
            return found[0]
        if found:
            units = "、".join(dict.fromkeys(unit.text for unit in found))
            self.doubts += [
                Doubt(
                    "unit",
                    f"金額の単位が一つに決まらない（{units}）。",
                    f"The unit of money is not one: {units}.",
                    unit.place,
                )
                for unit in found
            ]
            return None
        self._doubt_sheet("unit", "金額の単位が見つからない。", "No line has a unit of money.")
        return None

    def _units_below(self) -> Iterator[PrintedText]:
        for index in range(self.end, self.others):
            line = self.lines[index]
            if match := _UNIT.match(line.text):
                yield PrintedText(match["unit"], line.number, line.number)

    def _units_in_headings(self) -> Iterator[PrintedText]:
        for heading in self.table.headings:
            if column_of(heading) is Column.BUDGET and (
                match := _UNIT_BEHIND.search(join_tokens(heading).text)
            ):
                yield join_tokens(heading).part(*match.span("unit"))

    def _rest(self, start: int, end: int) -> tuple[Line, ...]:
        """The lines outside of the fields."""
        lines = ((index, self.lines[index]) for index in range(start, end))
        return tuple(line for index, line in lines if index not in self.taken and line.text.strip())

    def _doubt_others(self, lines: Sequence[Line]) -> None:
        if lines:
            ja = "見出しの行のない別のシートが続くようであるため、ここからは読み取らない。"
            en = "Another sheet seems to follow without its row of headings: nothing is read from here on."
            self.doubts.append(Doubt("sheet", ja, en, LineRange(lines[0].number, lines[-1].number)))

    def _doubt_sheet(self, about: str, ja: str, en: str) -> None:
        """A doubt about what the whole sheet lacks: told where its table begins."""
        self.doubts.append(Doubt(about, ja, en, join_tokens(self.table.headings[0]).place))


def _printed(line: Line) -> PrintedText:
    return PrintedText(line.text, line.number, line.number)
