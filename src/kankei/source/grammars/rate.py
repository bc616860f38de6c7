"""Funding methods and rates, as the column 補助率等 prints them."""

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from unicodedata import normalize

from kankei.source.grammars.money import DASH, read_amount
from kankei.source.grammars.normalised_text import CHINESE_NUMERAL, CondensedText, condense, integer


class FundingMethod(Enum):
    """Ways in which money is given; the values are the slugs of the concept scheme ``funding``."""

    FIXED_SUM = "fixed-sum"
    FRACTION = "fraction"
    COMMISSION = "commission"
    ALLOCATION_TAX = "allocation-tax"
    ORDINARY_ALLOCATION_TAX = "ordinary-allocation-tax"
    SPECIAL_ALLOCATION_TAX = "special-allocation-tax"
    SURVEY_PROJECT = "survey-project"


_PATTERNS = {
    FundingMethod.FIXED_SUM: "定額(?:補助)?",
    FundingMethod.COMMISSION: "委託(?:費|事業)?",
    FundingMethod.ALLOCATION_TAX: "(?:地方)?交付税措置",
    FundingMethod.ORDINARY_ALLOCATION_TAX: "普通交付税(?:による)?措置",
    FundingMethod.SPECIAL_ALLOCATION_TAX: "特別交付税(?:による)?措置",
    FundingMethod.SURVEY_PROJECT: "調査事業",
}
_METHOD = "|".join(f"(?P<{method.name}>{pattern})" for method, pattern in _PATTERNS.items())
_NUMBER = rf"(?:[0-9]{{1,4}}|{CHINESE_NUMERAL})"
_RATIO = (
    rf"(?:[0-9]{{1,6}}/[0-9]{{1,6}}(?![0-9/.])|[0-9]{{1,3}}\.[0-9]{{1,3}}/[0-9]{{1,6}}(?![0-9/.])|{_NUMBER}分の{_NUMBER}(?![0-9.])"
    r"|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅒]|[0-9]{1,3}(?:\.[0-9]{1,3})?%)"
)
_SHARE = (
    rf"(?P<most>最大|上限)?(?P<fraction>{_RATIO})(?:(?:~|から)(?P<to>{_RATIO}))?"
    rf"(?P<within>以内|以下|\((?:以内|以下)\))?(?:補助)?"
)
_BRACKETS = {"【": "】", "[": "]", "(": ")"}
_CORE = re.compile(
    r"(?P<indirect>間接補助率?:?|\(間接補助\))?(?:補助率:?)?(?:(?:補助対象経費|対象経費|事業費|経費|費用)の)?"
    rf"(?:{_SHARE}|(?P<open>[【\[(])?(?:{_METHOD})(?P<close>[】\])])?)"
)
# What an applicant may be called. 国 is not among them: 国1/2 is what the state bears, beside others.
_KIND = (
    "都道府県|市区?町村|町村|特別区|指定都市|政令市|中核市|市|県|自治体|公共団体|団体|法人|企業|者|組合|協議会|会社|公社|機構"
    "|大学|学校|地域|地区|離島|半島|山村|過疎|豪雪|沖縄|北海道|奄美|小笠原|民間|NPO|DMO|個人|その他|それ以外"
)
_ONE_APPLICANT = rf"(?:[々一-鿿ァ-ヶーA-Za-z]{{0,10}}(?:{_KIND})等?)"
_APPLICANT = re.compile(rf"(?P<name>{_ONE_APPLICANT}(?:(?:[・、,･]|及び|又は){_ONE_APPLICANT})*):?")
_COUNTED = re.compile(
    rf"(?:算入率|措置率)(?:は|:)?(?P<share>{_RATIO}|[01]\.[0-9]{{1,4}}(?![0-9.])|1(?![0-9./]))"
)
_CEILING_BEFORE = re.compile(r"(?:補助)?(?:上限|限度)額?(?:は|:)?")
_EACH = re.compile(
    "(?:1|一)(?:事業(?:主体|者)?|件|団体|か所|カ所|ヶ所|箇所|地区|地域|施設|者|社|人|法人|市町村|自治体)"
    "(?:当た?り|あたり|につき)(?:の|、)?"
)
_CEILING_BEHIND = re.compile("を?(?:上限|限度)(?:額)?|以内")
_A_RATIO = re.compile(_RATIO)
_YEN = re.compile("[0-9,.十百千万億兆]{1,40}円")
_PASSED_ON = re.compile(r"間接補助(?=[、,)]|\Z)")
_SEPARATOR = re.compile(r"[ \n]?(?:[、・,､･;]|又は|または|及び|および|並びに|/(?![0-9]))[ \n]?|[ \n]")
_OPEN_END = re.compile(r"(?:等|ほか|など)\Z")


