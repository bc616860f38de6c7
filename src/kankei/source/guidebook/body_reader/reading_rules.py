"""The rules that read a body, in the order in which they apply."""

from collections.abc import Sequence

from kankei.source.guidebook.body import SheetBody
from kankei.source.guidebook.body_reader import (
    examples,
    headings,
    issue_boxes,
    measures,
    model_items,
    paragraphs,
    unclassified,
)
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.heading_positions import check_positions
from kankei.source.guidebook.body_reader.passage import segment
from kankei.source.guidebook.sentences import sentence
from kankei.source.lines.document import Doubt, LineRange
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
    unclassified.read_repeated_labels(draft, links)
    numbers = unclassified.read_lone_numbers(draft)
    measure_titles = measures.read_titles(draft)
    measures.read_budgets(draft)
    model_items.read_models(draft)
    paragraphs.read_goals(draft)
    titles = paragraphs.read_texts(draft)
    if not all(line.box for line in lines):
        unclassified.reject_repeated_titles(draft, headings.short_titles(titles))
        headings.reject_after_unknown(draft)
    headings.read_headings(draft, titles)
    check_positions(draft, headings.short_titles(titles))
    pillars = issue_boxes.read_pillars(draft, titles)
    examples.read_captions(draft)
    texts = measures.relate_texts(draft, measure_titles, titles)
    issue_boxes.relate_issues(draft, pillars, texts)
    examples.relate_examples(draft, texts)
    measures.relate_budgets(draft, measure_titles)
    paragraphs.read_means(draft)
    paragraphs.read_establishment(draft)
    unclassified.reject_unread(draft, links, numbers)
    return draft.body()
