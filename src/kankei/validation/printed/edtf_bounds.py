"""The EDTF form of a window against its four bounds, read without the grammar that proposed both.

Level 1 of https://www.loc.gov/standards/datetime/: a date or month with a qualifier, or an interval of two,
of which a side may be unknown (empty) or open (``..``).
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kankei.namespaces import KK
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.problems import Problem

_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?P<qualifier>[?~%])?")
_SIDES = ("Start", "End")


@dataclass(frozen=True)
class Side:
    """The first and last day that one side of a window may mean; None for one that EDTF does not tell."""

    earliest: date | None = None
    latest: date | None = None


def check_windows(nodes: DocumentNodes) -> Iterator[Problem]:
    """Bounds that the EDTF form of their window does not have."""
    for node, properties in nodes.properties.items():
        for edtf in properties.get(f"{KK}edtf", ()):
            yield from _disagreements(nodes, node, edtf)


def _disagreements(nodes: DocumentNodes, node: str, edtf: str) -> Iterator[Problem]:
    sides = read_edtf(edtf)
    if sides is None:  # no EDTF of this level, or no day of the calendar
        yield Problem(node, "edtf-unknown", f"{KK}edtf", nodes.term(node, f"{KK}edtf", edtf), {"edtf": edtf})
        return
    for name, (side, vague) in zip(_SIDES, sides, strict=True):
        # A vague day stands for a part of a month: the first day of it for a start, the last for an end.
        for bound in ("earliest", "latest"):
            if vague and bound == ("latest" if name == "Start" else "earliest"):
                continue
            day: date | None = getattr(side, bound)
            said, term = day.isoformat() if day else "", f"{KK}{bound}{name}"
            value = nodes.value(node, f"{bound}{name}")
            if value != said:
                gaps = {"edtf": edtf, "name": f"kk:{bound}{name}", "said": said or "—", "value": value or "—"}
                yield Problem(node, "edtf-disagrees", term, nodes.term(node, term, value), gaps)


def read_edtf(edtf: str) -> tuple[tuple[Side, bool], tuple[Side, bool]] | None:
    """Start and end of an EDTF date or interval, and whether each is a vague day; None for another text."""
    start, slash, end = edtf.partition("/")
    try:
        first = _side(start)
        return first, _side(end) if slash else first
    except ValueError:
        return None


def _side(text: str) -> tuple[Side, bool]:
    if text in {"", ".."}:
        return Side(), False
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(match[name]) if match[name] else None for name in ("year", "month", "day"))
    if year is None or month is None:
        return Side(date(year or 0, 1, 1), date(year or 0, 12, 31)), False
    if not 1 <= month <= 12:
        raise ValueError(text)
    if day is None:
        return Side(date(year, month, 1), date(year, month, monthrange(year, month)[1])), False
    return Side(date(year, month, day), date(year, month, day)), bool(match["qualifier"])
