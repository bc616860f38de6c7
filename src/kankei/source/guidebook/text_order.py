"""Whether the lines of an extracted text stand in the order in which a sheet is read.

A text has no positions, and its lines may be in any order in which a page was drawn. What the order alone
tells, such as the heading of a text, the end of a paragraph or a blank column, is known only where nothing
speaks against it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body_reader.text_patterns import (
    continues,
    ends_sentence,
    is_bracketed_heading,
    is_heading_word,
    starts_item,
)
from kankei.source.guidebook.columns import Column, contains_heading
from kankei.source.guidebook.theme_and_unit import is_theme_line, unit_of, units_in
from kankei.source.lines.printed_text import Line

_MAX_REST, _MIN_FILLED = 6, 12
"""The end of a sentence that stands alone is so short; the row that it continues is filled."""
_SHORT_WORDS = re.compile(r"(?=.*[^\W\d]{2})[^。、]{1,20}")
_FEWEST_REPEATED, _MOST_HEADINGS = 2, 20
_REST_OF_HEADING = re.compile(
    r"(?:^|\s)[(](?:対象者|対象|案|内容|税込)[)](?:\s|$)|(?:^|\s)(?:調査)?時期(?:\s|$)"
)
_GAP = re.compile(r"\S(?: {2,}|\t|\u3000{2,})\S")
_SIDE_BY_SIDE = re.compile(
    r"(?<=\S)\s+[○◯●◎・■□◆◇▶►➢✓\ue000-\uf8ff](?=\s*\S{4})|。\s+(?=\S)|\S{4}(?: {2,}|\t)\S{4}"
)


def is_row_of_cells(lines: Sequence[Line]) -> bool:
    """Whether some lines may be the row of a table, one cell after the other.

    No sentence and no part of a heading is among them, nor several lines with the gaps between columns.
    """
    printed = [line for line in lines if line.text.strip()]
    if len(printed) > 1 and any(_GAP.search(line.text) for line in printed):
        return False
    return not any(
        "。" in line.text
        or contains_heading(line.text)
        or units_in(line.text)
        or _REST_OF_HEADING.search(normalise(line.text))
        for line in lines
    )


def has_tables_side_by_side(columns: Sequence[Column | None]) -> bool:
    """Whether a line of headings is that of two tables or three: several columns are repeated."""
    return (
        len(columns) <= _MOST_HEADINGS
        and sum(count > 1 for column, count in Counter(columns).items() if column) >= _FEWEST_REPEATED
    )


def is_body_in_order(lines: Sequence[Line]) -> bool:
    """Whether no texts stand side by side, and no sentence is torn from its beginning or its end."""
    printed = [line for line in lines if line.text.strip()]
    if any(_SIDE_BY_SIDE.search(line.text.strip()) for line in printed):
        return False
    return not any(_is_torn(before.text.strip(), after.text.strip()) for before, after in pairwise(printed))


def has_headings_together(lines: Sequence[Line]) -> bool:
    """Whether two headings follow each other before a text: which of the texts is whose is not told."""
    texts = [line.text.strip() for line in lines if line.text.strip()]
    return any(
        _is_heading(one) and _is_heading(other) and starts_item(below)
        for one, other, below in zip(texts, texts[1:], texts[2:], strict=False)
    )


def _is_heading(text: str) -> bool:
    """Whether a text is a heading, or as short as one: one of a kind that is not known."""
    if unit_of(text) or is_theme_line(text):
        return False
    is_short = _SHORT_WORDS.fullmatch(text) is not None and not starts_item(text)
    return is_short or is_heading_word(text) or is_bracketed_heading(text)


def _is_torn(before: str, after: str) -> bool:
    """Whether a row cannot stand behind another one: it ends a sentence that is not begun, or breaks one."""
    if starts_item(after):
        return continues(before, "x") and not ends_sentence(before)
    is_rest = ends_sentence(after) and len(after) <= _MAX_REST
    if is_rest and (ends_sentence(before) or len(before) < _MIN_FILLED):
        return True
    return ends_sentence(before) and after[0] in "をのがるっゃゅょー、。，"
