"""Facets of a result: the values that its things have, each with their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

from pyroaring import BitMap

from kankei.localisation import Labels, catalogue
from kankei.search.index.schema import FACETS
from kankei.search.index.store_records import BANDS, LAST_BAND, NOT_STATED, WITHIN
from kankei.search.query.call_state import CALL_STATES

MESSAGES = catalogue("kankei.search")
CALL = "call"
NAMES = (*FACETS[:-2], CALL, *FACETS[-2:])
"""All facets in the order in which they are shown."""
_MAX_VALUES = 50
_CACHED_LABELS = 1024
_BUDGETS = (*(name for _, name in BANDS), LAST_BAND, WITHIN, NOT_STATED)
_IN_ORDER: Mapping[str, Sequence[str]] = {"budget": _BUDGETS, CALL: CALL_STATES}
_BY_VALUE = frozenset(("survey", "year", "rate"))

Values = Mapping[str, Mapping[str, tuple[Labels, BitMap]]]
"""The values of each facet, with their labels and the things that have them."""


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet, the number of things that would be found with it, and whether it is chosen."""

    value: str
    labels: Labels
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with the values that it offers; values of one facet are alternatives, facets combine."""

    name: str
    labels: Labels
    values: tuple[FacetValue, ...]


def restrict(values: Values, things: BitMap, chosen: Mapping[str, Sequence[str]], but: str = "") -> BitMap:
    """The things that have a chosen value of each facet, one facet left out."""
    for facet, its in chosen.items():
        if its and facet != but:
            known = values.get(facet, {})
            things = things & reduce(or_, (known[value][1] for value in its if value in known), BitMap())
    return things


def count(values: Values, matching: BitMap, chosen: Mapping[str, Sequence[str]]) -> tuple[Facet, ...]:
    """The facets of what a query found, each counted without its own choice."""
    facets = []
    restricted = restrict(values, matching, chosen)
    for name in NAMES:
        its_chosen = frozenset(chosen.get(name, ()))
        things = restrict(values, matching, chosen, name) if its_chosen else restricted
        counted = [
            FacetValue(value, labels or value_labels(name, value), number, value in its_chosen)
            for value, (labels, having) in values.get(name, {}).items()
            if (number := having.intersection_cardinality(things)) or value in its_chosen
        ]
        if counted:
            facets.append(Facet(name, label(f"facet-{name}"), tuple(_sorted(name, counted)[:_MAX_VALUES])))
    return tuple(facets)


_ERAS = {"-reiwa": 2019, "-heisei": 1989}
"""The first fiscal year of each era that years are named by; others are named by the Western calendar."""


def label(key: str) -> Labels:
    """A text of this room in both languages."""
    return MESSAGES.text(key)._asdict()


@lru_cache(_CACHED_LABELS)
def value_labels(facet: str, value: str) -> Labels:
    """The labels of a value that is no thing: a text of this room, a year, or the value as it is."""
    key = f"value-{facet}-{value}"
    if key in MESSAGES.sentences:
        return label(key)
    if facet == "year" and value.isascii() and value.isdigit():
        era = next((era for era, first in _ERAS.items() if int(value) >= first), "")
        return MESSAGES.text(f"year{era}", value, int(value) - _ERAS.get(era, 0) + 1)._asdict()
    if facet == "survey" and len(value) == 7:
        year, _, month = value.partition("-")
        return MESSAGES.text("month", year, int(month), value)._asdict()
    return {"ja": value, "en": value}


def _sorted(name: str, values: Sequence[FacetValue]) -> list[FacetValue]:
    if name in _IN_ORDER:
        return sorted(values, key=lambda value: _IN_ORDER[name].index(value.value))
    if name in _BY_VALUE:
        return sorted(values, key=lambda value: value.value)
    return sorted(values, key=lambda value: (not value.chosen, -value.count, value.value))
