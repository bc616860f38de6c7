"""The fiscal years and stages of a budget, as headings print them."""

import re
from dataclasses import dataclass, field
from enum import Enum

from kankei.source.grammars import fiscal_year
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.normalised_text import CondensedText, condense


class BudgetStage(Enum):
    """The stages of a budget; the values are the slugs of the concept scheme ``budget-stage``."""

    INITIAL = "initial"
    PROPOSAL = "proposal"
    SUPPLEMENTARY = "supplementary"


_DRAFT = r"(?:案|\(案\))"
_SUPPLEMENT = r"(?:第?[0-9一二三四]次)?補正(?:予算)?"
# The refused stages come first: they often begin like a stage that is known.
_STAGE = re.compile(
    rf"の?(?:(?P<refused>(?:予算)?の?(?:概算)?(?:要求|要望)|暫定|{_SUPPLEMENT}(?:{_DRAFT}|後)|決算|執行"
    r"|(?:当初|政府)?予算(?:現額|要求|要望|執行|後))"
    rf"|(?P<proposal>(?:当初|政府)?(?:当初)?予算{_DRAFT}額?|概算決定額?)"
    rf"|(?P<supplementary>{_SUPPLEMENT}額?)|(?P<initial>当初(?:予算)?額?)|(?P<unstated>予算額?))"
)


@dataclass(frozen=True)
class BudgetHeading:
    """A fiscal year and, where it is printed, the stage of its budget.

    `start` and `end` are the offsets of the heading in the printed text; comparison ignores them.
    """

    year: FiscalYear
    stage: BudgetStage | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class StageMatch:
    """A stage at an index, None where only 予算 is printed; `end` is the index behind it."""

    stage: BudgetStage | None
    end: int


def parse(text: str) -> BudgetHeading:
    """The heading of ``R7年度当初予算``, ``令和6年度第2次補正予算額``, ``令和7年度予算（案）``.

    当初予算案, 政府予算案 and 概算決定額 are proposals. 概算要求, 暫定予算, 補正後 and 補正予算案 raise
    `ParseError`: the scheme of stages has no concept for them.
    """
    cell = condense(text)
    matches = (read(cell, span.start) for span in fiscal_year.find(cell))
    headings = [heading for heading, _ in filter(None, matches)]
    if len(headings) != 1 or headings[0].start != cell.position(0):
        raise cell.error("This is not the heading of one budget")
    if text[headings[0].end :].strip():
        raise cell.error("Something follows the heading", len(cell.text) - 1)
    return headings[0]


def read(cell: CondensedText, index: int) -> tuple[BudgetHeading, int] | None:
    """The heading that begins at `index` of a condensed text, and the index behind it.

    An era without 年度 begins a heading only before the name of a stage (``R6補正``).
    """
    span = fiscal_year.match(cell, index)
    if span is None:
        return None
    stage = read_stage(cell, span.end)
    if not (span.is_fiscal or stage):
        return None
    year, end = fiscal_year.read(cell, span), stage.end if stage else span.end
    return BudgetHeading(year, stage.stage if stage else None, *cell.span(index, end)), end


def read_stage(cell: CondensedText, index: int) -> StageMatch | None:
    """The stage that begins at `index`, None where none does; `ParseError` where the scheme lacks it."""
    match = _STAGE.match(cell.text, index)
    if match is None:
        return None
    if match["refused"]:
        raise cell.error("The scheme of budget stages has no such stage", match.start("refused"))
    return StageMatch(next((stage for stage in BudgetStage if match[stage.value]), None), match.end())
