"""All values of a sheet: of its entry, and of each of its measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kankei.curation.candidate.body_values import BodyValues, read_body
from kankei.curation.candidate.cell_values import CellValues, read_cells, read_lines_outside
from kankei.curation.candidate.evidence import Basis, Evidence
from kankei.curation.candidate.field_table import FIELDS, FieldTable
from kankei.curation.candidate.nodes import japanese
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import ValueNode, doubt, with_distinct_names
from kankei.namespaces import KK
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import Measure
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt


@dataclass(frozen=True)
class MeasureValues:
    """The values of one measure; no title where only cells name it. `evidence` is about its entry."""

    number: str
    title: Measure | None
    values: tuple[ValueNode, ...]
    evidence: tuple[Evidence, ...]

    @property
    def place(self) -> LineRange:
        """Where it is named: with its title, or in the first cell that has a text of it."""
        return self.title.title.place if self.title else self.values[0].place


@dataclass(frozen=True)
class SheetValues:
    """The values of the entry, those of its measures in their order, and the doubts about them."""

    values: tuple[ValueNode, ...]
    measures: tuple[MeasureValues, ...]
    doubts: tuple[Doubt, ...]


def read_sheet_values(sheet: Sheet, context: SheetContext, fields: FieldTable = FIELDS) -> SheetValues:
    """The values of a sheet, each with a node name of its own."""
    outside = list(read_lines_outside(sheet, context, fields))
    cells = read_cells(sheet, context, fields)
    body = read_body(sheet.body, context, fields)
    of_entry = [*outside, *(cell.entry for cell in cells), body.entry]
    measures = list(_measures(sheet.body.measures, cells, body, fields))
    doubts = [*sheet.doubts, *(each for one in of_entry for each in one.doubts)]
    doubts += [each for cell in cells for one in cell.measures.values() for each in one.doubts]
    untitled = [measure for measure in measures if not measure.title]
    doubts += [doubt("measure", "measure-untitled", one.place, number=one.number) for one in untitled]
    values = tuple(value for one in of_entry for value in one.values)
    return _with_distinct_names(SheetValues(values, tuple(measures), tuple(dict.fromkeys(doubts))))


def _with_distinct_names(sheet: SheetValues) -> SheetValues:
    named = [("", value) for value in sheet.values]
    named += [(one.number, value) for one in sheet.measures for value in one.values]
    distinct = iter(with_distinct_names(named))
    values = tuple(islice(distinct, len(sheet.values)))
    measures = (replace(one, values=tuple(islice(distinct, len(one.values)))) for one in sheet.measures)
    return SheetValues(values, tuple(measures), sheet.doubts)


def _measures(
    titles: Sequence[Measure], cells: Sequence[CellValues], body: BodyValues, fields: FieldTable
) -> Iterator[MeasureValues]:
    """The measures that a title, a cell or the body names, in the order of their numbers."""
    title_of = {measure.number: measure for measure in titles}
    divided = [cell for cell in cells if cell.measures]
    numbers = {number for cell in divided for number in cell.measures} | set(title_of) | set(body.measures)
    for number in sorted(numbers, key=_order):
        in_cells = [
            value for cell in divided if number in cell.measures for value in cell.measures[number].values
        ]
        title = title_of.get(number)
        evidence = [*_cell_evidence(in_cells, divided)]
        evidence += [one for measures, one in body.measure_evidence if number in measures]
        titled = (_titled(title, fields),) if title else ()
        values = (*titled, *in_cells, *body.measures.get(number, ()))
        yield MeasureValues(number, title, values, tuple(evidence))


def _titled(measure: Measure, fields: FieldTable) -> ValueNode:
    """The title of a measure, printed with its number."""
    raw = fields.by_link["title"].raw(measure.title)
    return replace(raw, statements=(japanese("plain", measure.name),))


def _order(number: str) -> tuple[int, str]:
    if number in CIRCLED_NUMBERS:
        return CIRCLED_NUMBERS.index(number), ""
    return len(CIRCLED_NUMBERS), f"{number:>4}"


def _cell_evidence(values: Sequence[ValueNode], divided: Sequence[CellValues]) -> Iterator[Evidence]:
    """The text of a measure is printed in a cell: on the lines of the cells that are divided by measure."""
    properties = tuple(dict.fromkeys(KK + value.link for value in values))
    places = [one.cell.value.place for one in divided if one.cell.value]
    if properties and places:
        whole = LineRange(min(place.first for place in places), max(place.last for place in places))
        yield Evidence("measure-cells", properties, Basis.STATED, (whole,))
