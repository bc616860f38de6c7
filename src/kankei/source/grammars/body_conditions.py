"""The conditions that bodies carry in brackets: areas, exceptions, inclusions, indirect support."""

import re
from dataclasses import dataclass, replace
from typing import Any

from kankei.source.grammars import area, body_names
from kankei.source.grammars.area import Area
from kankei.source.grammars.normalised_text import ParseError, normalise


@dataclass(frozen=True)
class BodyConditions:
    """What the brackets behind a body say.

    `areas`: limited to these; `except_for`, `including`: bodies left out (を除く) and counted in (を含む) as
    printed; `indirect`: it is supported through another body; `indirect_bodies`: those supported through it.
    """

    areas: tuple[Area, ...] = ()
    except_for: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    indirect: bool = False
    indirect_bodies: tuple[str, ...] = ()

    def render(self) -> str:
        """Each condition in brackets of its own."""
        clauses = (
            ("・".join(found.term for found in self.areas), "{}に限る"),
            ("・".join(self.except_for), "{}を除く"),
            ("・".join(self.including), "{}を含む"),
            ("間接補助" if self.indirect else "", "{}"),
            ("・".join(self.indirect_bodies), "間接補助：{}"),
        )
        return "".join(f"（{clause.format(words)}）" for words, clause in clauses if words)


_LIMITED = re.compile("(?:に限る|に限定|限定|のみ)。?$")
_NAMES = r"(?P<names>[^\s()※。]+?)"
_EXCEPT = re.compile(f"{_NAMES}[をは]?除く。?")
_INCLUDING = re.compile(f"{_NAMES}を?含む。?")
_INDIRECT = re.compile("間接補助(?:事業者|対象)?")
_INDIRECT_BODIES = re.compile(f"間接補助(?:事業者|対象)?:{_NAMES}")
_SEPARATOR = re.compile("[・･、,/]|及び|並びに|又は|または")
# A phrase that only ends like a list of names: 過去に採択された団体を除く.
_PHRASE = re.compile("[がをで]|する|した|され|場合|もの$|その他|" + body_names.OTHERS)


def add(before: BodyConditions | None, printed: str, text: str, position: int) -> BodyConditions:
    """The conditions with those of one more pair of brackets; a kind of condition is printed once.

    `printed` is what stands between the brackets, at this position of the text.
    """
    known = before or BodyConditions()
    folded = normalise(printed).strip()
    for name, value in _read(folded, text, position).items():
        if getattr(known, name):
            raise ParseError("a condition of the same kind is printed twice", text, position)
        known = replace(known, **{name: value})
    return known


def _read(folded: str, text: str, position: int) -> dict[str, Any]:
    if match := _EXCEPT.fullmatch(folded):
        return {"except_for": _names(match.group("names"), text, position)}
    if match := _INCLUDING.fullmatch(folded):
        return {"including": _names(match.group("names"), text, position)}
    if match := _INDIRECT_BODIES.fullmatch(folded):
        return {"indirect_bodies": _names(match.group("names"), text, position)}
    if _INDIRECT.fullmatch(folded):
        return {"indirect": True}
    return {"areas": _areas(folded, text, position)}


def _areas(folded: str, text: str, position: int) -> tuple[Area, ...]:
    match = _LIMITED.search(folded)
    try:
        return area.parse(folded[: match.start()] if match else folded).areas
    except ParseError:
        raise ParseError(f"the condition （{folded}） is not understood", text, position) from None


def _names(printed: str, text: str, position: int) -> tuple[str, ...]:
    names = tuple(_SEPARATOR.split(printed))
    if not all(names) or len(set(names)) < len(names) or any(_PHRASE.search(name) for name in names):
        raise ParseError(f"{printed} is no list of names", text, position)
    return names
