"""Order of hits: by the mean score of their terms, what gives support first, then by the title's length."""

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from operator import and_

from pyroaring import BitMap

from kankei.search.index.schema import Field
from kankei.search.query.index_file import IndexFile
from kankei.search.query.term import CONTAINED, Tier
from kankei.search.query.words import Words

_RANKED_TERMS = 3
"""Terms that have a say in the order, those that tell most; each further one only filters."""
_MAX_SORTED = 5000
"""Things of one score that are sorted by the length of their titles; more stay in the index's order."""


def ranked(index: IndexFile, words: Words, hits: BitMap) -> Iterator[tuple[int, int]]:
    """The numbers of hits, the best first, each with its score from 1 to 100."""
    if not words.terms:
        yield from ((number, 100) for number in hits)
        return
    score, things = 0, BitMap()
    for of_terms, having in _by_score(words, hits):
        if of_terms != score:
            yield from ((number, score) for number in _by_title(index, things, score))
            score, things = of_terms, having
        else:
            things |= having
    yield from ((number, score) for number in _by_title(index, things, score))


def _by_score(words: Words, hits: BitMap) -> Iterator[tuple[int, BitMap]]:
    """Hits by the mean score of their terms, weighed by what each term tells, the best first."""
    heaviest = sorted(zip(words.weights, words.tiers, strict=True), key=lambda pair: -pair[0])[:_RANKED_TERMS]
    whole = sum(weight for weight, _ in heaviest) or 1
    options = [
        [(weight / whole * score, things) for score, things in _with_missing(its, hits)]
        for weight, its in heaviest
    ]
    combinations = [(round(sum(score for score, _ in chosen)), chosen) for chosen in product(*options)]
    for score, chosen in sorted(combinations, key=lambda pair: -pair[0]):
        things = reduce(and_, (its for _, its in chosen))
        if things:
            yield max(score, 1), things


def _with_missing(tiers: Sequence[Tier], hits: BitMap) -> Iterator[tuple[int, BitMap]]:
    """The hits in each tier of a term, then those that lack it."""
    rest = hits.copy()
    for tier in tiers:
        things = hits & tier.things
        if things:
            yield tier.score, things
            rest -= things
    if rest:
        yield 0, rest


def _by_title(index: IndexFile, things: BitMap, score: int) -> Sequence[int]:
    """Things of one score: those that give support first, and shorter titles, where the titles have a say.

    An organisation or a concept is seldom the answer where a programme or a project says as much.
    """
    if score < CONTAINED[Field.NAME] or len(things) > _MAX_SORTED:
        return list(things)
    giving = index.giving_support
    return sorted(things, key=lambda number: (number not in giving, index.title_lengths[number]))
