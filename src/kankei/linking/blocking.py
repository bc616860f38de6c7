"""Pairs that are worth a comparison: of one unit, one page, or with rare runs of characters in common."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

from kankei.linking.items import Item

MAX_BLOCK = 60
"""A key that more items have than this tells none of them apart."""
_BEST_BY_NAME = 12
_TEXT_SAMPLE = 8
"""One of so many runs of characters of a text is a key: the same ones in every text."""
_MIN_SHARED = 2

Keys = Callable[[Item], Iterable[Hashable]]


def candidate_pairs(left: Sequence[Item], right: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Each pair to be compared, once."""
    indexes = [_index(right, keys) for keys in (_units, _pages, _names)]
    texts, grams = _index(right, _samples), _index(right, lambda item: item.name_grams, limit=len(right))
    weights = {gram: 1 / len(items) for gram, items in grams.items()}
    for item in left:
        near = dict.fromkeys(
            position
            for index, keys in zip(indexes, (_units, _pages, _names), strict=True)
            for k in keys(item)
            for position in index.get(k, ())
        )
        shared = Counter(position for sample in _samples(item) for position in texts.get(sample, ()))
        near |= dict.fromkeys(position for position, count in shared.items() if count >= _MIN_SHARED)
        near |= dict.fromkeys(_nearest_names(item, grams, weights))
        yield from ((item, right[position]) for position in near)


def _index(items: Sequence[Item], keys: Keys, limit: int = MAX_BLOCK) -> Mapping[Hashable, list[int]]:
    """Positions of the items by key; keys that too many have are left out."""
    index: dict[Hashable, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        for k in keys(item):
            index[k].append(position)
    return {k: positions for k, positions in index.items() if len(positions) <= limit}


def _nearest_names(
    item: Item, grams: Mapping[Hashable, list[int]], weights: Mapping[Hashable, float]
) -> list[int]:
    """The items whose names have the most and rarest pairs of characters in common with this one's."""
    scores: Counter[int] = Counter()
    rarest = sorted((gram for gram in item.name_grams if gram in grams), key=lambda gram: -weights[gram])
    for gram in rarest[:_BEST_BY_NAME]:
        for position in grams[gram]:
            scores[position] += weights[gram]  # type: ignore[assignment]  # a weight, not a count
    return [position for position, _ in scores.most_common(_BEST_BY_NAME)]


def _units(item: Item) -> Iterator[Hashable]:
    if item.unit:
        yield item.unit


def _pages(item: Item) -> Iterable[Hashable]:
    return item.links


def _names(item: Item) -> Iterator[Hashable]:
    yield item.name


def _samples(item: Item) -> Iterator[Hashable]:
    """The runs of a text whose first and last characters sum to a multiple of the sample's size."""
    return (gram for gram in item.text_grams if (ord(gram[0]) + ord(gram[-1])) % _TEXT_SAMPLE == 0)
