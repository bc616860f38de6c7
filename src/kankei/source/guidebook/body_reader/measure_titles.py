"""Titles of measures, circled numbers with a name behind each, and the budgets of measures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.localisation import Text
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind, Measure, Relation
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, part_of_token
from kankei.source.guidebook.body_reader.text_patterns import (
    BRACKETED_BUDGET,
    is_budgets,
    is_list_heading,
    parse_budget,
)
from kankei.source.guidebook.sentences import NO_TEXT, count_ja, every, line_numbers, sentence
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


def read_measure_titles(draft: Draft) -> tuple[MeasureTitle, ...]:
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
    draft.measures.extend(sorted((title.measure for title in titles), key=_place_of_number))
    for title in titles:
        if title.budget:
            draft.add_item(ItemKind.BUDGET, title.budget)
            draft.state(Relation.MEASURE, {title.budget: title.measure.number})
    return tuple(titles)


def _place_of_number(measure: Measure) -> int:
    return CIRCLED_NUMBERS.index(measure.number)


def _outside_lists(draft: Draft) -> Iterator[Passage]:
    """The unread passages that do not stand in a block below the heading of a list."""
    block = -1
    for passage in draft.passages:
        if passage.heading and is_list_heading(passage.text):
            block = passage.block
        elif passage in draft.unread and passage.block != block:
            yield passage


def _titles(passage: Passage) -> Sequence[MeasureTitle]:
    """The titles that a passage consists of; none if it is anything else."""
    if passage.text[0] not in CIRCLED_NUMBERS or passage.sentence:
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


def relate_budgets_to_measures(draft: Draft, titles: Sequence[MeasureTitle]) -> None:
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
