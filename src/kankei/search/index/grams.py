"""N-grams of folded text: its characters and its pairs of neighbours."""

from collections.abc import Sequence
from itertools import pairwise

BEGINS = "\x02"
"""Marks a gram that a name begins with; folded text has no such character."""


def grams(folded: str) -> set[str]:
    """Every character and every pair, so that a query of one character or two finds them."""
    return {*folded, *(one + other for one, other in pairwise(folded))}


def first_grams(folded: str) -> set[str]:
    """The grams of a name's beginning, marked as such."""
    return {BEGINS + folded[:1], BEGINS + folded[:2]}


def query_grams(folded: str) -> Sequence[str]:
    """The grams that a text must have to contain this one: its pairs, or its only character."""
    return [folded] if len(folded) == 1 else list(dict.fromkeys(map("".join, pairwise(folded))))
