"""Which programme a sheet speaks of: a new one, or one that the dataset already has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from kankei.source.grammars.normalised_text import normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.sheet import Sheet

_NO_SLUG = re.compile("[^a-z0-9]+")


@dataclass(frozen=True)
class Identity:
    """The slug of a programme, and the fragments of its measures by the numbers that the sheet gives them.

    `continues` is whether nodes are added to a programme of the dataset; then `taken` are the fragments that
    it uses. `edition` stands in the names of nodes where the year alone does not: ``2025-{source}`` where
    another source speaks of the same year. `provisional` is whether the slug waits for a curator.
    """

    slug: str
    measures: Mapping[str, str] = field(default_factory=dict)
    continues: bool = False
    taken: frozenset[str] = frozenset()
    edition: str | None = None
    provisional: bool = False

    def measure(self, number: str) -> str:
        """The fragment of a measure: the one that it has, or a free one by its number."""
        known = self.measures.get(number)
        return known or next(filter(self._is_free, _by_number(number)))

    def _is_free(self, fragment: str) -> bool:
        """Whether neither a node has the name nor may the nodes of a measure begin with it."""
        used = (*self.taken, *self.measures.values())
        return not any(other == fragment or other.startswith(f"{fragment}-") for other in used)


def _by_number(number: str) -> Iterator[str]:
    """Names that no other number has; the shapes refuse them, since a curator has to find words."""
    circled = number in CIRCLED_NUMBERS
    name = (
        f"measure-{CIRCLED_NUMBERS.index(number) + 1}"
        if circled
        else f"measure-{number.strip('()')}-bracketed"
    )
    yield name
    yield f"{name}-new"
    yield from (f"{name}-new-{position}" for position in count(2))


def provisional_identity(sheet: Sheet, source: str) -> Identity:
    """The identity of a new programme: the source's slug with the sheet's number, or with its line."""
    number = _NO_SLUG.sub("-", normalise(sheet.number.text).lower()).strip("-") if sheet.number else ""
    return Identity(f"{source}-{number or f'line-{sheet.place.first}'}", provisional=True)
