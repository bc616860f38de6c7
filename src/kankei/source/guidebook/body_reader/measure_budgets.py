"""Budgets of measures: printed in brackets apart from the titles, or behind them."""

from collections.abc import Iterator, Sequence

from kankei.source.grammars.budget_heading import BudgetStage, stage_word
from kankei.source.guidebook.body import ItemKind, Relation
from kankei.source.guidebook.body_reader.bracketed_budgets import AMOUNT, all_amounts, amount
from kankei.source.guidebook.body_reader.justifications import all_en, count_ja, lines_en, lines_ja
from kankei.source.guidebook.body_reader.measure_titles import Title
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft
from kankei.source.lines.printed_text import Token

_WORDS = {
    BudgetStage.INITIAL: (stage_word(BudgetStage.INITIAL), "initial budget"),
    BudgetStage.PROPOSAL: (stage_word(BudgetStage.PROPOSAL), "proposal"),
    BudgetStage.SUPPLEMENTARY: (stage_word(BudgetStage.SUPPLEMENTARY), "supplementary budget"),
}


def read_amounts(draft: Draft) -> None:
    """Take the budgets that are printed in brackets on rows of their own."""
    for passage in tuple(draft.free):
        if not passage.heading and all_amounts(passage.text):
            parts = [part for piece in passage.pieces for part in _amounts(piece, passage.block)]
            # A bracket that is broken over two rows is in no piece, and would be lost.
            every = len(AMOUNT.findall(passage.text))
            if len(parts) == every and all(amount(part.text) for part in parts):
                draft.take(passage)
                for part in parts:
                    draft.item(ItemKind.BUDGET, part)


def _amounts(piece: Token, block: int) -> Iterator[Passage]:
    for found in AMOUNT.finditer(piece.text):
        start, end = found.span()
        yield Passage((Token(piece.line, piece.start + start, piece.start + end),), block)


def read_budgets(draft: Draft, titles: Sequence[Title]) -> None:
    """Claim the measures of budgets: in printed order, if there is one for each and they are equal."""
    budgets = [b for b in draft.of(ItemKind.BUDGET) if draft.value(Relation.MEASURE, b) is None]
    if not budgets or not titles:
        return
    equal = len({amount(budget.text) for budget in budgets}) == 1
    if not equal or len(budgets) != len(titles):
        draft.doubt(
            "budget",
            "内訳事業ごとの額が異なるか、その数が合わないため、どれがどの内訳事業のものか決められない。",
            "The amounts differ, or are not as many as the measures: which is whose cannot be told.",
            *budgets,
        )
        return
    pairs = zip(budgets, titles, strict=True)
    values = {budget: title.measure.number for budget, title in pairs}
    where = list(dict.fromkeys(budget.printed.place for budget in budgets))
    draft.claim(Claim(Relation.MEASURE, values, "printed-order", where, *_ground(budgets)))


def _ground(budgets: Sequence[Passage]) -> tuple[str, str]:
    """That equal budgets stand side by side, without saying whose they are."""
    count = len(budgets)
    if count == 1:
        return "", ""
    where = list(dict.fromkeys(budget.printed.place for budget in budgets))
    found = amount(budgets[0].text)
    ja, en = _WORDS[found.stage] if found and found.stage else ("予算額", "budget")
    which = "どちら" if count == 2 else "どれ"
    prints, does = ("prints", "does") if len(where) == 1 else ("print", "do")
    beside = f"{lines_ja(where)}に{count_ja(count)}つの{ja}が並び、"
    lines = f"{lines_en(where).capitalize()} {prints} {all_en(count)} {en}s"
    return (
        f"{beside}{which}がどの施策のものかは書かれていない。額は等しい。",
        f"{lines} and {does} not say which is whose; they are equal.",
    )
