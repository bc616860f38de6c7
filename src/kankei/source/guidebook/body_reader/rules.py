"""The rules that read a body, in the order in which they apply."""

from collections.abc import Sequence

from kankei.source.guidebook.body import SheetBody
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.examples import read_captions, relate_examples_to_measures
from kankei.source.guidebook.body_reader.headings import read_headings
from kankei.source.guidebook.body_reader.issue_boxes import read_pillars, relate_issues_to_measure
from kankei.source.guidebook.body_reader.measure_texts import relate_texts_to_measures
from kankei.source.guidebook.body_reader.measure_titles import (
    read_budgets,
    read_measure_titles,
    relate_budgets_to_measures,
)
from kankei.source.guidebook.body_reader.model_items import read_models
from kankei.source.guidebook.body_reader.paragraphs import (
    read_aims,
    read_establishment,
    read_goals,
    read_paragraphs,
)
from kankei.source.guidebook.body_reader.segmentation import segment
from kankei.source.guidebook.body_reader.unclassified import (
    read_lone_numbers,
    read_repeated_labels,
    reject_unread,
)
from kankei.source.guidebook.sentences import sentence
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import Line, PrintedText

_MAX_LINES, _MAX_CHARACTERS = 2_000, 100_000
"""A guidebook's sheet has some forty lines of body; a longer one is not read."""


def read_body(lines: Sequence[Line], links: Sequence[PrintedText] = ()) -> SheetBody:
    """The body on some lines; `links` are those of the sheet, whose labels a body may print again.

    A paragraph with a bullet or a full stop is a text, and so is a title above such paragraphs, or one that
    ends in a word of headings and is too long for a heading. A line that no rule recognises is unclassified,
    and a relation that no rule decides is left out: both with a doubt. So is a body that is too long.
    """
    size = sum(len(line.text) for line in lines)
    if len(lines) > _MAX_LINES or size > _MAX_CHARACTERS:
        place = LineRange(lines[0].number, lines[-1].number)
        doubt = Doubt("body", *sentence("body-too-long", lines=len(lines), size=size), place)
        printed = tuple(PrintedText(line.text, line.number, line.number) for line in lines)
        return SheetBody(unclassified=printed, doubts=(doubt,))
    draft = Draft(segment(lines))
    read_repeated_labels(draft, links)
    numbers = read_lone_numbers(draft)
    measure_titles = read_measure_titles(draft)
    read_budgets(draft)
    read_models(draft)
    read_goals(draft)
    titles = read_paragraphs(draft)
    read_headings(draft, titles)
    pillars = read_pillars(draft, titles)
    read_captions(draft)
    texts = relate_texts_to_measures(draft, measure_titles, titles)
    relate_issues_to_measure(draft, pillars, texts)
    relate_examples_to_measures(draft, texts)
    relate_budgets_to_measures(draft, measure_titles)
    read_aims(draft)
    read_establishment(draft)
    reject_unread(draft, links, numbers)
    return draft.body()
