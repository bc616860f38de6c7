"""Order of hits: by the sum of their terms' scores, then by how much of the title a term is."""

from collections.abc import Iterator, Sequence
from itertools import product

from pyroaring import BitMap

from kankei.search.index.schema import Field
from kankei.search.query.index_file import IndexFile
from kankei.search.query.term import CONTAINED, Tier

_RANKED_TERMS = 3
"""Terms that have a say in the order; each further one only filters."""
_MAX_SORTED = 5000
"""Things of one score that are sorted by the length of their titles; more stay in the index's order."""


def ranked(index: IndexFile, terms: Sequence[Sequence[Tier]], hits: BitMap) -> Iterator[tuple[int, int]]:
    """The numbers of hits, the best first, each with its score from 1 to 100."""
    if not terms:
        yield from ((number, 100) for number in hits)
        return
    scored: dict[int, BitMap] = {}
    for tiers in product(*terms[:_RANKED_TERMS]):
        things = hits
        for tier in tiers:
            things = things & tier.things
        if things:
            score = round(sum(tier.score for tier in tiers) / len(tiers))
            scored[score] = scored[score] | things if score in scored else things
    for score in sorted(scored, reverse=True):
        for number in _by_title(index, scored[score], score):
            yield number, score


def _by_title(index: IndexFile, things: BitMap, score: int) -> Sequence[int]:
    """Things of one score: those with shorter titles first, where the titles have a say."""
    if score < CONTAINED[Field.NAME] or len(things) > _MAX_SORTED:
        return list(things)
    return sorted(things, key=index.title_lengths.__getitem__)
