"""Numbers as laws and guidebooks print them: circled ones, and small ones in Chinese numerals."""

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
