"""Passages, rows of print that are read as one text, and the segmentation of a body into passages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS
from kankei.source.guidebook.body_reader.text_patterns import (
    bullet_length,
    continues,
    ends_sentence,
    is_bracketed_heading,
    is_budgets,
    is_heading_word,
    may_be_marked_heading,
    starts_item,
    without_bullet,
)
from kankei.source.lines.printed_text import Box, Line, PrintedText, Token, join_tokens, rows

_BREAK = r"[ \t\u3000]*\n[ \t\u3000]*"
_LATIN = "[A-Za-z0-9,.;:)]"
_LATIN_BREAK, _OTHER_BREAK = re.compile(f"(?<={_LATIN}){_BREAK}(?={_LATIN})"), re.compile(_BREAK)
_WORD = re.compile(r"\S+")
_HALF_WIDTH = re.compile(r"[\x00-\xff\uff61-\uff9f]")
_NO_HEADING = re.compile(r"[・○●※(（0-9０-９]|.*[、:：]")
_PAGE_NUMBER = re.compile(
    r"[-–—－\s]*(?:[pPｐＰ][.．]?\s*)?[0-9０-９]{1,4}\s*(?:[/／]\s*[0-9０-９]{1,4})?[-–—－\s]*"
)
_GLUED_NUMBER = re.compile(r"(?<=。)\s*[0-9０-９]{1,3}\s*$")
"""The number of the page, which an extraction may append to the last sentence."""
_PART = 0.6
"""A row behind a full stop that begins another sentence is at least this part of the row before."""
_MAX_BAR, _LARGER = 3.0, 1.03
"""The height of a bar around a heading, and the size of a heading, in parts of the text's."""
_MAX_SPACE = 1.2
"""Rows that stand further apart than this many times their own height are divided."""
_MAX_TITLE = 30
_MAX_BLANK_LINES = 2
_MAX_RAG, _MIN_FILLED = 2.0, 0.8
"""A row that was broken for width is at least this part of the next one, but for so many characters."""


@dataclass(frozen=True, eq=False)
class Passage:
    """Some rows as one text; `block` numbers the runs of rows that no blank line or gap divides.

    A passage is equal to itself only, so that it can be the key of what the rules say of it.
    """

    tokens: tuple[Token, ...]
    block: int
    heading: bool = False
    printed: PrintedText = field(init=False)
    """Its text with line breaks, and its lines."""
    text: str = field(init=False)
    """Its text as printed."""

    def __post_init__(self) -> None:
        # Not lazily: each passage is read.
        object.__setattr__(self, "printed", join_tokens(self.tokens))
        object.__setattr__(self, "text", self.printed.text)

    @property
    def bulleted(self) -> bool:
        """Whether it begins with a bullet."""
        return bullet_length(self.text) > 0

    @cached_property
    def plain(self) -> str:
        """Its text on one line and without its bullet."""
        return join_lines(without_bullet(self.text))

    @property
    def has_full_stop(self) -> bool:
        """Whether it has a full stop."""
        return "。" in self.text

    @property
    def row_count(self) -> int:
        """The number of rows that it takes."""
        return self.text.count("\n") + 1

    @cached_property
    def parts(self) -> tuple["Passage", ...]:
        """What stands side by side in it: the tokens of a PDF's row, or what spaces divide in a text."""
        if self.row_count > 1 or len(self.text.split()) < 2:
            return (self,)
        tokens = self.tokens
        if len(tokens) == 1:
            words = _WORD.finditer(tokens[0].text)
            tokens = tuple(part_of_token(tokens[0], *word.span()) for word in words)
        return tuple(Passage((token,), self.block, self.heading) for token in tokens)

    def part(self, start: int, end: int) -> PrintedText:
        """The text from one position to another, on its own lines."""
        numbers, offset = [], 0
        for token in self.tokens:
            if offset < end and offset + len(token.text) > start:
                numbers.append(token.line.number)
            offset += len(token.text) + 1
        return PrintedText(self.text[start:end], min(numbers), max(numbers))


