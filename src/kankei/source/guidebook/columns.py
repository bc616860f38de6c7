"""Field table: the columns that the table of a sheet may have, a row each."""

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache, partial

from kankei.source.grammars import bodies, call_window, money, per_measure, rate, support_kind, telephone
from kankei.source.grammars.normalised_text import (
    CIRCLED_NUMBERS,
    ParseError,
    normalise,
    without_note_mark,
)

_BODIES = re.compile(rf"[^0-9{CIRCLED_NUMBERS}:]+(?:[(][^()]*[)])?[・、等]*")
_SUPPORT = re.compile(rf"(?:(?:[{CIRCLED_NUMBERS}]++:?)?(?:ソフト|ハード|事業|整備|[・/、,]))++")
_FUNDING = re.compile(
    "定額|委託|交付税|措置|調査事業|補助|上限|以内|分の|[/%½⅓¼]|算入|税$|^[0-9]+:[0-9]+$|^-$"
    rf"|^\(?[{CIRCLED_NUMBERS}]+:?"
)
_CALL = re.compile(r"月|随時|未定|通年|頃|[~]|年度|必着|日|予定|回|次|-$")
_BUDGET = re.compile(
    r"(?:\(?(?:令和|平成|R|H)[0-9元]{1,2}年?度?.*)?\(?[0-9][0-9,.]*+(?:百万円|億円?|万円|千円|円)*(?:の?内数)?(?:ほか|等)?\)?"
    r"|の?内数(?:ほか)?|ほか|-"
)
_CONTACT = re.compile(
    r"省|庁|府|院|局|課|室|部|グループ|係|班|担当|委員会|本部|センター|[0-9]{2,5}-[0-9]|TEL|内線|電話"
)

_ORGANISATION = re.compile("(?:[省庁局課室]|グループ)$")

_LONGEST_TOKEN = 500
"""No value of a cell is nearly as long without a blank; a test may take the square of a token's length."""

_parse_window = partial(call_window.parse, fiscal_year=2000)


def _parse_contact(text: str) -> object:
    telephones = telephone.find(text)
    if not telephones or not _CONTACT.search(normalise(text[: telephones[0].start])):
        raise ParseError("a contact is an organisation and a telephone number", text)
    return telephones


def _of_short_tokens(accepts: Callable[[str], object]) -> Callable[[str], object]:
    return lambda token: len(token) <= _LONGEST_TOKEN and accepts(token)


class Column(Enum):
    """A column: its slug, the pattern of its headings, the test of its tokens, the grammar of its values.

    `heading` and `accepts` see normalised text. What is written of a column is for `curation/` to say.
    """

    heading: str
    accepts: Callable[[str], object]
    parse: Callable[[str], object]

    def __new__(
        cls, slug: str, heading: str, accepts: Callable[[str], object], parse: Callable[[str], object]
    ) -> "Column":
        """A member whose value is the slug."""
        member = object.__new__(cls)
        member._value_ = slug
        member.heading, member.accepts, member.parse = heading, _of_short_tokens(accepts), parse
        return member

    BODIES = (
        "bodies",
        "(?:事業)?実施主体|(?:補助)?事業主体|(?:補助|支援|交付)?対象者",
        lambda token: (
            _BODIES.fullmatch(token) and not _SUPPORT.fullmatch(token) and not _ORGANISATION.search(token)
        ),
        bodies.parse,
    )
    SUPPORT = ("support", "支援(?:対象|内容)|(?:補助|支援)?対象事業", _SUPPORT.fullmatch, support_kind.parse)
    FUNDING = (
        "funding",
        "(?:国庫?|国費)?補助(?:率|金額|額)|交付率",
        lambda token: _FUNDING.search(token) and not _CALL.search(token),
        rate.parse,
    )
    CALL = (
        "call",
        "(?:公募|募集|応募|申請|受付)の?(?:時期|期間|スケジュール|日程)",
        _CALL.search,
        _parse_window,
    )
    SURVEY = (
        "survey",
        "(?:事業)?(?:要望|ニーズ|意向)(?:等の?)?調査(?:の?時期)?",
        _CALL.search,
        _parse_window,
    )
    BUDGET = (
        "budget",
        # Possessive, and from the first of several blanks only: it is searched for in lines of any length.
        r"(?:(?:令和|平成|R|H)\s*+[0-9元]++\s*+(?:年\s*+)?(?:度\s*+)?|(?<!\s)\s*+)(?:当初|補正|政府)?予算(?:額|案)*",
        _BUDGET.fullmatch,
        partial(money.parse, unit="円"),
    )
    CONTACT = ("contact", "(?:お?問い?合わ?せ先|連絡先|照会先|担当)", _CONTACT.search, _parse_contact)


_HEADING = re.compile("|".join(f"(?P<{column.value}>{column.heading})" for column in Column))


@lru_cache(maxsize=1024)
def column_of(heading: str) -> Column | None:
    """The column that a heading names; None if it is unknown."""
    match = _HEADING.match(normalise(heading))
    return next(column for column in Column if match[column.value]) if match else None


def heading_match(text: str) -> tuple[Column, int] | None:
    """The column whose heading a normalised text begins with, and where that heading ends."""
    match = _HEADING.match(text)
    return (next(column for column in Column if match[column.value]), match.end()) if match else None


@lru_cache(maxsize=1024)  # each page is searched twice: to divide it, and to read each sheet
def contains_heading(text: str) -> bool:
    """Whether a line contains the heading of a known column."""
    return _HEADING.search(normalise(text)) is not None


def token_test(column: Column | None) -> Callable[[str], object]:
    """The test of the tokens of a column; an unknown column takes all but telephone numbers."""
    return column.accepts if column else lambda token: not telephone.is_printed(token)


@lru_cache(maxsize=4096)  # assignments share most of their cells
def is_readable(column: Column, text: str) -> bool:
    """Whether the grammar of a column reads a text, part by part if it is divided into measures."""
    try:
        for part in per_measure.parse(text):
            column.parse(without_note_mark(part.text))
    except ParseError:
        return False
    return True