@dataclass(frozen=True)
class Ratio:
    """A share as printed, not reduced: 10/10 is not 1/1."""

    numerator: int
    denominator: int

    @property
    def exact(self) -> Fraction:
        """The share as a number."""
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True)
class FundingTerm:
    """One way of funding, with all that is printed of it; what is not printed is None or False.

    `fraction` is the share of the cost as printed (10/10 stays so; 50% is 50/100), `to` the upper end of a
    range of shares, `at_most` whether the share is a maximum (以内). `ceiling_yen` is the highest sum in yen,
    `ceiling_each` for what it is the highest (１事業当たり), if that is printed,
    `counted_share` the part of the expense that the allocation tax counts (算入率, 措置率), `applicant` to
    whom the term applies, `indirect` whether the money passes through another body (間接補助). `printed` is
    the exact text from `start` to `end` of the cell; comparison ignores the three.
    """

    method: FundingMethod
    fraction: Ratio | None = None
    to: Ratio | None = None
    at_most: bool = False
    ceiling_yen: int | None = None
    counted_share: Fraction | None = None
    applicant: str | None = None
    indirect: bool = False
    ceiling_each: str | None = field(default=None, compare=False)
    printed: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Rates:
    """The terms of a cell in printed order; which of several applies is not said. 等 leaves the list open."""

    terms: tuple[FundingTerm, ...]
    and_others: bool = False


@dataclass(frozen=True)
class _Limit:
    """What limits a term: a ceiling in yen, the share that the allocation tax counts, or 間接補助."""

    start: int
    end: int
    ceiling_yen: int | None = None
    counted_share: Fraction | None = None
    indirect: bool = False
    each: str | None = None


def parse(text: str) -> Rates:
    """The terms of ``定額、1／2``, ``普通交付税措置（算入率0.8）``, ``民間：1/2、市町村：1/3（離島 2/3）``.

    Words are read across line breaks. A ceiling or counted share counts for the term that it touches or that
    its bracket touches; behind a space or separator only where one term stands before it. Applicants are
    known kinds of bodies and areas: of other words it is not clear whether they say who pays, who receives or
    what for. `ParseError` on purpose: a dash, methods without a concept (直轄, 融資, 地方財政措置, 定率), the
    share of the state beside others' (国1/2), sums per unit but ceilings, 相当, 程度, and circled numbers,
    which `per_measure` divides.
    """
    cell = condense(text)
    if not cell.text:
        raise cell.error("The cell is blank")
    if DASH.fullmatch(cell.text):
        raise cell.error("A dash names no way of funding")
    terms, index = _term(cell, 0)
    while index < len(cell.text):
        if _OPEN_END.match(cell.text, index):
            return Rates(tuple(terms), and_others=True)
        terms, index = _continued(cell, terms, _skip_separator(cell, index))
    return Rates(tuple(terms))


def _continued(cell: CondensedText, terms: list[FundingTerm], index: int) -> tuple[list[FundingTerm], int]:
    """The terms with the further term, limit or bracket at `index`; and the index behind it."""
    limit = _limit(cell, index)
    bracket = cell.text.startswith("(", index) and cell.gap(index)
    if limit is None and not bracket:
        more, end = _term(cell, index)
        return [*terms, *more], end
    if len(terms) > 1:
        raise cell.error("Which of the terms this limits is not clear", index)
    if limit:
        return [_limited(cell, terms[0], limit)], limit.end
    term, exceptions, end = _bracket(cell, terms[0], index + 1)
    return [term, *exceptions], end


def _term(cell: CondensedText, index: int) -> tuple[list[FundingTerm], int]:
    """The term at `index`, followed by those in its bracket; and the index behind them."""
    term, end = _bare_term(cell, index)
    exceptions: list[FundingTerm] = []
    while end < len(cell.text) and not cell.gap(end):
        if limit := _limit(cell, end):
            term, end = _limited(cell, term, limit), limit.end
        elif cell.text[end] == "(" and not exceptions:
            term, exceptions, end = _bracket(cell, term, end + 1)
        else:
            break
    return [term, *exceptions], end


def _bracket(
    cell: CondensedText, term: FundingTerm, index: int
) -> tuple[FundingTerm, list[FundingTerm], int]:
    """The term with the limits in a bracket, the terms in it for named applicants, and the index behind."""
    exceptions: list[FundingTerm] = []
    while True:
        limit = _limit(cell, index)
        if limit and exceptions:
            raise cell.error("Which of the terms this limits is not clear", index)
        if limit:
            term, index = _limited(cell, term, limit), limit.end
        else:
            exception, end = _bare_term(cell, index)
            if exception.applicant is None:
                raise cell.error("A term in brackets that names no applicant", index)
            exceptions.append(exception)
            index = end
        if cell.text.startswith(")", index):
            # A bracket with terms of its own is not part of the print of the term before it.
            return term if exceptions else _printed(cell, term, index + 1), exceptions, index + 1
        index = _skip_separator(cell, index)