Passages = Sequence[Passage]


def part_of_token(token: Token, start: int = 0, end: int | None = None) -> Token:
    """The characters of a token from `start` up to `end`, without the white space around them."""
    text = token.text[start:end]
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return Token(token.line, token.start + start + first, token.start + start + last)


def join_lines(text: str) -> str:
    r"""A text on one line: Japanese lines are joined without a space, Latin words with one.

    >>> join_lines("空き家の発\n掘")
    '空き家の発掘'
    """
    return _OTHER_BREAK.sub("", _LATIN_BREAK.sub(" ", text))


def segment(lines: Sequence[Line]) -> tuple[Passage, ...]:
    """The passages of some lines, in their order; blank lines are skipped.

    A passage begins with a bullet or number, or behind a gap, unless it visibly continues the sentence
    before. Headings and budgets are passages of their own.
    """
    passages: list[Passage] = []
    run: list[Passage] = []
    printed = [line for line in lines if line.text.strip()]
    each_row = list(_rows(printed))
    in_area = Counter(line.within for line in printed if line.area)
    for row, after in zip_longest(each_row, each_row[1:]):
        below = after if after and after.block == row.block else None
        before = run[-1] if run else passages[-1] if passages else None
        if headings := _headings(before, row, below) or _headings_by_position(row, below, in_area):
            passages.extend((*_joined(run), *headings))
            run = []
        elif run and _continues_passage(run, row, below):
            run.append(row)
        else:
            passages.extend(_joined(run))
            run = [row]
    return (*passages, *_joined(run))


def _joined(run: Passages) -> Passages:
    if len(run) < 2:
        return run
    return (Passage(tuple(token for row in run for token in row.tokens), run[0].block),)


def _rows(lines: Sequence[Line]) -> Iterator[Passage]:
    block, before = 0, None
    for row in rows(lines):
        for part in _columns(row.lines):
            block += before is not None and _is_gap(before, part)
            before = part
            tokens = tuple(part_of_token(Token(line, 0, len(line.text))) for line in part)
            glued = _GLUED_NUMBER.search(tokens[-1].text)
            if not glued:
                yield Passage(tokens, block)
                continue
            yield Passage((*tokens[:-1], part_of_token(tokens[-1], 0, glued.start())), block)
            block += 1
            yield Passage((part_of_token(tokens[-1], glued.start()),), block)


def _columns(lines: tuple[Line, ...]) -> Sequence[tuple[Line, ...]]:
    """A row divided into columns, if its parts are in different boxes, bulleted or sentences.

    Words side by side are one row.
    """
    parts: list[tuple[Line, ...]] = []
    for line in lines:
        # A page may draw a bullet apart from its text.
        if parts and not without_bullet(parts[-1][-1].text.strip()):
            parts[-1] = (*parts[-1], line)
        else:
            parts.append((line,))
    if len({part[0].within for part in parts}) > 1:
        return parts
    columns = any(bullet_length(part[0].text.lstrip()) for part in parts[1:])
    return parts if columns or any("。" in line.text for line in lines) else [lines]


