"""Literals of data: their form in the file although the store would change it, and their lexical validity.

Oxigraph stores numbers and times by value: ``"300"^^xsd:byte`` comes back as ``"300"^^xsd:integer``, ``1.50``
as ``1.5``. A literal that it would change is therefore encoded under a datatype of our own, which names the
true one: equal terms stay equal, unequal ones unequal, and the lexical form stays what it was.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statements import as_stored, may_change
from kankei.namespaces import XSD
from kankei.validation.shapes.shapes_graph import Term

ENCODED = "urn:x-kankei:as-written:"
"""Prefix of the datatypes of encoded literals."""

_ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATE = r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_INTEGER = r"[+-]?\d+"
_NUMBER = {"double": r"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN)", "integer": _INTEGER}
# fmt: off
_LEXICAL = {
    **_NUMBER,
    "float": _NUMBER["double"], "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)", "boolean": "true|false|0|1",
    "date": _DATE + _ZONE, "dateTime": _DATE + "T" + _TIME + _ZONE, "time": _TIME + _ZONE,
    "dateTimeStamp": _DATE + "T" + _TIME + _ZONE.removesuffix("?"),
    "gYear": r"-?([1-9]\d{3,}|0\d{3})" + _ZONE,
    "gYearMonth": r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])" + _ZONE,
    "hexBinary": r"([0-9a-fA-F]{2})*",
    "duration": r"-?P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
    "yearMonthDuration": r"-?P(?!$)(\d+Y)?(\d+M)?",
    "dayTimeDuration": r"-?P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
}
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "byte": (-(2**7), 2**7 - 1), "short": (-(2**15), 2**15 - 1), "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1), "unsignedByte": (0, 2**8 - 1), "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1), "unsignedLong": (0, 2**64 - 1), "positiveInteger": (1, None),
    "nonNegativeInteger": (0, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
}
# fmt: on
CHECKED_DATATYPES = frozenset(XSD + name for name in (*_LEXICAL, *_RANGES))
"""The datatypes whose lexical space is checked; every literal of another one counts as well-formed."""


class LiteralEncoder:
    """Encodes the literals that a store would change. `used`: whether it has encoded any."""

    def __init__(self) -> None:
        self.used = False
        self._encoded: dict[object, Any] = {}

    def encode(self, term: Any) -> Any:
        """The term that represents a term in the store."""
        self._add([term])
        return self._encoded.get(term, term)

    def encode_quads(self, quads: Iterable[ox.Quad | ox.Triple], batch: int = 50_000) -> Iterator[ox.Quad]:
        """Statements as the store is to hold them, all in its default graph."""
        iterator = iter(quads)
        while chunk := list(islice(iterator, batch)):
            self._add(quad.object for quad in chunk)
            for quad in chunk:
                yield ox.Quad(quad.subject, quad.predicate, self._encoded.get(quad.object, quad.object))

    def _add(self, terms: Iterable[object]) -> None:
        """Encode the new literals among some terms that a store changes."""
        literals = {
            t for t in terms if isinstance(t, ox.Literal) and t not in self._encoded and may_change(t)
        }
        self._encoded |= {literal: literal for literal in literals}
        for literal in literals - as_stored(literals):
            self.used = True
            datatype = ox.NamedNode(ENCODED + literal.datatype.value)
            self._encoded[literal] = ox.Literal(literal.value, datatype=datatype)


def decode(term: Any) -> Term:
    """The term of the file that a term of the store represents.

    >>> encoded = ox.Literal("300", datatype=ox.NamedNode(ENCODED + XSD + "byte"))
    >>> decode(encoded).datatype.value
    'http://www.w3.org/2001/XMLSchema#byte'
    """
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(ENCODED):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(ENCODED)))
    return term  # type: ignore[no-any-return]


def is_well_formed(literal: Term) -> bool:
    """Whether a literal's lexical form is one of its datatype (XML Schema Part 2, section 3).

    >>> is_well_formed(ox.Literal("2025-02-30", datatype=ox.NamedNode(XSD + "date")))
    False
    """
    if not isinstance(literal, ox.Literal):
        return False
    name = literal.datatype.value.removeprefix(XSD)
    if name in _RANGES:
        least, most = _RANGES[name]
        number = int(literal.value) if re.fullmatch(_INTEGER, literal.value, re.ASCII) else None
        return number is not None and (least is None or least <= number) and (most is None or number <= most)
    if name not in _LEXICAL:
        return True
    is_valid = re.fullmatch(_LEXICAL[name], literal.value, re.ASCII) is not None
    return is_valid and (not name.startswith("date") or _is_day(literal.value))


def _is_day(lexical: str) -> bool:
    """Whether the day of a date exists in its month."""
    year, month, day = re.findall(r"\d+", lexical)[:3]
    try:  # the calendar repeats every 400 years, and Python's lacks years before 1 and after 9999
        date(int(year) % 400 + 400, int(month), int(day[:2]))
    except ValueError:
        return False
    return True
