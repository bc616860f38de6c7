"""The cells of a sheet's table: each column read by the grammar of its kind, for the whole or by measure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from kankei.curation.candidate import bodies, budget, call, contact, funding, support
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value, unreadable
from kankei.namespaces import KK
from kankei.source.grammars import per_measure
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.per_measure import MeasureText
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import PrintedText


@dataclass(frozen=True)
class Kind:
    """How a column is written: its property, its class, the stem of its nodes, and its reading."""

    link: str
    type: str
    stem: str
    read: Callable[[PrintedText, PrintedText | None, SheetContext], Reading]


def _survey(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:  # noqa: ARG001
    """The survey of demand is kept as printed: the ontology interprets it no further."""
    return Reading((Value("needsSurvey", "NeedsSurvey", "survey", printed.place, printed, heading),))


KINDS: Mapping[Column, Kind] = {
    Column.BODIES: Kind("bodies", "ImplementingBodies", "bodies", bodies.read),
    Column.SUPPORT: Kind("support", "Support", "support", support.read),
    Column.FUNDING: Kind("funding", "Funding", "funding", funding.read),
    Column.CALL: Kind("call", "Call", "call", call.read),
    Column.SURVEY: Kind("needsSurvey", "NeedsSurvey", "survey", _survey),
    Column.BUDGET: Kind("budget", "Budget", "budget", budget.read),
    Column.CONTACT: Kind("contact", "Contact", "contact", contact.read),
}
BY_MEASURE = frozenset({Column.SUPPORT, Column.FUNDING, Column.BUDGET})
"""The columns whose cells may say one thing of each measure."""


@dataclass(frozen=True)
class CellReading:
    """What a cell yields: for the entry, and for its measures by their numbers."""

    whole: Reading
    measures: Mapping[str, Reading]


def read(cell: Cell, headings: LineRange, context: SheetContext) -> CellReading:
    """The values of a cell; a blank one is a value that says so, an unknown one none.

    `headings` are the lines of the row of headings that its own stands in.
    """
    kind = KINDS[cell.column]
    if not cell.known:
        return CellReading(Reading(), {})
    if cell.value is None:
        return CellReading(_headed(Reading((_blank(kind, cell),)), headings), {})
    try:
        parts = per_measure.parse(cell.value.text) if cell.column in BY_MEASURE else ()
    except ParseError as error:
        raw = Value(kind.link, kind.type, kind.stem, cell.value.place, cell.value, cell.heading)
        doubt = unreadable(kind.stem, cell.value, error)
        return CellReading(_headed(Reading((raw,), (doubt,)), headings), {})
    if any(part.numbers for part in parts):
        return _by_measure(cell, cell.value, parts, headings, context)
    return CellReading(_headed(kind.read(cell.value, cell.heading, context), headings), {})


def _by_measure(
    cell: Cell,
    printed: PrintedText,
    parts: tuple[MeasureText, ...],
    headings: LineRange,
    context: SheetContext,
) -> CellReading:
    kind = KINDS[cell.column]
    whole = Value("cell", "Cell", f"cell-{kind.stem}", printed.place, printed, cell.heading)
    read = {part: kind.read(printed.part(part.start, part.end), cell.heading, context) for part in parts}
    general = [reading for part, reading in read.items() if not part.numbers]
    values = (whole, *(value for reading in general for value in reading.values))
    doubts = tuple(doubt for reading in general for doubt in reading.doubts)
    by_number = {
        number: _headed(reading, headings) for part, reading in read.items() for number in part.numbers
    }
    return CellReading(_headed(Reading(values, doubts), headings), by_number)


def _blank(kind: Kind, cell: Cell) -> Value:
    """A value that says that the cell is blank; a budget keeps the name of its stage."""
    column = budget.headed(cell.heading) if cell.column is Column.BUDGET else None
    suffix = f"-{column.stage.value}" if column and column.stage else ""
    return Value(kind.link, kind.type, kind.stem, cell.heading.place, None, cell.heading, suffix=suffix)


def _headed(reading: Reading, headings: LineRange) -> Reading:
    return Reading(tuple(_values(reading, headings)), reading.doubts)


def _values(reading: Reading, headings: LineRange) -> Iterator[Value]:
    """The values, which stand below their headings and not where those are printed."""
    above = Ground("headings", (f"{KK}heading",), Basis.STATED, (headings,))
    for value in reading.values:
        yield replace(value, grounds=(above, *value.grounds))
