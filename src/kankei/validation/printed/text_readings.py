"""What a raw text says by the grammar of its class: the values of each property of its node.

The grammars are those of ``source/grammars``; what their results mean for the properties of a node is
written here a second time, apart from the ingest, so that each is checked by the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from kankei.namespaces import KK
from kankei.source.grammars import (
    bodies,
    budget_heading,
    call_window,
    links,
    money,
    rate,
    support_kind,
    telephone,
    theme_line,
)
from kankei.source.grammars.budget_heading import BudgetHeading
from kankei.source.grammars.call_window import CallWindow
from kankei.source.grammars.normalised_text import ParseError, normalise
from kankei.source.grammars.rate import FundingTerm
from kankei.source.grammars.telephone import Telephone
from kankei.validation.printed.known_names import KnownNames, concept, squeezed

Properties = Mapping[str, tuple[str, ...]]
"""The values of a node's properties as texts; the properties are local names of the ontology."""

FLAGS = frozenset(
    f"{KK}{name}" for name in ("andOthers", "approximate", "atMost", "openList", "rolling", "undecided")
)
"""Properties whose ``false`` says no more than their absence."""

_BOUNDS = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
# Sheets repeat themselves: thousands say ソフト, 定額 or 市町村.
_parse_bodies = lru_cache(maxsize=4096)(bodies.parse)
_parse_rates = lru_cache(maxsize=4096)(rate.parse)
_parse_support = lru_cache(maxsize=4096)(support_kind.parse)
_parse_theme = lru_cache(maxsize=4096)(theme_line.parse)
_parse_window = lru_cache(maxsize=4096)(call_window.parse)

_SEPARATORS = "、,，／/・ \n\u3000"


@dataclass(frozen=True)
class Claim:
    """The values that a text gives to a property; others are allowed where `others` holds for them."""

    values: frozenset[str] = frozenset()
    others: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Reading:
    """One value of a text: what it says of each property; it says nothing of a property that is not here."""

    claims: Mapping[str, Claim]


