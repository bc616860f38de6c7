"""Which programme a sheet speaks of: a new one, or one that the dataset already has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kankei.source.sheet import Sheet
from kankei.source.values.circled import CIRCLED
from kankei.source.values.folding import fold


@dataclass(frozen=True)
class Identity:
    """The slug of a programme, and the fragments of its measures by the numbers that the sheet gives them.

    `continues` is whether the dataset has the programme; then `taken` are the fragments that it uses.
    """

    slug: str
    measures: Mapping[str, str] = field(default_factory=dict)
    continues: bool = False
    taken: frozenset[str] = frozenset()

    def measure(self, number: str) -> str:
        """The fragment of a measure: the one that it has, or a free one by its number."""
        known = self.measures.get(number)
        if known:
            return known
        digits = str(CIRCLED.index(number) + 1) if number in CIRCLED else number.strip("()")
        fragment = f"measure-{digits}"
        return fragment if fragment not in self.taken else f"{fragment}-new"


def imported(sheet: Sheet, source: str) -> Identity:
    """The identity of a programme that is new: the source's slug with the sheet's number, or with its line."""
    number = fold(sheet.number.text) if sheet.number else f"line-{sheet.place.first}"
    return Identity(f"{source}-{number}")
