"""Candidate mappings: the best pairs, each with the predicate that its evidence bears."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kankei.dataset.mappings import LinkMapping
from kankei.linking.blocking import candidate_pairs
from kankei.linking.evidence import Commonness, Comparison, compare
from kankei.linking.items import Item
from kankei.namespaces import SKOS

MIN_CONFIDENCE = 0.5
_MIN_EXACT, _MIN_CLOSE = 0.85, 0.7
_PER_ITEM = 3
"""Candidates of one item at most; a curator reads each."""


def link(left: Sequence[Item], right: Sequence[Item], least: float = MIN_CONFIDENCE) -> list[LinkMapping]:
    """Candidate mappings from items to others, of at least a confidence.

    An exact match is one that neither item has a better partner for.
    """
    commonness = Commonness(
        _most(Counter(item.name for item in items) for items in (left, right)),
        _most(Counter(page for item in items for page in item.links) for items in (left, right)),
    )
    pairs = (compare(one, other, commonness) for one, other in candidate_pairs(left, right))
    compared = [comparison for comparison in pairs if comparison.confidence >= least]
    best = _best(compared)
    by_left: dict[str, list[Comparison]] = defaultdict(list)
    for comparison in compared:
        by_left[comparison.left.iri].append(comparison)
    return [mapping for group in by_left.values() for mapping in _mappings(group, best)]


def _mappings(group: list[Comparison], best: frozenset[tuple[str, str]]) -> Iterator[LinkMapping]:
    """The mappings of one item: its exact match alone, or the most probable ones."""
    group.sort(key=lambda comparison: (-comparison.confidence, comparison.right.iri))
    chosen = [(comparison, _predicate(comparison, best)) for comparison in group[:_PER_ITEM]]
    exact = [pair for pair in chosen if pair[1] == "exactMatch"]
    for comparison, predicate in exact or chosen:
        if predicate:
            yield LinkMapping(
                comparison.left.iri, f"{SKOS}{predicate}", comparison.right.iri,
                confidence=comparison.confidence, evidence=comparison.words,
                subject_label=comparison.left.label, object_label=comparison.right.label,
            )  # fmt: skip


def _predicate(comparison: Comparison, best: frozenset[tuple[str, str]]) -> str:
    """The SKOS mapping property that the evidence of a pair bears; empty where it bears none."""
    kinds, confidence = comparison.kinds, comparison.confidence
    is_best = (comparison.left.iri, comparison.right.iri) in best
    named = kinds & {"name-same", "name-similar", "name-longer", "name-shorter", "text-same"}
    if is_best and named and confidence >= _MIN_EXACT and _is_certain(kinds):
        return "exactMatch"
    if "name-longer" in kinds:
        return "narrowMatch"
    if "name-shorter" in kinds:
        return "broadMatch"
    if named and confidence >= _MIN_CLOSE:
        return "closeMatch"
    return "relatedMatch"


def _is_certain(kinds: frozenset[str]) -> bool:
    """Whether name and unit, or name and text, or text and unit agree: one of them alone is not enough."""
    if "ministry-other" in kinds:
        return {"name-same", "text-same"} <= kinds
    others = kinds & {"unit-same", "unit-above", "text-same", "page-same", "amount-same", "year-same"}
    if "name-same" in kinds:
        return bool(others)
    return "text-same" in kinds and bool(others - {"text-same"})


def _best(compared: Iterable[Comparison]) -> frozenset[tuple[str, str]]:
    """The pairs in which each is the other's single best."""
    tops: tuple[dict[str, list[Comparison]], ...] = ({}, {})
    for comparison in compared:
        for top, iri in zip(tops, (comparison.left.iri, comparison.right.iri), strict=True):
            known = top.get(iri)
            if known is None or comparison.confidence > known[0].confidence:
                top[iri] = [comparison]
            elif comparison.confidence == known[0].confidence:
                known.append(comparison)
    single = (comparisons[0] for comparisons in tops[0].values() if len(comparisons) == 1)
    return frozenset((one.left.iri, one.right.iri) for one in single if tops[1][one.right.iri] == [one])


def _most(counters: Iterable[Counter[str]]) -> Counter[str]:
    """The greater number of two counts: how common a value is on the side where it is most common."""
    total: Counter[str] = Counter()
    for counter in counters:
        total |= counter
    return total
