"""The budgets of a sheet, in whole yen: exact, or within a larger sum."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.nodes import Statement, concept, flag, number, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value, unreadable
from kankei.namespaces import KK
from kankei.source.grammars import budget_heading, money
from kankei.source.grammars.budget_heading import BudgetHeading, BudgetStage
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.money import Money
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "budget"
_UNIT = re.compile(r"\s*[（(](?:単位[:：])?(?:百万円|千円|億円|円)[）)]\s*$")
"""What a heading may say behind the year and the stage."""


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:
    """The one budget that a text prints, of the year and stage that it or the sheet's heading names."""
    value = Value("budget", "Budget", ABOUT, printed.place, printed, heading)
    try:
        amount = money.parse(printed.text, context.unit.text if context.unit else None)
    except ParseError as error:
        return Reading((value,), (unreadable(ABOUT, printed, error),))
    if isinstance(amount, money.Dash):
        return Reading((value,), (_dash(printed),))
    year, stage = _year_and_stage(amount, heading)
    value = replace(
        value,
        suffix=f"-{stage.value}" if stage else "",
        statements=tuple(_statements(amount, year, stage, context)),
        grounds=tuple(_grounds(amount, heading, context)),
    )
    return Reading((value,), tuple(_doubts(printed, amount, year, stage)))


def headed(heading: PrintedText | None) -> BudgetHeading | None:
    """The year and the stage that a heading names; None where it names none that can be read."""
    try:
        return budget_heading.parse(_UNIT.sub("", heading.text)) if heading else None
    except ParseError:
        return None


def _year_and_stage(
    amount: Money, heading: PrintedText | None
) -> tuple[FiscalYear | None, BudgetStage | None]:
    if amount.year or amount.stage:
        return amount.year, amount.stage
    said = headed(heading)
    return (said.year, said.stage) if said else (None, None)


def _statements(
    amount: Money, year: FiscalYear | None, stage: BudgetStage | None, context: SheetContext
) -> Iterator[Statement]:
    if amount.unit:
        yield statement("unit", amount.unit)
    if stage:
        yield statement("stage", concept("budget-stage", stage.value))
    if year:
        yield statement("budgetYear", context.known.fiscal_year(year.year))
    if amount.yen is not None:
        kind, term = ("within", "upperBound") if amount.within else ("exact", "amount")
        yield statement("amountKind", concept("amount-kind", kind))
        yield number(term, amount.yen)
    if amount.and_others:
        yield flag("andOthers")


def _grounds(amount: Money, heading: PrintedText | None, context: SheetContext) -> Iterator[Ground]:
    if amount.unit and not amount.unit_printed and context.unit:
        yield Ground("unit", (f"{KK}unit",), Basis.STATED, (context.unit.place,))
    column = headed(heading)
    if heading and column and not (amount.year or amount.stage):
        said = (f"{KK}stage",) if column.stage else ()
        yield Ground("stage", (*said, f"{KK}budgetYear"), Basis.STATED, (heading.place,))


def _doubts(
    printed: PrintedText, amount: Money, year: FiscalYear | None, stage: BudgetStage | None
) -> Iterator[Doubt]:
    if year is None:
        yield _doubt(printed, "予算の年度が印字されていない。", "No year of the budget is printed.")
    if stage is None:
        yield _doubt(printed, "予算の段階が印字されていない。", "No stage of the budget is printed.")
    if amount.yen is None:
        yield _doubt(
            printed,
            "内数とあるが、もとの額が印字されていない。",
            "The budget lies within a sum (内数) that is not printed.",
        )
    if amount.previous:
        yield _doubt(
            printed,
            "括弧内の前年度の額は原文にだけ残る。前年度の掲載情報に属する。",
            "The amount in brackets, of the year before, stays in the raw text only: "
            "it belongs to that year's entry.",
        )


def _dash(printed: PrintedText) -> Doubt:
    return _doubt(
        printed,
        "横線だけが印字されている。額でもゼロでもない。",
        "Only a dash is printed: neither an amount nor zero.",
    )


def _doubt(printed: PrintedText, ja: str, en: str) -> Doubt:
    return Doubt(ABOUT, ja, en, printed.place)
