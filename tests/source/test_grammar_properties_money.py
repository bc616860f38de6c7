"""Properties of the grammars of budgets, rates, measures, telephones and links for any text."""

from collections.abc import Callable
from fractions import Fraction
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.source.grammars import budget_heading, fiscal_year, links, money, per_measure, rate, telephone
from kankei.source.grammars.budget_heading import BudgetHeading, BudgetStage
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.money import Money
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, ParseError, condense
from kankei.source.grammars.rate import FundingMethod, FundingTerm, Rates, Ratio
from support.rendering import render


def fiscal_years(text: str) -> tuple[FiscalYear, ...]:
    """The fiscal years in a text."""
    cell = condense(text)
    return tuple(fiscal_year.read(cell, span) for span in fiscal_year.find(cell))


PARSERS: dict[str, Callable[[str], Any]] = {
    "fiscal_year": fiscal_years,
    "budget_heading": budget_heading.parse,
    "money": lambda text: money.parse(text, unit="百万円"),
    "money without unit": money.parse,
    "rate": rate.parse,
    "measures": per_measure.parse,
    "telephone": telephone.find,
    "links": links.parse,
}
# What the grammars are made of, and what they must not stumble over; a space is added below.
FRAGMENTS = [
    *"RH77元①②㊿（）()：:、・/／～-－ー.,%％【】@0\n\u3000\x00\ud800\u202e",
    *("令和", "平成", "31", "年度", "年", "2025", "当初予算", "予算案", "補正", "概算要求", "第2次", "額"),
    *("の内数", "ほか", "等", "前年度", "円", "千", "百万円", "億", "万", "10", "1,234", "(1)", "（２）"),
    *("定額", "1/2", "１／２", "½", "2分の1", "以内", "委託", "普通交付税", "措置", "調査事業", "上限"),
    *("500万円", "算入率", "0.8", "措置率", "都道府県", "市町村", "民間", "離島", "間接補助", "国"),
    *("03", "5253", "5391", "0120", "+81", "内線", "直通", "TEL", "FAX", "090"),
    *("https://", "a.go.jp", "URL", "HP", "事例", "javascript:", "www."),
]
mixtures = st.lists(st.sampled_from([*FRAGMENTS, " "]), max_size=14).map("".join)


def read(name: str, text: str) -> Any:
    """The value of a text, or the error: any other fails the test."""
    try:
        return PARSERS[name](text)
    except ParseError as error:
        return error


@pytest.mark.parametrize("name", PARSERS)
@given(text=st.one_of(st.text(), mixtures))
def test_a_text_parses_to_a_value_that_round_trips_or_is_a_parse_error(name: str, text: str) -> None:
    value = read(name, text)
    if isinstance(value, ParseError):
        assert value.text == text
        assert 0 <= value.position <= len(text)
    elif isinstance(value, tuple):
        # Measures without numbers or with numbers of another form are read together only.
        parts = [value] if name == "measures" else [(one,) for one in value]
        assert all(PARSERS[name](render(part)) == part for part in parts)
    else:
        assert PARSERS[name](render(value)) == value


@given(text=st.one_of(st.text(), mixtures))
def test_a_condensed_text_has_the_origin_of_each_character(text: str) -> None:
    cell = condense(text)
    assert len(cell.text) == len(cell.origins)
    assert list(cell.origins) == sorted(set(cell.origins))
    kept = set(cell.origins)
    assert all(text[index].isspace() for index in range(len(text)) if index not in kept)


@given(text=mixtures)
def test_values_have_the_offsets_of_their_text(text: str) -> None:
    rates, numbers, cell = (read(name, text) for name in ("rate", "telephone", "measures"))
    if isinstance(rates, Rates):
        assert all(text[term.start : term.end] == term.printed for term in rates.terms)
    if isinstance(numbers, tuple):
        assert all(text[number.start : number.end] == number.printed for number in numbers)
    if isinstance(cell, tuple):
        assert all(text[part.start : part.end] == part.text for part in cell)


years = st.builds(FiscalYear, st.integers(1886, 2199))
stages = st.none() | st.sampled_from(BudgetStage)


@given(years)
def test_fiscal_years_round_trip(year: FiscalYear) -> None:
    assert fiscal_years(render(year)) == (year,)
    assert (year.last_day - year.first_day).days in (364, 365)


@given(st.builds(BudgetHeading, years, stages))
def test_headings_round_trip(heading: BudgetHeading) -> None:
    assert budget_heading.parse(render(heading)) == heading


