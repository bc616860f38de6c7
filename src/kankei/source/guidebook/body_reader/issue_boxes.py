"""Boxes of issues: the pillars that they stand under, and the measure whose text names those."""

from collections.abc import Mapping, Sequence

from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.justifications import count_en, count_ja, lines_en, lines_ja
from kankei.source.guidebook.body_reader.lists import boxes
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft, place

_LONGEST = 12


def read_pillars(draft: Draft, titles: set[Passage]) -> Sequence[Passage]:
    """Claim the pillars of boxes of issues, and take them; none where there are no two boxes.

    A title right above each box is its pillar: stated. Otherwise as many words as there are boxes, side by
    side or one below the other, before the first box or after the last, are their pillars in printed order.
    """
    found = boxes(draft.of(ItemKind.ISSUE))
    if len(found) < 2:
        return ()
    if pillars := _right_above(draft, found, titles):
        for pillar, box in zip(pillars, found, strict=True):
            draft.retract(pillar)
            draft.take(pillar)
            draft.claim(Claim(Relation.PILLAR, dict.fromkeys(box, pillar.printed)))
        return pillars
    row = _row(draft, found)
    words = _words(draft, row) if row else ()
    if row:
        draft.take(row)
    if row is None or len(words) != len(found):
        draft.left.extend([row] if row else [])
        draft.doubt(
            "pillars",
            f"枠が{len(found)}つあり、柱の数がそれと合わないため、課題の柱を決められない。",
            f"There are {count_en(len(found))} boxes and no such number of pillars: "
            "which pillar an issue belongs to cannot be told.",
            *([row] if row else ()),
            *(issue for box in found for issue in box),
        )
        return ()
    values = {issue: pillar.printed for pillar, box in zip(words, found, strict=True) for issue in box}
    draft.claim(Claim(Relation.PILLAR, values, "printed-order", [place(list(values)), row.printed.place]))
    return words


def _right_above(draft: Draft, found: Sequence[Sequence[Passage]], titles: set[Passage]) -> Sequence[Passage]:
    """The titles of the boxes, if each has one."""
    first = {box[0] for box in found}
    above: list[Passage] = []
    for before, passage in zip(draft.passages, draft.passages[1:], strict=False):
        free = before in titles and draft.value(Relation.HEADING, before) is None
        if passage in first and free and before.block == passage.block:
            above.append(before)
    return above if len(above) == len(found) else ()


def _row(draft: Draft, found: Sequence[Sequence[Passage]]) -> Passage | None:
    """The row of words right before the first box, or else the first one after the last that is free."""
    index_of = {passage: index for index, passage in enumerate(draft.passages)}
    first, last = index_of[found[0][0]], index_of[found[-1][-1]]
    if first and _words(draft, draft.passages[first - 1]):
        return draft.passages[first - 1]
    for passage in draft.passages[last + 1 :]:
        if draft.is_item(passage, ItemKind.EXAMPLE):
            break
        if _words(draft, passage):
            return passage
    return None


def _words(draft: Draft, passage: Passage) -> Sequence[Passage]:
    """The short words side by side, or each on a row of its own, that a free passage is made of."""
    if passage not in draft.free or passage.heading or passage.sentence:
        return ()
    rows = tuple(Passage((piece,), passage.block) for piece in passage.pieces)
    parts = rows if passage.rows > 1 else passage.parts
    short = all(len(part.text) <= _LONGEST and not part.bulleted for part in parts)
    return parts if short and len(parts) > 1 else ()


def read_boxes(draft: Draft, pillars: Sequence[Passage], texts: Mapping[str, str]) -> None:
    """Claim for the issues the measure whose text alone names all pillars."""
    issues = draft.of(ItemKind.ISSUE)
    if not issues or not draft.measures:
        return
    naming = [number for number, text in texts.items() if pillars and all(p.text in text for p in pillars)]
    if len(naming) != 1:
        draft.doubt(
            "issues",
            "柱の名をすべて挙げる本文が一つに決まらず、課題がどの内訳事業のものか決められない。",
            "No single measure's text names all pillars: whose issues these are cannot be told.",
            *issues,
        )
        return
    number = naming[0]
    source = [text for text in draft.of(ItemKind.TEXT) if draft.value(Relation.MEASURE, text) == number]
    where = place(source)
    count = len(pillars)
    named = f"the {count_en(count)} pillars" if count > 1 else "the pillar"
    draft.claim(
        Claim(
            Relation.MEASURE,
            dict.fromkeys(issues, number),
            "box-to-measure",
            [place(issues), where],
            f"{number}の本文（{lines_ja([where])}）が{count_ja(count)}つの柱の名を挙げる。",
            f"The text of {number} ({lines_en([where])}) names {named}.",
        )
    )
