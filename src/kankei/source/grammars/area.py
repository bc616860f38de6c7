"""Areas designated by law (過疎, 山村, 半島, 離島, 豪雪), as a condition lists them.

The slugs are those of the scheme of designated areas. What only resembles such an area (特別豪雪地帯,
みなし過疎, 農山村) is another thing in law and is not taken for one.
"""

import re
from enum import StrEnum

from kankei.source.grammars.normalised_text import Scanner


class Area(StrEnum):
    """A kind of area designated by law."""

    DEPOPULATED = "depopulated"
    MOUNTAIN_VILLAGE = "mountain-village"
    PENINSULA = "peninsula"
    REMOTE_ISLAND = "remote-island"
    HEAVY_SNOW = "heavy-snow"

    @property
    def term(self) -> str:
        """The term of the law: the canonical spelling."""
        return _SPELLINGS[self][0]


_SPELLINGS = {
    Area.DEPOPULATED: ("過疎地域", "過疎"),
    Area.MOUNTAIN_VILLAGE: ("振興山村", "山村", "山村地域", "山村振興地域"),
    Area.PENINSULA: ("半島振興対策実施地域", "半島振興地域", "半島", "半島地域"),
    Area.REMOTE_ISLAND: ("離島振興対策実施地域", "離島振興地域", "離島", "離島地域"),
    Area.HEAVY_SNOW: ("豪雪地帯", "豪雪"),
}
_AREAS = {spelling: area for area, spellings in _SPELLINGS.items() for spelling in spellings}
_AREA = re.compile("|".join(sorted(_AREAS, key=len, reverse=True)))
_SEPARATOR = re.compile(r"[・･、,/]|及び|又は|または|並びに|若しくは")


def parse(text: str) -> tuple[Area, ...]:
    """The areas that a text lists and that it consists of, in printed order, each once.

    >>> [area.term for area in parse("過疎、山村、離島")]
    ['過疎地域', '振興山村', '離島振興対策実施地域']
    """
    scanner = Scanner(text)
    areas: list[Area] = []
    while not areas or scanner.take(_SEPARATOR):
        start = scanner.position
        match = scanner.take(_AREA)
        if not match:
            raise scanner.error(f"no area limited by law is read in {scanner.rest()!r}")
        area = _AREAS[match.group()]
        if area in areas:
            raise scanner.error(f"the area {match.group()} is listed twice", start)
        areas.append(area)
    if not scanner.at_end:
        raise scanner.error(f"{scanner.rest()!r} after an area limited by law is not understood")
    return tuple(areas)
