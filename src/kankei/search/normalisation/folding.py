"""Folding of text for comparison: width, case, kana and old character forms; signs are dropped.

NFKC (Unicode Standard Annex 15) makes full-width Latin and half-width kana ordinary; katakana become
hiragana, old forms of characters (旧字体) the new ones. White space, punctuation and symbols are dropped, so
that ``03-5253-8369`` is its digits, and a line break in a word does not matter.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TypeAlias
from unicodedata import category, combining, normalize

Span: TypeAlias = tuple[int, int]
"""Where a part of a text begins and ends."""

_DROPPED = frozenset("PZSC")
"""General categories of characters that are dropped: punctuation, separators, symbols, others."""
_KATAKANA, _KANA_SHIFT = range(0x30A1, 0x30F7), 0x60
_SMALL = {"ゕ": "か", "ゖ": "け"}  # 関ヶ原 and 関ケ原
_SOUND_MARKS = frozenset("ﾞﾟ゛゜")
_COMBINING = str.maketrans("゛゜", "\u3099\u309a")
"""Sound marks that NFKC would make a space and a mark."""
_CACHED_CHARACTERS = 8192
_JAMO = range(0x1160, 0x1200)


def _old_forms() -> dict[str, str]:
    table = (files(__package__) / "old_forms.tsv").read_text(encoding="utf-8")
    return {pair[0]: pair[1] for pair in table.split()}


class _Table(dict[int, str]):
    """What each character of NFKC, in lower case, becomes; filled as characters are met."""

    def __init__(self, old_forms: dict[str, str]) -> None:
        super().__init__()
        self._old_forms = old_forms

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _KATAKANA:
            character = chr(code - _KANA_SHIFT)
        character = _SMALL.get(character, character)
        if category(character)[0] in _DROPPED or character in "\u3099\u309a":
            character = ""
        self[code] = self._old_forms.get(character, character)
        return self[code]


_TABLE = _Table(_old_forms())


def fold(text: str) -> str:
    """A text as it is compared, without listed variants.

    >>> fold("ﾃﾚﾜｰｸ の推進（廣島縣）") == fold("テレワークの推進 広島県")
    True
    """
    return normalize("NFKC", normalize("NFKC", text.translate(_COMBINING)).casefold()).translate(_TABLE)


@dataclass(frozen=True)
class Folded:
    """A folded text, with the span of each of its characters in the original."""

    text: str
    spans: Sequence[Span]

    def original(self, start: int, end: int) -> Span:
        """The span in the original of a part of the folded text that is not empty."""
        return self.spans[start][0], self.spans[end - 1][1]


@dataclass(frozen=True)
class Folding:
    """Folding with listed variants: each line of words is one word, written as its first is."""

    variants: tuple[tuple[str, ...], ...] = ()
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = {fold(word): fold(words[0]) for words in self.variants for word in words[1:]}
        object.__setattr__(self, "_first", {word: to for word, to in first.items() if word and word != to})

    def fold(self, text: str) -> str:
        """A text as it is compared."""
        folded = fold(text)
        return self._pattern.sub(lambda match: self._first.get(match[0], match[0]), folded)

    def fold_with_spans(self, text: str) -> Folded:
        """The same, with the span of each character in the original."""
        characters, spans = _characters(text)
        folded = "".join(characters)
        parts: list[str] = []
        mapped: list[Span] = []
        position = 0
        for match in self._pattern.finditer(folded):
            parts.append(folded[position : match.start()])
            mapped += spans[position : match.start()]
            word = self._first.get(match[0], match[0])
            parts.append(word)
            if word == match[0]:
                mapped += spans[match.start() : match.end()]
            else:
                mapped += [(spans[match.start()][0], spans[match.end() - 1][1])] * len(word)
            position = match.end()
        return Folded("".join(parts) + folded[position:], [*mapped, *spans[position:]])

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The first words too, so that a variant that is part of one (空家 in a longer word) is left alone.
        words = {*self._first, *self._first.values()}
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def read_variants(lines: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The variants of tab-separated lines; empty lines, comments, and lines of one word are left out."""
    rows = (tuple(word.strip() for word in line.split("\t") if word.strip()) for line in lines)
    return tuple(row for row in rows if len(row) > 1 and not row[0].startswith("#"))


def packaged_variants() -> tuple[tuple[str, ...], ...]:
    """The variants that come with kankei."""
    return read_variants((files(__package__) / "variants.tsv").read_text(encoding="utf-8").splitlines())


def _characters(text: str) -> tuple[list[str], list[Span]]:
    """Folded characters with their spans: a character is folded with the marks that combine with it."""
    characters: list[str] = []
    spans: list[Span] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _combines(text[end]):
            end += 1
        folded = _fold_character(text[start:end])
        characters += folded
        spans += [(start, end)] * len(folded)
        start = end
    return characters, spans


_fold_character = lru_cache(_CACHED_CHARACTERS)(fold)


def _combines(character: str) -> bool:
    return character in _SOUND_MARKS or combining(character) != 0 or ord(character) in _JAMO
