"""What stands around the table on its page: title, links, theme line, unit of money, page number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.header import (
    LINK,
    SUBTITLE,
    Header,
    is_certain_name,
    match_title,
)
from kankei.source.guidebook.page.geometry import (
    box_of,
    height,
    in_rows,
    middle,
    overlap,
    side_by_side,
    union,
)
from kankei.source.guidebook.page.table import PageTable
from kankei.source.guidebook.theme_and_unit import is_theme_line, mentions_unit, unit_of
from kankei.source.lines.printed_text import Line, PrintedRow, PrintedText

_SAME_SIZE = 0.08
_LABEL_GAP = 8.0
_LINE_GAP = 1.2
_UNIT_GAP = 40.0
"""A unit printed below a table is within this many points of it."""
_PAGE_NUMBER = re.compile(r"[-–—(]?\s*(?:[pP]\.?\s*)?[0-9]{1,4}\s*(?:[/／]\s*[0-9]{1,4})?\s*[-–—)]?")
_MARGIN = 0.08


@dataclass
class Surroundings:
    """What stands around a table; `used` are the numbers of the lines that it is made of.

    `unclear` are texts above the table that are nothing of this. `units` are the printed units that may be
    those of the table, more than one if that is not certain; `other_units` are not understood.
    """

    header: Header = field(default_factory=Header)
    themes: tuple[PrintedText, ...] = ()
    units: tuple[PrintedText, ...] = ()
    other_units: tuple[PrintedText, ...] = ()
    page_numbers: tuple[PrintedText, ...] = ()
    unclear: tuple[PrintedText, ...] = ()
    used: set[int] = field(default_factory=set)


def read_surroundings(table: PageTable, lines: Sequence[Line]) -> Surroundings:
    """What stands around a table, among the other lines of its page."""
    return _SurroundingsReader(table, lines).read()


def page_numbers(lines: Sequence[Line]) -> list[Line]:
    """The number of a page, if it stands alone in the lowest row of its lines, at the foot."""
    for row in in_rows(lines)[-1:]:
        areas = row[0].page_areas
        page = areas.page_height if areas else 0.0
        at_foot = page > 0 and box_of(row[0]).top > (1 - _MARGIN) * page
        if len(row) == 1 and at_foot and _PAGE_NUMBER.fullmatch(normalise(row[0].text.strip())):
            return row
    return []


class _SurroundingsReader:
    def __init__(self, table: PageTable, lines: Sequence[Line]) -> None:
        self.table = table
        self.free = [line for line in lines if line.number not in table.lines and not line.turned]
        self.result = Surroundings()

    def read(self) -> Surroundings:
        self._read_page_numbers()
        self._read_units()
        self._read_themes()
        self._read_header()
        return self.result

    def _left(self) -> list[Line]:
        return [line for line in self.free if line.number not in self.result.used]

    def _take(self, lines: Sequence[Line]) -> None:
        self.result.used.update(line.number for line in lines)

    def _is_above(self, line: Line) -> bool:
        return middle(box_of(line)) < self.table.headings.box.top

    # Page number

    def _read_page_numbers(self) -> None:
        """A number alone at the foot of the page, with nothing beside or below it."""
        numbers = page_numbers(self.free)
        self._take(numbers)
        self.result.page_numbers = tuple(map(_printed, numbers))

    # Unit of money

    def _read_units(self) -> None:
        """The units near the table, outside of its cells, right above it or below it; else all."""
        near: list[PrintedText] = []
        far: list[PrintedText] = []
        others: list[PrintedText] = []
        for line in self.free:
            text = normalise(line.text.strip())
            if unit := unit_of(text):
                printed = PrintedText(_printed_unit(line, unit), line.number, line.number)
                (near if self._is_near(line) else far).append(printed)
                if self._is_near(line):
                    self._take([line])
            elif mentions_unit(text):
                others.append(_printed(line))
        self.result.units = tuple(near or far)
        self.result.other_units = tuple(others)

    def _is_near(self, line: Line) -> bool:
        box, table = box_of(line), self.table.box
        if self._is_above(line):
            return True
        return -height(box) < box.top - table.bottom < _UNIT_GAP

    # Theme

    def _read_themes(self) -> None:
        themes: list[PrintedText] = []
        for row in in_rows(self._left()):
            for line in row:
                if line.number in self.result.used or not is_theme_line(line.text):
                    continue
                parts = [line, *self._rest_of_theme(line)]
                self._take(parts)
                themes.append(_joined(parts))
        self.result.themes = tuple(themes)

    def _rest_of_theme(self, line: Line) -> list[Line]:
        """The sub-theme in brackets, and the rest of a bracket that is still open, right behind or below."""
        parts = [line]
        while True:
            text = "".join(normalise(part.text) for part in parts)
            is_open = text.count("(") > text.count(")")
            last = parts[-1]
            nearest = [
                other
                for other in self._left()
                if other not in parts and _follows(last, other) and (is_open or _is_bracketed(other.text))
            ]
            if not nearest or len(parts) > 3 or (not is_open and ")" in text):
                return parts[1:]
            parts.append(min(nearest, key=lambda other: (box_of(other).top, box_of(other).x0)))

    # Title, subtitle, links

    def _read_header(self) -> None:
        above = [line for line in self._left() if self._is_above(line)]
        rows = in_rows(above)
        title = self._title_row(rows)
        if title is None:
            below = [line for line in self._left() if not self._is_above(line)]
            foot = self._title_row(in_rows(below), foot=True) if not any(map(_may_be_title, rows)) else None
            title, rows = foot, [*rows, *([list(foot)] if foot else [])]
        candidates = [row for row in (*rows, *self._large_rows_below()) if _may_be_title(row)]
        number = name = subtitle = None
        if title:
            number, name = self._title(title, rows)
        links = list(self._links(above))
        subtitle = self._subtitle(title) if title and name else None
        unclear = [_joined(row) for row in candidates] if not title else []
        self._take([line for row in candidates for line in row] if not title else [])
        rest = [line for line in self._left() if self._is_above(line) and not _is_sentence(line.text)]
        self._take(rest)
        self.result.unclear = (*unclear, *map(_printed, rest))
        self.result.header = Header(number, name, subtitle, links)

    def _large_rows_below(self) -> list[list[Line]]:
        """The rows below the table that are printed larger than its headings, as titles are."""
        most = max(height(box_of(token.line)) for one in self.table.headings.headings for token in one.tokens)
        below = [line for line in self._left() if not self._is_above(line)]
        return [row for row in in_rows(below) if _size(row) > (1 + 2 * _SAME_SIZE) * most]

    def _title_row(self, rows: Sequence[Sequence[Line]], *, foot: bool = False) -> Sequence[Line] | None:
        """The one row with a number and a name that is printed larger than any other."""
        titles = [row for row in rows if _may_be_title(row)]
        if not titles:
            return None
        own = max(titles, key=_size)
        others = [_size(row) for row in titles if row is not own]
        rest = [_size(row) for row in rows if row is not own and not _may_be_title(row)]
        larger = max(others, default=0.0)
        if larger > _size(own) * (1 - _SAME_SIZE):
            return None
        if max(rest, default=0.0) > _size(own) * (1 + _SAME_SIZE) or (
            foot and max(rest, default=0.0) > _size(own) * (1 - _SAME_SIZE)
        ):
            return None
        return own

    def _title(
        self, row: Sequence[Line], rows: Sequence[Sequence[Line]]
    ) -> tuple[PrintedText | None, PrintedText | None]:
        printed = _row(row)
        match = match_title(printed.text)
        if match is None or not is_certain_name(match["name"]):
            return None, None
        number, name = printed.printed(match["number"]), printed.printed(match["name"])
        own = [
            line
            for line in row
            if _shares_word(line.text, match["number"]) or _shares_word(line.text, match["name"])
        ]
        self._take([line for line in own if not LINK.search(normalise(line.text))])
        last = max(own, key=lambda line: box_of(line).x1)
        for below in rows:
            first = below[0]
            if (
                first not in row
                and _is_same_size(last, first)
                and _follows(last, first)
                and _is_aligned(last, first)
                and not _may_be_title(below)
                and not LINK.search(normalise(first.text))
                and not _is_bracketed(first.text)
            ):
                self._take([first])
                name = PrintedText(
                    f"{name.text}\n{first.text.strip()}",
                    min(name.first, first.number),
                    max(name.last, first.number),
                )
                last = first
        return number, name

    def _subtitle(self, title: Sequence[Line]) -> PrintedText | None:
        """The one text in brackets that stands right below the title, or behind it."""
        box = union([box_of(line) for line in title])
        matches = []
        for line in self._left():
            own = box_of(line)
            match = SUBTITLE.match(line.text)
            if not match or unit_of(match["subtitle"]):
                continue
            below = -height(own) < own.top - box.bottom < 2.5 * height(own) and overlap(own, box) > 0
            if below or side_by_side(own, box):
                matches.append((line, match))
        if len(matches) != 1:
            return None
        line, match = matches[0]
        self._take([line])
        return PrintedText(match["subtitle"], line.number, line.number)

    def _links(self, above: Sequence[Line]) -> Iterator[PrintedText]:
        """The links above the table, each with its label before it."""
        for row in in_rows(above):
            start = 0
            for index, line in enumerate(row):
                if not LINK.search(normalise(line.text)):
                    continue
                labels = list(
                    _labels([one for one in row[start:index] if one.number not in self.result.used], line)
                )
                self._take([*labels, line])
                yield from _links_of(_row([*labels, line]))
                start = index + 1


def _labels(before: Sequence[Line], link: Line) -> Iterator[Line]:
    """The lines right before a link, on its row."""
    labels: list[Line] = []
    edge, size = box_of(link).x0, height(box_of(link))
    for line in reversed(before):
        if edge - box_of(line).x1 > _LABEL_GAP * size or len(line.text) > 30:
            break
        labels.insert(0, line)
        edge = box_of(line).x0
    yield from labels


def _links_of(row: PrintedRow) -> Iterator[PrintedText]:
    start = 0
    links = list(LINK.finditer(normalise(row.text)))
    for count, match in enumerate(links, 1):
        end = match.end() if count < len(links) else len(row.text)
        yield row.printed(row.text[start:end].strip())
        start = end


def _printed(line: Line) -> PrintedText:
    return PrintedText(line.text.strip(), line.number, line.number)


def _printed_unit(line: Line, unit: str) -> str:
    """The unit in its own print."""
    start = normalise(line.text).find(unit)
    return line.text[start : start + len(unit)] if start >= 0 else unit


def _joined(lines: Sequence[Line]) -> PrintedText:
    numbers = [line.number for line in lines]
    return PrintedText("".join(line.text.strip() for line in lines), min(numbers), max(numbers))


def _row(lines: Sequence[Line]) -> PrintedRow:
    return PrintedRow(tuple(lines), tuple(range(len(lines))))


def _size(row: Sequence[Line]) -> float:
    return max(height(box_of(line)) for line in row)


def _may_be_title(row: Sequence[Line]) -> bool:
    return match_title(_row(row).text) is not None and not any(is_theme_line(line.text) for line in row)


def _is_same_size(one: Line, other: Line) -> bool:
    return abs(height(box_of(one)) - height(box_of(other))) <= _SAME_SIZE * height(box_of(one))


def _is_aligned(line: Line, other: Line) -> bool:
    """Whether a line begins below another one, or has its middle there."""
    one, two, most = box_of(line), box_of(other), height(box_of(line))
    return abs(one.x0 - two.x0) <= most or abs(one.x0 + one.x1 - two.x0 - two.x1) <= 2 * most


def _follows(line: Line, other: Line) -> bool:
    """Whether a line stands right behind another on its row, or right below it."""
    one, two = box_of(line), box_of(other)
    if side_by_side(one, two):
        return -1 <= two.x0 - one.x1 <= 2 * height(one)
    return -0.3 * height(one) < two.top - one.bottom < _LINE_GAP * height(one) and overlap(one, two) > 0


def _is_bracketed(text: str) -> bool:
    bare = normalise(text.strip())
    return bare.startswith("(") and bare.endswith(")")


def _is_sentence(text: str) -> bool:
    return "。" in text


def _shares_word(text: str, other: str) -> bool:
    return any(word in other.split() for word in text.split())