@st.composite
def amounts(draw: st.DrawFn) -> Money:
    unit = draw(st.sampled_from(list(money.UNITS)))
    # A printed number has twelve decimal places at most.
    total = draw(st.integers(0, money.LIMIT - 1))
    total -= total % 10 ** max(0, len(str(money.UNITS[unit])) - 13)
    return Money(total, unit, True, draw(st.booleans()), draw(st.booleans()))


@st.composite
def budgets(draw: st.DrawFn) -> Money:
    amount, year, stage = draw(amounts()), draw(st.none() | years), draw(stages)
    previous = draw(st.none() | amounts())
    stated = previous is not None and draw(st.booleans())
    return Money(
        amount.yen, amount.unit, True, amount.within, amount.and_others, year, stage, previous, stated
    )


@given(budgets())
def test_budgets_round_trip(budget: Money) -> None:
    assert money.parse(render(budget)) == budget


ratios = st.integers(1, 9999).flatmap(lambda whole: st.builds(Ratio, st.integers(1, whole), st.just(whole)))
TAXES = (
    FundingMethod.ALLOCATION_TAX,
    FundingMethod.ORDINARY_ALLOCATION_TAX,
    FundingMethod.SPECIAL_ALLOCATION_TAX,
)


@st.composite
def terms(draw: st.DrawFn) -> FundingTerm:
    method = draw(st.sampled_from(FundingMethod))
    fraction = draw(ratios) if method is FundingMethod.FRACTION else None
    to = draw(st.none() | ratios) if fraction else None
    if fraction and to and to.exact <= fraction.exact:
        to = None
    counted = st.fractions(Fraction(1, 100), 1, max_denominator=100)
    return FundingTerm(
        method,
        fraction,
        to,
        at_most=bool(fraction) and draw(st.booleans()),
        ceiling_yen=draw(st.none() | st.integers(0, money.LIMIT - 1)),
        counted_share=draw(st.none() | counted) if method in TAXES else None,
        applicant=draw(st.none() | st.sampled_from(["都道府県", "市町村・民間団体等", "離島", "中小企業者"])),
        indirect=bool(fraction) and draw(st.booleans()),
    )


@given(st.builds(Rates, st.lists(terms(), min_size=1, max_size=4).map(tuple), st.booleans()))
def test_rates_round_trip(rates: Rates) -> None:
    assert rate.parse(render(rates)) == rates


def test_circled_numbers_run_from_one_to_fifty() -> None:
    assert [
        CIRCLED_NUMBERS[0],
        CIRCLED_NUMBERS[19],
        CIRCLED_NUMBERS[20],
        CIRCLED_NUMBERS[34],
        CIRCLED_NUMBERS[35],
        CIRCLED_NUMBERS[49],
    ] == list("①⑳㉑㉟㊱㊿")
    assert len(set(CIRCLED_NUMBERS)) == 50


def test_headings_are_found_in_a_row_of_columns() -> None:
    row = "公募時期 R７年度\n当初予算 問合せ先 （令和6年度補正予算額） H40鋼"
    cell = condense(row)
    matches = [budget_heading.read(cell, span.start) for span in fiscal_year.find(cell)]
    headings = [match[0] for match in matches if match]
    assert headings == [
        BudgetHeading(FiscalYear(2025), BudgetStage.INITIAL),
        BudgetHeading(FiscalYear(2024), BudgetStage.SUPPLEMENTARY),
    ]
    assert [row[heading.start : heading.end] for heading in headings] == [
        "R７年度\n当初予算",
        "令和6年度補正予算額",
    ]


def test_telephones_are_found_in_a_contact() -> None:
    contact = (
        "総務省 地域自立応援課\nTEL 03-5253-5391 FAX 03-5253-5392\n〒100-8926\n電話：03-5253-5393（内線 1）"
    )
    first, second = telephone.find(contact)
    assert (first.national, second.national) == ("03-5253-5391", "03-5253-5393")
    assert contact[second.start : second.end] == "電話：03-5253-5393（内線 1）"
    assert telephone.find("TEL/FAX：03-5253-5391") != ()


REPEATED = [*FRAGMENTS, " ", "1/2、", "1,1,", "市町村・", "03-5253-5391 ", "https://a.go.jp/ ", "a)", "a-"]


@pytest.mark.parametrize("name", PARSERS)
def test_time_is_linear(name: str) -> None:
    for fragment in REPEATED:
        text = (fragment * 10_000)[:10_000]
        for hostile in (text + "!", "定額（" + text, "https://a" + text):
            begun = process_time()
            read(name, hostile)
            assert process_time() - begun < 0.25, (fragment, hostile[:20])
