"""The columns of money: budgets in whole yen, exact or within a larger sum, and the ways of funding."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.evidence import Evidence, stated
from kankei.curation.candidate.nodes import Statement, concept, flag, number, statement
from kankei.curation.candidate.sheet_context import SheetContext, parse_budget_heading
from kankei.curation.candidate.value_node import FieldValues, ValueNode, doubt
from kankei.namespaces import KK
from kankei.source.grammars import money, rate
from kankei.source.grammars.budget_heading import BudgetStage
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.money import Money
from kankei.source.grammars.rate import FundingTerm
from kankei.source.lines.document import Doubt
from kankei.source.lines.printed_text import PrintedText


def parse_budget(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """The one budget that a text prints, of the year and stage that it or the column's heading names."""
    amount = money.parse(printed.text, context.unit.text if context.unit else None)
    if isinstance(amount, money.Dash):
        return FieldValues((raw,), (doubt(raw.stem, "budget-dash", printed.place),))
    year, stage = _year_and_stage(amount, raw.heading)
    value = replace(
        raw,
        suffix=stage_suffix(stage),
        statements=tuple(_budget_statements(amount, year, stage, context)),
        evidence=tuple(_budget_evidence(amount, raw.heading, context)),
    )
    keys = _budget_doubts(amount, year, stage)
    return FieldValues((value,), [doubt(raw.stem, key, printed.place) for key in keys])


def stage_suffix(stage: BudgetStage | None) -> str:
    """What stands behind the year in the name of a budget of this stage."""
    return f"-{stage.value}" if stage else ""


def _year_and_stage(
    amount: Money, heading: PrintedText | None
) -> tuple[FiscalYear | None, BudgetStage | None]:
    if amount.year or amount.stage:
        return amount.year, amount.stage
    column = parse_budget_heading(heading)
    return (column.year, column.stage) if column else (None, None)


def _budget_statements(
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


def _budget_evidence(amount: Money, heading: PrintedText | None, context: SheetContext) -> Iterator[Evidence]:
    if amount.unit and not amount.unit_printed and context.unit:
        yield stated("unit", f"{KK}unit", context.unit.place)
    column = parse_budget_heading(heading)
    if heading and column and not (amount.year or amount.stage):
        evidence = stated("stage", f"{KK}stage", heading.place)
        properties = (*(evidence.properties if column.stage else ()), f"{KK}budgetYear")
        yield replace(evidence, properties=properties)


def _budget_doubts(amount: Money, year: FiscalYear | None, stage: BudgetStage | None) -> Iterator[str]:
    if year is None:
        yield "budget-without-year"
    if stage is None:
        yield "budget-without-stage"
    if amount.yen is None:
        yield "budget-without-sum"
    if amount.previous:
        yield "budget-of-year-before"


def parse_funding(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:  # noqa: ARG001
    """A value for each term that a text lists; which of several applies is not stated."""
    rates = rate.parse(printed.text)
    values: list[ValueNode] = []
    doubts: list[Doubt] = []
    for term in rates.terms:
        text = printed.part(term.start, term.end)
        statements = () if term.to else tuple(funding_statements(term))
        values.append(replace(raw, printed=text, place=text.place, statements=statements))
        keys = _funding_doubts(term)
        doubts += [doubt(raw.stem, key, text.place, term=term.printed) for key in keys]
    if len(values) > 1:
        values = [value.numbered(position) for position, value in enumerate(values, 1)]
    if rates.and_others:
        doubts.append(doubt(raw.stem, "funding-open-list", printed.place))
    return FieldValues(values, doubts)


def funding_statements(term: FundingTerm) -> Iterator[Statement]:
    """Method, share and ceiling of a term, as far as the ontology has them."""
    yield statement("method", concept("funding", term.method.value))
    if term.fraction:
        yield number("numerator", term.fraction.numerator)
        yield number("denominator", term.fraction.denominator)
    if term.at_most:
        yield flag("atMost")
    if term.ceiling_yen is not None:
        yield number("ceiling", term.ceiling_yen)


def _funding_doubts(term: FundingTerm) -> Iterator[str]:
    """The keys of the doubts about parts of a term that the ontology cannot express."""
    if term.to:
        yield "funding-range"
    if term.counted_share is not None:
        yield "funding-counted-share"
    if term.ceiling_each:
        yield "funding-ceiling-each"
    if term.applicant:
        yield "funding-applicant"
    if term.indirect:
        yield "funding-indirect"