def _bare_term(cell: CondensedText, index: int) -> tuple[FundingTerm, int]:
    """The term at `index`, with the applicant before it and without limits; and the index behind it."""
    applicant, match = _applicant_and_core(cell, index)
    fraction, to = (_ratio(cell, match[name], index) if match[name] else None for name in ("fraction", "to"))
    if to and fraction and to.exact <= fraction.exact:
        raise cell.error("A range of shares that does not ascend", index)
    term = FundingTerm(
        next((method for method in _PATTERNS if match[method.name]), FundingMethod.FRACTION),
        fraction,
        to,
        at_most=bool(match["most"] or match["within"]),
        applicant=applicant["name"] if applicant else None,
        indirect=bool(match["indirect"]),
        start=cell.position(index),
    )
    return _printed(cell, term, match.end()), match.end()


def _applicant_and_core(cell: CondensedText, index: int) -> tuple[re.Match[str] | None, re.Match[str]]:
    applicant = None
    core = _CORE.match(cell.text, index)
    if core is None:
        applicant = _APPLICANT.match(cell.text, index)
        core = _CORE.match(cell.text, applicant.end()) if applicant else None
    if core is None or _BRACKETS.get(core["open"]) != core["close"]:
        raise cell.error("This is no known way of funding", index)
    return applicant, core


def _limit(cell: CondensedText, index: int) -> _Limit | None:
    """The limit at `index`, None where none begins."""
    if passed_on := _PASSED_ON.match(cell.text, index):
        return _Limit(index, passed_on.end(), indirect=True)
    if counted := _COUNTED.match(cell.text, index):
        return _Limit(index, counted.end(), counted_share=_counted_share(cell, counted["share"], index))
    each = _EACH.match(cell.text, index)
    index_of_sum = each.end() if each else index
    before = _CEILING_BEFORE.match(cell.text, index_of_sum)
    start = before.end() if before else index_of_sum
    if before and not each and (each := _EACH.match(cell.text, start)):
        start = each.end()
    if (not before and not _YEN.match(cell.text, index_of_sum)) or _A_RATIO.match(cell.text, start):
        return None
    ceiling = read_amount(cell, start)
    if ceiling is None:
        raise cell.error("A ceiling without its amount", index)
    behind = None if before else _CEILING_BEHIND.match(cell.text, ceiling.end)
    if not (before or behind):
        raise cell.error("An amount that is not said to be a ceiling", index)
    end = behind.end() if behind else ceiling.end
    printed_each = cell.printed[slice(*cell.span(each.start(), each.end()))] if each else None
    return _Limit(index, end, ceiling_yen=ceiling.yen, each=printed_each)


def _limited(cell: CondensedText, term: FundingTerm, limit: _Limit) -> FundingTerm:
    taxed = term.method.value.endswith(FundingMethod.ALLOCATION_TAX.value)
    if limit.counted_share is not None and not taxed:
        raise cell.error("Only the allocation tax counts a share", limit.start)
    if (limit.ceiling_yen is not None and term.ceiling_yen is not None) or (
        limit.counted_share is not None and term.counted_share is not None
    ):
        raise cell.error("A second limit of the same kind", limit.start)
    term = replace(
        term,
        ceiling_yen=term.ceiling_yen if limit.ceiling_yen is None else limit.ceiling_yen,
        counted_share=term.counted_share if limit.counted_share is None else limit.counted_share,
        indirect=term.indirect or limit.indirect,
        ceiling_each=limit.each or term.ceiling_each,
    )
    return _printed(cell, term, limit.end)


def _printed(cell: CondensedText, term: FundingTerm, index: int) -> FundingTerm:
    end = cell.span(index - 1, index)[1]
    return replace(term, printed=cell.printed[term.start : end], end=end)


def _skip_separator(cell: CondensedText, index: int) -> int:
    """The index where the next term begins: behind a separator, or behind white space."""
    separator = _SEPARATOR.match(cell.text, index)
    if separator is None and not cell.gap(index):
        raise cell.error("Something follows that belongs to no term", index)
    return separator.end() if separator else index


def _ratio(cell: CondensedText, printed: str, index: int) -> Ratio:
    if printed.endswith("%"):
        whole, _, places = printed[:-1].partition(".")
        ratio = Ratio(int(whole + places), 100 * 10 ** len(places))
    elif "分の" in printed:
        denominator, _, numerator = printed.partition("分の")
        ratio = Ratio(integer(numerator), integer(denominator))
    else:
        # NFKC writes ½ as 1⁄2, with the fraction slash.
        numerator, _, denominator = normalize("NFKC", printed).replace("⁄", "/").partition("/")
        whole, _, places = numerator.partition(".")
        ratio = Ratio(int(whole + places), int(denominator) * 10 ** len(places))
    if not 0 < ratio.numerator <= ratio.denominator:
        raise cell.error("A share is more than nothing and at most the whole", index)
    return ratio


def _counted_share(cell: CondensedText, printed: str, index: int) -> Fraction:
    decimal = printed.replace(".", "").isdecimal() and not printed.endswith("%")
    share = Fraction(printed) if decimal else _ratio(cell, printed, index).exact
    if not 0 < share <= 1:
        raise cell.error("A share is more than nothing and at most the whole", index)
    return share
