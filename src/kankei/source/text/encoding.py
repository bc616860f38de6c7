"""The encoding of a text file, detected by strict decoding of the whole file."""

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import MalformedData, UsageError

_BLOCK_BYTES = 1 << 20
# Characters of Japanese text besides kanji: kana; punctuation, full-width forms, circled numbers.
_KANA = re.compile("[\u3041-\u30ff]")
_SIGN = re.compile("[\u2460-\u2473\u3000-\u3040\uff01-\uff5e]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
_LEVEL_1 = range(0xB0, 0xD0)  # first bytes, in EUC-JP, of the kanji of JIS level 1
# Of two decodings one is plausible if these shares of its characters beyond ASCII, of which it has so many,
# are ordinary and kana, while no more than the last share of the other's are ordinary. A single decoding is
# plausible above that share.
_MIN_ORDINARY, _MIN_KANA, _MIN_CHARACTERS, _MAX_IMPLAUSIBLE = 0.8, 0.1, 8, 0.5


@dataclass(frozen=True)
class Encoding:
    """A character encoding: its IANA name, other names that it goes by, and the codecs to read it with."""

    name: str
    aliases: tuple[str, ...]
    codecs: tuple[str, ...]


@dataclass(frozen=True)
class Decoding:
    """An encoding and its codec that decodes a whole file strictly; `sample` is the start of the text."""

    encoding: Encoding
    codec: str
    sample: str

    @property
    def non_ascii(self) -> list[str]:
        """The characters of the sample beyond ASCII, which differ between encodings."""
        return [character for character in self.sample if not character.isascii()]


UTF_8 = Encoding("UTF-8", ("utf8",), ("utf-8-sig",))
ISO_2022_JP = Encoding("ISO-2022-JP", ("jis",), ("iso2022_jp", "iso2022_jp_ext"))
SHIFT_JIS = Encoding("Shift_JIS", ("cp932", "windows-31j", "sjis"), ("cp932",))
# EUC-JIS-2004 has the circled numbers where NEC's extension of EUC-JP has them; Python's EUC-JP lacks them.
EUC_JP = Encoding("EUC-JP", ("eucjp", "ujis"), ("euc_jp", "euc_jis_2004"))
_ENCODINGS = (UTF_8, SHIFT_JIS, EUC_JP, ISO_2022_JP)


def encoding_named(name: str) -> Encoding:
    """The encoding of that name, in any case; `UsageError`, with the names there are, where there is none."""
    key = name.lower().replace("_", "-")
    for encoding in _ENCODINGS:
        if key in {encoding.name.lower().replace("_", "-"), *encoding.aliases}:
            return encoding
    offered = ", ".join(encoding.name for encoding in _ENCODINGS)
    raise UsageError(f"not an encoding that is read here; those are {offered}", name)


def decode_as(path: Path, encoding: Encoding) -> Decoding:
    """The decoding of a file in an encoding; `MalformedData`, with the line, where it does not decode."""
    failed_line = 0
    for codec in encoding.codecs:
        sample_or_line = _decode(path, codec)
        if isinstance(sample_or_line, str):
            return Decoding(encoding, codec, sample_or_line)
        failed_line = max(failed_line, sample_or_line)
    raise MalformedData(f"the text is not {encoding.name}", f"{path}:{failed_line}:1")


def detect_encoding(path: Path, escapes: bool) -> Decoding:
    """The decoding of a file in the one encoding that it can be in; `escapes` is whether it has the byte ESC.

    Other text hardly ever decodes as UTF-8, so that comes before Shift_JIS and EUC-JP. `MalformedData` for
    text that could be in both of these, unless only one of the two is plausible Japanese.
    """
    for encoding in (ISO_2022_JP, UTF_8) if escapes else (UTF_8,):
        for decoding in _decodings(path, encoding):
            return decoding
    decodings = [*_decodings(path, SHIFT_JIS), *_decodings(path, EUC_JP)]
    if not decodings:
        offered = ", ".join(encoding.name for encoding in _ENCODINGS)
        line = _decode(path, UTF_8.codecs[0])
        raise MalformedData(f"the text is in none of {offered}: save it as UTF-8", f"{path}:{line}:1")
    plausible = [decoding for decoding in decodings if _is_plausible(decoding, decodings)]
    if len(plausible) != 1:
        names = " or ".join(decoding.encoding.name for decoding in decodings)
        raise MalformedData(f"the text may be {names}, or neither: say which with --encoding", str(path))
    return plausible[0]


def _decodings(path: Path, encoding: Encoding) -> Iterator[Decoding]:
    """The decoding of a file in an encoding, if there is one."""
    with suppress(MalformedData):
        yield decode_as(path, encoding)


def _decode(path: Path, codec: str) -> str | int:
    """The start of the text, or the line on which it is not text of this codec."""
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


def _is_plausible(decoding: Decoding, decodings: list[Decoding]) -> bool:
    characters = decoding.non_ascii
    if len(decodings) == 1:
        half_width_too = _share(characters, lambda it: _is_ordinary(it) or _HALF_WIDTH.match(it) is not None)
        return half_width_too > _MAX_IMPLAUSIBLE
    others = [other for other in decodings if other is not decoding]
    return (
        len(characters) >= _MIN_CHARACTERS
        and _share(characters, _is_ordinary) >= _MIN_ORDINARY
        and _share(characters, lambda it: _KANA.match(it) is not None) >= _MIN_KANA
        and all(_share(other.non_ascii, _is_ordinary) <= _MAX_IMPLAUSIBLE for other in others)
    )


def _share(characters: Sequence[str], has_property: Callable[[str], bool]) -> float:
    return sum(map(has_property, characters)) / max(1, len(characters))


def _is_ordinary(character: str) -> bool:
    kana_or_sign = _KANA.match(character) or _SIGN.match(character)
    return kana_or_sign is not None or character.encode("euc_jp", "replace")[0] in _LEVEL_1
