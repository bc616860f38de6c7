"""A canonical spelling of each value of the grammars, which they read back to the same value."""

from datetime import time
from functools import singledispatch

from kankei.source.grammars.area import Area
from kankei.source.grammars.bodies import ImplementingBodies
from kankei.source.grammars.budget_heading import BudgetHeading, BudgetStage
from kankei.source.grammars.call_window import CallWindow
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.grammars.links import Link
from kankei.source.grammars.moments import Moment, MonthPart
from kankei.source.grammars.money import UNITS, Dash, Money
from kankei.source.grammars.per_measure import MeasureText
from kankei.source.grammars.rate import FundingMethod, FundingTerm, Rates
from kankei.source.grammars.support_kind import SupportKind
from kankei.source.grammars.telephone import LineType, Telephone
from kankei.source.grammars.theme_line import ThemeLine

_STAGES = {
    BudgetStage.INITIAL: "当初予算",
    BudgetStage.PROPOSAL: "予算案",
    BudgetStage.SUPPLEMENTARY: "補正予算",
    None: "",
}
_METHODS = {
    FundingMethod.FIXED_SUM: "定額",
    FundingMethod.COMMISSION: "委託",
    FundingMethod.ALLOCATION_TAX: "交付税措置",
    FundingMethod.ORDINARY_ALLOCATION_TAX: "普通交付税措置",
    FundingMethod.SPECIAL_ALLOCATION_TAX: "特別交付税措置",
    FundingMethod.SURVEY_PROJECT: "調査事業",
}
_PARTS = {
    MonthPart.EARLY: "上旬",
    MonthPart.MIDDLE: "中旬",
    MonthPart.LATE: "下旬",
    MonthPart.FIRST_HALF: "前半",
    MonthPart.SECOND_HALF: "後半",
    MonthPart.END: "末",
    MonthPart.LAST_DAY: "末日",
    None: "",
}
_LINE_TYPES = {LineType.DIRECT: "(直通)", LineType.SWITCHBOARD: "(代表)", None: ""}
_SEPARATORS = {
    Area: "・",
    SupportKind: "・",
    CallWindow: "、",
    Link: "\n",
    MeasureText: "\n",
    Telephone: "\n",
}


@singledispatch
def render(value: object) -> str:
    """The spelling of a value, or of a tuple of values of one kind."""
    assert isinstance(value, tuple), value
    return _SEPARATORS.get(type(value[0]), "\n").join(map(render, value)) if value else ""


@render.register
def _(value: Area) -> str:
    return value.term


@render.register
def _(value: SupportKind) -> str:
    return {SupportKind.HARD: "ハード", SupportKind.SOFT: "ソフト"}[value]


@render.register
def _(value: ImplementingBodies) -> str:
    return "・".join(body.render() for body in value.bodies)


@render.register
def _(value: FiscalYear) -> str:
    return f"{value.year}年度"


@render.register
def _(value: BudgetHeading) -> str:
    return render(value.year) + _STAGES[value.stage]


@render.register
def _(value: Dash) -> str:
    return "－"


@render.register
def _(value: Money) -> str:
    heading = (render(value.year) if value.year else "") + _STAGES[value.stage]
    amount = "" if value.yen is None or value.unit is None else in_units(value.yen, value.unit)
    unit = value.unit if value.unit and value.unit_printed else ""
    within = ("の内数" if amount else "内数") if value.within else ""
    text = f"{heading}:" * bool(heading) + f"{amount}{unit}{within}" + "ほか" * value.and_others
    return text + (f"({_last_year(value)}{render(value.previous)})" if value.previous else "")


def in_units(yen: int, unit: str) -> str:
    """The amount as a plain number of a unit, without the unit: 1500000 yen of 百万円 are ``1.5``."""
    whole, rest = divmod(yen, UNITS[unit])
    places = f"{rest:0{len(str(UNITS[unit])) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{places}" if places else str(whole)


def _last_year(value: Money) -> str:
    stated = value.previous_stated and value.previous is not None and value.previous.year is None
    return ("前年度" if value.previous and value.previous.stage else "前年度:") if stated else ""


@render.register
def _(value: FundingTerm) -> str:
    applicant = f"{value.applicant}:" if value.applicant else ""
    ratios = (ratio for ratio in (value.fraction, value.to) if ratio)
    share = "~".join(f"{ratio.numerator}/{ratio.denominator}" for ratio in ratios)
    core = share + "以内" * value.at_most if share else _METHODS[value.method]
    ceiling = f"上限{value.ceiling_yen}円" if value.ceiling_yen is not None else ""
    counted = value.counted_share
    limits = "、".join(
        filter(None, (ceiling, f"算入率{counted.numerator}/{counted.denominator}" if counted else ""))
    )
    return applicant + "間接補助:" * value.indirect + core + (f"({limits})" if limits else "")


@render.register
def _(value: Rates) -> str:
    return "、".join(map(render, value.terms)) + "等" * value.and_others


@render.register
def _(value: Moment) -> str:
    year = f"{value.year}年" if value.year is not None else "翌年" if value.next_year else ""
    day = f"{value.day}日" if value.day is not None else _PARTS[value.part]
    return f"{year}{value.month}月{day}{_clock(value.clock)}{'頃' if value.approximate else ''}"


def _clock(clock: time | None) -> str:
    return f"{clock.hour}時{clock.minute:02d}分" if clock else ""


@render.register
def _(value: CallWindow) -> str:
    label = f"{value.label}：" if value.label else ""
    return label + _when(value) + "必着" * value.must_arrive + "消印有効" * value.postmark


def _when(value: CallWindow) -> str:
    if value.undecided:
        return "未定"
    if value.within:
        return render(value.within)
    start = render(value.start) if value.start else ""
    if value.rolling:
        return f"{start}～随時" if start else "随時"
    return f"{start}～{render(value.end) if value.end else ''}"


@render.register
def _(value: Link) -> str:
    label = (value.number or "") + (value.label or "")
    return " ".join(filter(None, (value.heading, label, value.url)))


@render.register
def _(value: MeasureText) -> str:
    return "".join(value.numbers) + (":" if value.numbers else "") + value.text


@render.register
def _(value: Telephone) -> str:
    extensions = f"(内線{'、'.join(value.extensions)})" if value.extensions else ""
    return value.national + _LINE_TYPES[value.line] + extensions


@render.register
def _(value: ThemeLine) -> str:
    number = f"{value.number}．" if value.number else ""
    return f"{number}{value.theme}" + (f"（{value.sub_theme}）" if value.sub_theme else "")
