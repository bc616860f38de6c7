"""Whether the lines of an extracted text stand in the order in which a sheet is read.

A text has no positions, and its lines may be in any order in which a page was drawn. What the order alone
tells, such as the heading of a text, the end of a paragraph or a blank column, is known only where nothing
speaks against it.
"""

from collections.abc import Sequence
from itertools import pairwise

from kankei.source.guidebook.body_reader.text_patterns import continues, ends_sentence, starts_item
from kankei.source.lines.printed_text import Line

_MAX_REST = 6


def is_row_of_cells(lines: Sequence[Line]) -> bool:
    """Whether some lines may be the row of a table: no sentence stands among them."""
    return not any("。" in line.text for line in lines)


def is_body_in_order(lines: Sequence[Line]) -> bool:
    """Whether no sentence of a body is torn: its end is not behind another one's, nor its beginning alone."""
    printed = [line for line in lines if line.text.strip()]
    return not any(_is_torn(before.text.strip(), after.text.strip()) for before, after in pairwise(printed))


def _is_torn(before: str, after: str) -> bool:
    """Whether a row cannot stand behind another one: it ends a sentence that is not begun, or breaks one."""
    if starts_item(after):
        return continues(before, "x") and not ends_sentence(before)
    is_rest = ends_sentence(after) and len(after) <= _MAX_REST
    return ends_sentence(before) and (is_rest or after[0] in "をのがるっゃゅょー、。，")
