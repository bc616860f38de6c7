"""Names as they are compared: when two are the same, and when they are alike."""

import re
from difflib import SequenceMatcher
from unicodedata import normalize

from kankei.curation.candidate.known_terms import squeezed

_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_LEFT_OUT = str.maketrans("", "", "~-")
ALIKE = 0.8
"""The least share of common characters (difflib's ratio) of names that are alike."""
_FEWEST_CONTAINED = 5


def name_key(name: str) -> str:
    """A name as it is looked up: of one width and case, without blanks, wave dashes and dashes.

    >>> name_key("関係人口　創出～拡大ｶﾞｲﾄﾞ") == name_key("関係人口創出拡大ガイド")
    True
    """
    composed = _HALF_WIDTH.sub(lambda kana: normalize("NFKC", kana[0]), normalize("NFC", name))
    return squeezed(composed).translate(_LEFT_OUT)


def name_similarity(one: str, other: str) -> float:
    """The share of common characters of two keys, 1 where one of some length stands in the other; else 0.

    Names are alike where it is not 0.
    """
    if min(len(one), len(other)) >= _FEWEST_CONTAINED and (one in other or other in one):
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if not one or not other or matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0.0
