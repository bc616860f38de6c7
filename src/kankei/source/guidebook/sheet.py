"""One sheet of a catalogue as its layout reads it: its fields as printed, with their lines, and doubts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kankei.source.guidebook.body import SheetBody
from kankei.source.guidebook.columns import Column
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import PrintedText


@dataclass(frozen=True)
class Cell:
    """What stands under a heading; without value if the sheet leaves it blank, or if it is not known.

    `disputed` is a text that stands under this heading or under one other, if nothing else is in doubt.
    """

    column: Column
    heading: PrintedText
    value: PrintedText | None = None
    known: bool = True
    disputed: PrintedText | None = None


@dataclass(frozen=True)
class Sheet:
    """The fields of one sheet as printed; a missing field is None, with a doubt.

    `links` are the texts of single links, `body_lines` the lines outside of the fields. `body` is what those
    lines say, with doubts of its own.
    """

    place: LineRange
    number: PrintedText | None = None
    name: PrintedText | None = None
    subtitle: PrintedText | None = None
    links: Sequence[PrintedText] = ()
    cells: Sequence[Cell] = ()
    theme: PrintedText | None = None
    unit: PrintedText | None = None
    body_lines: Sequence[PrintedText] = ()
    doubts: Sequence[Doubt] = ()
    body: SheetBody = field(default_factory=SheetBody)

    def cell(self, column: Column) -> Cell | None:
        """The cell of a column, if the sheet has that column once."""
        cells = [cell for cell in self.cells if cell.column is column]
        return cells[0] if len(cells) == 1 else None
