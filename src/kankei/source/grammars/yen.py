"""Amounts of yen with the unit that is printed beside them."""

import re
from dataclasses import dataclass
from fractions import Fraction

from kankei.source.grammars.normalised_text import CondensedText

UNITS = {small + large + "円": 10 ** (exponent + power)
         for exponent, small in enumerate(("", "十", "百", "千"))
         for large, power in {"": 0, "万": 4, "億": 8, "兆": 12}.items()}  # fmt: skip
"""The units of a column or an amount, and how many yen each is."""

LIMIT = 10**15
"""Amounts are below this many yen, ten times the national budget: above it stands a misprint."""

_NUMBER = (
    r"(?!0[0-9,])(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?![0-9])(?!,[0-9])(?:\.[0-9]{1,12}(?![0-9.]))?"
)
_PRINTED = re.compile(
    rf"(?=[0-9])(?P<body>(?:{_NUMBER}[十百千]?[兆億万]){{0,3}}(?:{_NUMBER}[十百千]?)?)円"
    rf"|(?P<bare>{_NUMBER})(?![十百千万億兆円])"
)
_PART = re.compile(r"(?P<number>[0-9,.]+)(?P<small>[十百千]?)(?P<large>[兆億万]?)")


@dataclass(frozen=True)
class Amount:
    """An exact number of `yen`; `unit` is the printed one or else the default; `end` the index behind."""

    yen: int
    unit: str
    unit_printed: bool
    end: int


def read(cell: CondensedText, index: int, unit: str | None = None) -> Amount | None:
    """The amount that begins at `index` of a condensed text, None where none does.

    A number without a unit counts in `unit`. An amount of several parts (``1億2,000万円``) has the unit 円.
    It is `Unreadable` where the parts do not descend, where no whole yen comes out, and where no unit is
    known.
    """
    match = _PRINTED.match(cell.text, index)
    if match is None:
        return None
    if match["bare"]:
        if unit is None:
            raise cell.unreadable("A number without a unit", index)
        return Amount(_whole(cell, _number(match["bare"]) * UNITS[unit], index), unit, False, match.end())
    parts = list(_PART.finditer(match["body"]))
    if any("." in part["number"] for part in parts) and len(parts) > 1:
        raise cell.unreadable("A decimal in an amount of several parts", index)
    total = _whole(cell, _sum(cell, parts, index), index)
    single = parts[0]["small"] + parts[0]["large"] + "円"
    return Amount(total, single if len(parts) == 1 else "円", True, match.end())


def render(yen: int, unit: str) -> str:
    """The amount as a plain number of a unit, without the unit: 1500000 yen of 百万円 are ``1.5``."""
    whole, rest = divmod(yen, UNITS[unit])
    places = f"{rest:0{len(str(UNITS[unit])) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{places}" if places else str(whole)


def _sum(cell: CondensedText, parts: list[re.Match[str]], index: int) -> Fraction:
    total, bound = Fraction(0), LIMIT * 10
    for part in parts:
        large = UNITS[part["large"] + "円"]
        value = _number(part["number"]) * UNITS[part["small"] + part["large"] + "円"]
        if value >= bound:
            raise cell.unreadable("The parts of this amount do not descend", index)
        total, bound = total + value, large
    return total


def _number(printed: str) -> Fraction:
    return Fraction(printed.replace(",", ""))


def _whole(cell: CondensedText, yen: Fraction, index: int) -> int:
    if yen.denominator != 1:
        raise cell.unreadable("This amount would leave a fraction of a yen", index)
    if yen >= LIMIT:
        raise cell.unreadable("No budget holds this many yen", index)
    return int(yen)
