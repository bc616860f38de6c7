"""Numbers as laws and guidebooks print them: circled numbers, and small ones in Chinese figures."""

_RANGES = ((0x2460, 20), (0x3251, 15), (0x32B1, 15))

CIRCLED_NUMBERS = "".join(chr(first + offset) for first, count in _RANGES for offset in range(count))
"""The circled numbers in their order; NFKC would turn them into plain ones."""

_FIGURES = {figure: value for value, figure in enumerate("〇一二三四五六七八九")}

CHINESE = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
"""A regular expression of the numbers from 1 to 99 in Chinese figures."""


def integer(figures: str) -> int:
    """The number of a text of Arabic figures, or one that `CHINESE` matches.

    >>> integer("十二"), integer("二十"), integer("07")
    (12, 20, 7)
    """
    if figures.isascii():
        return int(figures)
    tens, ten, ones = figures.rpartition("十")
    return (_FIGURES[tens] if tens else 1 if ten else 0) * 10 + (_FIGURES[ones] if ones else 0)
