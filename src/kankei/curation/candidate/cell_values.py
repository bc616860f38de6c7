"""The values of the cells of a sheet's table, for the entry or by measure, and of the lines outside of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kankei.curation.candidate.evidence import Evidence, stated
from kankei.curation.candidate.field_table import BY_COLUMN, BY_LINK, COLUMN_CONCEPTS, FieldType
from kankei.curation.candidate.money_fields import stage_suffix
from kankei.curation.candidate.nodes import concept, statement
from kankei.curation.candidate.sheet_context import SheetContext, parse_budget_heading
from kankei.curation.candidate.value_node import FieldValues, ValueNode, unreadable
from kankei.namespaces import KK
from kankei.source.grammars import per_measure
from kankei.source.grammars.budget_heading import BudgetHeading
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.per_measure import MeasureText
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import PrintedText

_LINK_HEADING = "URL"


@dataclass(frozen=True)
class CellValues:
    """The values of a cell: for the entry, and for its measures by their numbers."""

    cell: Cell
    entry: FieldValues
    measures: Mapping[str, FieldValues]


def read_cells(sheet: Sheet, context: SheetContext) -> list[CellValues]:
    """The values of all cells whose column is not in doubt."""
    reader = _CellReader(_heading_row(sheet), context)
    return [reader.read(cell) for cell in _certain_cells(sheet) if cell.known]


def _certain_cells(sheet: Sheet) -> Iterator[Cell]:
    """Cells of columns that are printed once, and budgets of different stages."""
    columns = [cell.column for cell in sheet.cells]
    stages = [_budget_heading(cell) for cell in sheet.cells]
    for cell in sheet.cells:
        is_one_stage = cell.column is Column.BUDGET and stages.count(_budget_heading(cell)) == 1
        if columns.count(cell.column) == 1 or is_one_stage:
            yield cell


def _budget_heading(cell: Cell) -> BudgetHeading | None:
    return parse_budget_heading(cell.heading) if cell.column is Column.BUDGET else None


def _heading_row(sheet: Sheet) -> LineRange:
    """The lines of the row of headings; those of the sheet where there is none."""
    if not sheet.cells:
        return sheet.place
    first = min(cell.heading.first for cell in sheet.cells)
    return LineRange(first, max(cell.heading.last for cell in sheet.cells))


class _CellReader:
    """Reads the cells below one row of headings."""

    def __init__(self, heading_row: LineRange, context: SheetContext) -> None:
        self.context = context
        self.heading = stated("headings", f"{KK}heading", heading_row)

    def read(self, cell: Cell) -> CellValues:
        """The values of a cell; of a blank one, that there is none."""
        row = BY_COLUMN[cell.column]
        if cell.value is None:
            return CellValues(cell, self._below_heading(FieldValues((_blank(row, cell),))), {})
        raw = row.raw(cell.value, cell.heading)
        try:
            parts = per_measure.parse(cell.value.text) if row.by_measure else ()
        except ParseError as error:
            doubts = (unreadable(row.stem, cell.value, error),)
            return CellValues(cell, self._below_heading(FieldValues((raw,), doubts)), {})
        if any(part.numbers for part in parts):
            return self._by_measure(cell, cell.value, parts)
        return CellValues(cell, self._below_heading(row.read(raw, cell.value, self.context)), {})

    def _by_measure(self, cell: Cell, printed: PrintedText, parts: Sequence[MeasureText]) -> CellValues:
        row, whole = BY_COLUMN[cell.column], BY_LINK["cell"]
        values = [replace(whole.raw(printed, cell.heading), stem=f"{whole.stem}-{row.stem}")]
        doubts: list[Doubt] = []
        measures: dict[str, FieldValues] = {}
        for part in parts:
            text = printed.part(part.start, part.end)
            read = row.read(row.raw(text, cell.heading), text, self.context)
            measures |= dict.fromkeys(part.numbers, self._below_heading(read))
            if not part.numbers:
                values += read.values
                doubts += read.doubts
        return CellValues(cell, self._below_heading(FieldValues(values, doubts)), measures)

    def _below_heading(self, read: FieldValues) -> FieldValues:
        """The values with evidence of their heading, which is printed on other lines."""
        values = [replace(value, evidence=(self.heading, *value.evidence)) for value in read.values]
        return FieldValues(values, read.doubts)


def _blank(row: FieldType, cell: Cell) -> ValueNode:
    """The absence of a value in a blank cell; that of a budget keeps the name of its stage."""
    heading, absence = _budget_heading(cell), BY_LINK["absence"]
    column = COLUMN_CONCEPTS.get(cell.column, cell.column.value)
    return replace(
        row.raw(cell.heading, cell.heading),
        link=absence.link,
        stem=f"{absence.stem}-{row.stem}",
        printed=None,
        suffix=stage_suffix(heading.stage) if heading else "",
        statements=(statement("column", concept("column", column)),),
    )


def read_lines_outside(sheet: Sheet, context: SheetContext) -> Iterator[FieldValues]:
    """The values of the printed names, the links and the theme line."""
    for link, printed in (("title", sheet.name), ("subtitle", sheet.subtitle), ("themeLine", sheet.theme)):
        if link == "themeLine":
            yield _read_links(sheet.links, context)
        if printed:
            row = BY_LINK[link]
            yield row.read(row.raw(printed), printed, context)


def _read_links(texts: Sequence[PrintedText], context: SheetContext) -> FieldValues:
    """The values of all links. A heading that is printed before the first one holds for all of them."""
    row = BY_LINK["link"]
    values: list[ValueNode] = []
    doubts: list[Doubt] = []
    heading: PrintedText | None = None
    for printed in texts:
        text = printed
        if printed.text.lstrip().startswith(_LINK_HEADING):
            start = printed.text.find(_LINK_HEADING)
            end = start + len(_LINK_HEADING)
            heading, text = printed.part(start, end), printed.part(end, len(printed.text))
        raw = replace(row.raw(_stripped(text), heading), place=printed.place)
        read = row.read(replace(raw, evidence=_heading_evidence(printed, heading)), text, context)
        values += read.values
        doubts += read.doubts
    return FieldValues([value.numbered(position) for position, value in enumerate(values, 1)], doubts)


def _heading_evidence(printed: PrintedText, heading: PrintedText | None) -> tuple[Evidence, ...]:
    """Where the heading is printed, if that is on another line, before an earlier link."""
    if heading is None or heading.place == printed.place:
        return ()
    return (stated("link-heading", f"{KK}heading", heading.place),)


def _stripped(printed: PrintedText) -> PrintedText:
    start = len(printed.text) - len(printed.text.lstrip())
    return printed.part(start, start + len(printed.text.strip()))
