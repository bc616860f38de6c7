"""Small whole numbers in Arabic or Chinese figures, as laws and older guidebooks print them."""

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
