"""From the lines below a table to what they say: the one way into `reading/`."""

from collections.abc import Sequence

from kankei.source.guidebook.body import SheetBody
from kankei.source.guidebook.body_reader.establishment import read_establishment
from kankei.source.guidebook.body_reader.examples import read_captions, read_figures
from kankei.source.guidebook.body_reader.goals import read_aims, read_goals
from kankei.source.guidebook.body_reader.headings import read_headings
from kankei.source.guidebook.body_reader.issue_boxes import read_boxes, read_pillars
from kankei.source.guidebook.body_reader.measure_budgets import read_amounts, read_budgets
from kankei.source.guidebook.body_reader.measure_texts import read_measures
from kankei.source.guidebook.body_reader.measure_titles import read_titles
from kankei.source.guidebook.body_reader.models import read_models
from kankei.source.guidebook.body_reader.paragraphs import read_texts
from kankei.source.guidebook.body_reader.segmentation import read_passages
from kankei.source.guidebook.body_reader.state import Draft
from kankei.source.guidebook.body_reader.unclassified import read_leavings, read_numbers, read_repeats
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import Line, PrintedText

_MOST_LINES, _MOST_CHARACTERS = 2_000, 100_000
"""A guidebook's sheet has some forty lines of body; what is longer is read by no rule."""


def read_body(lines: Sequence[Line], links: Sequence[PrintedText] = ()) -> SheetBody:
    """What the lines of a body say; `links` are those of the sheet, whose labels a body may print again.

    A paragraph with a bullet or a full stop is a text, and so is a title above such paragraphs, or one that
    ends in a word of headings and is too long for a heading. A line that no rule knows is left, and what no
    rule tells of an item is not said of it: both with a doubt. So is a body that is too long to be one.
    """
    if len(lines) > _MOST_LINES or sum(len(line.text) for line in lines) > _MOST_CHARACTERS:
        return _too_long(lines)
    draft = Draft(read_passages(lines))
    read_repeats(draft, links)
    numbers = read_numbers(draft)
    titles = read_titles(draft)
    read_amounts(draft)
    read_models(draft)
    read_goals(draft)
    over = read_texts(draft)
    read_headings(draft, over)
    pillars = read_pillars(draft, over)
    read_captions(draft)
    texts = read_measures(draft, titles, over)
    read_boxes(draft, pillars, texts)
    read_figures(draft, texts)
    read_budgets(draft, titles)
    read_aims(draft)
    read_establishment(draft)
    read_leavings(draft, links, numbers)
    return draft.body()


def _too_long(lines: Sequence[Line]) -> SheetBody:
    left = tuple(PrintedText(line.text, line.number, line.number) for line in lines)
    size = sum(len(line.text) for line in lines)
    ja = f"表の下が長すぎる（{len(lines)}行、{size}文字）ため、読み取らない。"
    en = f"What stands below the table is too long to be read: {len(lines)} lines, {size} characters."
    return SheetBody(
        unclassified=left, doubts=(Doubt("body", ja, en, LineRange(left[0].first, left[-1].last)),)
    )
