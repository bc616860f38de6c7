"""The eras of the Japanese calendar that documents count years in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Era:
    """An era: its names, the calendar year of its year one, and the one in which it ended."""

    name: str
    letter: str
    square: str
    first: int
    last: int

    def year(self, count: int) -> int | None:
        """The calendar year of a year of the era; None where it has no such year."""
        year = self.first + count - 1
        return year if count >= 1 and year <= self.last else None


ERAS = (
    Era("令和", "R", "㋿", 2019, 9999),
    Era("平成", "H", "㍻", 1989, 2019),
    Era("昭和", "S", "㍼", 1926, 1989),
)
"""The latest first."""

ERA_NAMES: Mapping[str, Era] = {name: era for era in ERAS for name in (era.name, era.letter, era.square)}
