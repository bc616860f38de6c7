"""The words that names of government units end with, and the words that only look as if they did."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

# The place in the hierarchy: within run-on text a unit stands only behind a higher one.
_RANKS = {
    **dict.fromkeys(("省", "府"), 1),
    **dict.fromkeys(("庁", "委員会", "院"), 2),
    **dict.fromkeys(("官房", "局", "医薬局", "グループ", "G", "本部", "統括官"), 3),
    **dict.fromkeys(("研究所", "研修所", "大学校"), 3),
    **dict.fromkeys(("部", "事務局", "センター"), 4),
    **dict.fromkeys(("課", "参事官", "統括官付"), 5),
    **dict.fromkeys(("室", "参事官付", "参事官室", "管理官付", "監理官付"), 6),
    **dict.fromkeys(("係", "班", "チーム", "担当"), 7),
}
# Whole words that hold a suffix and never end a unit.
_NEVER = """
都道府県 府県 政府 郵便局 放送局 薬局 大学院 病院 衆議院 参議院 関係 課題 課程 庁舎 図書室 温室 教室
グループホーム グループワーク グループウェア グループ補助金 担当者
"""
# The same at the start of a unit; elsewhere one may end inside (総務部会計課 is not of a 部会): doubtful.
_AT_START = """
文部 内部 外部 全部 一部 幹部 学部 東部 西部 南部 北部 中部 上部 官庁 県庁 省庁 本省
省エネ 省資源 省力 省電力 省人 省令 部品 部材 部門 部会 部隊 部落 部活 部長 部員 部分 部数 局長
庁内 庁長 課税 課長 課金 課外 室内 室長 院内 院長 府省 府庁 府内 係長 係数 班長
グループ長 センター長 センター試験 事務局長 本部長 官房長
"""


class Sign(Enum):
    """What a place in a text says about the end of a unit."""

    END = auto()
    DOUBTFUL = auto()


@dataclass(frozen=True)
class Mark:
    """A place behind a suffix: where the unit that would end there begins and ends, and its rank."""

    sign: Sign
    start: int
    end: int
    rank: int = 0


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


# G is short for グループ, but not within GX.
_SUFFIX = re.sub(r"\bG\b", "(?<![A-Za-z])G(?![A-Za-z])", _any(" ".join(_RANKS)))
# An officer's sphere is part of his unit's name: 参事官（総括担当）付.
_OFFICER = r"(?:参事官|統括官)\([^()]{0,40}\)[付室]?"
_TOKEN = re.compile(
    rf"(?P<never>{_any(_NEVER)})|(?P<at_start>{_any(_AT_START)})|(?P<suffix>{_OFFICER}|{_SUFFIX})"
)
_INSIDE = re.compile(_SUFFIX)


def marks(piece: str) -> Iterator[Mark]:
    """The places of a folded text without blanks at which a unit ends, for certain or perhaps, in order.

    A unit begins at the last certain or doubtful end. The end of the text is no doubt; behind a single
    character (部 of 案部) it is doubtful.
    """
    start = 0
    for token in _TOKEN.finditer(piece):
        stem = token.start() - start
        if token.lastgroup == "never" or (token.lastgroup == "at_start" and stem == 0):
            continue
        mark = _mark(token, start, stem, len(piece))
        if mark:
            yield mark
            start = mark.end


def _mark(token: re.Match[str], start: int, stem: int, length: int) -> Mark | None:
    if token.group("at_start"):
        inside = _INSIDE.search(token.group())
        return Mark(Sign.DOUBTFUL, start, token.start() + inside.end()) if inside else None
    suffix = token.group("suffix").partition("(")[0]
    if stem == 0 and len(suffix) == 1:
        return None
    certain = token.end() == length or stem > 1 or len(suffix) > 1
    return Mark(Sign.END if certain else Sign.DOUBTFUL, start, token.end(), _RANKS[suffix])
