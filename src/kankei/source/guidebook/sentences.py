"""Sentences about sheets in Japanese and English: the catalogue of the room, and the wording of its gaps."""

from collections.abc import Iterable, Sequence

from kankei.localisation import Text, catalogue
from kankei.source.lines.document import LineRange

_NUMBERS_JA = "〇一二三四五六七八九十"
_NUMBERS_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NO_TEXT = Text("", "")


def sentence(key: str, **values: object) -> Text:
    """The sentence of a key; a value that is a `Text` fills the gap in each language by its own."""
    messages = catalogue("kankei.source")
    ja = {name: value.ja if isinstance(value, Text) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(messages.format("ja", key, **ja), messages.format("en", key, **en))


def count_ja(number: int) -> str:
    """A number as a word with its counter, ``三つ``; in digits from eleven on."""
    return f"{_NUMBERS_JA[number] if number < len(_NUMBERS_JA) else number}つ"


def count_en(number: int) -> str:
    """A number as a word, ``three``; in digits from eleven on."""
    return _NUMBERS_EN[number] if number < len(_NUMBERS_EN) else str(number)


def every(number: int) -> Text:
    """``どちら`` and ``both`` of two, ``どれ`` and ``all three`` of more."""
    return Text("どちら", "both") if number == 2 else Text("どれ", f"all {count_en(number)}")


def conjunction(words: Sequence[str]) -> str:
    """``①``, ``① and ②``, ``①, ② and ③``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def line_numbers(places: Iterable[LineRange]) -> Text:
    """``53、55行目`` and ``lines 53 and 55``, ``144～147行目`` and ``lines 144 to 147``."""
    ranges = list(dict.fromkeys((place.first, place.last) for place in places))
    several = len(ranges) > 1 or ranges[0][0] < ranges[0][1]
    ja, en = (
        [str(first) if first == last else f"{first}{to}{last}" for first, last in ranges]
        for to in ("～", " to ")
    )
    return Text(f"{'、'.join(ja)}行目", f"line{'s' if several else ''} {conjunction(en)}")
