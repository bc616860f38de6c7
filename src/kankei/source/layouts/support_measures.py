"""The catalogue of support measures (支援施策): a numbered title with links, a row of cells, a theme, a body.

Its sheets are a page each. The title may follow parts of the body, since the order of the text is that in
which the page was drawn.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

from kankei.source.columns import Cut, by_order, by_position
from kankei.source.line import Line
from kankei.source.pieces import Piece, pieces, printed
from kankei.source.place import Place
from kankei.source.reading.body import read_body
from kankei.source.rows import Row, rows
from kankei.source.sheet import Cell, Column, Doubt, Printed, Sheet, Weight
from kankei.source.values import telephone
from kankei.source.values.folding import fold

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
_TITLE = re.compile(r"^\s*(?P<number>[0-9０-９]{1,4})\s+(?P<name>\S.*?)(?=\s*URL\b|\s*$)")
_THEME = re.compile(r"^\s*[0-9０-９]{1,2}\s*[．.]\s*\S")
_UNIT = re.compile(r"^\s*[（(](?:単位[:：])?(?P<unit>百万円|千円|億円|円)[）)]\s*$")
_UNIT_BEHIND = re.compile(r"[（(](?:単位[:：])?(?P<unit>百万円|千円|億円|円)[）)]\s*$")
_LINK = re.compile(r"https?://\S+")
_SUBTITLE = re.compile(r"^\s*(?P<subtitle>[（(].+[）)])(?=\s*(?:URL\b|$))")
_URL = re.compile(r"URL(?=\s|$)")


@dataclass(frozen=True)
class _Table:
    """Where the table of a sheet is: its headings, one or more pieces each, and where its row ends."""

    headings: tuple[tuple[Piece, ...], ...]
    first: int
    """Index of the first line of the headings."""
    last: int

    @property
    def columns(self) -> tuple[Column | None, ...]:
        return tuple(map(_column, self.headings))


def divide(page: Sequence[Line]) -> Sequence[Sequence[Line]]:
    """The page's sheets: one for each table, cut before the next one's title."""
    tables = list(_tables(page))
    cuts = [0, *(_title(page, table.first) or table.first for table in tables[1:]), len(page)]
    return [page[start:end] for start, end in pairwise(cuts)] if tables else []


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
        self.table = next(_tables(self.lines))

    def sheet(self) -> Sheet:
        place = Place(self.lines[0].number, self.lines[-1].number)
        title = self._title()
        number, name = self._number_and_name(title)
        subtitle, links = self._about_title(title)
        cells, end = self._cells()
        theme, unit = self._theme(end), self._unit(end)
        rest = self._rest()
        body = tuple(Printed(line.text, line.number, line.number) for line in rest)
        content, doubts = read_body(rest, links), tuple(self.doubts)
        return Sheet(place, number, name, subtitle, links, cells, theme, unit, body, doubts, content)

    def _number_and_name(self, title: Row | None) -> tuple[Printed | None, Printed | None]:
        match = _TITLE.match(title.text) if title else None
        if title is None or match is None:
            self._doubt_sheet(
                "number", "番号と題名のある行が見つからない。", "No line has a number and a title."
            )
            return None, None
        self.taken.update(title.indices)
        return title.printed(match["number"]), title.printed(match["name"])

    def _about_title(self, title: Row | None) -> tuple[Printed | None, tuple[Printed, ...]]:
        """The subtitle, and the links: from the title to the headings."""
        subtitle: Printed | None = None
        links: list[Printed] = []
        for row in self._rows(title.indices[0] if title else self.table.first):
            match = _SUBTITLE.match(row.text) if row != title else None
            if match and subtitle is None:
                subtitle = row.printed(match["subtitle"])
                self.taken.update(row.indices)
            rest = row.text[match.end() if match else 0 :]
            if row == title:
                found = _URL.search(rest)
                rest = rest[found.start() :] if found else ""
            for text in _links(rest):
                links.append(row.printed(text))
                self.taken.update(row.indices)
        return subtitle, tuple(links)

    def _title(self) -> Row | None:
        """The last row with a number and a name before the headings: what it names is what they are about."""
        return next((row for row in reversed(self._rows(0)) if _TITLE.match(row.text)), None)

    def _rows(self, start: int) -> tuple[Row, ...]:
        return rows(self.lines[: self.table.first], start)

    def _cells(self) -> tuple[tuple[Cell, ...], int]:
        """The cells, and the index of the line after the table's row."""
        table = self.table
        self.taken.update(range(table.first, table.last + 1))
        end = self._end_of_row()
        row = list(pieces(self.lines[table.last + 1 : end]))
        self.taken.update(range(table.last + 1, end))
        self._doubt_columns()
        cut = self._cut(row)
        found = zip(table.columns, table.headings, cut, strict=True)
        told = {piece for parts in cut if parts for piece in parts}
        left = tuple(piece for piece in row if piece not in told)
        cells = [(column, heading, parts) for column, heading, parts in found if column]
        self._doubt_cells([(column, heading) for column, heading, parts in cells if parts is None], left)
        return tuple(starmap(_cell, cells)), end

    def _cut(self, row: list[Piece]) -> tuple[Sequence[Piece] | None, ...]:
        """The pieces of each column; None where it is not known which they are."""
        headings = self.table.headings
        if row and all(piece.line.box for piece in (*row, *(h[0] for h in headings))):
            return by_position(row, headings).cells
        columns = self.table.columns
        cuts = self._one_call(by_order(row, columns), columns)
        if not cuts:
            return (None,) * len(headings)
        agreed = [{cut.cells[index] for cut in cuts} for index in range(len(headings))]
        return tuple(next(iter(found)) if len(found) == 1 else None for found in agreed)

    def _one_call(self, cuts: tuple[Cut, ...], columns: Sequence[Column | None]) -> tuple[Cut, ...]:
        """Of cuts that differ only in which of two columns of times has the value, the first column's."""
        if Column.CALL not in columns or Column.SURVEY not in columns:
            return cuts
        call, survey = columns.index(Column.CALL), columns.index(Column.SURVEY)
        if survey != call + 1 or not any(cut.cells[call] or cut.cells[survey] for cut in cuts):
            return cuts
        pieces_of = {(*cut.cells[call], *cut.cells[survey]) for cut in cuts}
        in_call = tuple(cut for cut in cuts if not cut.cells[survey])
        if len(pieces_of) != 1 or not in_call:
            return cuts
        self._doubt(
            "call",
            "文字列だけでは公募時期と事業要望調査時期のどちらの欄の値か分からない。先に印字される公募時期の値とした。",
            "The text does not tell whether this stands under the call or under the survey of demand; "
            "it is taken for the call, which is printed first.",
            *next(iter(pieces_of)),
            weight=Weight.SETTLED,
        )
        return in_call

    def _doubt_cells(self, unknown: Sequence[tuple[Column, Sequence[Piece]]], left: Sequence[Piece]) -> None:
        """One doubt about all columns whose values are not known; `left` are the pieces left for them."""
        if not unknown:
            return
        text = " ".join(printed(left).text.split("\n")) if left else ""
        names = [" ".join(printed(heading).text.split("\n")) for _, heading in unknown]
        self._doubt(
            unknown[0][0].value if len(unknown) == 1 else "cells",
            f"「{text}」のうちどれがどの欄の値か決められない（{'、'.join(names)}）。",
            f"It cannot be told which part of “{text}” stands under which column: {', '.join(names)}.",
            *(left or unknown[0][1]),
        )

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
            if _column(heading) is Column.BUDGET and (match := _UNIT_BEHIND.search(printed(heading).text)):
                return printed(heading).part(*match.span("unit"))
        self._doubt_sheet("unit", "金額の単位が見つからない。", "No line has a unit of money.")
        return None

    def _rest(self) -> tuple[Line, ...]:
        """The lines outside of the fields."""
        lines = enumerate(self.lines)
        return tuple(line for index, line in lines if index not in self.taken and line.text.strip())

    def _doubt_columns(self) -> None:
        columns = self.table.columns
        unknown = [
            heading for column, heading in zip(columns, self.table.headings, strict=True) if not column
        ]
        if unknown:
            names = [printed(heading).text for heading in unknown]
            ja = f"{''.join(f'「{name}」' for name in names)}は知らない欄である。"
            en = (
                f"The column {names[0]} is unknown."
                if len(names) == 1
                else f"Unknown columns: {', '.join(names)}."
            )
            self._doubt("columns", ja, en, *(piece for heading in unknown for piece in heading))
        row = [piece for heading in self.table.headings for piece in heading]
        for column in HEADINGS:
            if columns.count(column) > 1:
                last = self.table.headings[len(columns) - 1 - columns[::-1].index(column)]
                self._doubt(
                    column.value, "この欄が二つ以上ある。", "There is more than one such column.", *last
                )
            if column not in columns:
                self._doubt(column.value, "この欄がない。", "There is no such column.", *row)

    def _doubt_sheet(self, about: str, ja: str, en: str) -> None:
        """A doubt about what the whole sheet lacks: told where its table begins."""
        self._doubt(about, ja, en, *self.table.headings[0])

    def _doubt(self, about: str, ja: str, en: str, *parts: Piece, weight: Weight = Weight.UNRESOLVED) -> None:
        place = printed(parts).place if parts else None
        self.doubts.append(Doubt(about, ja, en, place, weight))