def _is_gap(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether a gap divides two rows: a blank or other line, or space on the page, above or beside."""
    above = [line.box for line in before if line.box]
    below = [line.box for line in after if line.box]
    if not above or not below:
        return after[0].number - before[-1].number > 1 or after[0].begins_page
    if above[-1].page != below[0].page:
        return True
    height = max(box.bottom - box.top for box in (above[-1], below[0]))
    space = min(box.top for box in below) - max(box.bottom for box in above)
    return not -height < space <= _MAX_SPACE * height or not _overlap(above, below)


def _overlap(one: Sequence[Box], other: Sequence[Box]) -> bool:
    first = max(min(box.x0 for box in row) for row in (one, other))
    return first < min(max(box.x1 for box in row) for row in (one, other))


def _headings(before: Passage | None, row: Passage, below: Passage | None) -> tuple[Passage, ...]:
    """The headings that a row is: one or, side by side, several; none if it is something else."""
    starts = before is None or before.block != row.block or before.heading or _is_closed(before)
    starts = starts or (before is not None and _PAGE_NUMBER.fullmatch(before.text) is not None)
    text, parts = row.text, row.parts
    if (
        len(parts) > 1
        and starts
        and all(is_bracketed_heading(part.text) or is_heading_word(part.text) for part in parts)
    ):
        return tuple(Passage(part.tokens, row.block, heading=True) for part in parts)
    is_heading = is_bracketed_heading(text) or (
        starts
        and not (below and continues(text, below.text))
        and (is_heading_word(text) or _is_marked_heading(text, below))
    )
    return (Passage(row.tokens, row.block, heading=True),) if is_heading else ()


def _headings_by_position(
    row: Passage, below: Passage | None, in_area: Mapping[tuple[int, ...], int]
) -> tuple[Passage, ...]:
    """A short row as heading that stands alone in a box, or in larger print above an item or sentence."""
    line = row.tokens[0].line
    text = row.text
    if (
        not line.box
        or len(text) > _MAX_TITLE
        or "。" in text
        or _NO_HEADING.match(text)
        or len(row.tokens) > 1
    ):
        return ()
    area = line.area
    height = line.box.bottom - line.box.top
    if area and in_area[line.within] == 1 and area.box.bottom - area.box.top < _MAX_BAR * height:
        return (Passage(row.tokens, row.block, heading=True),)
    box = below.tokens[0].line.box if below else None
    larger = box is not None and height > _LARGER * (box.bottom - box.top)
    if below and larger and (starts_item(below.text) or ends_sentence(below.text)):
        return (Passage(row.tokens, row.block, heading=True),)
    return ()


def _is_closed(row: Passage) -> bool:
    """Whether the next row cannot continue a row: it ends a sentence, or holds words side by side."""
    return ends_sentence(row.text) or (len(row.parts) > 1 and "、" not in row.text)


def _is_marked_heading(text: str, below: Passage | None) -> bool:
    """Whether a row with a mark is a heading: by its words, or by an item below it with another mark."""
    if not may_be_marked_heading(text) or (below and below.text[0] == text[0]):
        return False
    return is_heading_word(without_bullet(text)) or (below is not None and starts_item(below.text))


def _continues_passage(run: Passages, row: Passage, below: Passage | None) -> bool:
    first, last = run[0], run[-1]
    if _PAGE_NUMBER.fullmatch(row.text) or _PAGE_NUMBER.fullmatch(last.text):
        return False
    if starts_item(row.text) or is_budgets(row.text) or is_budgets(last.text):
        return False
    if ends_sentence(last.text) and "。" not in row.text and _width(row.text) < _PART * _width(last.text):
        return False
    if row.block != last.block:
        blank_lines = row.tokens[0].line.number - last.tokens[-1].line.number - 1
        most = 0 if row.tokens[0].line.box else _MAX_BLANK_LINES
        return blank_lines <= most and continues(last.text, row.text)
    if len(run) == 1 and first.text[0] in CIRCLED_NUMBERS and not first.has_full_stop:
        return len(first.text) > _MAX_TITLE or continues(last.text, row.text)
    is_title = below is not None and starts_item(below.text) and not ends_sentence(row.text)
    return not (is_title and ends_sentence(last.text)) and not _is_short(last.text, row.text)


def _is_short(text: str, below: str) -> bool:
    """Whether a row ends long before the next one does, as no row that was broken for width would."""
    return not continues(text, below) and _width(text) + _MAX_RAG <= _width(below) * _MIN_FILLED


def _width(text: str) -> float:
    return len(text) - len(_HALF_WIDTH.findall(text)) / 2  # in full-width characters
