"""Text as the grammars read it, normalised one character for one: positions stay those of the print.

With the numbers that laws and guidebooks print: circled ones, and small ones in Chinese numerals.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from kankei.errors import KankeiError


class ParseError(KankeiError):
    """A printed text that its grammar does not accept; `position` is a character offset, from 0."""

    def __init__(self, message: str, text: str, position: int = 0) -> None:
        super().__init__(message, text)
        self.text = text
        self.position = position


# NFKC would turn ① into 1 and ㈱ into (株). Only forms that differ by width and compatibility ideographs are
# normalised, one character for one, so that an offset in the result is one in the printed text.
_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\t"), " ")
_TILDES = dict.fromkeys(map(ord, "\u301c\uff5e\u223c\u02dc"), "~")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u2500"), "-")
_SLASHES = dict.fromkeys(map(ord, "\u2044\u2215"), "/")
# PDFs often yield radicals (⾦) and compatibility ideographs for the kanji (金) that they are drawn as.
_KANJI = {
    code: kanji
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
    if len(kanji := normalize("NFKC", chr(code))) == 1
}
_TABLE = _KANJI | _WIDE | _SPACES | _TILDES | _DASHES | _SLASHES


@lru_cache(maxsize=1024)  # a line is normalised by every grammar that is tried on it
def normalise(text: str) -> str:
    """The text with full-width ASCII, dashes, wave dashes and spaces as ASCII, radicals as kanji; as long.

    >>> normalise("Ｒ７年度　１／２　４月～５月頃　①")
    'R7年度 1/2 4月~5月頃 ①'
    """
    return text.translate(_TABLE)


_CIRCLED_BLOCKS = ((0x2460, 20), (0x3251, 15), (0x32B1, 15))

CIRCLED_NUMBERS = "".join(chr(first + offset) for first, count in _CIRCLED_BLOCKS for offset in range(count))
"""① to ㊿ in their order, the marks of measures and their links; NFKC would make plain numbers of them."""

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}

CHINESE_NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
"""A regular expression of the numbers from 1 to 99 in Chinese numerals."""


def integer(numeral: str) -> int:
    """The number of Arabic digits, or of a text that `CHINESE_NUMERAL` matches.

    >>> integer("十二"), integer("二十"), integer("07")
    (12, 20, 7)
    """
    if numeral.isascii():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS[tens] if tens else 1 if ten else 0) * 10 + (_DIGITS[ones] if ones else 0)


_NOTE_MARK = re.compile(r"(?<!\s)\s*+(?:[※*][0-9]{0,2}|\((?:[※*][0-9]{0,2}|注[0-9]{0,2})\))\s*+$")


def without_note_mark(text: str) -> str:
    """The text without the mark of a note at its end: ※, （※１）, （注）; of other text than that mark.

    >>> without_note_mark("1／2（※１）"), without_note_mark("※")
    ('1／2', '※')
    """
    mark = _NOTE_MARK.search(normalise(text)) if text.rstrip()[-1:] in _ENDS_OF_MARKS else None
    return text[: mark.start()] if mark and mark.start() else text


_ENDS_OF_MARKS = frozenset("※＊*)）0123456789０１２３４５６７８９")
_NUMERIC = frozenset("0123456789,.")
_NO_SPACE = re.compile(r"\S+")
_OPEN_GROUP = re.compile(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]{3})*,(?P<digits>[0-9]{0,2})\Z")
_DIGITS_AT = re.compile("[0-9]{1,4}(?![0-9,])")


@dataclass(frozen=True)
class CondensedText:
    """A printed text normalised and without white space, for grammars that read words across line breaks.

    `origins` holds the printed offset of each character of `text`. White space between two numbers is kept,
    as one space or one line break: ``1/2 3/4`` never becomes ``1/23/4``. A line break within a group of
    thousands is not.
    """

    printed: str
    text: str
    origins: tuple[int, ...]

    def position(self, index: int) -> int:
        """The printed offset of the character at `index`; the length of the print behind the last."""
        return self.origins[index] if index < len(self.origins) else len(self.printed)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed start and end offset of ``text[start:end]``."""
        return self.origins[start], self.origins[end - 1] + 1

    def gap(self, index: int) -> bool:
        """Whether white space is printed before the character at `index`."""
        return 0 < index < len(self.origins) and self.origins[index] > self.origins[index - 1] + 1

    def error(self, message: str, index: int = 0) -> ParseError:
        """The error to raise about the character at `index`."""
        return ParseError(message, self.printed, self.position(index))


def condense(text: str) -> CondensedText:
    r"""The text, normalised, without white space.

    >>> condense("普通交付税\n\n措置　１／２ 定額").text
    '普通交付税措置1/2定額'
    >>> condense("上限2,0\n00万円").text
    '上限2,000万円'
    >>> condense("1/2 3/4").text
    '1/2 3/4'
    """
    parts: list[str] = []
    origins: list[int] = []
    normalised = normalise(text)
    previous_end = 0
    for run in _NO_SPACE.finditer(normalised):
        start, end = run.span()
        if previous_end and normalised[previous_end - 1] in _NUMERIC and normalised[start] in _NUMERIC:
            several_lines = len((normalised[previous_end:start] + ".").splitlines()) > 1
            if not (several_lines and _is_wrapped(normalised, previous_end, start)):
                parts.append("\n" if several_lines else " ")
                origins.append(previous_end)
        parts.append(run[0])
        origins.extend(range(start, end))
        previous_end = end
    return CondensedText(text, "".join(parts), tuple(origins))


def _is_wrapped(text: str, end: int, start: int) -> bool:
    """Whether a line breaks off in a group of thousands that the next line completes."""
    group = _OPEN_GROUP.search(text, max(0, end - 20), end)
    if group is None:
        return False
    rest = _DIGITS_AT.match(text, start)
    return rest is not None and len(group["digits"]) + len(rest.group()) == 3


class Scanner:
    """A cursor in a normalised text, for grammars that read it from left to right.

    >>> scanner = Scanner("４ 月")
    >>> scanner.take(re.compile("[0-9]")).group(), scanner.take(re.compile("月")).group(), scanner.at_end
    ('4', '月', True)
    """

    # Possessive, so that a pattern that fails after a long run of blanks does not try every shorter run.
    _BLANKS = re.compile(r"\s*+")

    def __init__(self, printed: str) -> None:
        self.printed = printed
        self.position = 0
        self._normalised = normalise(printed)

    @property
    def at_end(self) -> bool:
        """Whether only blanks remain; they are skipped."""
        self._skip_blanks()
        return self.position == len(self._normalised)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of the pattern behind any blanks, now consumed; None where it does not match."""
        self._skip_blanks()
        match = pattern.match(self._normalised, self.position)
        if match:
            self.position = match.end()
        return match

    def error(self, message: str, position: int | None = None) -> ParseError:
        """The error to raise, about the current position unless another is passed."""
        return ParseError(message, self.printed, self.position if position is None else position)

    def rest(self, length: int = 12) -> str:
        """The start of the text that is not yet consumed, for messages."""
        return self.printed[self.position : self.position + length]

    def _skip_blanks(self) -> None:
        match = self._BLANKS.match(self._normalised, self.position)
        self.position = match.end() if match else self.position
