"""The column 事業実施主体（対象者）: the types of body that may carry a programme out.

Names stay as printed; which concept a name means is decided elsewhere. 等 leaves the list open, at its end or
behind an earlier name; where it stands is kept. A condition in brackets belongs to the name before it.
"""

import re
from dataclasses import dataclass, field, replace

from kankei.source.grammars import body_conditions, body_names
from kankei.source.grammars.area import Area
from kankei.source.grammars.body_conditions import BodyConditions
from kankei.source.grammars.normalised_text import ParseError, normalise


@dataclass(frozen=True)
class ImplementingBody:
    """A type of body, its conditions, and where its name stands in the printed text (it is not compared).

    `span` counts characters from 0, without the end. `others`: 等, など or ほか stands behind the name.
    """

    name: str
    others: bool = False
    conditions: BodyConditions | None = None
    span: tuple[int, int] = field(default=(0, 0), compare=False)

    def render(self) -> str:
        """The name, its conditions in full-width brackets."""
        conditions = self.conditions.render() if self.conditions else ""
        return f"{self.name}{conditions}{'等' if self.others else ''}"


@dataclass(frozen=True)
class ImplementingBodies:
    """The bodies in printed order; `open_list` where 等 stands behind the last of them or another."""

    bodies: tuple[ImplementingBody, ...]
    open_list: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names as printed, without line breaks."""
        return tuple(body.name for body in self.bodies)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas that any of them is limited to, each once."""
        found = (area for body in self.bodies if body.conditions for area in body.conditions.areas)
        return tuple(dict.fromkeys(found))

    def render(self) -> str:
        """The list with middle dots, on one line."""
        return "・".join(body.render() for body in self.bodies)


_ITEM = re.compile(
    r"(?P<name>[^・･、,/()]*+)(?P<brackets>(?:\([^()]*+\)\s*+)*+)(?P<behind>(?:等|など|ほか)?+)\s*+"
)
_BRACKETS = re.compile(r"\(([^()]*+)\)")
_BULLET = re.compile(r"\s*+[・･]?+")
_SEPARATOR = re.compile(r"[・･、,/]\s*+")
_AND = re.compile("及び|並びに|又は|または|若しくは|もしくは|および|ならびに")
_OTHERS = re.compile(rf"{body_names.OTHERS}\s*+$")


def parse(text: str) -> ImplementingBodies:
    r"""The list of bodies that a cell prints.

    >>> parse("都道府県・市町村・\n事業者等").names
    ('都道府県', '市町村', '事業者')
    """
    folded = normalise(text)
    listed = _AND.sub(lambda word: "・".ljust(len(word.group())), folded)
    bodies: list[ImplementingBody] = []
    separator, end = _BULLET.match(listed), 0
    while separator:
        end = separator.end()
        if item := _ITEM.match(listed, end):
            bodies += _bodies(item, text)
            end = item.end()
        separator = _SEPARATOR.match(listed, end)
    if end < len(text):
        raise ParseError(f"{text[end:][:12]!r} is not understood", text, end)
    return ImplementingBodies(tuple(bodies), any(body.others for body in bodies))


def _bodies(item: re.Match[str], text: str) -> list[ImplementingBody]:
    """The bodies between two separators: one, or several on lines of their own."""
    name = item.group("name")
    opened = _OTHERS.search(name)
    if opened and item.group("brackets"):
        raise ParseError(
            "whether the brackets hold for what 等 stands for is not clear", text, item.start("brackets")
        )
    names = body_names.split(name[: opened.start()] if opened else name, text, item.start())
    conditions = None
    for bracket in _BRACKETS.finditer(item.group("brackets")):
        position = item.start("brackets") + bracket.start()
        conditions = body_conditions.add(conditions, bracket.group(1), text, position)
    bodies = [ImplementingBody(found, span=(start, end)) for found, start, end in names]
    bodies[-1] = replace(bodies[-1], others=bool(opened or item.group("behind")), conditions=conditions)
    return bodies
