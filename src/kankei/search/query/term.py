"""A term of a query against the index: the things that match it, in tiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from pyroaring import BitMap

from kankei.search.index.grams import BEGINS, query_grams
from kankei.search.index.schema import Field
from kankei.search.query.index_file import IndexFile

MAX_TERM = 64
"""Characters of a term that are compared."""
_VERIFIED = 100
"""Things of which the passages are read, to tell a word from its scattered pairs of characters."""
_SHARE = 0.6
"""The share of a term's grams that a similar name has at least."""
_MIN_SIMILAR = 4

EXACT = {Field.TITLE: 100, Field.NAME: 96, Field.IDENTIFIER: 94, Field.ADDRESS: 92, Field.HIDDEN: 95}
PREFIX = {Field.TITLE: 90, Field.NAME: 86, Field.IDENTIFIER: 60, Field.HIDDEN: 84}
CONTAINED = {
    Field.TITLE: 80,
    Field.NAME: 76,
    Field.IDENTIFIER: 50,
    Field.HIDDEN: 74,
    Field.ORGANISATION: 56,
    Field.CONCEPT: 54,
    Field.SUMMARY: 40,
    Field.TEXT: 20,
}
SCATTERED = 8
"""The score of a thing that has all pairs of characters of a term, but not in one place."""
SIMILAR = {Field.TITLE: 30, Field.NAME: 28, Field.SUMMARY: 10, Field.TEXT: 4}
"""The score of a thing that has most of them in a field; only where hardly any other matches."""
_NOT_WHOLE = frozenset((SCATTERED, *SIMILAR.values()))
FEW = 3
"""Fewer things than this that have what is searched: similar ones are found too."""


@dataclass(frozen=True)
class Tier:
    """Things that match a term equally well, with their score from 1 to 100."""

    score: int
    things: BitMap

    @property
    def is_whole(self) -> bool:
        """Whether the things have the term as it is written."""
        return self.score not in _NOT_WHOLE


def tiers(index: IndexFile, term: str) -> list[Tier]:
    """The things that match a folded term, the best first, each in one tier."""
    scored: dict[int, BitMap] = {}

    def add(score: int, things: BitMap) -> None:
        scored[score] = scored[score] | things if score in scored else things

    contained = _contained(index, term)
    for field, things in index.named(term).items():
        add(EXACT[field], things)
    for field, things in index.gram(BEGINS + term[:2]).items():
        if field in PREFIX and field in contained:
            add(PREFIX[field], contained[field] & things)
    for field, things in contained.items():
        add(CONTAINED[field], things)
    if len(term) > 2:
        _verify(index, term, scored, contained)
    ranked = _disjoint(scored)
    if len(term) >= _MIN_SIMILAR and not term.isascii() and number_found(ranked) < FEW:
        for field, score in SIMILAR.items():
            add(score, similar(index, term, (field,)))
        ranked = _disjoint(scored)
    return ranked


def number_found(ranked: Sequence[Tier]) -> int:
    """The number of things that have a term as it is written."""
    return sum(len(tier.things) for tier in ranked if tier.is_whole)


def similar(index: IndexFile, term: str, fields: Sequence[Field]) -> BitMap:
    """The things that have most grams of a term in one of some fields."""
    its_grams = query_grams(term)
    least = max(2, round(len(its_grams) * _SHARE))
    matching = BitMap()
    for field in fields:
        # levels[n]: the things that had n + 1 of the grams so far.
        levels = [BitMap() for _ in range(least)]
        for gram in its_grams:
            things = index.gram(gram).get(field)
            if things is not None:
                for level in range(least - 1, 0, -1):
                    levels[level] |= levels[level - 1] & things
                levels[0] |= things
        matching |= levels[-1]
    return matching


def _contained(index: IndexFile, term: str) -> dict[Field, BitMap]:
    """The things that have every gram of a term in a field."""
    by_gram: list[Mapping[Field, BitMap]] = [index.gram(gram) for gram in query_grams(term)]
    by_field = {}
    for field in Field:
        bitmaps = [fields[field] for fields in by_gram if field in fields]
        if len(bitmaps) == len(by_gram):
            things = reduce(and_, sorted(bitmaps, key=len))
            if things:
                by_field[field] = things
    return by_field


def _verify(
    index: IndexFile, term: str, scored: dict[int, BitMap], contained: Mapping[Field, BitMap]
) -> None:
    """Move things that have the pairs of a term but not the term to a tier of their own, if they are few."""
    scattered = BitMap()
    for field, things in contained.items():
        if len(things) > _VERIFIED:
            continue
        passages = index.passages(things, (field,))
        wrong = BitMap(
            thing
            for thing in things
            if not any(term in index.folding.fold(passage.text) for passage in passages.get(thing, ()))
        )
        for score in {CONTAINED[field], PREFIX.get(field, 0)} & scored.keys():
            scored[score] = scored[score] - wrong
        scattered |= wrong
    if scattered and not term.isascii():
        scored[SCATTERED] = scattered


def _disjoint(scored: Mapping[int, BitMap]) -> list[Tier]:
    ranked = []
    seen = BitMap()
    for score in sorted(scored, reverse=True):
        things = scored[score] - seen
        if things:
            ranked.append(Tier(score, things))
            seen |= things
    return ranked


def all_things(ranked: Sequence[Tier]) -> BitMap:
    """The things of every tier."""
    return reduce(or_, (tier.things for tier in ranked), BitMap())
