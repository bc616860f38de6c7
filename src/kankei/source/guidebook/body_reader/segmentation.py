"""From the lines of a body to its passages: what a blank line or a gap divides, and what goes on over one."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body_reader.bracketed_budgets import all_amounts
from kankei.source.guidebook.body_reader.bullets import bare, opened, opens
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.wording import bracketed, ended, goes_on, marked, width, worded
from kankei.source.lines.printed_text import Box, Line, Token, rows

_WIDEST_SPACE = 1.2
"""Rows that stand further apart than this many times their own height are divided."""
_LONGEST_TITLE = 30
_MOST_BLANK_LINES = 2
_WIDEST_RAG, _LEAST_FILLED = 2.0, 0.8
"""A row that was broken for width is at least this part of the next one, but for so many characters."""


def read_passages(lines: Sequence[Line]) -> tuple[Passage, ...]:
    """The passages of some lines, in their order; lines that hold white space only are passed over.

    A passage begins with a bullet or number, or behind a gap, unless the sentence before it visibly goes on.
    Headings and amounts are passages of their own.
    """
    found: list[Passage] = []
    run: list[Passage] = []
    strips = list(_strips([line for line in lines if line.text.strip()]))
    for row, after in zip_longest(strips, strips[1:]):
        below = after if after and after.block == row.block else None
        before = run[-1] if run else found[-1] if found else None
        if headings := _headings(before, row, below):
            found.extend((*_whole(run), *headings))
            run = []
        elif run and _joins(run, row, below):
            run.append(row)
        else:
            found.extend(_whole(run))
            run = [row]
    return (*found, *_whole(run))


def _strips(lines: Sequence[Line]) -> Iterator[Passage]:
    """Each row as a passage."""
    block, before = 0, None
    for row in rows(lines):
        for beside in _columns(row.lines):
            block += before is not None and _divided(before, beside)
            before = beside
            yield Passage(tuple(map(_stripped, beside)), block)


def _columns(lines: tuple[Line, ...]) -> Sequence[tuple[Line, ...]]:
    """A row in its parts, if those are no words side by side but lines of columns: bulleted, or sentences."""
    parts: list[tuple[Line, ...]] = []
    for line in lines:
        # A page may draw a bullet apart from its text.
        if parts and not bare(parts[-1][-1].text.strip()):
            parts[-1] = (*parts[-1], line)
        else:
            parts.append((line,))
    columns = any(opened(part[0].text.lstrip()) for part in parts[1:])
    return parts if columns or any("。" in line.text for line in lines) else [lines]


def _stripped(line: Line) -> Token:
    start = len(line.text) - len(line.text.lstrip())
    return Token(line, start, len(line.text.rstrip()))


def _divided(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether a gap divides two rows: a blank or other line, or space on the page, above or beside."""
    above = [line.box for line in before if line.box]
    below = [line.box for line in after if line.box]
    if not above or not below:
        return after[0].number - before[-1].number > 1
    if above[-1].page != below[0].page:
        return True
    height = max(box.bottom - box.top for box in (above[-1], below[0]))
    space = min(box.top for box in below) - max(box.bottom for box in above)
    return not -height < space <= _WIDEST_SPACE * height or not _overlap(above, below)


def _overlap(one: Sequence[Box], other: Sequence[Box]) -> bool:
    """Whether two rows stand above each other at least in part."""
    first = max(min(box.x0 for box in row) for row in (one, other))
    return first < min(max(box.x1 for box in row) for row in (one, other))


def _headings(before: Passage | None, row: Passage, below: Passage | None) -> tuple[Passage, ...]:
    """The headings that a row is: one or, side by side, more; none where it is something else."""
    begins = before is None or before.block != row.block or before.heading or _closes(before)
    parts = row.parts
    if len(parts) > 1 and begins and all(bracketed(part.text) or worded(part.text) for part in parts):
        return tuple(Passage(part.pieces, row.block, heading=True) for part in parts)
    text = row.text
    goes_below = below is not None and goes_on(text, below.text)
    found = bracketed(text) or (begins and not goes_below and (worded(text) or _is_marked(text, below)))
    return (Passage(row.pieces, row.block, heading=True),) if found else ()


def _closes(row: Passage) -> bool:
    """Whether nothing goes on behind a row: it ends a sentence, or holds words side by side."""
    return ended(row.text) or (len(row.parts) > 1 and "、" not in row.text)


def _is_marked(text: str, below: Passage | None) -> bool:
    """Whether a row with a mark is a heading: by its words, or for what opens below it with another mark."""
    if not marked(text) or (below and below.text[0] == text[0]):
        return False
    return worded(bare(text)) or (below is not None and opens(below.text))


def _joins(run: Sequence[Passage], row: Passage, below: Passage | None) -> bool:
    """Whether a row goes on with the rows of a passage."""
    first, last = run[0], run[-1]
    if opens(row.text) or all_amounts(row.text) or all_amounts(last.text):
        return False
    if row.block != last.block:
        between = row.pieces[0].line.number - last.pieces[-1].line.number - 1
        most = 0 if row.pieces[0].line.box else _MOST_BLANK_LINES
        return between <= most and goes_on(last.text, row.text)
    if len(run) == 1 and first.text[0] in CIRCLED_NUMBERS and not first.sentence:
        return len(first.text) > _LONGEST_TITLE or goes_on(last.text, row.text)
    titles = below is not None and opens(below.text) and not ended(row.text)
    return not (titles and ended(last.text)) and not _breaks(last.text, row.text)


def _breaks(text: str, below: str) -> bool:
    """Whether a row ends long before the next one does, as no row that was broken for width would."""
    return not goes_on(text, below) and width(text) + _WIDEST_RAG <= width(below) * _LEAST_FILLED


def _whole(run: Sequence[Passage]) -> Iterator[Passage]:
    if len(run) == 1:
        yield run[0]
    elif run:
        yield Passage(tuple(piece for row in run for piece in row.pieces), run[0].block)
