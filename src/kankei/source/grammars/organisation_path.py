"""The organisations of the column 問合せ先, from the ministry down: 省, 庁, 局, 部, 課, run on or spaced.

`match` reads one of the paths that are known; `segment` knows no organisation and cuts behind everything that
may be the suffix of a unit.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from kankei.source.grammars.normalised_text import ParseError, normalise

T = TypeVar("T")

_SUFFIXES = """
省 府 庁 委員会 院 官房 局 医薬局 グループ G 本部 統括官 研究所 研修所 大学校 部 事務局 センター 課 参事官
統括官付 室 参事官付 参事官室 管理官付 監理官付 係 班 チーム 担当
"""
# Whole words that hold a suffix and never end a unit.
_NEVER = """
都道府県 府県 政府 郵便局 放送局 薬局 大学院 病院 衆議院 参議院 関係 課題 課程 庁舎 図書室 温室 教室
グループホーム グループワーク グループウェア グループ補助金 担当者
"""
# The same at the start of a unit; elsewhere one may end inside (総務部会計課 is not of a 部会).
_NEVER_AT_START = """
文部 内部 外部 全部 一部 幹部 学部 東部 西部 南部 北部 中部 上部 官庁 県庁 省庁 本省
省エネ 省資源 省力 省電力 省人 省令 部品 部材 部門 部会 部隊 部落 部活 部長 部員 部分 部数 局長
庁内 庁長 課税 課長 課金 課外 室内 室長 院内 院長 府省 府庁 府内 係長 係数 班長
グループ長 センター長 センター試験 事務局長 本部長 官房長
"""


def _any_of(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


# G is short for グループ, but not within GX.
_SUFFIX = re.sub(r"\bG\b", "(?<![A-Za-z])G(?![A-Za-z])", _any_of(_SUFFIXES))
# An officer's sphere is part of his unit's name: 参事官（総括担当）付.
_OFFICER = r"(?:参事官|統括官)\([^()]{0,40}\)[付室]?"
_WORD = re.compile(
    rf"(?P<never>{_any_of(_NEVER)})|(?P<at_start>{_any_of(_NEVER_AT_START)})|(?P<suffix>{_OFFICER}|{_SUFFIX})"
)
_INSIDE = re.compile(_SUFFIX)
_NO_SPACE = re.compile(r"\S+")


def segment(text: str) -> tuple[str, ...]:
    r"""The text cut at blanks and behind everything that may be the suffix of a unit; no text is left out.

    >>> segment("総務省地域力創造グループ\n地域自立応援課")
    ('総務省', '地域力創造グループ', '地域自立応援課')
    """
    segments: list[str] = []
    for run in _NO_SPACE.finditer(normalise(text)):
        cuts = sorted({0, *_unit_ends(run.group()), len(run.group())})
        segments += [text[run.start() + start : run.start() + end] for start, end in pairwise(cuts)]
    return tuple(segments)


def _unit_ends(run: str) -> Iterator[int]:
    """The offsets in a normalised text without blanks at which a unit may end, in order."""
    start = 0
    for word in _WORD.finditer(run):
        if end := _unit_end(word, start):
            yield end
            start = end


def _unit_end(word: re.Match[str], start: int) -> int | None:
    """Where the unit that began at `start` may end by a word; None where the word ends no unit."""
    begins_unit = word.start() == start
    if word["never"] or (begins_unit and word["at_start"]):
        return None
    if word["at_start"]:
        inside = _INSIDE.search(word.group())
        return word.start() + inside.end() if inside else None
    suffix = word["suffix"].partition("(")[0]
    return None if begins_unit and len(suffix) == 1 else word.end()


def match(text: str, paths: Mapping[tuple[str, ...], T]) -> T:
    """The value of the one known path that the whole text prints, whatever its blanks and width.

    Units may be left out at the top where only one path ends so; a whole path comes first.
    """
    printed = _squeezed(text)
    if not printed:
        raise ParseError("no organisation is printed", text)
    spellings = {path: [_squeezed("".join(path[top:])) for top in range(len(path))] for path in paths}
    whole = [path for path, spelled in spellings.items() if spelled and spelled[0] == printed]
    candidates = whole or [path for path, spelled in spellings.items() if printed in spelled]
    if len(candidates) == 1:
        return paths[candidates[0]]
    if candidates:
        known = ", ".join(" ".join(path) for path in sorted(candidates)[:3])
        raise ParseError(f"more than one known organisation is written so: {known}", text)
    raise _no_match(text, printed, [spelled for path in spellings.values() for spelled in path])


def _no_match(text: str, printed: str, spelled: list[str]) -> ParseError:
    """The error that says how much of the text begins a known path."""
    length = max((_common_prefix(printed, known) for known in spelled), default=0)
    positions = [position for position, character in enumerate(text) if not character.isspace()]
    position = positions[length] if length < len(positions) else len(text)
    if length == len(printed):
        return ParseError(f"{printed} only begins a known organisation", text, position)
    known = f"known is {printed[:length]}, not what follows" if length else "nothing known begins so"
    return ParseError(f"no known organisation: {known}", text, position)


def _common_prefix(one: str, other: str) -> int:
    """The length of the common prefix of two texts."""
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)


def _squeezed(text: str) -> str:
    return "".join(normalise(text).split())
