"""What a reader of a sheet is unsure of."""

from dataclasses import dataclass

from kankei.source.place import Place


@dataclass(frozen=True)
class Doubt:
    """What a reader of a sheet is unsure of: about which field, why, and where to look, in two languages."""

    about: str
    ja: str
    en: str
    place: Place | None = None
