"""Types of terms as a translation tells them apart, and the columns that hold what a term is worth."""

from collections.abc import Iterable
from typing import TypeAlias

from kankei.engine.algebra.terms import RDF_LANG_STRING, XSD

Types: TypeAlias = frozenset[str]
"""What a term may be: each a name of this module."""

BLANK, IRI, STRING, LANG, BOOLEAN = "blank", "iri", "string", "lang", "boolean"
INTEGER, DECIMAL, DOUBLE, FLOAT = "integer", "decimal", "double", "float"
DURATION, OTHER = "duration", "other"
TEMPORAL: Types = frozenset(
    ("dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
)
"""Named as the datatypes of XML Schema."""
DURATIONS = ("duration", "yearMonthDuration", "dayTimeDuration")

EXACT: Types = frozenset((INTEGER, DECIMAL))
APPROXIMATE: Types = frozenset((DOUBLE, FLOAT))
NUMERIC: Types = EXACT | APPROXIMATE
TEXT: Types = frozenset((STRING, LANG))
NODES: Types = frozenset((BLANK, IRI))
LITERALS: Types = NUMERIC | TEXT | TEMPORAL | {BOOLEAN, DURATION, OTHER}
ANY: Types = LITERALS | NODES

COLUMNS = (
    *("kind", "lexical", "datatype", "language"),
    *("exact", "approximate", "truth", "seconds", "zoned"),
)
"""Columns of the table of terms but for the identifier."""
TERM = COLUMNS[:4]
"""Those that say which term it is."""
HOLDERS: dict[str, Types] = {
    "language": frozenset((LANG,)),
    "exact": EXACT,
    "approximate": APPROXIMATE,
    "truth": frozenset((BOOLEAN,)),
    "seconds": TEMPORAL,
    "zoned": TEMPORAL,
}
"""The types of which a column holds anything."""

BIGINT, NUMBER = "BIGINT", "DECIMAL(38,18)"
DATATYPES = {
    STRING: XSD + "string",
    LANG: RDF_LANG_STRING,
    **{name: XSD + name for name in (BOOLEAN, INTEGER, DECIMAL, DOUBLE, FLOAT, *TEMPORAL)},
}
"""The datatype of a type that has one."""


def quoted(text: str) -> str:
    """A string literal of SQL; raises `ValueError` for text with a null character, which has none."""
    if "\0" in text:
        raise ValueError("a null character")
    return "'" + text.replace("'", "''") + "'"


def disjunction(conditions: Iterable[str]) -> str:
    """The conditions, of which one has to hold."""
    return _joined(conditions, " OR ", "FALSE")


def conjunction(conditions: Iterable[str]) -> str:
    """The conditions, of which all have to hold."""
    return _joined(conditions, " AND ", "TRUE")


def _joined(conditions: Iterable[str], operator: str, none: str) -> str:
    parts = list(dict.fromkeys(conditions))
    return f"({operator.join(parts)})" if len(parts) > 1 else parts[0] if parts else none


def choice(branches: Iterable[tuple[str, str]], otherwise: str = "NULL") -> str:
    """CASE with a branch for each condition; without any the last value."""
    text = "".join(f" WHEN {condition} THEN {value}" for condition, value in branches)
    return f"CASE{text} ELSE {otherwise} END" if text else otherwise
