"""The words of a query, and the things that match them: all of the words, or most where too few have all.

A word that nothing has is read by its parts in kanji, katakana or Latin letters: 施設の老朽化 is 施設 and
老朽化.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from math import log
from operator import and_
from unicodedata import normalize

from pyroaring import BitMap

from kankei.search.query.index_file import IndexFile
from kankei.search.query.term import FEW, MAX_TERM, Tier, all_things, number_found, tiers

MAX_TERMS = 8
_SHARE = 1 / 3
"""The share of what all terms tell that a thing's terms tell at least, where few things have all terms."""
_LONG_VOWEL = re.compile(r"(?<=[ァ-ヴー]{3})ー\Z")
"""A long vowel at a word's end, which is often not written: レーザー, レーザ."""
_PART = re.compile(r"[㐀-鿿豈-﫿々〆ヶ]{2,}|[ァ-ヴー]{2,}|[A-Za-z0-9]{2,}")
"""Parts of a word between particles and endings, which are in hiragana."""
_ONE = re.compile(r"[ぁ-ゖー・]+")


@dataclass(frozen=True)
class Words:
    """The folded terms of a query and what matches each, in tiers."""

    terms: tuple[str, ...]
    tiers: tuple[Sequence[Tier], ...]
    size: int
    """The number of things in the index."""

    @property
    def weights(self) -> list[float]:
        """How much each term tells: the more, the fewer things have it; nothing where none has it."""
        numbers = [sum(len(tier.things) for tier in its) for its in self.tiers]
        return [log(1 + self.size / number) if number else 0.0 for number in numbers]

    def complete(self) -> BitMap:
        """The things that have all terms."""
        return reduce(and_, map(all_things, self.tiers))

    def most(self) -> BitMap:
        """The things whose terms tell at least a third of what all terms tell."""
        weighed = [(all_things(its), weight) for its, weight in zip(self.tiers, self.weights, strict=True)]
        found = [pair for pair in weighed if pair[1]]
        least = sum(weight for _, weight in found) * _SHARE
        things = BitMap()
        for number in range(1, len(found) + 1):
            for chosen in combinations(found, number):
                if sum(weight for _, weight in chosen) >= least:
                    things |= reduce(and_, (its for its, _ in chosen))
        return things


def read_words(index: IndexFile, query: str) -> Words:
    """The words of a query, which white space parts; at most eight are taken."""
    words = query.split()[: 4 * MAX_TERMS]
    found: dict[str, Sequence[Tier]] = {}
    for word in words:
        for term, its in _terms(index, word, is_one=len(words) == 1):
            if term and len(found) < MAX_TERMS:
                found.setdefault(term, its)
    return Words(tuple(found), tuple(found.values()), index.size)


def _terms(index: IndexFile, word: str, *, is_one: bool) -> Iterator[tuple[str, Sequence[Tier]]]:
    """A word with what matches it; or its parts, where nothing has it as it is written.

    Beside other words its parts also count where hardly anything has it.
    """
    word = _LONG_VOWEL.sub("", normalize("NFKC", word))
    term = index.folding.fold(word)[:MAX_TERM]
    whole = tiers(index, term) if term else []
    if number_found(whole) < (1 if is_one else FEW):
        parts = [index.folding.fold(part)[:MAX_TERM] for part in _parts(word)]
        if parts and parts != [term]:
            yield from ((part, tiers(index, part)) for part in parts if part)
            return
    yield term, whole


def _parts(word: str) -> Sequence[str]:
    """The parts of a word between particles and endings; none of a word with a part of one character."""
    return () if _ONE.sub("", _PART.sub("", word)) else _PART.findall(word)
