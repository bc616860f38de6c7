"""Which measure a text belongs to: the one whose title stands above it, or the one in its order."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from kankei.localisation import Text
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.draft import Draft, place_of
from kankei.source.guidebook.body_reader.headings import Group
from kankei.source.guidebook.body_reader.measure_titles import MeasureTitle
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.text_patterns import is_purpose_heading
from kankei.source.guidebook.sentences import conjunction, sentence

_Pair = tuple[MeasureTitle, Group]


def relate_texts_to_measures(
    draft: Draft, measure_titles: Sequence[MeasureTitle], titles: set[Passage]
) -> Mapping[str, str]:
    """Relate texts to measures; returns the text of each measure, by its number.

    Texts that have a title of their own number behind each title are its texts: stated. Otherwise as many
    texts, or blocks of texts, as there are titles are matched with them in printed order. `titles` are those
    of texts: they, and what stands under a heading of purpose or background, belong to no measure.
    """
    if not measure_titles:
        numbered = [text for text in draft.items(ItemKind.TEXT) if text.text[0] in CIRCLED_NUMBERS]
        if numbered:
            draft.doubt("measures", "numbered-texts-without-titles", *numbered)
        return {}
    numbers = {title.measure.number for title in measure_titles}
    texts = [p for p in draft.items(ItemKind.TEXT) if p not in titles and not _is_under_purpose(draft, p)]
    numbered = [text for text in texts if text.text[0] in numbers]
    draft.state(Relation.MEASURE, {text: text.text[0] for text in numbered})
    texts = [text for text in texts if text.text[0] not in numbers]
    groups = _groups(draft, measure_titles, texts)
    if groups:
        _match_in_order(draft, list(zip(measure_titles, groups, strict=True)))
    elif texts or not numbered:
        _read_texts_below(draft, measure_titles, texts)
    return _text_of_measures(draft)


def _is_under_purpose(draft: Draft, passage: Passage) -> bool:
    heading = draft.heading(passage)
    return heading is not None and is_purpose_heading(heading.text)


def _groups(draft: Draft, titles: Sequence[MeasureTitle], texts: Sequence[Passage]) -> list[Group]:
    """A group of texts for each title, in printed order; none if their numbers differ."""
    title_rows, of_titles = {title.within for title in titles}, set(texts)
    by_rows_above: dict[int, Group] = {}
    rows_above = 0
    for passage in draft.passages:
        rows_above += passage in title_rows
        if passage in of_titles:
            by_rows_above.setdefault(rows_above, []).append(passage)
    between = list(by_rows_above.values())
    behind_each, before_each = list(range(1, rows_above + 1)), list(range(rows_above))
    if len(title_rows) == len(titles) and list(by_rows_above) in (behind_each, before_each):
        return between
    blocks = [list(block) for part in between for _, block in groupby(part, key=lambda text: text.block)]
    single = [[text] for text in texts]
    return next((groups for groups in (single, blocks) if len(groups) == len(titles)), [])


def _match_in_order(draft: Draft, pairs: Sequence[_Pair]) -> None:
    """Relate each group to the measure whose title is in the same place of the order."""
    titles = [title for title, _ in pairs]
    index_of = {passage: index for index, passage in enumerate(draft.passages)}
    by_number = sorted(pairs, key=lambda pair: pair[0].measure.number)
    values = {text: title.measure.number for title, group in by_number for text in group}
    if _are_on_own_rows(titles) and all(
        index_of[group[0]] == index_of[title.within] + 1 for title, group in pairs
    ):
        draft.state(Relation.MEASURE, values)
        return
    before = [t.measure.number for t, group in pairs if index_of[group[-1]] < index_of[t.within]]
    behind = [t.measure.number for t, group in pairs if index_of[group[0]] > index_of[t.within]]
    directly_before = all(
        index_of[group[0]] > index_of[above.within]
        for (above, _), (title, group) in pairwise(pairs)
        if title.measure.number in before
    )
    rule = "after-text-title" if before and directly_before else "printed-order"
    place = place_of([*(title.within for title in titles), *values])
    reason = _reason([title.measure.number for title in titles], before, behind)
    draft.infer(Relation.MEASURE, values, rule, [place], reason)


def _are_on_own_rows(titles: Sequence[MeasureTitle]) -> bool:
    return len({title.within for title in titles}) == len(titles)


def _reason(order: Sequence[str], before: Sequence[str], behind: Sequence[str]) -> Text:
    """In what order titles are printed, after the texts `before` them and before those `behind` them."""
    printed_order = Text("".join(order), " ".join(order))
    texts_before = _texts_of(before, "the text", "the texts")
    if not behind:
        return sentence("titles-after-texts", order=printed_order, before=texts_before)
    if not before:
        texts_behind = _texts_of(behind, "the text", "the texts")
        return sentence("titles-before-texts", order=printed_order, behind=texts_behind)
    texts_behind = _texts_of(behind, "that", "those")
    return sentence("titles-between-texts", order=printed_order, before=texts_before, behind=texts_behind)


def _texts_of(numbers: Sequence[str], one: str, several: str) -> Text:
    listed = conjunction(numbers) if numbers else ""
    return Text(f"{''.join(numbers)}の本文", f"{one if len(numbers) == 1 else several} of {listed}")


def _read_texts_below(draft: Draft, titles: Sequence[MeasureTitle], texts: Sequence[Passage]) -> None:
    """State the measures of texts in the block of a title alone on its row and block; doubt the others."""
    above = {title.within.block: title for title in titles}
    alone = _are_on_own_rows(titles) and len(above) == len(titles)
    values = {
        text: above[text.block].measure.number
        for text in texts
        if alone and text.block in above and text.printed.first > above[text.block].within.printed.last
    }
    draft.state(Relation.MEASURE, values)
    without = [title.within for title in titles if title.measure.number not in values.values()]
    others = [text for text in texts if text not in values]
    if without or others:
        draft.doubt("measures", "texts-of-unclear-measures", *without, *others)


def _text_of_measures(draft: Draft) -> Mapping[str, str]:
    texts: dict[str, list[str]] = {}
    for passage in draft.items(ItemKind.TEXT):
        number = draft.measure(passage)
        if number is not None:
            texts.setdefault(number, []).append(passage.plain)
    return {number: "\n".join(plain) for number, plain in texts.items()}
