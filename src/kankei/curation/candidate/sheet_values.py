"""All that the fields of a sheet yield: for its entry, and for each of its measures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kankei.curation.candidate import body_nodes, cells, links, theme, titles
from kankei.curation.candidate.budget import headed
from kankei.curation.candidate.cells import BY_MEASURE, CellReading
from kankei.curation.candidate.node_names import Owned, told_apart
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value
from kankei.namespaces import KK
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import Measure, SheetBody
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt


@dataclass(frozen=True)
class MeasureValues:
    """What a sheet says of one measure; no title where only cells name it. `grounds` are about its entry."""

    number: str
    title: Measure | None
    values: tuple[Value, ...]
    grounds: tuple[Ground, ...]

    @property
    def place(self) -> LineRange:
        """Where it is named: with its title, or in the first cell that says something of it."""
        return self.title.title.place if self.title else self.values[0].place


@dataclass(frozen=True)
class Gathered:
    """What a sheet says of the whole and of its measures, in their order, and what is doubtful."""

    values: tuple[Value, ...]
    measures: tuple[MeasureValues, ...]
    doubts: tuple[Doubt, ...]


def read_sheet_values(sheet: Sheet, context: SheetContext) -> Gathered:
    """The values of a sheet."""
    body = sheet.body
    headings = _headings(sheet)
    read = [(cell, cells.read(cell, headings, context)) for cell in _columns(sheet)]
    said = body_nodes.read(body, context)
    around = (links.read(sheet.links), *([theme.read(sheet.theme, context)] if sheet.theme else []))
    readings = (*around, *(found.whole for _, found in read), said.whole)
    values = (*_titles(sheet), *(value for reading in readings for value in reading.values))
    measures = tuple(_measures(read, said, body))
    doubts = [*sheet.doubts, *(doubt for reading in readings for doubt in reading.doubts)]
    doubts += [doubt for _, found in read for part in found.measures.values() for doubt in part.doubts]
    doubts += [_untitled(measure) for measure in measures if not measure.title]
    return _told_apart(Gathered(values, measures, tuple(dict.fromkeys(doubts))))


def _told_apart(gathered: Gathered) -> Gathered:
    """The same, each value with a node of its own."""
    owned = [Owned("", value) for value in gathered.values]
    owned += [Owned(one.number, value) for one in gathered.measures for value in one.values]
    found = iter(told_apart(owned))
    values = tuple(islice(found, len(gathered.values)))
    measures = (replace(one, values=tuple(islice(found, len(one.values)))) for one in gathered.measures)
    return Gathered(values, tuple(measures), gathered.doubts)


def _titles(sheet: Sheet) -> Iterator[Value]:
    if sheet.name:
        yield titles.name(sheet.name)
    if sheet.subtitle:
        yield titles.subtitle(sheet.subtitle)


def _columns(sheet: Sheet) -> Iterator[Cell]:
    """The cells that are not in doubt: a column printed twice is, but for budgets of several stages."""
    columns = [cell.column for cell in sheet.cells]
    stages = [headed(cell.heading) for cell in sheet.cells if cell.column is Column.BUDGET]
    for cell in sheet.cells:
        several = columns.count(cell.column) > 1
        if not several or (cell.column is Column.BUDGET and stages.count(headed(cell.heading)) == 1):
            yield cell


def _headings(sheet: Sheet) -> LineRange:
    """The lines of the row of headings; those of the sheet where there is none."""
    if not sheet.cells:
        return sheet.place
    first = min(cell.heading.first for cell in sheet.cells)
    return LineRange(first, max(cell.heading.last for cell in sheet.cells))


def _measures(
    read: Sequence[tuple[Cell, CellReading]], said: body_nodes.ContentReading, body: SheetBody
) -> Iterator[MeasureValues]:
    named = {measure.number: measure for measure in body.measures}
    divided = [(cell, found) for cell, found in read if found.measures]
    numbers = {number for _, found in divided for number in found.measures} | set(named) | set(said.measures)
    for number in sorted(numbers, key=_order):
        from_cells = [value for _, found in divided for value in _values(found.measures, number)]
        values = [*from_cells, *_values(said.measures, number)]
        title = named.get(number)
        grounds = [*_cells_ground(from_cells, [cell for cell, _ in divided])]
        grounds += [ground for about, ground in said.grounds if number in about]
        titled = (titles.measure(title),) if title else ()
        yield MeasureValues(number, title, (*titled, *values), tuple(grounds))


def _values(by_measure: Mapping[str, Reading], number: str) -> Sequence[Value]:
    return by_measure[number].values if number in by_measure else ()


def _order(number: str) -> tuple[int, str]:
    return (
        (CIRCLED_NUMBERS.index(number), "")
        if number in CIRCLED_NUMBERS
        else (len(CIRCLED_NUMBERS), f"{number:>4}")
    )


def _cells_ground(values: Iterable[Value], divided: Sequence[Cell]) -> Iterator[Ground]:
    """A measure's part of a cell is printed in the cell: on the lines of those that are divided."""
    properties = tuple(dict.fromkeys(KK + value.link for value in values))
    places = [cell.value.place for cell in divided if cell.value and cell.column in BY_MEASURE]
    if properties and places:
        whole = LineRange(min(place.first for place in places), max(place.last for place in places))
        yield Ground("measure-cells", properties, Basis.STATED, (whole,))


def _untitled(measure: MeasureValues) -> Doubt:
    return Doubt(
        "measure",
        f"{measure.number} の題名が見つからない。",
        f"No title of measure {measure.number} was found.",
        measure.place,
    )
