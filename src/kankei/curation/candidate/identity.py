"""The identity of a sheet's programme, new or known, and what is left to the curator to write of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from kankei.curation.candidate.sheet_values import MeasureValues
from kankei.curation.candidate.value_node import doubt
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, normalise
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Doubt, Weight

_NO_SLUG = re.compile("[^a-z0-9]+")


@dataclass(frozen=True)
class Identity:
    """The slug of a programme, and the fragments of its measures by the numbers that the sheet gives them.

    `continues` is whether nodes are added to a programme of the dataset; then `taken` are the fragments that
    it uses. `edition` stands in the names of nodes where the year alone does not: ``2025-{source}`` where
    another source has an entry of the same year. `provisional` is whether a curator has yet to choose a slug,
    `by_similar_name` whether only a similar name leads to the programme, which no curator has accepted yet.
    """

    slug: str
    measures: Mapping[str, str] = field(default_factory=dict)
    continues: bool = False
    taken: frozenset[str] = frozenset()
    edition: str | None = None
    provisional: bool = False
    by_similar_name: bool = False

    def measure(self, number: str) -> str:
        """The fragment of a measure: its known one, or a free one by its number."""
        known = self.measures.get(number)
        return known or next(filter(self._is_free, _measure_names(number)))

    def _is_free(self, fragment: str) -> bool:
        """Whether no node has the name, nor a name that those of the measure's nodes would have."""
        used = (*self.taken, *self.measures.values())
        return not any(other == fragment or other.startswith(f"{fragment}-") for other in used)


def _measure_names(number: str) -> Iterator[str]:
    """Names that no other number has; the shapes reject them, since a curator has to choose others."""
    name = f"measure-{number.strip('()')}-bracketed"
    if number in CIRCLED_NUMBERS:
        name = f"measure-{CIRCLED_NUMBERS.index(number) + 1}"
    yield name
    yield f"{name}-new"
    yield from (f"{name}-new-{position}" for position in count(2))


def provisional_identity(sheet: Sheet, source: str) -> Identity:
    """The identity of a new programme: the source's slug with the sheet's number, or with its line."""
    number = _NO_SLUG.sub("-", normalise(sheet.number.text).lower()).strip("-") if sheet.number else ""
    return Identity(f"{source}-{number or f'line-{sheet.place.first}'}", provisional=True)


def editorial_doubts(identity: Identity, measures: tuple[MeasureValues, ...]) -> Iterator[Doubt]:
    """What no sheet prints and a curator has to write, of a programme or measure that is new."""
    if not identity.continues:
        for about, key in _OF_NEW_PROGRAMMES.items():
            yield doubt(about, key, weight=Weight.EDITORIAL)
    if identity.provisional:
        yield doubt("dct:identifier", "write-slug", weight=Weight.EDITORIAL, slug=identity.slug)
    for measure in measures:
        number = measure.number
        if number not in identity.measures:
            name, weight = identity.measure(number), Weight.EDITORIAL
            yield doubt("kk:measure", "write-measure", measure.place, weight, number=number, name=name)
    yield doubt("kk:CuratorNote", "write-note", weight=Weight.EDITORIAL)


_OF_NEW_PROGRAMMES = {
    "dct:title": "write-title",
    "dct:description": "write-description",
    "dct:spatial": "write-area",
}
