"""What a reader of a sheet is unsure of."""

from dataclasses import dataclass
from enum import Enum

from kankei.source.lines.document import LineRange


class Weight(Enum):
    """What a doubt leaves to the curator."""

    UNRESOLVED = "unresolved"
    """A text that is printed has no interpretation."""
    SETTLED = "settled"
    """A value is proposed all the same; look whether it is right."""
    EDITORIAL = "editorial"
    """No sheet says it: only a curator can write it."""


@dataclass(frozen=True)
class Doubt:
    """What a reader of a sheet is unsure of: about which field, why, and where to look, in two languages."""

    about: str
    ja: str
    en: str
    place: LineRange | None = None
    weight: Weight = Weight.UNRESOLVED
