"""Byte ranges of a representation (RFC 9110, section 14.1.2)."""

import re
from typing import TypeAlias

ByteRange: TypeAlias = tuple[int, int]
"""The first byte, and the one after the last."""

MAX_RANGES = 100
"""Range specifications in a header beyond which it is ignored."""
_SPECIFICATION = re.compile(r"(\d*)-(\d*)", re.ASCII)
_LARGEST = 10**18


def byte_ranges(field: str, size: int) -> list[ByteRange] | None:
    """The satisfiable ranges of a ``Range`` header in order, those that overlap or touch as one.

    Empty where it is valid and none is satisfiable (416); none where it is to be ignored: another unit, an
    invalid specification among any valid ones, or too many of them (RFC 9110, section 14.2).

    >>> byte_ranges("bytes=0-9, 90-, 200-", 100)
    [(0, 10), (90, 100)]
    """
    unit, _, listed = field.partition("=")
    specifications = [text for element in listed.split(",") if (text := element.strip(" \t"))]
    if unit.lower() != "bytes" or not 1 <= len(specifications) <= MAX_RANGES or not size:
        return None
    ranges = [_byte_range(specification, size) for specification in specifications]
    if None in ranges:
        return None
    return _merged(sorted(each for each in ranges if each and each[0] < each[1]))


def _byte_range(specification: str, size: int) -> ByteRange | None:
    """What a specification selects of so many bytes, empty if unsatisfiable; none if it is invalid."""
    match = _SPECIFICATION.fullmatch(specification)
    if match is None or specification == "-":
        return None
    first, last = match.groups()
    if not first:
        return max(size - _position(last), 0), size
    if last and _position(last) < _position(first):
        return None
    return _position(first), min(_position(last) + 1, size) if last else size


def _position(digits: str) -> int:
    """A position, or one beyond any file: Python refuses to convert thousands of digits."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) < len(str(_LARGEST)) else _LARGEST


def _merged(ranges: list[ByteRange]) -> list[ByteRange]:
    merged: list[ByteRange] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
