"""What the pieces of a column look like, and whether a column's grammar reads a cell."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from kankei.source.grammars import bodies, call_window, money, per_measure, rate, support_kind, telephone
from kankei.source.grammars.normalised_text import ParseError, normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.columns import Column

_SUPPORT = re.compile(rf"(?:(?:[{CIRCLED_NUMBERS}]+:?)?(?:ソフト|ハード|事業|整備|[・/、,])+)+")
_FUNDING = re.compile(
    rf"定額|委託|交付税|措置|調査事業|補助|上限|以内|分の|[/%½⅓¼]|算入|税$|^[0-9]+:[0-9]+$|^-$|^\(?[{CIRCLED_NUMBERS}]+:?"
)
_CALL = re.compile(r"月|随時|未定|通年|頃|[~]|年度|必着|日|予定|回|次|-$")
_BUDGET = re.compile(
    r"(?:\(?(?:令和|平成|R|H)[0-9元]+年?度?.*)?\(?[0-9][0-9,.]*(?:百万円|億円?|万円|千円|円)*(?:の?内数)?(?:ほか|等)?\)?"
    r"|の?内数(?:ほか)?|ほか|-"
)
_CONTACT = re.compile(
    r"省|庁|府|院|局|課|室|部|グループ|係|班|担当|委員会|本部|センター|[0-9]{2,5}-[0-9]|TEL|内線|電話"
)
_BODIES = re.compile(rf"[^0-9{CIRCLED_NUMBERS}:]+(?:[(][^()]*[)])?[・、等]*")

_LOOKS: Mapping[Column, Callable[[str], object]] = {
    Column.BODIES: lambda text: _BODIES.fullmatch(text) and not _SUPPORT.fullmatch(text),
    Column.SUPPORT: _SUPPORT.fullmatch,
    Column.FUNDING: lambda text: _FUNDING.search(text) and not _CALL.search(text),
    Column.CALL: _CALL.search,
    Column.SURVEY: _CALL.search,
    Column.BUDGET: _BUDGET.fullmatch,
    Column.CONTACT: _CONTACT.search,
}


def look(column: Column | None) -> Callable[[str], object]:
    """What says of a folded piece whether it may stand in a column.

    A column that nobody knows holds all but telephones.
    """
    return _LOOKS[column] if column else lambda text: not telephone.is_printed(text)


@cache
def _grammar(column: Column) -> Callable[[str], object]:
    return {
        Column.BODIES: bodies.parse,
        Column.SUPPORT: support_kind.parse,
        Column.FUNDING: rate.parse,
        Column.CALL: lambda text: call_window.parse(text, fiscal_year=2000),
        Column.SURVEY: lambda text: call_window.parse(text, fiscal_year=2000),
        Column.BUDGET: lambda text: money.parse(text, unit="円"),
        Column.CONTACT: _contact,
    }[column]


@lru_cache(maxsize=4096)  # cuts share most of their cells
def reads(column: Column, text: str) -> bool:
    """Whether a column's grammar reads a text, measure by measure where it is divided into measures."""
    try:
        for part in per_measure.parse(text).parts:
            _grammar(column)(part.text)
    except ParseError:
        return False
    return True


def _contact(text: str) -> object:
    found = telephone.find(text)
    if not found or not _CONTACT.search(normalise(text[: found[0].start])):
        raise ParseError("a contact is an organisation and a telephone number", text)
    return found
