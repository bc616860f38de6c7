"""Budgets in yen, as the column of amounts and the brackets in a sheet's body print them."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from kankei.source.grammars import budget_heading, fiscal_year
from kankei.source.grammars.budget_heading import BudgetStage
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.normalised_text import CondensedText, condense

UNITS = {small + large + "円": 10 ** (exponent + power)
         for exponent, small in enumerate(("", "十", "百", "千"))
         for large, power in {"": 0, "万": 4, "億": 8, "兆": 12}.items()}  # fmt: skip
"""The units of a column or an amount, and how many yen each is."""

LIMIT = 10**15
"""Amounts are below this many yen, ten times the national budget: a larger one is a misprint."""

_NUMBER = (
    r"(?!0[0-9,])(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?![0-9])(?!,[0-9])(?:\.[0-9]{1,12}(?![0-9.]))?"
)
_AMOUNT = re.compile(
    rf"(?=[0-9])(?P<with_unit>(?:{_NUMBER}[十百千]?[兆億万]){{0,3}}(?:{_NUMBER}[十百千]?)?)円"
    rf"|(?P<bare>{_NUMBER})(?![十百千万億兆円])"
)
_AMOUNT_PART = re.compile(r"(?P<number>[0-9,.]+)(?P<small>[十百千]?)(?P<large>[兆億万]?)")
DASH = re.compile("[-ーｰ]{1,3}")
_SUFFIX = re.compile(r"(?P<within>の?内数|\(の?内数\))?(?P<others>ほか|他|等|など)?")
_LAST_YEAR = re.compile("(?:前年度?|昨年度)")


@dataclass(frozen=True)
class Amount:
    """An exact number of `yen`; `unit` is the printed one or else the default; `end` the index behind."""

    yen: int
    unit: str
    unit_printed: bool
    end: int


@dataclass(frozen=True)
class Dash:
    """A dash in the place of an amount: neither a number nor zero."""


@dataclass(frozen=True)
class Money:
    """A budget. `yen` is exact; None where only 内数 is printed, without the sum it is part of.

    `within` says that `yen` is a sum of which the budget is an unknown part (内数), `and_others` that more
    than this sum is meant (ほか, 等). `unit` is what the print counts in, and unless `unit_printed` it came
    from the caller. `year` and `stage` are None unless they are printed beside the amount. `previous` is a
    second amount in brackets: last year's, because its year or 前年度 is printed (`previous_stated`), else
    by custom only.
    """

    yen: int | None
    unit: str | None = None
    unit_printed: bool = False
    within: bool = False
    and_others: bool = False
    year: FiscalYear | None = None
    stage: BudgetStage | None = None
    previous: "Money | None" = None
    previous_stated: bool = False


@dataclass(frozen=True)
class _Heading:
    """The year and stage before an amount, and the index behind them."""

    year: FiscalYear | None
    stage: BudgetStage | None
    end: int


def parse(text: str, unit: str | None = None) -> Money | Dash:
    """The budget of ``376の内数``, ``1億2,000万円``, ``（令和7年度予算案：10百万円）``, ``120（前年度100）``.

    A number without a unit counts in `unit`, which the column's heading prints (``百万円``); without one it
    is a `ParseError`. ``0`` is zero and ``－`` is a `Dash`. `ParseError` too for approximations (約, 程度,
    以内), ranges, signs (▲), sums, several budgets in one cell, a budget named by the fund it comes from, a
    bracket with another year than the one before, and what is no whole number of yen.
    """
    cell = condense(text)
    if unit is not None and unit not in UNITS:
        raise cell.error(f"{unit} is no unit of money")
    if not cell.text:
        raise cell.error("The cell is blank")
    if DASH.fullmatch(cell.text):
        return Dash()
    start, stop = _without_bracket(cell)
    money, end = _money(cell, start, unit)
    if end < stop:
        raise cell.error("Something follows the amount", end)
    return money


def read_amount(cell: CondensedText, index: int, unit: str | None = None) -> Amount | None:
    """The amount that begins at `index` of a condensed text, None where none does.

    A number without a unit counts in `unit`. An amount of several parts (``1億2,000万円``) has the unit 円.
    `ParseError` where the parts do not descend, where no whole yen comes out, and where no unit is known.
    """
    match = _AMOUNT.match(cell.text, index)
    if match is None:
        return None
    if match["bare"]:
        if unit is None:
            raise cell.error("A number without a unit", index)
        yen = _whole_yen(cell, _number(match["bare"]) * UNITS[unit], index)
        return Amount(yen, unit, False, match.end())
    parts = list(_AMOUNT_PART.finditer(match["with_unit"]))
    if any("." in part["number"] for part in parts) and len(parts) > 1:
        raise cell.error("A decimal in an amount of several parts", index)
    yen = _whole_yen(cell, _sum(cell, parts, index), index)
    unit = parts[0]["small"] + parts[0]["large"] + "円" if len(parts) == 1 else "円"
    return Amount(yen, unit, True, match.end())


def _sum(cell: CondensedText, parts: list[re.Match[str]], index: int) -> Fraction:
    total, bound = Fraction(0), LIMIT * 10
    for part in parts:
        value = _number(part["number"]) * UNITS[part["small"] + part["large"] + "円"]
        if value >= bound:
            raise cell.error("The parts of this amount do not descend", index)
        total, bound = total + value, UNITS[part["large"] + "円"]
    return total


def _number(printed: str) -> Fraction:
    return Fraction(printed.replace(",", ""))


def _whole_yen(cell: CondensedText, yen: Fraction, index: int) -> int:
    if yen.denominator != 1:
        raise cell.error("This amount would leave a fraction of a yen", index)
    if yen >= LIMIT:
        raise cell.error("No budget holds this many yen", index)
    return int(yen)


def _without_bracket(cell: CondensedText) -> tuple[int, int]:
    """The bounds of the text without the one bracket around all of it, if there is one."""
    depth = 0
    for index, character in enumerate(cell.text):
        depth += (character == "(") - (character == ")")
        if depth <= 0:
            around_all = index > 0 and index == len(cell.text) - 1
            return (1, index) if around_all else (0, len(cell.text))
    return 0, len(cell.text)


def _money(cell: CondensedText, index: int, unit: str | None) -> tuple[Money, int]:
    heading = _heading(cell, index)
    money, end = _qualified_amount(cell, heading, unit)
    if not cell.text.startswith("(", end):
        return money, end
    trailing = _heading(cell, end + 1)
    if trailing.end > end + 1 and cell.text.startswith(")", trailing.end) and heading.end == index:
        return replace(money, year=trailing.year, stage=trailing.stage), trailing.end + 1
    return _with_previous(cell, money, end + 1, unit)


def _qualified_amount(cell: CondensedText, heading: _Heading, unit: str | None) -> tuple[Money, int]:
    amount = read_amount(cell, heading.end, unit)
    suffix = _SUFFIX.match(cell.text, amount.end if amount else heading.end)
    if suffix is None or not (amount or suffix["within"]):
        raise cell.error("This is no amount", heading.end)
    money = Money(
        amount.yen if amount else None,
        amount.unit if amount else None,
        unit_printed=amount is not None and amount.unit_printed,
        within=bool(suffix["within"]),
        and_others=bool(suffix["others"]),
        year=heading.year,
        stage=heading.stage,
    )
    return money, suffix.end()


def _with_previous(cell: CondensedText, money: Money, index: int, unit: str | None) -> tuple[Money, int]:
    """The money with last year's amount, which begins at `index` in a bracket; and the index behind that."""
    last = _LAST_YEAR.match(cell.text, index)
    heading = _heading(cell, _skip_colon(cell, last.end()) if last else index)
    if heading.year and (last or money.year is None or heading.year.year != money.year.year - 1):
        raise cell.error("Whether this is the year before is not clear", index)
    if heading.stage and not (last or heading.year):
        raise cell.error("A stage without its year", index)
    previous, end = _qualified_amount(cell, heading, unit)
    if not cell.text.startswith(")", end):
        raise cell.error("The bracket is not closed behind its amount", end)
    stated = last is not None or heading.year is not None
    return replace(money, previous=previous, previous_stated=stated), end + 1


def _heading(cell: CondensedText, index: int) -> _Heading:
    """The year and stage that begin at `index`, with the colon behind; each None where not printed."""
    if whole := budget_heading.read(cell, index):
        heading, end = whole
        return _Heading(heading.year, heading.stage, _skip_colon(cell, end))
    if stage := budget_heading.read_stage(cell, index):
        return _Heading(None, stage.stage, _skip_colon(cell, stage.end))
    span = fiscal_year.match(cell, index)
    if span and cell.text.startswith(":", span.end):
        return _Heading(fiscal_year.read(cell, span), None, span.end + 1)
    return _Heading(None, None, index)


def _skip_colon(cell: CondensedText, index: int) -> int:
    return index + cell.text.startswith(":", index)
