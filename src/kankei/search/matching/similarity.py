"""Similarity of two folded names: the share of pairs of characters that they have in common."""

from collections import Counter
from itertools import pairwise

_ENDS = "\x02{}\x03"


def pairs(folded: str) -> Counter[tuple[str, str]]:
    """The pairs of neighbours of a name, its ends included."""
    return Counter(pairwise(_ENDS.format(folded)))


def similarity(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    """Dice's coefficient of the pairs of two names: 1 for the same, 0 for nothing in common."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
