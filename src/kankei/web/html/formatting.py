"""Numbers and dates as people write them."""

import datetime

from pyoxigraph import Literal

from kankei.namespaces import KK, XSD
from kankei.web.html.strings import Strings

# Integers that mean yen.
_YEN = frozenset(
    KK + local for local in ("amount", "upperBound", "ceiling", "latestBudget", "latestBudgetUpperBound")
)


def format_literal(strings: Strings, language: str, predicate: str, term: Literal) -> str | None:
    """A sum of money or a date in words; nothing for other literals, whose text says it."""
    if predicate in _YEN and term.value.isdecimal():
        return strings.say(language, "yen", f"{int(term.value):,}")
    if term.datatype.value == f"{XSD}date":
        return format_date(strings, language, term.value)
    return None


def format_date(strings: Strings, language: str, written: str) -> str:
    """A calendar date in words; as it is written where it is none."""
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        return written
    month = strings.say(language, "months").split()[day.month - 1]
    return strings.say(language, "date", day.year, month, day.day)
