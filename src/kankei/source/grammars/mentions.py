"""Who acts, with whom, and who is addressed, by the words of running text (地方公共団体と連携)."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a named body or kind of person does in a text."""

    ACTOR = "actor"
    PARTNER = "partner"
    ADDRESSEE = "addressee"


@dataclass(frozen=True)
class Mention:
    """A name with its role, and its characters in the text, which may run over a line break."""

    role: Role
    name: str
    start: int
    end: int


_LETTER = "[一-鿿々ァ-ヶーA-Za-zＡ-Ｚａ-ｚ]"
_ENDS = "(?=等|向け|[^一-鿿々ァ-ヶー]|$)"
_BODY = f"{_LETTER}{{0,12}}(?:法人|事業者|会社|団体|自治体|企業|協議会|組合){_ENDS}"
_PERSON = f"(?:子育て世帯|{_LETTER}{{1,12}}者|{_LETTER}{{0,12}}(?:世帯|学生|住民)){_ENDS}"
_NAME = re.compile(f"(?P<body>{_BODY})|(?P<person>{_PERSON})")
_ADDRESSED = re.compile("等?(?:をターゲット|を対象|向け|への|に対する|を惹きつけ)")
_WITH = re.compile("等?との?(?:連携|協力|協働)")


def find(text: str) -> tuple[Mention, ...]:
    """The names in a text, in printed order, each once in a role.

    A body acts unless what follows says otherwise; a person is named only where it is addressed.

    >>> [(one.role.value, one.name) for one in find("NPO法人が地方公共団体と連携して行う、企業向けの取組")]
    [('actor', 'NPO法人'), ('partner', '地方公共団体'), ('addressee', '企業')]
    """
    positions = [position for position, letter in enumerate(text) if letter != "\n"]
    joined = "".join(text[position] for position in positions)
    mentions: dict[tuple[Role, str], Mention] = {}
    for name in _NAME.finditer(joined):
        role = _role(joined, name)
        if role:
            start, end = positions[name.start()], positions[name.end() - 1] + 1
            mentions.setdefault((role, name[0]), Mention(role, name[0], start, end))
    return tuple(mentions.values())


def _role(text: str, name: re.Match[str]) -> Role | None:
    if _ADDRESSED.match(text, name.end()):
        return Role.ADDRESSEE
    if name["person"]:
        return None
    return Role.PARTNER if _WITH.match(text, name.end()) else Role.ACTOR
