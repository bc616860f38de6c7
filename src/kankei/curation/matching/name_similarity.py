"""Texts as they are compared: when two names are the same or similar, and how far printed texts overlap."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from unicodedata import normalize

from kankei.curation.candidate.known_terms import label_key
from kankei.curation.candidate.value_node import MESSAGES
from kankei.dataset.statements import StatementIndex, text
from kankei.namespaces import KK

_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_DASHES = str.maketrans("", "", "~-")
# A PDF draws the bullet of a symbol font as another sign.
_BULLETS = re.compile("[\ue000-\uf8ff●•・･]")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
MIN_SIMILARITY = 0.8
"""The least share of common characters (difflib's ratio) of names that are similar."""
_MIN_CONTAINED = 5


def name_key(name: str) -> str:
    """A name as it is looked up: of one width and case, without blanks, wave dashes and dashes.

    >>> name_key("関係人口　創出～拡大ｶﾞｲﾄﾞ") == name_key("関係人口創出拡大ガイド")
    True
    """
    composed = _HALF_WIDTH.sub(lambda kana: normalize("NFKC", kana[0]), normalize("NFC", name))
    return label_key(composed).translate(_DASHES)


def name_similarity(one: str, other: str) -> float:
    """The share of common characters of two keys, 1 where one of some length contains the other; else 0.

    Names are similar where it is not 0. What stands in brackets tells parts of one grant apart: it must be
    the same, or be printed in one of the names only.
    """
    brackets = [set(_IN_BRACKETS.findall(name)) for name in (one, other)]
    if all(brackets) and brackets[0] != brackets[1]:
        return 0.0
    if min(len(one), len(other)) >= _MIN_CONTAINED and (one in other or other in one):
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if not one or not other or min(matcher.real_quick_ratio(), matcher.quick_ratio()) < MIN_SIMILARITY:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= MIN_SIMILARITY else 0.0


@dataclass(frozen=True)
class TextOverlap:
    """The printed texts of a sheet beside those of an entry.

    `texts` is the number of the sheet's, `same` of those that the entry has too, `others` of those that only
    the entry has.
    """

    entry: str
    texts: int
    same: int
    others: int

    @property
    def ja(self) -> str:
        """In Japanese."""
        return self._sentence("ja")

    @property
    def en(self) -> str:
        """In English."""
        return self._sentence("en")

    def _sentence(self, language: str) -> str:
        if self.texts == self.same and not self.others:
            key = "same-texts"
        else:
            key = {0: "some-texts", 1: "some-texts-one-other"}.get(self.others, "some-texts-others")
        return MESSAGES.format(language, key, **asdict(self))


def text_overlap(sheet: Iterable[str | None], entry: str, programme: StatementIndex) -> TextOverlap:
    """The overlap of a sheet's texts with those of an entry, given by its IRI, of a programme."""
    own = Counter(map(_text_key, filter(None, sheet)))
    theirs = Counter(map(_text_key, _raw_texts(entry, programme)))
    same = (own & theirs).total()
    return TextOverlap(entry.partition("#")[2], own.total(), same, theirs.total() - same)


def _raw_texts(entry: str, programme: StatementIndex) -> list[str]:
    """The printed texts at the nodes of an entry and of its measures' entries."""
    entries = [entry, *map(text, programme.objects(entry, f"{KK}measureEntry"))]
    nodes = {node for owner in entries for _, node in programme.children(owner)}
    return [text(raw) for node in nodes for raw in programme.objects(node, f"{KK}raw")]


def _text_key(printed: str) -> str:
    return name_key(_BULLETS.sub("", printed))
