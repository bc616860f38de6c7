"""Budgets that a body prints in brackets, each whole: ``（令和7年度予算案：10百万円）``."""

import re
from functools import lru_cache

from kankei.source.grammars import money
from kankei.source.grammars.money import Money
from kankei.source.grammars.normalised_text import ParseError, normalise

_WORDS = "[^（()）]{0,40}"
AMOUNT = re.compile(rf"[（(]{_WORDS}予算{_WORDS}(?:[（(]{_WORDS}[)）])?円{_WORDS}[)）]")
"""A bracket with a budget in it."""


def all_amounts(text: str) -> bool:
    """Whether a text is made of budgets in brackets and nothing else."""
    return text[:1] in "（(" and bool(text) and not AMOUNT.sub("", text).strip()


@lru_cache(maxsize=64)  # of a sheet's budgets: looked at to take them, and again to compare them
def amount(text: str) -> Money | None:
    """The budget of one bracket; None where it cannot be read."""
    try:
        found = money.parse(normalise(text))
    except ParseError:
        return None
    return found if isinstance(found, Money) else None
