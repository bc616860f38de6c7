"""The measures of a body: titles, circled numbers with a name behind each, and their texts and budgets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from kankei.localisation import Text
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind, Measure, Relation
from kankei.source.guidebook.body_reader.draft import Draft, place_of
from kankei.source.guidebook.body_reader.passage import Passage, Passages, part_of_token
from kankei.source.guidebook.body_reader.text_patterns import (
    BRACKETED_BUDGET,
    is_budgets,
    is_list_heading,
    parse_budget,
)
from kankei.source.guidebook.sentences import NO_TEXT, conjunction, count_ja, every, line_numbers, sentence
from kankei.source.lines.printed_text import Token

_NUMBERED = re.compile(rf"[{CIRCLED_NUMBERS}][^{CIRCLED_NUMBERS}]*")
_REFERENCE = re.compile("[ \u3000]*(?:[のをはがとにへで、,～〜]|以外|及び|から)")
_MAX_NAME = 60


@dataclass(frozen=True)
class MeasureTitle:
    """The title of a measure, the passage that it is printed in, and the budget behind it, if any."""

    measure: Measure
    within: Passage
    budget: Passage | None = None


Titles = Sequence[MeasureTitle]


def read_titles(draft: Draft) -> tuple[MeasureTitle, ...]:
    """Take the titles, in printed order; none unless their numbers run from ①, each given once."""
    titles = [title for passage in _outside_lists(draft) for title in _titles(passage)]
    numbers = [title.measure.number for title in titles]
    within = tuple(dict.fromkeys(title.within for title in titles))
    if not titles:
        return ()
    if sorted(numbers) != list(CIRCLED_NUMBERS[: len(numbers)]):
        draft.reject("measures", "measure-numbers-incomplete", *within, numbers="".join(numbers))
        return ()
    draft.take(*within)
    draft.measures.extend(title.measure for title in sorted(titles, key=_place_of_number))
    for title in titles:
        if title.budget:
            draft.add_item(ItemKind.BUDGET, title.budget)
            draft.state(Relation.MEASURE, {title.budget: title.measure.number})
    return tuple(titles)


def _place_of_number(title: MeasureTitle) -> int:
    return CIRCLED_NUMBERS.index(title.measure.number)


def _outside_lists(draft: Draft) -> Iterator[Passage]:
    """The unread passages that do not stand in a block below the heading of a list."""
    block = -1
    for passage in draft.passages:
        if passage.heading and is_list_heading(passage.text):
            block = passage.block
        elif passage in draft.unread and passage.block != block:
            yield passage


def _titles(passage: Passage) -> Titles:
    """The titles that a passage consists of; none if it is anything else."""
    if passage.text[0] not in CIRCLED_NUMBERS or passage.has_full_stop:
        return ()
    titles = [_title(passage, tokens) for tokens in _tokens_by_number(passage)]
    return [title for title in titles if title] if all(titles) else ()


def _tokens_by_number(passage: Passage) -> Sequence[Sequence[Token]]:
    """The tokens of each number; the rest of a title on the next row belongs to the number before it."""
    by_number: list[list[Token]] = []
    for token in passage.tokens:
        text = token.text
        first = _NUMBERED.search(text)
        before = first.start() if first else len(text)
        if by_number and text[:before].strip():
            by_number[-1].append(part_of_token(token, 0, before))
        by_number.extend([part_of_token(token, *match.span())] for match in _NUMBERED.finditer(text))
    return by_number


def _title(passage: Passage, tokens: Sequence[Token]) -> MeasureTitle | None:
    last, budget = tokens[-1], None
    bracket = BRACKETED_BUDGET.search(last.text)
    if bracket and bracket.end() == len(last.text) and parse_budget(bracket[0]):
        budget = Passage((part_of_token(last, *bracket.span()),), passage.block)
        tokens = [*tokens[:-1], part_of_token(last, 0, bracket.start())]
    printed = Passage(tuple(tokens), passage.block)
    name = Passage((part_of_token(tokens[0], 1), *tokens[1:]), passage.block).plain
    if not 2 <= len(name) <= _MAX_NAME or _REFERENCE.match(name):
        return None
    return MeasureTitle(Measure(printed.text[0], printed.printed, name), passage, budget)


def relate_texts(draft: Draft, titles: Titles, text_titles: set[Passage]) -> Mapping[str, str]:
    """Relate texts to measures; returns the text of each measure, by its number.

    Texts that have a title of their own number behind each title are its texts: stated. Otherwise as many
    texts, or blocks of texts, as there are titles are matched with them in printed order. `text_titles`
    are those of texts: they, and what stands under a heading of purpose or background, belong to no measure.
    """
    if not titles:
        numbered = [text for text in draft.items(ItemKind.TEXT) if text.text[0] in CIRCLED_NUMBERS]
        if numbered:
            draft.doubt("measures", "numbered-texts-without-titles", *numbered)
        return {}
    numbers = {title.measure.number for title in titles}
    texts = [p for p in draft.items(ItemKind.TEXT) if p not in text_titles and not draft.is_under_purpose(p)]
    numbered = [text for text in texts if text.text[0] in numbers]
    draft.state(Relation.MEASURE, {text: text.text[0] for text in numbered})
    texts = [text for text in texts if text.text[0] not in numbers]
    groups = _groups(draft, titles, texts)
    if groups:
        _match_in_order(draft, list(zip(titles, groups, strict=True)))
    elif texts or not numbered:
        _read_texts_below(draft, titles, texts)
    return _text_of_measures(draft)


def _groups(draft: Draft, titles: Titles, texts: Passages) -> list[Passages]:
    """A group of texts for each title, in printed order; none if their numbers differ."""
    title_rows, text_set = {title.within for title in titles}, set(texts)
    by_rows_above: dict[int, list[Passage]] = {}
    rows_above = 0
    for passage in draft.passages:
        rows_above += passage in title_rows
        if passage in text_set:
            by_rows_above.setdefault(rows_above, []).append(passage)
    between: list[Passages] = list(by_rows_above.values())
    behind_each, before_each = list(range(1, rows_above + 1)), list(range(rows_above))
    if len(title_rows) == len(titles) and list(by_rows_above) in (behind_each, before_each):
        return between
    if len(texts) == len(titles):
        return [[text] for text in texts]
    blocks: list[Passages]
    blocks = [list(block) for part in between for _, block in groupby(part, key=lambda text: text.block)]
    return blocks if len(blocks) == len(titles) else []


def _match_in_order(draft: Draft, pairs: Sequence[tuple[MeasureTitle, Passages]]) -> None:
    """Relate each group to the measure whose title is in the same place of the order."""
    titles = [title for title, _ in pairs]
    index_of = {passage: index for index, passage in enumerate(draft.passages)}
    by_number = sorted(pairs, key=lambda pair: _place_of_number(pair[0]))
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


def _are_on_own_rows(titles: Titles) -> bool:
    return len({title.within for title in titles}) == len(titles)


def _reason(order: Sequence[str], before: Sequence[str], behind: Sequence[str]) -> Text:
    """In what order titles are printed, after the texts `before` them and before those `behind` them."""
    nouns = ("that", "those") if before else ("the text", "the texts")
    key = "titles-between-texts" if behind else "titles-after-texts"
    return sentence(
        key if before else "titles-before-texts",
        order=Text("".join(order), " ".join(order)),
        before=_texts_of(before, "the text", "the texts"),
        behind=_texts_of(behind, *nouns),
    )


def _texts_of(numbers: Sequence[str], one: str, several: str) -> Text:
    noun = one if len(numbers) == 1 else several
    return Text(f"{''.join(numbers)}の本文", f"{noun} of {conjunction(numbers)}")


def _read_texts_below(draft: Draft, titles: Titles, texts: Passages) -> None:
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


def read_budgets(draft: Draft) -> None:
    """Take the budgets that are printed in brackets on rows of their own."""
    for passage in tuple(draft.unread):
        if passage.heading or not is_budgets(passage.text):
            continue
        budgets = [
            Passage((part_of_token(token, *bracket.span()),), passage.block)
            for token in passage.tokens
            for bracket in BRACKETED_BUDGET.finditer(token.text)
        ]
        # A bracket that is broken over two rows is in no token: without it the row is not read.
        complete = len(budgets) == len(BRACKETED_BUDGET.findall(passage.text))
        if complete and all(parse_budget(budget.text) for budget in budgets):
            draft.take(passage)
            for budget in budgets:
                draft.add_item(ItemKind.BUDGET, budget)


def relate_budgets(draft: Draft, titles: Titles) -> None:
    """Infer the measures of budgets in printed order, if there is one for each and they are equal."""
    budgets = [budget for budget in draft.items(ItemKind.BUDGET) if draft.measure(budget) is None]
    if not budgets or not titles:
        return
    if len({parse_budget(budget.text) for budget in budgets}) > 1 or len(budgets) != len(titles):
        draft.doubt("budget", "budgets-of-unclear-measures", *budgets)
        return
    pairs = zip(budgets, titles, strict=True)
    values = {budget: title.measure.number for budget, title in pairs}
    places = list(dict.fromkeys(budget.printed.place for budget in budgets))
    reason = NO_TEXT
    if len(budgets) > 1:
        money = parse_budget(budgets[0].text)
        name = sentence(f"budgets-{money.stage.value if money and money.stage else 'unstated'}")
        lines = line_numbers(places)
        reason = sentence(
            "equal-budgets-on-one-line" if len(places) == 1 else "equal-budgets-on-several-lines",
            lines=Text(lines.ja, lines.en.capitalize()),
            budgets=Text(f"{count_ja(len(budgets))}の{name.ja}", name.en),
            every=every(len(budgets)),
        )
    draft.infer(Relation.MEASURE, values, "printed-order", places, reason)
