"""The words in which a ground is given, in Japanese and English: lines, numbers, and lists of them."""

from collections.abc import Sequence

from kankei.source.lines.document import LineRange

_JA = "〇一二三四五六七八九十"
_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count_ja(number: int) -> str:
    """A number as a word; figures from eleven on."""
    return _JA[number] if number < len(_JA) else str(number)


def count_en(number: int) -> str:
    """A number as a word; figures from eleven on."""
    return _EN[number] if number < len(_EN) else str(number)


def all_en(number: int) -> str:
    """``both``, or ``all three``."""
    return "both" if number == 2 else f"all {count_en(number)}"


def and_en(words: Sequence[str]) -> str:
    """``①``, ``① and ②``, ``①, ② and ③``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def lines_ja(places: Sequence[LineRange]) -> str:
    """``53、55行目`` or ``144～147行目``."""
    return "、".join(dict.fromkeys(_range(place, "～") for place in places)) + "行目"


def lines_en(places: Sequence[LineRange]) -> str:
    """``line 153``, ``lines 53 and 55`` or ``lines 144 to 147``."""
    ranges = list(dict.fromkeys(_range(place, " to ") for place in places))
    several = len(ranges) > 1 or places[0].first < places[0].last
    return f"line{'s' if several else ''} {and_en(ranges)}"


def _range(place: LineRange, to: str) -> str:
    return str(place.first) if place.first == place.last else f"{place.first}{to}{place.last}"
