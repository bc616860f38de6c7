"""Functions in Python that queries may call where the store's own SPARQL cannot decide."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyoxigraph as ox

from kankei.namespaces import XSD
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.lexical_forms import as_written

Function = Callable[..., ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]

_NAMESPACE = "urn:x-kankei:function:"
_TRUE, _FALSE = ox.Literal(True), ox.Literal(False)
_ZONE = r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_DATE = r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)"
_INTEGER = r"[+-]?\d+"
_SPACE = {"double": r"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN)", "integer": _INTEGER}
# fmt: off
_LEXICAL = {
    **_SPACE,
    "float": _SPACE["double"], "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)", "boolean": "true|false|0|1",
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
"""The datatypes whose lexical space is known here; of any other, every literal is well-formed."""


@dataclass
class Functions:
    """The functions of one plan, and the first failure of any: the store takes one that fails for a "no"."""

    registered: dict[ox.NamedNode, Function] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)

    def name(self, test: Callable[..., bool]) -> str:
        """The name, for queries, of a test over terms."""
        name = ox.NamedNode(f"{_NAMESPACE}{len(self.registered)}")

        def call(*terms: Any) -> ox.Literal:
            try:
                return _TRUE if test(*(as_written(term) for term in terms)) else _FALSE
            except Exception as error:
                self.failures.append(error)
                raise

        self.registered[name] = call
        return str(name)

    def check(self) -> None:
        """Raise what a function raised inside a query."""
        if self.failures:
            raise self.failures[0]


def is_well_formed(literal: Term) -> bool:
    """Whether a literal's lexical form is one of its datatype (XML Schema Part 2, section 3).

    >>> is_well_formed(ox.Literal("2025-02-30", datatype=ox.NamedNode(XSD + "date")))
    False
    """
    if not isinstance(literal, ox.Literal):
        return False
    name = literal.datatype.value.removeprefix(XSD)
    if name in _RANGES:
        return re.fullmatch(_INTEGER, literal.value, re.ASCII) is not None and _within(
            int(literal.value), *_RANGES[name]
        )
    if name not in _LEXICAL:
        return True
    return re.fullmatch(_LEXICAL[name], literal.value, re.ASCII) is not None and _is_a_day(
        name, literal.value
    )


def _within(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or least <= number) and (most is None or number <= most)


def _is_a_day(name: str, lexical: str) -> bool:
    if not name.startswith("date"):
        return True
    year, month, day = re.findall(r"\d+", lexical)[:3]
    try:  # the calendar repeats every 400 years, and Python's has no year before 1 or after 9999
        date(int(year) % 400 + 400, int(month), int(day[:2]))
    except ValueError:
        return False
    return True
