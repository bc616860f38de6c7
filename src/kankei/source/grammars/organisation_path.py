"""The organisations of the column 問合せ先, from the ministry down: 省, 庁, 局, 部, 課, run on or spaced.

The grammar knows no organisation. `parse` reads a path only where blanks, line breaks and suffixes leave no
doubt; `match` reads one of the paths that are known; `segment` cuts wherever a unit might end.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from kankei.source.grammars.normalised_text import ParseError, normalise
from kankei.source.grammars.unit_suffixes import Mark, Sign, marks

T = TypeVar("T")


@dataclass(frozen=True)
class OrganisationPath:
    """Names of units as printed, the highest first."""

    names: tuple[str, ...]

    def render(self) -> str:
        """The names, separated by blanks."""
        return " ".join(self.names)


_PIECE = re.compile(r"\S+")
_IN_NAMES = frozenset("・･ー-、()")


def segment(text: str) -> tuple[str, ...]:
    r"""The text cut at blanks and behind everything that may be the suffix of a unit; no text is left out.

    >>> segment("総務省地域力創造グループ\n地域自立応援課")
    ('総務省', '地域力創造グループ', '地域自立応援課')
    """
    folded = normalise(text)
    segments: list[str] = []
    for piece in _PIECE.finditer(folded):
        ends = [mark.end for mark in marks(piece.group())]
        cuts = sorted({0, *ends, len(piece.group())})
        segments += [text[piece.start() + a : piece.start() + b] for a, b in pairwise(cuts)]
    return tuple(segments)


def parse(text: str) -> OrganisationPath:
    r"""The path that the text prints, where the ends of all its units are certain.

    >>> parse("国土交通省 観光庁\n観光地域振興部観光資源課").names
    ('国土交通省', '観光庁', '観光地域振興部', '観光資源課')
    """
    pieces = list(_PIECE.finditer(normalise(text)))
    if not pieces:
        raise ParseError("no organisation is printed", text)
    names = [text[start:end] for piece in pieces for start, end in _units(piece, text)]
    return OrganisationPath(tuple(names))


def _units(piece: re.Match[str], text: str) -> Iterator[tuple[int, int]]:
    """Start and end of the units that a text without blanks is made of."""
    found, offset = list(marks(piece.group())), piece.start()
    _check(found, piece, text)
    for mark in found:
        name = piece.group()[mark.start : mark.end]
        if not name[0].isalnum() or not all(sign.isalnum() or sign in _IN_NAMES for sign in name):
            raise ParseError(f"{name} is no name of a unit", text, offset + mark.start)
        yield offset + mark.start, offset + mark.end


def _check(found: list[Mark], piece: re.Match[str], text: str) -> None:
    offset = piece.start()
    for mark in found:
        if mark.sign is Sign.DOUBTFUL:
            raise ParseError(
                f"whether a unit ends behind {_name(piece, mark)} is doubtful", text, offset + mark.end
            )
    for higher, lower in pairwise(found):
        if higher.rank >= lower.rank:
            names = f"{_name(piece, lower)} behind {_name(piece, higher)}"
            raise ParseError(f"{names} goes up the hierarchy", text, offset + lower.start)
    end = found[-1].end if found else 0
    if end < len(piece.group()):
        raise ParseError(f"{piece.group()[end:][:12]} does not end as units do", text, offset + end)


def _name(piece: re.Match[str], mark: Mark) -> str:
    return piece.group()[mark.start : mark.end][-12:]


def match(text: str, paths: Mapping[tuple[str, ...], T]) -> T:
    """The value of the one known path that the whole text prints, whatever its blanks and width.

    Units may be left out at the top where only one path ends so; a whole path comes first.
    """
    printed = _squeezed(text)
    if not printed:
        raise ParseError("no organisation is printed", text)
    readings = {path: [_squeezed("".join(path[top:])) for top in range(len(path))] for path in paths}
    whole = [path for path, spelled in readings.items() if spelled and spelled[0] == printed]
    fitting = whole or [path for path, spelled in readings.items() if printed in spelled]
    if len(fitting) == 1:
        return paths[fitting[0]]
    if fitting:
        known = ", ".join(" ".join(path) for path in sorted(fitting)[:3])
        raise ParseError(f"more than one known organisation is written so: {known}", text)
    raise _stopped(text, printed, [spelled for path in readings.values() for spelled in path])


def _stopped(text: str, printed: str, spelled: list[str]) -> ParseError:
    """The error that tells how much of the text begins a known path."""
    read = max((_common(printed, known) for known in spelled), default=0)
    positions = [position for position, sign in enumerate(text) if not sign.isspace()]
    position = positions[read] if read < len(positions) else len(text)
    if read == len(printed):
        return ParseError(f"{printed} only begins a known organisation", text, position)
    known = f"known is {printed[:read]}, not what follows" if read else "nothing known begins so"
    return ParseError(f"no known organisation: {known}", text, position)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)


def _squeezed(text: str) -> str:
    return "".join(normalise(text).split())
