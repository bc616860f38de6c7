"""Doubts: what a reader of a sheet is unsure of, for a curator to decide."""

from dataclasses import dataclass
from enum import Enum

from kankei.source.lines.document import LineRange


class Weight(Enum):
    """What a doubt asks of the curator."""

    UNRESOLVED = "unresolved"
    """A printed text has no interpretation."""
    SETTLED = "settled"
    """A value is proposed all the same: check it."""
    EDITORIAL = "editorial"
    """No sheet prints it: only a curator can write it."""


@dataclass(frozen=True)
class Doubt:
    """A doubt about a field: the reason in two languages, and the lines that it is about."""

    about: str
    ja: str
    en: str
    place: LineRange | None = None
    weight: Weight = Weight.UNRESOLVED
