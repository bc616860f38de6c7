"""The header of a sheet, above its table: a number with a title, a subtitle, and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, normalise
from kankei.source.guidebook.columns import contains_heading
from kankei.source.guidebook.theme_and_unit import is_theme_line, unit_of
from kankei.source.lines.printed_text import Line, PrintedRow, PrintedText, rows

_TITLE = re.compile(r"^\s*(?P<number>[0-9０-９]{1,4})\s+(?P<name>\S.*?)(?=\s*URL\b|\s*$)")
LINK = re.compile(
    r"(?:(?:https?|ftp|file)://|\b(?:javascript|vbscript|data|file|mailto|blob|tel):)\S+", re.IGNORECASE
)
"""A link of whatever scheme; its grammar decides whether it is valid."""
SUBTITLE = re.compile(r"^\s*(?P<subtitle>[（(].+[）)])(?=\s*(?:URL\b|$))")
_HEADING_IN_BRACKETS = re.compile(r"\((?:対象者|対象|内容|案)\)")
_COUNTED = re.compile(
    "つ(?:の|を)|(?:点|件|人|名|社|割|倍|種類|か所|カ所|箇所|ヶ所|本)(?:の|を|以上|程度|から|に|が|で)|年(?:度|間|目|以内)"
    "|[かカヶ]年|[%~]|(?:百万|千|億|万)?円"
)
"""What a number counts: ``3 つの柱で支援する`` is no number and name."""
_NO_NAME = re.compile(rf"{LINK.pattern}|[{CIRCLED_NUMBERS}]", re.IGNORECASE)
_SECOND_TITLE = re.compile(r"\s[0-9]{1,4}\s+[^\s0-9]")
_URL = re.compile(r"\bURL\b")
_URL_REST = re.compile(r"[!-~]+")
_NUMBER = re.compile("[0-9]{1,4}")
_MAX_CHARACTERS = 2_000
"""No row of a header is nearly as long; a longer one is not searched."""


@dataclass(frozen=True)
class Header:
    """The header of a sheet; `indices` are those of the lines that it is made of.

    `other_text` is what stands on these lines and is neither number, name, subtitle nor link.
    """

    number: PrintedText | None = None
    name: PrintedText | None = None
    subtitle: PrintedText | None = None
    links: Sequence[PrintedText] = ()
    indices: frozenset[int] = frozenset()
    other_text: Sequence[PrintedText] = ()


def find_title(lines: Sequence[Line], start: int, end: int) -> int:
    """The index of the last line from `start` up to `end` that has a number and a name; `end` if none has.

    It is that of the number where the name stands on a line of its own.
    """
    each_row = joined_rows(rows(lines[:end], start))
    return next((row.indices[0] for row in reversed(each_row) if match_title(row.text)), end)


def joined_rows(printed: Sequence[PrintedRow]) -> tuple[PrintedRow, ...]:
    """Rows, a number joined to the name on the next line, and the label URL to the link behind it.

    Only an extracted text has them apart. A number is that of a sheet if it begins the text or stands behind
    its theme, and if a link follows the name: any other number may be an amount, or that of the page.
    """
    filled = [row for row in printed if row.text.strip()]
    joined: list[PrintedRow] = []
    index = 0
    while index < len(filled):
        row, after = filled[index], filled[index + 1 : index + 4]
        before = filled[index - 1] if index else None
        if after and (_is_label(row, after) or _is_number_of(row, before, after)):
            row = PrintedRow((*row.lines, *after[0].lines), (*row.indices, *after[0].indices))
            index += 1
        joined.append(row)
        index += 1
    return tuple(joined)


def _is_label(row: PrintedRow, after: Sequence[PrintedRow]) -> bool:
    return _is_of_text([row, *after]) and row.text.strip() == "URL" and _has_link(after[0])


def _is_number_of(row: PrintedRow, before: PrintedRow | None, after: Sequence[PrintedRow]) -> bool:
    """Whether a row is the number of a sheet whose name, a subtitle perhaps, and links follow."""
    if not _is_of_text([row, *after[:1]]) or not _NUMBER.fullmatch(normalise(row.text.strip())):
        return False
    begins = before is None or row.lines[0].begins_page or is_theme_line(before.text)
    name, *behind = after
    if not begins or name.lines[0].begins_page or not _may_be_name(name.text):
        return False
    if behind and SUBTITLE.match(behind[0].text):
        behind = behind[1:]
    return bool(behind) and (behind[0].text.strip() == "URL" or _has_link(behind[0]))


def _is_of_text(printed: Sequence[PrintedRow]) -> bool:
    return all(line.box is None for row in printed for line in row.lines)


def _has_link(row: PrintedRow) -> bool:
    return len(row.text) <= _MAX_CHARACTERS and LINK.search(normalise(row.text)) is not None


def _may_be_name(text: str) -> bool:
    bare = normalise(text.strip())
    return (
        len(bare) <= _MAX_CHARACTERS
        and not _NUMBER.match(bare)
        and "。" not in bare
        and is_certain_name(bare)
        and not is_theme_line(bare)
        and not unit_of(bare)
        and not contains_heading(bare)
    )


def match_title(text: str) -> re.Match[str] | None:
    """Match a line with a number and a name, as titles have, and other lines now and then."""
    match = _TITLE.match(text) if len(text) <= _MAX_CHARACTERS else None
    return None if match and _COUNTED.match(normalise(match["name"])) else match


def is_certain_name(name: str) -> bool:
    """Whether a name has neither a link nor a number of a link or of another title in it."""
    bare = normalise(name)
    return _NO_NAME.search(bare) is None and _SECOND_TITLE.search(bare) is None


def is_linked_title(text: str) -> bool:
    """Whether a line has a number, a name and a link, as only titles do."""
    return bool(match_title(text) and LINK.search(normalise(text)))


def read_header(lines: Sequence[Line], end: int) -> Header:
    """The header of a sheet whose header row begins at index `end`."""
    return _HeaderReader(joined_rows(rows(lines[:end]))).read()


class _HeaderReader:
    """A header while it is read."""

    def __init__(self, above: tuple[PrintedRow, ...]) -> None:
        self._above = above
        self._subtitle: PrintedText | None = None
        self._links: list[PrintedText] = []
        self._indices: set[int] = set()
        self._other_text: list[PrintedText] = []
        self._title_is_certain = True

    def read(self) -> Header:
        titles = [(i, match) for i, row in enumerate(self._above) if (match := match_title(row.text))]
        if not titles:
            return Header()
        index, match = titles[-1]
        number, name = self._title(self._above[index], match)
        self._below(self._above[index + 1 :])
        self._compare([self._above[i] for i, _ in titles])
        subtitle = (self._subtitle,) if self._subtitle else ()
        if self._title_is_certain:
            rest = tuple(self._links), frozenset(self._indices), tuple(self._other_text)
            return Header(number, name, self._subtitle, *rest)
        # Links beside a title that is not certain may be those of another one.
        uncertain = (*self._other_text, number, name, *self._links)
        return Header(None, None, None, (), frozenset(self._indices), (*uncertain, *subtitle))

    def _title(self, row: PrintedRow, match: re.Match[str]) -> tuple[PrintedText, PrintedText]:
        """Number and name; uncertain if a link or its number runs into the name."""
        self._indices.update(row.indices)
        self._title_is_certain = is_certain_name(match["name"])
        self._read_links(row, match.end())
        return row.printed(match["number"]), row.printed(match["name"])

    def _below(self, below: Sequence[PrintedRow]) -> None:
        """The subtitle and the links between title and header row, where nothing else may stand."""
        for row in below:
            if is_theme_line(row.text) or unit_of(row.text):
                continue
            text = normalise(row.text)
            match = SUBTITLE.match(row.text) if self._subtitle is None else None
            if match and _HEADING_IN_BRACKETS.fullmatch(normalise(match["subtitle"])):
                match = None
            if len(text) > _MAX_CHARACTERS or not (match or LINK.search(text) or not text.strip()):
                self._other(row)
                continue
            if match:
                self._subtitle = row.printed(match["subtitle"])
            if text.strip():
                end = match.end() if match else 0
                self._indices.update(row.indices)
                self._read_links(row, end)
                # A name may continue before the label URL.
                urls = _URL.finditer(row.text[end:])
                self._title_is_certain &= not any(row.text[end : end + url.start()].strip() for url in urls)

    def _other(self, row: PrintedRow) -> None:
        """A row that is no part of a header: the rest of an address, or else the title is uncertain."""
        last = self._links[-1] if self._links else None
        if not last or not _URL_REST.fullmatch(row.text.strip()) or row.first != last.last + 1:
            self._title_is_certain = False
            return
        # As one text of two lines: no grammar takes it for an address.
        rest = row.printed(row.text.strip())
        breaks = (last.place, rest.place)
        self._links[-1] = PrintedText(f"{last.text}\n{rest.text}", last.first, rest.last, breaks)
        self._indices.update(row.indices)

    def _compare(self, titles: Sequence[PrintedRow]) -> None:
        """The last of some titles is certain only if no other may be one: with links, or a number as long."""
        *others, own = (normalise(row.text) for row in titles)
        digits = len(own.split()[0])
        if any(LINK.search(other) or len(other.split()[0]) == digits for other in others):
            self._title_is_certain = False

    def _read_links(self, row: PrintedRow, start: int) -> None:
        """The links of a row from a position on, each with its label before it, and the text behind them."""
        links = list(LINK.finditer(normalise(row.text), start))
        for count, match in enumerate(links, 1):
            # An address with a space in it continues: with what is behind the last one it is no link.
            end = match.end() if count < len(links) else len(row.text)
            self._links.append(row.printed(row.text[start:end].strip()))
            start = end
        if rest := row.text[start:].strip():
            self._other_text.append(row.printed(rest))
