"""Bullets: the marks that open an item or paragraph, and are no part of its text."""

import re

from kankei.source.grammars.numerals import CIRCLED_NUMBERS

# Symbol fonts extract as private-use characters, or as the Latin letters of their codes: U+F0D8 is Ø in
# Wingdings, and its filled circles and squares are l, n, u and §.
_MARK = r"[○◯●◎〇・･•‣◦∙▪▫■□◆◇▶►▷▸➢➤⮚✓✔☑★☆*→⇒\uff65\ue000-\uf8ff]"
_DASH = r"[-–—−－](?=[ \u3000]*[^\x00-\x7f０-９])"
_LETTER = r"[lnuüØ§][ \u3000]+(?=[^\x00-\x7f])"
_BULLET = re.compile(rf"(?:(?:{_MARK}|{_DASH})\s*|{_LETTER})")
_NUMBER = re.compile(
    rf"[{CIRCLED_NUMBERS}]|[※【]|[(（][0-9０-９]{{1,2}}[)）]|[0-9０-９]{{1,2}}[.．)）](?![0-9０-９])"
)


def opened(text: str) -> int:
    """The length of the bullet that a text begins with; 0 where there is none.

    >>> opened("○ また"), opened("・住まい"), opened("住まい")
    (2, 1, 0)
    """
    found = _BULLET.match(text)
    return found.end() if found else 0


def bare(text: str) -> str:
    """The text without its bullet."""
    return text[opened(text) :]


def opens(text: str) -> bool:
    """Whether a text begins with a bullet, number, note mark or 【, and goes on with nothing before it."""
    return opened(text) > 0 or _NUMBER.match(text) is not None
