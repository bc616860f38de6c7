"""What a literal is worth, in the columns of the table of terms, and its spelling in the store."""

import math
import re
from calendar import IllegalMonthError, monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from struct import pack, unpack

import pyoxigraph as ox

from kankei.engine.algebra.terms import RDF_LANG_STRING, XSD, Iri, Literal, Term
from kankei.engine.columnar.translation import term_types as types

_INTEGER = re.compile(r"[+-]?[0-9]+")
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:[0-5][0-9])?"
_YEAR, _MONTH, _DAY = (
    r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))",
    r"(?P<month>[0-9]{2})",
    r"(?P<day>[0-9]{2})",
)
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]{1,18})?)"
_TEMPORAL = {
    "dateTime": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}"),
    "date": re.compile(f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}"),
    "time": re.compile(f"{_CLOCK}{_ZONE}"),
    "gYear": re.compile(f"{_YEAR}{_ZONE}"),
    "gYearMonth": re.compile(f"{_YEAR}-{_MONTH}{_ZONE}"),
    "gMonth": re.compile(f"--{_MONTH}{_ZONE}"),
    "gMonthDay": re.compile(f"--{_MONTH}-{_DAY}{_ZONE}"),
    "gDay": re.compile(f"---{_DAY}{_ZONE}"),
}
_LONGEST_YEAR = 9
_EXACT = Context(prec=38)
_LIMIT = Decimal(10) ** 20


@dataclass(frozen=True, slots=True)
class Worth:
    """The value of a literal, in the columns of its type; all `None` where it has none."""

    exact: Decimal | None = None
    approximate: float | None = None
    truth: bool | None = None
    seconds: Decimal | None = None
    zoned: bool | None = None


NOTHING = Worth()


def worth(lexical: str, datatype: str) -> Worth:
    """The value of a literal; `OverflowError` where no column holds it: from 10^20, or of a far year."""
    if not datatype.startswith(XSD):
        return NOTHING
    name = datatype.removeprefix(XSD)
    if name == types.INTEGER and _INTEGER.fullmatch(lexical) and -(2**63) <= int(lexical) < 2**63:
        return Worth(exact=Decimal(lexical))
    if name == types.DECIMAL and _DECIMAL.fullmatch(lexical):
        if Decimal(lexical).copy_abs() >= _LIMIT:
            raise OverflowError(lexical)
        return Worth(exact=Decimal(lexical))
    if name == types.DOUBLE and _DOUBLE.fullmatch(lexical):
        return Worth(approximate=float(lexical))
    if name == types.FLOAT and _DOUBLE.fullmatch(lexical):
        return Worth(approximate=_single(float(lexical)))
    if name == types.BOOLEAN and lexical in {"true", "false", "1", "0"}:
        return Worth(truth=lexical in {"true", "1"})
    if name in _TEMPORAL and (match := _TEMPORAL[name].fullmatch(lexical)):
        return _moment(match.groupdict())
    return NOTHING


def type_of(term: Term) -> str:
    """The type of a term, as `term_types` names it."""
    if isinstance(term, Iri):
        return types.IRI
    if term.datatype == RDF_LANG_STRING or term.language:
        return types.LANG
    name = term.datatype.removeprefix(XSD)
    if name == types.STRING or name in types.DURATIONS:
        return types.STRING if name == types.STRING else types.DURATION
    return types.OTHER if worth(term.lexical, term.datatype) == NOTHING else name


def _single(number: float) -> float:
    """The nearest number of 32 bits."""
    try:
        return float(unpack("f", pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _moment(fields: dict[str, str | None]) -> Worth:
    """The place on the timeline (XML Schema 1.1 Part 2, section E.3.3); nothing where there is no such day.

    What is absent is in 1972, in December, on the last day; but as in Oxigraph there is no 29 February then.
    """
    if len(fields.get("year") or "") > _LONGEST_YEAR:
        raise OverflowError(fields["year"])
    if not fields.get("year") and (fields.get("month"), fields.get("day")) == ("02", "29"):
        return NOTHING
    shift, year = divmod(int(fields.get("year") or 1972), 400)  # the calendar repeats
    month = int(fields.get("month") or 12)
    try:
        day = int(fields.get("day") or monthrange(year + 400, month)[1])
        days = date(year + 400, month, day).toordinal() - 1 + (shift - 1) * 146_097
    except (ValueError, IllegalMonthError):
        return NOTHING
    hour, minute = int(fields.get("hour") or 0), int(fields.get("minute") or 0)
    second = Decimal(fields.get("second") or 0)
    if (hour, minute, second) > (24, 0, 0) or minute > 59 or second >= 60:
        return NOTHING
    zone = fields["zone"]
    offset = _minutes(zone) if zone else 0
    if abs(offset) > 14 * 60:
        return NOTHING
    seconds = _EXACT.add(Decimal(days * 86_400 + hour * 3600 + (minute - offset) * 60), second)
    return Worth(seconds=seconds, zoned=zone is not None)


def _minutes(zone: str) -> int:
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


@lru_cache(maxsize=4096)
def spelled_as_stored(term: Term) -> Term:
    """A term as the store spells it: `01` as `1`, a language in lower case."""
    if isinstance(term, Iri) or term.datatype == XSD + "string":
        return term
    if term.language:
        return Literal(term.lexical, RDF_LANG_STRING, term.language.lower())
    if term.datatype == XSD + types.INTEGER and _CANONICAL_INTEGER.fullmatch(term.lexical):
        return term
    node = ox.NamedNode("x:x")
    store = ox.Store()
    store.add(ox.Quad(node, node, ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype))))
    (stored,) = (quad.object for quad in store)
    return Literal(stored.value, stored.datatype.value) if isinstance(stored, ox.Literal) else term
