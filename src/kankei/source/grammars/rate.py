"""Funding methods and rates, as the column 補助率等 prints them."""

from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction

from kankei.source.grammars import rate_grammar as grammar
from kankei.source.grammars.normalised_text import CondensedText, condense
from kankei.source.grammars.rate_grammar import Ratio


class FundingMethod(Enum):
    """Ways in which money is given; the values are the slugs of the concept scheme ``funding``."""

    FIXED_SUM = "fixed-sum"
    FRACTION = "fraction"
    COMMISSION = "commission"
    ALLOCATION_TAX = "allocation-tax"
    ORDINARY_ALLOCATION_TAX = "ordinary-allocation-tax"
    SPECIAL_ALLOCATION_TAX = "special-allocation-tax"
    SURVEY_PROJECT = "survey-project"


_WORDS = {
    FundingMethod.FIXED_SUM: "定額",
    FundingMethod.COMMISSION: "委託",
    FundingMethod.ALLOCATION_TAX: "交付税措置",
    FundingMethod.ORDINARY_ALLOCATION_TAX: "普通交付税措置",
    FundingMethod.SPECIAL_ALLOCATION_TAX: "特別交付税措置",
    FundingMethod.SURVEY_PROJECT: "調査事業",
}


@dataclass(frozen=True)
class FundingTerm:
    """One way of funding, with all that is printed of it; what is not printed is None or False.

    `fraction` is the share of the cost as printed (10/10 stays so; 50% is 50/100), `to` the upper end of a
    range of shares, `at_most` whether the share is a maximum (以内). `ceiling_yen` is the highest sum in yen,
    `counted_share` the part of the expense that the allocation tax counts (算入率, 措置率), `applicant` to
    whom the term applies, `indirect` whether the money passes through another body (間接補助). `printed` is
    the exact text from `start` to `end` of the cell; the three are left out when terms are compared.
    """

    method: FundingMethod
    fraction: Ratio | None = None
    to: Ratio | None = None
    at_most: bool = False
    ceiling_yen: int | None = None
    counted_share: Fraction | None = None
    applicant: str | None = None
    indirect: bool = False
    printed: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def render(self) -> str:
        """The applicant, the method or share, and in brackets the ceiling and the counted share."""
        applicant = f"{self.applicant}:" if self.applicant else ""
        share = "~".join(ratio.render() for ratio in (self.fraction, self.to) if ratio)
        core = share + "以内" * self.at_most if share else _WORDS[self.method]
        ceiling = f"上限{self.ceiling_yen}円" if self.ceiling_yen is not None else ""
        counted = f"算入率{grammar.render(self.counted_share)}" if self.counted_share else ""
        limits = "、".join(filter(None, (ceiling, counted)))
        return applicant + "間接補助:" * self.indirect + core + (f"({limits})" if limits else "")


@dataclass(frozen=True)
class Rates:
    """The terms of a cell in printed order; which of several applies is not said. 等 leaves the list open."""

    terms: tuple[FundingTerm, ...]
    and_others: bool = False

    def render(self) -> str:
        """The terms, separated by ``、``."""
        return "、".join(term.render() for term in self.terms) + "等" * self.and_others


def parse(text: str) -> Rates:
    """The terms of ``定額、1／2``, ``普通交付税措置（算入率0.8）``, ``民間：1/2、市町村：1/3（離島 2/3）``.

    Words are read across line breaks. A ceiling or counted share counts for the term that it touches or that
    its bracket touches; behind a space or separator only where one term stands before it. Applicants are
    known kinds of bodies and areas: of other words it is not clear whether they say who pays, who receives or
    what for. Unreadable on purpose: a dash, methods without a concept (直轄, 融資, 地方財政措置, 定率), the
    share of the state beside others' (国1/2), sums per unit (1団体あたり), 相当, 程度, and circled numbers,
    which `measures` divides.
    """
    cell = condense(text)
    if not cell.text:
        raise cell.unreadable("A blank cell says nothing")
    if grammar.DASH.fullmatch(cell.text):
        raise cell.unreadable("A dash says of no funding what it is")
    terms, index = _term(cell, 0)
    while index < len(cell.text):
        if grammar.OPEN.match(cell.text, index):
            return Rates(tuple(terms), and_others=True)
        after = grammar.behind_separator(cell, index)
        limit = grammar.limit(cell, after)
        bracket = cell.text.startswith("(", after) and cell.gap(after)
        if limit is None and not bracket:
            more, index = _term(cell, after)
            terms += more
        elif len(terms) > 1:
            raise cell.unreadable("Which of the terms this limits is not clear", after)
        elif limit:
            terms, index = [_limited(cell, terms[0], limit)], limit.end
        else:
            term, exceptions, index = _bracket(cell, terms[0], after + 1)
            terms = [term, *exceptions]
    return Rates(tuple(terms))


