"""The column 事業実施主体（対象者）: the types of body that may carry a programme out.

Names stay as printed; which concept a name means is decided elsewhere. 等 leaves the list open, at its end or
behind an earlier name; its position is kept. A condition in brackets belongs to the name before it.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from kankei.source.grammars import area
from kankei.source.grammars.area import Area
from kankei.source.grammars.normalised_text import ParseError, normalise


@dataclass(frozen=True)
class BodyConditions:
    """The conditions in the brackets behind a body.

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
            ("・".join(area.term for area in self.areas), "{}に限る"),
            ("・".join(self.except_for), "{}を除く"),
            ("・".join(self.including), "{}を含む"),
            ("間接補助" if self.indirect else "", "{}"),
            ("・".join(self.indirect_bodies), "間接補助：{}"),
        )
        return "".join(f"（{clause.format(names)}）" for names, clause in clauses if names)


@dataclass(frozen=True)
class ImplementingBody:
    """A type of body, its conditions, and the offsets of its name in the printed text (not compared).

    `span` counts characters from 0, without the end. `others`: 等, など or ほか is printed behind the name.
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
    """The bodies in printed order; `open_list` where 等 is printed behind any of them."""

    bodies: tuple[ImplementingBody, ...]
    open_list: bool = False

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas that any of the bodies is limited to, each once."""
        areas = (area for body in self.bodies if body.conditions for area in body.conditions.areas)
        return tuple(dict.fromkeys(areas))


# 等 that is part of a word: 高等学校, 初等中等教育, 平等.
_OTHERS = "(?:(?<![高初中同平均対])等|など|ほか)"
_OTHERS_INSIDE = re.compile(_OTHERS)
_OTHERS_AT_END = re.compile(rf"{_OTHERS}\s*+$")
_ITEM = re.compile(
    r"(?P<name>[^・･、,/()]*+)(?P<brackets>(?:\([^()]*+\)\s*+)*+)(?P<behind>(?:等|など|ほか)?+)\s*+"
)
_BRACKETS = re.compile(r"\(([^()]*+)\)")
_BULLET = re.compile(r"\s*+[・･]?+")
_SEPARATOR = re.compile(r"[・･、,/]\s*+")
_AND = re.compile("及び|並びに|又は|または|若しくは|もしくは|および|ならびに")


def parse(text: str) -> ImplementingBodies:
    r"""The list of bodies that a cell prints.

    >>> [body.name for body in parse("都道府県・市町村・\n事業者等").bodies]
    ['都道府県', '市町村', '事業者']
    """
    normalised = normalise(text)
    listed = _AND.sub(lambda word: "・".ljust(len(word.group())), normalised)
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
    others = _OTHERS_AT_END.search(name)
    if others and item.group("brackets"):
        message = "whether the brackets hold for what 等 stands for is not clear"
        raise ParseError(message, text, item.start("brackets"))
    names = _split_names(name[: others.start()] if others else name, text, item.start())
    conditions = None
    for bracket in _BRACKETS.finditer(item.group("brackets")):
        position = item.start("brackets") + bracket.start()
        conditions = _add_condition(conditions, bracket.group(1), text, position)
    bodies = [ImplementingBody(name, span=(start, end)) for name, start, end in names]
    bodies[-1] = replace(bodies[-1], others=bool(others or item.group("behind")), conditions=conditions)
    return bodies


# Not a list of all names, only of those certain enough to tell a broken word from two words.
_WELL_KNOWN = """
国 都道府県 市町村 市区町村 特別区 指定都市 政令市 政令指定都市 中核市 地方公共団体 地方自治体 自治体
一部事務組合 広域連合 民間事業者 事業者 民間企業 企業 民間団体 中小企業 中小企業者 交通事業者 農業者 林業者
漁業者 農林漁業者 農業協同組合 森林組合 漁業協同組合 商工会 商工会議所 商店街 協議会 地域協議会 NPO NPO法人
特定非営利活動法人 DMO 観光協会 社会福祉法人 社会福祉協議会 医療法人 学校法人 公益法人 一般社団法人
一般財団法人 第三セクター 独立行政法人 地方独立行政法人 大学 研究機関 金融機関 自治会 町内会 地域運営組織
住民団体 個人 都市再生推進法人 特定居住支援法人
"""
_WELL_KNOWN_NAMES = frozenset(_WELL_KNOWN.split())
# Particles and the like, which a name does not have and a sentence does.
_PHRASE = re.compile(
    r"[をが※。:①-⑳]|する|した|される|による|において|のうち|以外|ただし|場合|その他|[一-龠々]と[一-龠]"
)


