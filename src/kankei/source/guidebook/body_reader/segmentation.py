"""Segmentation of the lines of a body into passages."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body_reader.passage import Passage, part_of_token
from kankei.source.guidebook.body_reader.text_patterns import (
    bullet_length,
    continues,
    ends_sentence,
    is_bracketed_heading,
    is_budgets,
    is_heading_word,
    may_be_marked_heading,
    starts_item,
    width,
    without_bullet,
)
from kankei.source.lines.printed_text import Box, Line, Token, rows

_MAX_SPACE = 1.2
"""Rows that stand further apart than this many times their own height are divided."""
_MAX_TITLE = 30
_MAX_BLANK_LINES = 2
_MAX_RAG, _MIN_FILLED = 2.0, 0.8
"""A row that was broken for width is at least this part of the next one, but for so many characters."""


def segment(lines: Sequence[Line]) -> tuple[Passage, ...]:
    """The passages of some lines, in their order; blank lines are skipped.

    A passage begins with a bullet or number, or behind a gap, unless it visibly continues the sentence
    before. Headings and budgets are passages of their own.
    """
    passages: list[Passage] = []
    run: list[Passage] = []
    each_row = list(_rows([line for line in lines if line.text.strip()]))
    for row, after in zip_longest(each_row, each_row[1:]):
        below = after if after and after.block == row.block else None
        before = run[-1] if run else passages[-1] if passages else None
        if headings := _headings(before, row, below):
            passages.extend((*_joined(run), *headings))
            run = []
        elif run and _continues_passage(run, row, below):
            run.append(row)
        else:
            passages.extend(_joined(run))
            run = [row]
    return (*passages, *_joined(run))


def _joined(run: Sequence[Passage]) -> Sequence[Passage]:
    if len(run) < 2:
        return run
    return (Passage(tuple(token for row in run for token in row.tokens), run[0].block),)


def _rows(lines: Sequence[Line]) -> Iterator[Passage]:
    """Each row as a passage."""
    block, before = 0, None
    for row in rows(lines):
        for part in _columns(row.lines):
            block += before is not None and _is_gap(before, part)
            before = part
            yield Passage(tuple(part_of_token(Token(line, 0, len(line.text))) for line in part), block)


def _columns(lines: tuple[Line, ...]) -> Sequence[tuple[Line, ...]]:
    """A row divided into columns, if its parts are bulleted or sentences and not words side by side."""
    parts: list[tuple[Line, ...]] = []
    for line in lines:
        # A page may draw a bullet apart from its text.
        if parts and not without_bullet(parts[-1][-1].text.strip()):
            parts[-1] = (*parts[-1], line)
        else:
            parts.append((line,))
    columns = any(bullet_length(part[0].text.lstrip()) for part in parts[1:])
    return parts if columns or any("。" in line.text for line in lines) else [lines]


def _is_gap(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether a gap divides two rows: a blank or other line, or space on the page, above or beside."""
    above = [line.box for line in before if line.box]
    below = [line.box for line in after if line.box]
    if not above or not below:
        return after[0].number - before[-1].number > 1
    if above[-1].page != below[0].page:
        return True
    height = max(box.bottom - box.top for box in (above[-1], below[0]))
    space = min(box.top for box in below) - max(box.bottom for box in above)
    return not -height < space <= _MAX_SPACE * height or not _overlap(above, below)


def _overlap(one: Sequence[Box], other: Sequence[Box]) -> bool:
    """Whether the horizontal extents of two rows overlap."""
    first = max(min(box.x0 for box in row) for row in (one, other))
    return first < min(max(box.x1 for box in row) for row in (one, other))


def _headings(before: Passage | None, row: Passage, below: Passage | None) -> tuple[Passage, ...]:
    """The headings that a row is: one or, side by side, several; none if it is something else."""
    starts = before is None or before.block != row.block or before.heading or _is_closed(before)
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


def _is_closed(row: Passage) -> bool:
    """Whether the next row cannot continue a row: it ends a sentence, or holds words side by side."""
    return ends_sentence(row.text) or (len(row.parts) > 1 and "、" not in row.text)


def _is_marked_heading(text: str, below: Passage | None) -> bool:
    """Whether a row with a mark is a heading: by its words, or by an item below it with another mark."""
    if not may_be_marked_heading(text) or (below and below.text[0] == text[0]):
        return False
    return is_heading_word(without_bullet(text)) or (below is not None and starts_item(below.text))


def _continues_passage(run: Sequence[Passage], row: Passage, below: Passage | None) -> bool:
    """Whether a row continues the rows of a passage."""
    first, last = run[0], run[-1]
    if starts_item(row.text) or is_budgets(row.text) or is_budgets(last.text):
        return False
    if row.block != last.block:
        blank_lines = row.tokens[0].line.number - last.tokens[-1].line.number - 1
        most = 0 if row.tokens[0].line.box else _MAX_BLANK_LINES
        return blank_lines <= most and continues(last.text, row.text)
    if len(run) == 1 and first.text[0] in CIRCLED_NUMBERS and not first.sentence:
        return len(first.text) > _MAX_TITLE or continues(last.text, row.text)
    is_title = below is not None and starts_item(below.text) and not ends_sentence(row.text)
    return not (is_title and ends_sentence(last.text)) and not _is_short(last.text, row.text)


def _is_short(text: str, below: str) -> bool:
    """Whether a row ends long before the next one does, as no row that was broken for width would."""
    return not continues(text, below) and width(text) + _MAX_RAG <= width(below) * _MIN_FILLED