@dataclass(frozen=True)
class Context:
    """What a text is read with: known names, the fiscal year of its entry, and the values of its node."""

    names: KnownNames
    year: int | None
    own: Properties = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The first value of a property of the node; empty where there is none."""
        return next(iter(self.own.get(KK + name, ())), "")


Reader = Callable[[str, Context], Sequence[Reading]]
"""Reads a raw text; raises `ParseError` where the grammar does not."""


def _reading(**claims: str | Sequence[str] | Claim | bool | None) -> Reading:
    """A reading from values by local name; None and False are no values, but say that there is none."""
    made = {}
    for name, value in claims.items():
        if isinstance(value, Claim):
            made[KK + name] = value
        elif isinstance(value, bool):
            made[KK + name] = Claim(frozenset({"true"} if value else ()))
        else:
            values = () if value is None else (value,) if isinstance(value, str) else value
            made[KK + name] = Claim(frozenset(values))
    return Reading(made)


def read_budget(raw: str, context: Context) -> Sequence[Reading]:
    """The budget of a text, whose unit, year and stage may be printed in its heading."""
    heading = context.first("heading")
    unit = heading_unit(heading) or context.first("unit") or None
    amount = money.parse(raw, unit)
    if isinstance(amount, money.Dash):
        return [_reading(amountKind=None, amount=None, upperBound=None, andOthers=False)]
    kind = None if amount.yen is None else "within" if amount.within else "exact"
    yen = None if amount.yen is None else str(amount.yen)
    claims: dict[str, str | bool | None] = {
        "amountKind": kind and concept("amount-kind", kind),
        "amount": None if amount.within else yen,
        "upperBound": yen if amount.within else None,
        "andOthers": amount.and_others,
    }
    if amount.unit:
        claims["unit"] = amount.unit
    year, stage = amount.year, amount.stage
    if not (year or stage) and (column := parse_heading(heading)):
        year, stage = column.year, column.stage
    if year:
        claims["budgetYear"] = context.names.fiscal_year(year.year)
    if stage:
        claims["stage"] = concept("budget-stage", stage.value)
    return [_reading(**claims)]


def heading_unit(heading: str) -> str:
    """The unit of money in a bracket at the end of a heading; empty where there is none."""
    text = normalise(heading).rstrip()
    begin = text.rfind("(")
    unit = text[begin + 1 : -1].removeprefix("単位:") if begin >= 0 and text.endswith(")") else ""
    return unit if unit in money.UNITS else ""


@lru_cache(maxsize=4096)
def parse_heading(heading: str) -> BudgetHeading | None:
    """The fiscal year and stage that a heading prints before its unit; None where it prints none."""
    if heading_unit(heading):
        heading = heading[: normalise(heading).rfind("(")]
    try:
        return budget_heading.parse(heading)
    except ParseError:
        return None


def read_funding(raw: str, context: Context) -> Sequence[Reading]:
    """A reading for each way of funding that a text lists."""
    return [_funding(term, context) for term in _parse_rates(raw).terms]


def _funding(term: FundingTerm, context: Context) -> Reading:
    if term.to:  # a range of shares, which the ontology does not express
        return _reading(numerator=None, denominator=None)
    share = (str(term.fraction.numerator), str(term.fraction.denominator)) if term.fraction else None
    own = context.first("numerator"), context.first("denominator")
    if term.fraction and all(own) and _ratio(*own) == term.fraction.exact:
        share = own  # 1/1 says the same as 10/10
    return _reading(
        method=concept("funding", term.method.value),
        numerator=share and share[0],
        denominator=share and share[1],
        atMost=term.at_most,
        ceiling=None if term.ceiling_yen is None else str(term.ceiling_yen),
    )


def _ratio(numerator: str, denominator: str) -> Fraction | None:
    try:
        return Fraction(int(numerator), int(denominator))
    except (ValueError, ZeroDivisionError):
        return None


def read_support(raw: str, context: Context) -> Sequence[Reading]:  # noqa: ARG001
    """The kinds of support that a text lists."""
    return [_reading(kind=[concept("support-kind", kind.value) for kind in _parse_support(raw)])]


def read_bodies(raw: str, context: Context) -> Sequence[Reading]:
    """The types of bodies; where a name is of no concept, others may stand for it."""
    listed = _parse_bodies(raw)
    types = [context.names.concept("body-type", body.name) for body in listed.bodies]
    unknown = None in types
    claims: dict[str, Claim | bool | Sequence[str]] = {
        "bodyType": Claim(frozenset(filter(None, types)), _anything if unknown else None)
    }
    if listed.open_list or not unknown:
        claims["openList"] = listed.open_list
    areas = {body.conditions.areas if body.conditions else () for body in listed.bodies}
    if len(areas) == 1 and not listed.open_list:
        claims["limitedTo"] = [concept("designated-area", area.value) for area in next(iter(areas))]
    return [_reading(**claims)]


def _anything(_: str) -> bool:
    return True


def read_theme(raw: str, context: Context) -> Sequence[Reading]:
    """The number and the themes of a theme line."""
    line = _parse_theme(raw)
    labels = [line.theme, *([line.sub_theme] if line.sub_theme else [])]
    themes = [context.names.concept("theme", label) for label in labels]
    others = _anything if None in themes else None
    return [_reading(number=line.number, theme=Claim(frozenset(filter(None, themes)), others))]


def read_window(raw: str, context: Context) -> Sequence[Reading]:
    """The rounds of a call or a survey, in the fiscal year of the entry."""
    if context.year is None:
        raise ParseError("The fiscal year of the entry is not known", raw)
    return [_window(window) for window in _parse_window(raw, context.year)]


def _window(window: CallWindow) -> Reading:
    days = (window.earliest_start, window.latest_start, window.earliest_end, window.latest_end)
    return _reading(
        edtf=window.edtf or None,
        approximate=window.approximate,
        rolling=window.rolling,
        undecided=window.undecided,
        **{name: day.isoformat() if day else None for name, day in zip(_BOUNDS, days, strict=True)},
    )


def read_contact(raw: str, context: Context) -> Sequence[Reading]:
    """The unit in charge and its telephones: those before any other text. Others of the text are allowed."""
    numbers = telephone.find(raw)
    name = raw[: numbers[0].start] if numbers else raw
    own = list(_own_numbers(raw, numbers)) if name.strip() or not _texts_between(raw, numbers) else []
    printed = frozenset(number.printed for number in numbers)
    dialled = frozenset(number.e164 for number in numbers if number.e164)
    return [
        _reading(
            unitInCharge=_unit(raw, name, context),
            printedTelephone=Claim(frozenset(number.printed for number in own), printed.__contains__),
            telephone=Claim(frozenset(number.e164 for number in own if number.e164), dialled.__contains__),
        )
    ]


def _unit(raw: str, name: str, context: Context) -> Claim:
    """The unit that a text names; where no known path is printed, any whose own name is."""
    try:
        return Claim(frozenset({context.names.units.match(name)}))
    except ParseError:
        printed = squeezed(raw)
        labels = context.names.labels
        return Claim(others=lambda unit: any(squeezed(label) in printed for label in labels.get(unit, ())))


def _own_numbers(raw: str, numbers: Sequence[Telephone]) -> Iterator[Telephone]:
    for number, following in zip(numbers, [*numbers[1:], None], strict=True):
        yield number
        if raw[number.end : following.start if following else len(raw)].strip(_SEPARATORS):
            return


def _texts_between(raw: str, numbers: Sequence[Telephone]) -> bool:
    ends = [*(number.start for number in numbers[1:]), len(raw)]
    return any(raw[number.end : end].strip(_SEPARATORS) for number, end in zip(numbers, ends, strict=False))


def read_links(raw: str, context: Context) -> Sequence[Reading]:  # noqa: ARG001
    """The links of a text."""
    return [_reading(number=link.number, label=link.label, url=link.url) for link in links.parse(raw)]


def read_mention(raw: str, context: Context) -> Sequence[Reading]:
    """The topic that a word names where it is a label of one; of another word any topic is allowed."""
    topic = context.names.concept("topic", raw)
    return [_reading(concept=topic or Claim(others=_anything))]


READERS: Mapping[str, Reader] = {
    f"{KK}Budget": read_budget,
    f"{KK}Call": read_window,
    f"{KK}Contact": read_contact,
    f"{KK}Funding": read_funding,
    f"{KK}ImplementingBodies": read_bodies,
    f"{KK}Link": read_links,
    f"{KK}Mention": read_mention,
    f"{KK}NeedsSurvey": read_window,
    f"{KK}Support": read_support,
    f"{KK}ThemeLine": read_theme,
}
"""The reader of each class whose raw texts a grammar reads."""

WINDOWS = frozenset({f"{KK}Call", f"{KK}NeedsSurvey"})
"""The classes whose text may be kept without an interpretation: a window that cannot be dated."""
