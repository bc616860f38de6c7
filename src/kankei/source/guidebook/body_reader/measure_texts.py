"""Which measure a text belongs to: the one whose title stands above it, or the one in its order."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.justifications import and_en
from kankei.source.guidebook.body_reader.measure_titles import Title
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft, place
from kankei.source.guidebook.body_reader.wording import of_purpose
from kankei.source.lines.printed_text import PrintedText

Group = list[Passage]


def read_measures(draft: Draft, titles: Sequence[Title], over: set[Passage]) -> Mapping[str, str]:
    """Claim the measures of texts; the text of each measure, by its number.

    Texts that have a title of their own number behind each title are its texts: stated. Otherwise as many
    texts, or blocks of texts, as there are titles are matched with them in printed order. `over` are titles
    of texts: they, and what stands under a heading of purpose or background, belong to no measure.
    """
    if not titles:
        _doubt_numbered(draft)
        return {}
    numbers = {title.measure.number for title in titles}
    texts = [
        passage for passage in draft.of(ItemKind.TEXT) if passage not in over and _general(draft, passage)
    ]
    own = {text: text.text[0] for text in texts if text.text[0] in numbers}
    draft.claim(Claim(Relation.MEASURE, own))
    texts = [text for text in texts if text not in own]
    groups = _groups(draft, titles, texts)
    if groups:
        _in_order(draft, titles, groups)
    elif texts or not own:
        _right_below(draft, titles, texts)
    return _texts(draft)


def _doubt_numbered(draft: Draft) -> None:
    numbered = [text for text in draft.of(ItemKind.TEXT) if text.text[0] in CIRCLED_NUMBERS]
    if numbered:
        draft.doubt(
            "measures",
            "番号のある本文があるが、内訳事業の題名はない。内訳事業かどうか決められない。",
            "Texts are numbered, but there are no titles: whether they are measures cannot be told.",
            *numbered,
        )


def _general(draft: Draft, passage: Passage) -> bool:
    heading = draft.value(Relation.HEADING, passage)
    return not (isinstance(heading, PrintedText) and of_purpose(heading.text))


def _groups(draft: Draft, titles: Sequence[Title], texts: Sequence[Passage]) -> list[Group]:
    """A group of texts for each title, in printed order; none where their numbers differ."""
    rows = dict.fromkeys(title.within for title in titles)
    wanted = set(texts)
    found: dict[int, Group] = {}
    at = 0
    for passage in draft.passages:
        at += passage in rows
        if passage in wanted:
            found.setdefault(at, []).append(passage)
    between = list(found.values())
    if len(rows) == len(titles) and list(found) in (list(range(1, at + 1)), list(range(at))):
        return between
    blocks = [list(block) for part in between for _, block in groupby(part, key=lambda text: text.block)]
    return next((c for c in ([[text] for text in texts], blocks) if len(c) == len(titles)), [])


def _in_order(draft: Draft, titles: Sequence[Title], groups: Sequence[Group]) -> None:
    """Claim for each group the measure whose title is in the same place of the order."""
    index_of = {passage: index for index, passage in enumerate(draft.passages)}
    pairs = list(zip(titles, groups, strict=True))
    values = {text: title.measure.number for title, group in sorted(pairs, key=_number) for text in group}
    alone = len({title.within for title in titles}) == len(titles)
    if alone and all(index_of[group[0]] == index_of[title.within] + 1 for title, group in pairs):
        draft.claim(Claim(Relation.MEASURE, values))
        return
    before = [t.measure.number for t, group in pairs if index_of[group[-1]] < index_of[t.within]]
    behind = [t.measure.number for t, group in pairs if index_of[group[0]] > index_of[t.within]]
    nearest = all(
        index_of[group[0]] > index_of[above.within]
        for (above, _), (title, group) in pairwise(pairs)
        if title.measure.number in before
    )
    rule = "after-text-title" if before and nearest else "printed-order"
    where = [place([*(title.within for title in titles), *values])]
    order = [title.measure.number for title in titles]
    draft.claim(Claim(Relation.MEASURE, values, rule, where, *_ground(order, before, behind)))


def _number(pair: tuple[Title, Group]) -> str:
    return pair[0].measure.number


def _ground(order: Sequence[str], before: Sequence[str], behind: Sequence[str]) -> tuple[str, str]:
    """In what order titles are printed, after and before which texts."""
    ja, en = [], []
    if before:
        ja.append(f"{''.join(before)}の本文の後")
        en.append(f"after {'the text' if len(before) == 1 else 'the texts'} of {and_en(before)}")
    if behind:
        one, more = ("that", "those") if before else ("the text", "the texts")
        ja.append(f"{''.join(behind)}の本文の前")
        en.append(f"before {one if len(behind) == 1 else more} of {and_en(behind)}")
    return (
        f"題名は{''.join(order)}の順に、{'、'.join(ja)}に印字されている。",
        f"The titles are printed in the order {' '.join(order)}, {' and '.join(en)}.",
    )


def _right_below(draft: Draft, titles: Sequence[Title], texts: Sequence[Passage]) -> None:
    """Claim the texts in the block of a title that is alone on its row; doubt the others."""
    above = {title.within.block: title for title in titles}
    alone = len({title.within for title in titles}) == len(titles) == len(above)
    found = {
        text: above[text.block].measure.number
        for text in texts
        if alone and text.block in above and text.printed.first > above[text.block].within.printed.last
    }
    draft.claim(Claim(Relation.MEASURE, found))
    without = [title.within for title in titles if title.measure.number not in found.values()]
    others = [text for text in texts if text not in found]
    if without or others:
        draft.doubt(
            "measures",
            "本文と内訳事業の題名の数が合わず、どの本文がどの内訳事業のものか決められない。",
            "Texts and titles of measures differ in number: which text is whose cannot be told.",
            *without,
            *others,
        )


def _texts(draft: Draft) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for passage in draft.of(ItemKind.TEXT):
        number = draft.value(Relation.MEASURE, passage)
        if isinstance(number, str):
            found.setdefault(number, []).append(passage.plain)
    return {number: "\n".join(texts) for number, texts in found.items()}
