"""The application calls of a sheet: the window as EDTF and its bounds, a node for each round."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Statement, flag, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value, unreadable
from kankei.namespaces import EDTF, KK, XSD
from kankei.source.grammars import call_window
from kankei.source.grammars.call_window import CallWindow
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "call"
_DATED = ("edtf", "earliestStart", "latestStart", "earliestEnd", "latestEnd")


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:
    """A value for each round; a year that is not printed is inferred, and told so."""
    whole = Value("call", "Call", ABOUT, printed.place, printed, heading)
    if context.year is None:
        return Reading((whole,), (_without_year(printed),))
    try:
        rounds = call_window.parse(printed.text, context.year)
    except ParseError as error:
        return Reading((whole,), (unreadable(ABOUT, printed, error),))
    if len(rounds) == 1:
        return Reading((_value(whole, rounds[0], context),))
    values = (_value(whole, window, context).numbered(position) for position, window in enumerate(rounds, 1))
    return Reading(tuple(values))


def _value(whole: Value, window: CallWindow, context: SheetContext) -> Value:
    statements = tuple(_statements(window))
    said = {term for term, _ in statements}
    dated = tuple(KK + term for term in _DATED if KK + term in said)
    places = tuple(dict.fromkeys(place for place in (context.heading, whole.place) if place))
    inferred = Ground(ABOUT, dated, Basis.INFERRED, places, rule="call-year")
    return replace(whole, statements=statements, grounds=(inferred,) if window.year_inferred else ())


def _statements(window: CallWindow) -> Iterator[Statement]:
    if window.edtf:
        yield statement("edtf", ox.Literal(window.edtf, datatype=ox.NamedNode(f"{EDTF}EDTF")))
    if window.approximate:
        yield flag("approximate")
    if window.rolling:
        yield flag("rolling")
    if window.undecided:
        yield flag("undecided")
    yield from _bound("earliestStart", window.earliest_start)
    yield from _bound("latestStart", window.latest_start)
    yield from _bound("earliestEnd", window.earliest_end)
    yield from _bound("latestEnd", window.latest_end)


def _bound(term: str, day: date | None) -> Iterator[Statement]:
    if day:
        yield statement(term, ox.Literal(day.isoformat(), datatype=ox.NamedNode(f"{XSD}date")))


def _without_year(printed: PrintedText) -> Doubt:
    return Doubt(
        ABOUT,
        "シートの年度が分からないため、公募の時期を日付にできない。--year で年度を与える。",
        "The sheet's fiscal year is not known, so the call has no dates: give the year by --year.",
        printed.place,
    )
