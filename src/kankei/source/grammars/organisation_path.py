"""The organisations of the column 問合せ先, from the ministry down: 省, 庁, 局, 部, 課, run on or spaced.

`OrganisationPaths` finds the one known path that a text prints; `segment` knows no organisation and cuts
behind everything that may be the suffix of a unit.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Generic, TypeVar

from kankei.source.grammars.normalised_text import ParseError, normalise

T = TypeVar("T")

_AGENCY = re.compile("庁$")

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
_BODY_SUFFIXES = ("機構", "法人")
"""Ends of the names of bodies that `segment` does not cut behind."""
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


def names(text: str) -> tuple[str, ...]:
    r"""The names of the units that a text prints, each whole: without the line breaks and blanks in it.

    What has no letter, such as the figure of another column, is no part of a name.

    >>> names("20 総務省地域力創造グルー\nプ 地域自立応\n援課")
    ('総務省', '地域力創造グループ', '地域自立応援課')
    """
    runs = [run for run in text.split() if any(character.isalpha() for character in run)]
    parts = [run + " " * run.endswith(_BODY_SUFFIXES) for run in runs]
    return segment("".join(parts))


def is_unit(name: str) -> bool:
    """Whether a name ends as those of units do."""
    return name.endswith(_BODY_SUFFIXES) or len(normalise(name)) in set(_unit_ends(normalise(name)))


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


class OrganisationPaths(Generic[T]):
    """Values by path of names, looked up by the text of a path: each path is normalised once."""

    def __init__(self, values: Mapping[tuple[str, ...], T]) -> None:
        self._values = values
        self._whole: dict[str, list[tuple[str, ...]]] = {}
        for path in values:
            tops = [0, *(index for index, name in enumerate(path) if index and _AGENCY.search(name))]
            for top in tops:
                self._whole.setdefault(_squeezed("".join(path[top:])), []).append(path)
        self._texts = sorted(self._whole)

    @property
    def values(self) -> Mapping[tuple[str, ...], T]:
        """The values by path."""
        return self._values

    def match(self, text: str) -> T:
        """The value of the one path that the whole text prints, whatever its blanks and width.

        A path begins at its ministry, or at an agency (庁), whose name is its own in all of the state: every
        ministry has a 総務課. Raises `ParseError` where no path or more
        than one is printed.
        """
        printed = _squeezed(text)
        if not printed:
            raise ParseError("no organisation is printed", text)
        paths = self._whole.get(printed, [])
        if len(paths) == 1:
            return self._values[paths[0]]
        if paths:
            known = ", ".join(" ".join(path) for path in sorted(paths)[:3])
            raise ParseError(f"more than one known organisation is written so: {known}", text)
        raise self._mismatch(text, printed)

    def longest(self, names: Sequence[str]) -> tuple[int, T | None]:
        """How many of some names, from the first on, are a known path, and its value; none are 0 and None."""
        for count in range(len(names), 0, -1):
            paths = self._whole.get(_squeezed("".join(names[:count])), [])
            if len(paths) == 1:
                return count, self._values[paths[0]]
        return 0, None

    def _mismatch(self, text: str, printed: str) -> ParseError:
        """The error, at the end of the longest part of the text that begins a known path."""
        position = bisect(self._texts, printed)
        nearest = self._texts[max(position - 1, 0) : position + 1]
        length = max((_common_prefix(printed, known) for known in nearest), default=0)
        positions = [position for position, character in enumerate(text) if not character.isspace()]
        end = positions[length] if length < len(positions) else len(text)
        if length == len(printed):
            return ParseError(f"{printed} only begins a known organisation", text, end)
        known = f"known is {printed[:length]}, not what follows" if length else "nothing known begins so"
        return ParseError(f"no known organisation: {known}", text, end)


def _common_prefix(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)


def _squeezed(text: str) -> str:
    return "".join(normalise(text).split())
