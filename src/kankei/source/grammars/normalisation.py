"""Folding of printed characters, for reading only: raw text is kept as printed."""

from functools import lru_cache
from unicodedata import normalize

# NFKC would turn ① into 1 and ㈱ into (株): only forms that differ by width and kanji in disguise are folded,
# one character for one, so that a position in the folded text is one in the printed text.
_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\t"), " ")
_TILDES = dict.fromkeys(map(ord, "\u301c\uff5e\u223c\u02dc"), "~")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u2500"), "-")
_SLASHES = dict.fromkeys(map(ord, "\u2044\u2215"), "/")
# PDFs often yield radicals (⾦) and compatibility ideographs for the kanji (金) that they are drawn as.
_KANJI = {
    code: folded
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
    if len(folded := normalize("NFKC", chr(code))) == 1
}
_TABLE = _KANJI | _WIDE | _SPACES | _TILDES | _DASHES | _SLASHES


@lru_cache(maxsize=1024)  # a line is folded by every grammar that may read it
def fold(text: str) -> str:
    """The text with full-width ASCII, dashes, wave dashes and spaces as ASCII, radicals as kanji; as long.

    >>> fold("Ｒ７年度　１／２　４月～５月頃　①")
    'R7年度 1/2 4月~5月頃 ①'
    """
    return text.translate(_TABLE)
