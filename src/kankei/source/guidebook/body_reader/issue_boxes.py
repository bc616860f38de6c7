"""Boxes of issues: the pillars that they stand under, and the measure whose text names those."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from kankei.localisation import Text
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft, place_of
from kankei.source.guidebook.body_reader.headings import boxes
from kankei.source.guidebook.body_reader.passage import Passage, Passages
from kankei.source.guidebook.sentences import count_en, count_ja, line_numbers, sentence
from kankei.source.lines.printed_text import PrintedText

_MAX_PILLAR = 12


def read_pillars(draft: Draft, titles: set[Passage]) -> Passages:
    """Take the pillars of boxes of issues, and relate the issues to them; none if there are no two boxes.

    A title right above each box is its pillar: stated. Otherwise as many words as there are boxes, side by
    side or one below the other, before the first box or after the last, are their pillars in printed order.
    """
    issue_boxes = boxes(draft.items(ItemKind.ISSUE))
    if len(issue_boxes) < 2:
        return ()
    pillars = _titles_right_above(draft, issue_boxes, titles)
    if len(pillars) == len(issue_boxes):
        for pillar in pillars:
            draft.remove_item(pillar)
            draft.take(pillar)
        draft.state(Relation.PILLAR, _values(pillars, issue_boxes))
        return pillars
    return _read_pillar_row(draft, issue_boxes)


def _read_pillar_row(draft: Draft, issue_boxes: Sequence[Passages]) -> Passages:
    """Take the row of pillars; it is unclassified if these are not as many as the boxes."""
    row = _pillar_row(draft, issue_boxes)
    pillars = _short_words(draft, row) if row else ()
    if row:
        draft.take(row)
    if row is None or len(pillars) != len(issue_boxes):
        rejected = [row] if row else []
        draft.unclassified.extend(rejected)
        issues = (issue for box in issue_boxes for issue in box)
        count = Text(str(len(issue_boxes)), count_en(len(issue_boxes)))
        draft.doubt("pillars", "pillars-not-as-many-as-boxes", *rejected, *issues, count=count)
        return ()
    values = _values(pillars, issue_boxes)
    draft.infer(Relation.PILLAR, values, "printed-order", [place_of(list(values)), row.printed.place])
    return pillars


def _values(pillars: Passages, issue_boxes: Sequence[Passages]) -> dict[Passage, PrintedText]:
    pairs = zip(pillars, issue_boxes, strict=True)
    return {issue: pillar.printed for pillar, box in pairs for issue in box}


def _titles_right_above(draft: Draft, issue_boxes: Sequence[Passages], titles: set[Passage]) -> Passages:
    first_issues = {box[0] for box in issue_boxes}
    return [
        title
        for title, passage in pairwise(draft.passages)
        if passage in first_issues
        and title in titles
        and draft.heading(title) is None
        and title.block == passage.block
    ]


def _pillar_row(draft: Draft, issue_boxes: Sequence[Passages]) -> Passage | None:
    """The row of words right before the first box, or else the first unread one after the last."""
    first, last = (draft.passages.index(issue) for issue in (issue_boxes[0][0], issue_boxes[-1][-1]))
    if first and _short_words(draft, draft.passages[first - 1]):
        return draft.passages[first - 1]
    for passage in draft.passages[last + 1 :]:
        if draft.is_item(passage, ItemKind.EXAMPLE):
            break
        if _short_words(draft, passage):
            return passage
    return None


def _short_words(draft: Draft, passage: Passage) -> Passages:
    """The short words side by side, or each on a row of its own, that an unread passage consists of."""
    if passage not in draft.unread or passage.heading or passage.has_full_stop:
        return ()
    rows = tuple(Passage((token,), passage.block) for token in passage.tokens)
    words = rows if passage.row_count > 1 else passage.parts
    short = all(len(word.text) <= _MAX_PILLAR and not word.bulleted for word in words)
    return words if short and len(words) > 1 else ()


def relate_issues(draft: Draft, pillars: Passages, texts: Mapping[str, str]) -> None:
    """Infer that the issues belong to the measure whose text alone names all pillars."""
    issues = draft.items(ItemKind.ISSUE)
    if not issues or not draft.measures:
        return
    naming = [number for number, text in texts.items() if pillars and all(p.text in text for p in pillars)]
    if len(naming) != 1:
        draft.doubt("issues", "issues-of-unclear-measure", *issues)
        return
    number, count = naming[0], len(pillars)
    place = place_of([text for text in draft.items(ItemKind.TEXT) if draft.measure(text) == number])
    named = f"the {count_en(count)} pillars" if count > 1 else "the pillar"
    reason = sentence(
        "pillars-named-by-measure",
        number=number,
        lines=line_numbers([place]),
        pillars=Text(f"{count_ja(count)}の柱", named),
    )
    values = dict.fromkeys(issues, number)
    draft.infer(Relation.MEASURE, values, "box-to-measure", [place_of(issues), place], reason)
