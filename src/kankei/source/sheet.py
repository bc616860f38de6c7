"""One sheet of a catalogue as its layout reads it: every field as printed, with its lines, or a doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from kankei.source.place import Place


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
class Printed:
    """A text as printed, its lines joined by line feeds, and where it stands in the extracted text."""

    text: str
    first: int
    last: int

    @property
    def place(self) -> Place:
        """Its lines, counted from 1."""
        return Place(self.first, self.last)


@dataclass(frozen=True)
class Cell:
    """What stands under a heading; no value where the sheet leaves it blank."""

    column: Column
    heading: Printed
    value: Printed | None = None


@dataclass(frozen=True)
class Doubt:
    """What a reader of a sheet is unsure of: about which field, why, and where to look, in two languages."""

    about: str
    ja: str
    en: str
    place: Place | None = None


@dataclass(frozen=True)
class Sheet:
    """What one sheet prints. `links` are the texts of single links, `body` the lines outside of the fields.

    A field that was not found is None, and a doubt says so.
    """

    place: Place
    number: Printed | None = None
    name: Printed | None = None
    subtitle: Printed | None = None
    links: Sequence[Printed] = ()
    cells: Sequence[Cell] = ()
    theme: Printed | None = None
    unit: Printed | None = None
    body: Sequence[Printed] = ()
    doubts: Sequence[Doubt] = ()

    def cell(self, column: Column) -> Cell | None:
        """The cell of a column, if the sheet has that column once."""
        found = [cell for cell in self.cells if cell.column is column]
        return found[0] if len(found) == 1 else None
