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


_WORDS = {
    BudgetStage.INITIAL: "当初予算",
    BudgetStage.PROPOSAL: "予算案",
    BudgetStage.SUPPLEMENTARY: "補正予算",
}
_DRAFT = r"(?:案|\(案\))"
_SUPPLEMENT = r"(?:第?[0-9一二三四]次)?補正(?:予算)?"
# What is refused stands first: its beginning often reads like a stage that is known.
_STAGE = re.compile(
    rf"の?(?:(?P<refused>(?:予算)?の?(?:概算)?(?:要求|要望)|暫定|{_SUPPLEMENT}(?:{_DRAFT}|後)|決算|執行"
    r"|(?:当初|政府)?予算(?:現額|要求|要望|執行|後))"
    rf"|(?P<proposal>(?:当初|政府)?(?:当初)?予算{_DRAFT}額?|概算決定額?)"
    rf"|(?P<supplementary>{_SUPPLEMENT}額?)|(?P<initial>当初(?:予算)?額?)|(?P<unstated>予算額?))"
)


@dataclass(frozen=True)
class BudgetHeading:
    """A fiscal year and, where it is printed, the stage of its budget.

    `start` and `end` are the positions of the heading in the printed text; comparison leaves them out.
    """

    year: FiscalYear
    stage: BudgetStage | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def render(self) -> str:
        """The year by the Western count, then the stage: ``2025年度当初予算``."""
        return self.year.render() + (stage_word(self.stage) if self.stage else "")


@dataclass(frozen=True)
class StageMatch:
    """A stage read at a place, None where only 予算 is printed; `end` is the index behind it."""

    stage: BudgetStage | None
    end: int


def parse(text: str) -> BudgetHeading:
    """The heading of ``R７年度当初予算``, ``令和6年度第2次補正予算額``, ``令和7年度予算（案）``.

    当初予算案, 政府予算案 and 概算決定額 are proposals. 概算要求, 暫定予算, 補正後 and 補正予算案 are
    unreadable: the scheme of stages has no concept for them.
    """
    headings = find(text)
    cell = condense(text)
    if len(headings) != 1 or headings[0].start != cell.position(0):
        raise cell.unreadable("This is not the heading of one budget")
    if text[headings[0].end :].strip():
        raise cell.unreadable("Something follows the heading", len(cell.text) - 1)
    return headings[0]


def find(text: str) -> tuple[BudgetHeading, ...]:
    """The fiscal years of a text with the stage printed behind each, in printed order.

    An era without 年度 counts only before the name of a stage (``R6補正``). A year or stage that cannot be
    read is `Unreadable`, not left out.
    """
    cell = condense(text)
    found = (read(cell, place.start) for place in fiscal_year.places(cell))
    return tuple(heading for heading, _ in filter(None, found))


def read(cell: CondensedText, index: int) -> tuple[BudgetHeading, int] | None:
    """The heading that begins at `index` of a condensed text, and the index behind it."""
    place = fiscal_year.place(cell, index)
    if place is None:
        return None
    stage = read_stage(cell, place.end)
    if not (place.said or stage):
        return None
    year, end = fiscal_year.read(cell, place), stage.end if stage else place.end
    return BudgetHeading(year, stage.stage if stage else None, *cell.span(index, end)), end


def read_stage(cell: CondensedText, index: int) -> StageMatch | None:
    """The stage that begins at `index`, None where none does; `Unreadable` where the scheme lacks it."""
    match = _STAGE.match(cell.text, index)
    if match is None:
        return None
    if match["refused"]:
        raise cell.unreadable("The scheme of budget stages has no such stage", match.start("refused"))
    return StageMatch(next((stage for stage in BudgetStage if match[stage.value]), None), match.end())


def stage_word(stage: BudgetStage) -> str:
    """The name of a stage as headings print it, ``当初予算``."""
    return _WORDS[stage]
