"""The encoding of a text file: found by strict decoding of the whole file, and never by chance."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import MalformedData, UsageError

_BLOCK_BYTES = 1 << 20
# What Japanese text is written with, besides kanji: kana; punctuation, full-width forms, circled numbers.
_KANA = re.compile("[\u3041-\u30ff]")
_SIGN = re.compile("[\u2460-\u2473\u3000-\u3040\uff01-\uff5e]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_LEVEL_1 = range(0xB0, 0xD0)  # first bytes, in EUC-JP, of the kanji of JIS level 1
# Of two readings one is believed if so much of it, beyond ASCII, is ordinary and so much kana, in no fewer
# characters, while no more than this of the other is ordinary. One alone is doubted up to the same share.
_ORDINARY, _KANA_SHARE, _ENOUGH, _DOUBTED = 0.8, 0.1, 8, 0.5


@dataclass(frozen=True)
class Encoding:
    """A character encoding: its IANA name, other names that it goes by, and the codecs to read it with."""

    name: str
    aliases: tuple[str, ...]
    codecs: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A whole file that decodes strictly in an encoding, by one of its codecs; `sample` is how it begins."""

    encoding: Encoding
    codec: str
    sample: str

    @property
    def telling(self) -> list[str]:
        """The characters of the sample that tell encodings apart: those beyond ASCII."""
        return [character for character in self.sample if not character.isascii()]


UTF_8 = Encoding("UTF-8", ("utf8",), ("utf-8-sig",))
ISO_2022_JP = Encoding("ISO-2022-JP", ("jis",), ("iso2022_jp", "iso2022_jp_ext"))
SHIFT_JIS = Encoding("Shift_JIS", ("cp932", "windows-31j", "sjis"), ("cp932",))
# EUC-JIS-2004 has the circled numbers where NEC's extension of EUC-JP has them; Python's EUC-JP lacks them.
EUC_JP = Encoding("EUC-JP", ("eucjp", "ujis"), ("euc_jp", "euc_jis_2004"))
_ENCODINGS = (UTF_8, SHIFT_JIS, EUC_JP, ISO_2022_JP)


def named(name: str) -> Encoding:
    """The encoding of that name, in any case; UsageError that lists them where there is none."""
    key = name.lower().replace("_", "-")
    for encoding in _ENCODINGS:
        if key in {encoding.name.lower().replace("_", "-"), *encoding.aliases}:
            return encoding
    offered = ", ".join(encoding.name for encoding in _ENCODINGS)
    raise UsageError(f"not an encoding that is read here; those are {offered}", name)


def read_as(path: Path, encoding: Encoding) -> Reading:
    """The reading of a file in an encoding; MalformedData, with the line, where it does not decode."""
    failed_line = 0
    for codec in encoding.codecs:
        outcome = _decode(path, codec)
        if isinstance(outcome, str):
            return Reading(encoding, codec, outcome)
        failed_line = max(failed_line, outcome)
    raise MalformedData(f"the text is not {encoding.name}", f"{path}:{failed_line}:1")


def detect(path: Path, escapes: bool) -> Reading:
    """The reading of a file in the one encoding that it can be in; `escapes` tells that it has the byte ESC.

    Other text hardly ever decodes as UTF-8, so that comes before Shift_JIS and EUC-JP. Text that could be
    both of these is refused, unless one is Japanese and the other a jumble.
    """
    sure = (ISO_2022_JP, UTF_8) if escapes else (UTF_8,)
    for encoding in sure:
        for reading in _readings(path, encoding):
            return reading
    readings = [*_readings(path, SHIFT_JIS), *_readings(path, EUC_JP)]
    if not readings:
        offered = ", ".join(encoding.name for encoding in _ENCODINGS)
        line = _decode(path, UTF_8.codecs[0])
        raise MalformedData(f"the text is in none of {offered}: save it as UTF-8", f"{path}:{line}:1")
    believed = [reading for reading in readings if _is_believed(reading, readings)]
    if len(believed) != 1:
        names = " or ".join(reading.encoding.name for reading in readings)
        raise MalformedData(f"the text may be {names}, or neither: say which with --encoding", str(path))
    return believed[0]


def _readings(path: Path, encoding: Encoding) -> Iterator[Reading]:
    try:
        yield read_as(path, encoding)
    except MalformedData:
        return


def _decode(path: Path, codec: str) -> str | int:
    """How the text begins, or the line on which it is not text of this codec."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    sample, lines = None, 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK_BYTES)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return lines + error.object.count(b"\n", 0, error.start)
            sample = text if sample is None else sample
            lines += block.count(b"\n")
            if not block:
                return sample


def _is_believed(reading: Reading, readings: list[Reading]) -> bool:
    telling = reading.telling
    if len(readings) == 1:
        return _share(telling, lambda it: _is_ordinary(it) or _HALF_WIDTH.match(it) is not None) > _DOUBTED
    return (
        len(telling) >= _ENOUGH
        and _share(telling, _is_ordinary) >= _ORDINARY
        and _share(telling, lambda it: _KANA.match(it) is not None) >= _KANA_SHARE
        and all(_share(other.telling, _is_ordinary) <= _DOUBTED for other in readings if other is not reading)
    )


def _share(characters: Sequence[str], is_such: Callable[[str], bool]) -> float:
    return sum(map(is_such, characters)) / max(1, len(characters))


def _is_ordinary(character: str) -> bool:
    kana_or_sign = _KANA.match(character) or _SIGN.match(character)
    return kana_or_sign is not None or character.encode("euc_jp", "replace")[0] in _LEVEL_1