def _split_names(printed: str, text: str, position: int) -> list[tuple[str, int, int]]:
    """Names with start and end in the text, of the normalised print between two separators.

    A blank or line break inside is certain only where the well-known names on its sides say so.
    """
    parts = [(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", printed)]
    if not parts:
        raise ParseError("a name is missing", text, position)
    names = [parts[0]]
    for part in parts[1:]:
        name, start, _ = names[-1]
        if _is_one_name(name, part[0], text, position + part[1]):
            names[-1] = (name + part[0], start, part[2])
        else:
            names.append(part)
    return [_checked_name(name, text, position + start, position + end) for name, start, end in names]


def _is_one_name(first: str, second: str, text: str, position: int) -> bool:
    joined = first + second in _WELL_KNOWN_NAMES
    separate = first in _WELL_KNOWN_NAMES and second in _WELL_KNOWN_NAMES
    if joined == separate:
        raise ParseError(f"whether {first} and {second} are one name is not clear", text, position)
    return joined


def _checked_name(name: str, text: str, start: int, end: int) -> tuple[str, int, int]:
    if _PHRASE.search(name) or _OTHERS_INSIDE.search(name):
        raise ParseError(f"{name} is a phrase, not a name", text, start)
    if not name[0].isalpha() or not all(character.isalnum() or character in "-&ー" for character in name):
        raise ParseError(f"{name} is no name", text, start)
    return name, start, end


_LIMITED = re.compile("(?:に限る|に限定|限定|のみ)。?$")
_INDIRECT = "間接補助(?:事業者|対象)?"
_NAMES = r"(?P<names>[^\s()※。]+?)"
_LISTS = {
    "except_for": re.compile(f"{_NAMES}[をは]?除く。?"),
    "including": re.compile(f"{_NAMES}を?含む。?"),
    "indirect_bodies": re.compile(f"{_INDIRECT}:{_NAMES}"),
}
_INDIRECT_ONLY = re.compile(_INDIRECT)
_NAME_SEPARATOR = re.compile("[・･、,/]|及び|並びに|又は|または")
# A phrase that only ends like a list of names: 過去に採択された団体を除く.
_LISTED_PHRASE = re.compile("[がをで]|する|した|され|場合|もの$|その他|" + _OTHERS)


def _add_condition(before: BodyConditions | None, printed: str, text: str, position: int) -> BodyConditions:
    """The conditions with that of one more pair of brackets; a kind of condition is printed once.

    `printed` is the text between the brackets, `position` the offset of the opening one.
    """
    conditions = before or BodyConditions()
    name, value = _read_condition(normalise(printed).strip(), text, position)
    if getattr(conditions, name):
        raise ParseError("a condition of the same kind is printed twice", text, position)
    return replace(conditions, **{name: value})


def _read_condition(condition: str, text: str, position: int) -> tuple[str, Any]:
    """The field of `BodyConditions` that a normalised condition sets, and its value."""
    for name, pattern in _LISTS.items():
        if match := pattern.fullmatch(condition):
            return name, _listed_names(match.group("names"), text, position)
    if _INDIRECT_ONLY.fullmatch(condition):
        return "indirect", True
    return "areas", _areas(condition, text, position)


def _areas(condition: str, text: str, position: int) -> tuple[Area, ...]:
    match = _LIMITED.search(condition)
    try:
        return area.parse(condition[: match.start()] if match else condition)
    except ParseError:
        raise ParseError(f"the condition （{condition}） is not understood", text, position) from None


def _listed_names(printed: str, text: str, position: int) -> tuple[str, ...]:
    names = tuple(_NAME_SEPARATOR.split(printed))
    if not all(names) or len(set(names)) < len(names) or any(map(_LISTED_PHRASE.search, names)):
        raise ParseError(f"{printed} is no list of names", text, position)
    return names