def _term(cell: CondensedText, index: int) -> tuple[list[FundingTerm], int]:
    """The term at `index`, followed by those in its bracket; and the index behind them."""
    term, end = _bare(cell, index)
    exceptions: list[FundingTerm] = []
    while end < len(cell.text) and not cell.gap(end):
        limit = grammar.limit(cell, end)
        if limit:
            term, end = _limited(cell, term, limit), limit.end
        elif cell.text[end] == "(" and not exceptions:
            term, exceptions, end = _bracket(cell, term, end + 1)
        else:
            break
    return [term, *exceptions], end


def _bracket(
    cell: CondensedText, term: FundingTerm, index: int
) -> tuple[FundingTerm, list[FundingTerm], int]:
    """What a bracket adds: limits of the term before it, or terms for the applicants that it names."""
    exceptions: list[FundingTerm] = []
    while True:
        limit = grammar.limit(cell, index)
        if limit and exceptions:
            raise cell.unreadable("Which of the terms this limits is not clear", index)
        if limit:
            term, index = _limited(cell, term, limit), limit.end
        else:
            exception, end = _bare(cell, index)
            if exception.applicant is None:
                raise cell.unreadable("A term in brackets that names no applicant", index)
            exceptions.append(exception)
            index = end
        if cell.text.startswith(")", index):
            return _ending(cell, term, index + 1, exceptions), exceptions, index + 1
        index = grammar.behind_separator(cell, index)


def _ending(cell: CondensedText, term: FundingTerm, end: int, exceptions: list[FundingTerm]) -> FundingTerm:
    """The term, printed up to the bracket that closes at `end` unless that holds terms of its own."""
    return term if exceptions else _printed(cell, term, end)


def _bare(cell: CondensedText, index: int) -> tuple[FundingTerm, int]:
    """The term at `index` without what limits it."""
    found = grammar.core(cell, index)
    if found is None:
        raise cell.unreadable("This is no known way of funding", index)
    method = FundingMethod(found.method)
    if found.to and found.fraction and found.to.exact <= found.fraction.exact:
        raise cell.unreadable("A range of shares that does not ascend", index)
    term = FundingTerm(
        method, found.fraction, found.to, found.at_most, applicant=found.applicant, indirect=found.indirect
    )
    start = cell.position(index)
    return _printed(cell, replace(term, start=start), found.end), found.end


def _limited(cell: CondensedText, term: FundingTerm, limit: grammar.Limit) -> FundingTerm:
    taxed = term.method.value.endswith(FundingMethod.ALLOCATION_TAX.value)
    if limit.counted_share is not None and not taxed:
        raise cell.unreadable("Only the allocation tax counts a share", limit.start)
    if (limit.ceiling_yen is not None and term.ceiling_yen is not None) or (
        limit.counted_share is not None and term.counted_share is not None
    ):
        raise cell.unreadable("A second limit of the same kind", limit.start)
    term = replace(
        term,
        ceiling_yen=term.ceiling_yen if limit.ceiling_yen is None else limit.ceiling_yen,
        counted_share=term.counted_share if limit.counted_share is None else limit.counted_share,
        indirect=term.indirect or limit.indirect,
    )
    return _printed(cell, term, limit.end)


def _printed(cell: CondensedText, term: FundingTerm, index: int) -> FundingTerm:
    end = cell.span(index - 1, index)[1]
    return replace(term, printed=cell.printed[term.start : end], end=end)