def _cell(column: Column, heading: Sequence[Piece], parts: Sequence[Piece] | None) -> Cell:
    return Cell(column, printed(heading), printed(parts) if parts else None, known=parts is not None)


def _tables(lines: Sequence[Line]) -> Iterator[_Table]:
    """The rows of headings: at least so many known ones in a run, with what stands between them."""
    # Only lines with something that may be a heading, and those between them: a body is long.
    may_be = [index for index, line in enumerate(lines) if _HEADING.search(fold(line.text))]
    first, last = (may_be[0], may_be[-1] + 1) if may_be else (0, 0)
    parts = list(pieces(lines[first:last]))
    index_of = {lines[index].number: index for index in range(first, last)}
    start = 0
    while start < len(parts):
        run = _run(parts, start)
        headings = _headings(parts[start:run])
        if len({column for column in map(_column, headings) if column}) >= _FEWEST_HEADINGS:
            yield _Table(headings, index_of[parts[start].line.number], index_of[parts[run - 1].line.number])
        start = max(run, start + 1)


def _run(parts: Sequence[Piece], start: int) -> int:
    """Where a run of headings ends that begins with the piece at `start`, if that is one."""
    end = start
    for index in range(start, len(parts)):
        if _known(parts[index].text):
            end = index + 1
        elif end == start or not _goes_on(parts, index, end):
            break
    return end


def _goes_on(parts: Sequence[Piece], index: int, end: int) -> bool:
    """Whether a piece that is no known heading may stand among headings: on a line with known ones around."""
    return index - end < 2 and any(
        _known(other.text) and other.line.number - parts[end - 1].line.number <= 2
        for other in parts[index + 1 : index + 3]
    )


def _headings(run: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    headings: list[tuple[Piece, ...]] = []
    for piece in run:
        if headings and piece.text.startswith(("（", "(")):
            headings[-1] = (*headings[-1], piece)
        else:
            headings.append((piece,))
    return tuple(headings)


def _known(text: str) -> Column | None:
    match = _HEADING.match(fold(text))
    return Column(match.lastgroup) if match else None


def _column(heading: Sequence[Piece]) -> Column | None:
    return _known(heading[0].text)


def _title(lines: Sequence[Line], before: int) -> int | None:
    """The last line with a number and a name before the headings: what it names is what they are about."""
    return next((index for index in reversed(range(before)) if _TITLE.match(lines[index].text)), None)


def _links(text: str) -> Iterator[str]:
    """The links of a text, each with its label before it."""
    start = 0
    for match in _LINK.finditer(text):
        yield text[start : match.end()].strip()
        start = match.end()
