"""One sheet of a catalogue as its layout reads it: every field as printed, with its lines, or a doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from kankei.source.guidebook.body import Body
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText


class Column(Enum):
    """The columns that a sheet may have, whatever their headings."""

    BODIES = "bodies"
    SUPPORT = "support"
    FUNDING = "funding"
    CALL = "call"
    SURVEY = "survey"
    BUDGET = "budget"
    CONTACT = "contact"


@dataclass(frozen=True)
class Cell:
    """What stands under a heading; no value where the sheet leaves it blank, or where it is not known."""

    column: Column
    heading: PrintedText
    value: PrintedText | None = None
    known: bool = True


@dataclass(frozen=True)
class Sheet:
    """What one sheet prints. `links` are the texts of single links, `body` the lines outside of the fields.

    A field that was not found is None, and a doubt says so. `content` is what the lines of `body` say; it has
    doubts of its own.
    """

    place: LineRange
    number: PrintedText | None = None
    name: PrintedText | None = None
    subtitle: PrintedText | None = None
    links: Sequence[PrintedText] = ()
    cells: Sequence[Cell] = ()
    theme: PrintedText | None = None
    unit: PrintedText | None = None
    body: Sequence[PrintedText] = ()
    doubts: Sequence[Doubt] = ()
    content: Body = field(default_factory=Body)

    def cell(self, column: Column) -> Cell | None:
        """The cell of a column, if the sheet has that column once."""
        found = [cell for cell in self.cells if cell.column is column]
        return found[0] if len(found) == 1 else None
