"""The interpretation of a sheet: the values of its entry, and those of each of its measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kankei.curation.candidate.accepted_entries import with_accepted_columns
from kankei.curation.candidate.body_values import BodyValues, read_body
from kankei.curation.candidate.cell_values import CellValues, read_cells, read_lines_outside
from kankei.curation.candidate.evidence import Basis, Evidence
from kankei.curation.candidate.field_table import BY_LINK
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.nodes import japanese
from kankei.curation.candidate.sheet_context import SheetContext, SheetYear, sheet_year
from kankei.curation.candidate.value_node import ValueNode, doubt, with_distinct_names
from kankei.namespaces import KK
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS
from kankei.source.guidebook.body import Measure
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Doubt, LineRange


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
class InterpretedSheet:
    """A sheet with all of a candidate that does not depend on the programme's identity.

    `values` are those of the entry, `measures` those of its measures in their order; node names are distinct.
    """

    sheet: Sheet
    year: SheetYear
    values: tuple[ValueNode, ...]
    measures: tuple[MeasureValues, ...]
    doubts: tuple[Doubt, ...]


def interpret_sheet(sheet: Sheet, known: KnownTerms, default_year: int | None = None) -> InterpretedSheet:
    """Parse the fields of a sheet; `default_year` is its fiscal year where it prints none."""
    sheet = with_accepted_columns(sheet, known)
    year = sheet_year(sheet, default_year)
    context = SheetContext(known, year, sheet.unit)
    outside = list(read_lines_outside(sheet, context))
    cells = read_cells(sheet, context)
    body = read_body(sheet.body, context)
    of_entry = [*outside, *(cell.entry for cell in cells), body.entry]
    measures = list(_measures(sheet.body.measures, cells, body))
    doubts = [*sheet.doubts, *(each for one in of_entry for each in one.doubts)]
    doubts += [each for cell in cells for one in cell.measures.values() for each in one.doubts]
    untitled = [measure for measure in measures if not measure.title]
    doubts += [doubt("measure", "measure-untitled", one.place, number=one.number) for one in untitled]
    named = [("", value) for one in of_entry for value in one.values]
    count = len(named)
    named += [(one.number, value) for one in measures for value in one.values]
    distinct = iter(with_distinct_names(named))
    values = tuple(islice(distinct, count))
    measures = [replace(one, values=tuple(islice(distinct, len(one.values)))) for one in measures]
    return InterpretedSheet(sheet, year, values, tuple(measures), tuple(dict.fromkeys(doubts)))


def _measures(
    titles: Sequence[Measure], cells: Sequence[CellValues], body: BodyValues
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
        values = [*in_cells, *body.measures.get(number, ())]
        if title:
            plain = japanese("plain", title.name)
            values.insert(0, replace(BY_LINK["title"].raw(title.title), statements=(plain,)))
        yield MeasureValues(number, title, tuple(values), tuple(evidence))


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
