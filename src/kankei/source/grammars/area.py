"""Areas limited by law (過疎, 山村, 半島, 離島, 豪雪), listed alone or mentioned in any text.

The slugs are those of the scheme of designated areas. What only resembles such an area (特別豪雪地帯,
みなし過疎, 農山村) is another thing in law and is not taken for one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from kankei.source.grammars.normalised_text import Scanner, normalise


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
        return _LAW[self]


@dataclass(frozen=True)
class Areas:
    """Areas in printed order, each once."""

    areas: tuple[Area, ...]

    def render(self) -> str:
        """The terms of the laws, separated by middle dots."""
        return "・".join(area.term for area in self.areas)


@dataclass(frozen=True)
class Mention:
    """An area named in a text, from character `start` up to and without `end`, counted from 0."""

    area: Area
    start: int
    end: int


_LAW = {
    Area.DEPOPULATED: "過疎地域",
    Area.MOUNTAIN_VILLAGE: "振興山村",
    Area.PENINSULA: "半島振興対策実施地域",
    Area.REMOTE_ISLAND: "離島振興対策実施地域",
    Area.HEAVY_SNOW: "豪雪地帯",
}
# In running text only terms that nothing but the law uses; in a list of areas the short ones are clear too.
_TERMS = {
    **{term: area for area, term in _LAW.items()},
    "半島振興地域": Area.PENINSULA,
    "離島振興地域": Area.REMOTE_ISLAND,
}
_SHORT = {
    "過疎": Area.DEPOPULATED,
    "山村": Area.MOUNTAIN_VILLAGE,
    "山村地域": Area.MOUNTAIN_VILLAGE,
    "山村振興地域": Area.MOUNTAIN_VILLAGE,
    "半島": Area.PENINSULA,
    "半島地域": Area.PENINSULA,
    "離島": Area.REMOTE_ISLAND,
    "離島地域": Area.REMOTE_ISLAND,
    "豪雪": Area.HEAVY_SNOW,
}


def _alternatives(terms: dict[str, Area]) -> str:
    return "|".join(sorted(terms, key=len, reverse=True))


_MENTION = re.compile(rf"(?<!特別)(?<!みなし)(?<!準)(?:{_alternatives(_TERMS)})")
_LISTED = re.compile(_alternatives(_TERMS | _SHORT))
_SEPARATOR = re.compile(r"[・･、,/]|及び|又は|または|並びに|若しくは")


def parse(text: str) -> Areas:
    """The areas that a text lists and that it consists of, in long or short terms.

    >>> parse("過疎、山村、離島").render()
    '過疎地域・振興山村・離島振興対策実施地域'
    """
    scanner = Scanner(text)
    areas: list[Area] = []
    while not areas or scanner.take(_SEPARATOR):
        start = scanner.position
        match = scanner.take(_LISTED)
        if not match:
            raise scanner.unreadable(f"no area limited by law is read in {scanner.rest()!r}")
        area = (_TERMS | _SHORT)[match.group()]
        if area in areas:
            raise scanner.unreadable(f"the area {match.group()} is listed twice", start)
        areas.append(area)
    if not scanner.at_end:
        raise scanner.unreadable(f"{scanner.rest()!r} after an area limited by law is not understood")
    return Areas(tuple(areas))


def find(text: str) -> tuple[Mention, ...]:
    """Where a text names areas by the terms of their laws, in printed order.

    >>> find("対象は過疎地域及び特別豪雪地帯")
    (Mention(area=<Area.DEPOPULATED: 'depopulated'>, start=3, end=7),)
    """
    found = _MENTION.finditer(normalise(text))
    return tuple(Mention(_TERMS[match.group()], *match.span()) for match in found)
