"""Budgets, as the column of amounts and the brackets in a sheet's body print them."""

import re
from dataclasses import dataclass, replace

from kankei.source.grammars import budget_heading, fiscal_year, yen
from kankei.source.grammars.budget_heading import BudgetStage, stage_word
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.normalised_text import CondensedText, condense

_DASH = re.compile("[-ーｰ]{1,3}")
_SUFFIX = re.compile(r"(?P<within>の?内数|\(の?内数\))?(?P<others>ほか|他|等|など)?")
_LAST_YEAR = re.compile("(?:前年度?|昨年度)")


@dataclass(frozen=True)
class Dash:
    """A dash where an amount would stand: printed, and neither a number nor zero."""

    def render(self) -> str:
        """A full-width dash."""
        return "－"


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

    def render(self) -> str:
        """The heading, the amount in its own unit, its qualifications, last year's amount in brackets."""
        heading = (self.year.render() if self.year else "") + (stage_word(self.stage) if self.stage else "")
        amount = "" if self.yen is None or self.unit is None else yen.render(self.yen, self.unit)
        unit = self.unit if self.unit and self.unit_printed else ""
        within = ("の内数" if amount else "内数") if self.within else ""
        others = "ほか" if self.and_others else ""
        text = f"{heading}:{amount}{unit}{within}{others}" if heading else f"{amount}{unit}{within}{others}"
        return text + (f"({self._last_year()}{self.previous.render()})" if self.previous else "")

    def _last_year(self) -> str:
        stated = self.previous_stated and self.previous is not None and self.previous.year is None
        return ("前年度" if self.previous and self.previous.stage else "前年度:") if stated else ""


@dataclass(frozen=True)
class _Heading:
    """What stands before an amount, and the index behind it."""

    year: FiscalYear | None
    stage: BudgetStage | None
    end: int


def parse(text: str, unit: str | None = None) -> Money | Dash:
    """The budget of ``376の内数``, ``1億2,000万円``, ``（令和7年度予算案：10百万円）``, ``120（前年度100）``.

    A number without a unit counts in `unit`, which the column's heading prints (``百万円``); without one it
    is unreadable. ``0`` is zero and ``－`` is a `Dash`. Unreadable are: approximations (約, 程度, 以内),
    ranges, signs (▲), sums, several budgets in one cell, a budget named by the fund it comes from, a bracket
    with another year than the one before, and what is no whole number of yen.
    """
    cell = condense(text)
    if unit is not None and unit not in yen.UNITS:
        raise cell.unreadable(f"{unit} is no unit of money")
    if not cell.text:
        raise cell.unreadable("A blank cell says nothing")
    if _DASH.fullmatch(cell.text):
        return Dash()
    start, stop = _inside(cell)
    money, end = _money(cell, start, unit)
    if end < stop:
        raise cell.unreadable("Something follows the amount", end)
    return money


def _inside(cell: CondensedText) -> tuple[int, int]:
    """The bounds of the text within the one bracket around all of it, or else of all of it."""
    depth = 0
    for index, character in enumerate(cell.text):
        depth += (character == "(") - (character == ")")
        if depth <= 0:
            whole = index > 0 and index == len(cell.text) - 1
            return (1, index) if whole else (0, len(cell.text))
    return 0, len(cell.text)


def _money(cell: CondensedText, index: int, unit: str | None) -> tuple[Money, int]:
    heading = _heading(cell, index)
    money, end = _amount(cell, heading, unit)
    if not cell.text.startswith("(", end):
        return money, end
    behind = _heading(cell, end + 1)
    if behind.end > end + 1 and cell.text.startswith(")", behind.end) and heading.end == index:
        return replace(money, year=behind.year, stage=behind.stage), behind.end + 1
    return _with_previous(cell, money, end + 1, unit)


def _amount(cell: CondensedText, heading: _Heading, unit: str | None) -> tuple[Money, int]:
    amount = yen.read(cell, heading.end, unit)
    suffix = _SUFFIX.match(cell.text, amount.end if amount else heading.end)
    if suffix is None or not (amount or suffix["within"]):
        raise cell.unreadable("This is no amount", heading.end)
    within, others = bool(suffix["within"]), bool(suffix["others"])
    money = Money(
        amount.yen if amount else None,
        amount.unit if amount else None,
        amount is not None and amount.unit_printed,
        within,
        others,
        heading.year,
        heading.stage,
    )
    return money, suffix.end()


def _with_previous(cell: CondensedText, money: Money, index: int, unit: str | None) -> tuple[Money, int]:
    """The money with last year's amount, which begins at `index` in a bracket; and the index behind that."""
    last = _LAST_YEAR.match(cell.text, index)
    heading = _heading(cell, _behind_colon(cell, last.end()) if last else index)
    if heading.year and (last or money.year is None or heading.year.year != money.year.year - 1):
        raise cell.unreadable("Whether this is the year before is not clear", index)
    if heading.stage and not (last or heading.year):
        raise cell.unreadable("A stage without its year", index)
    previous, end = _amount(cell, heading, unit)
    if not cell.text.startswith(")", end):
        raise cell.unreadable("The bracket is not closed behind its amount", end)
    stated = last is not None or heading.year is not None
    return replace(money, previous=previous, previous_stated=stated), end + 1


def _heading(cell: CondensedText, index: int) -> _Heading:
    """The year and stage that begin at `index`, with the colon behind; each None where not printed."""
    found = budget_heading.read(cell, index)
    if found:
        heading, end = found
        return _Heading(heading.year, heading.stage, _behind_colon(cell, end))
    stage = budget_heading.read_stage(cell, index)
    if stage:
        return _Heading(None, stage.stage, _behind_colon(cell, stage.end))
    place = fiscal_year.place(cell, index)
    if place and cell.text.startswith(":", place.end):
        return _Heading(fiscal_year.read(cell, place), None, place.end + 1)
    return _Heading(None, None, index)


def _behind_colon(cell: CondensedText, index: int) -> int:
    return index + cell.text.startswith(":", index)
