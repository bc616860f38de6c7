"""What the fields of a sheet are read against: what the dataset knows, what the sheet says for all of it."""

from dataclasses import dataclass

import pyoxigraph as ox

from kankei.curation.candidate.known_terms import KnownTerms
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import PrintedText


@dataclass(frozen=True)
class SheetContext:
    """`programme` is the IRI of the programme, `year` the sheet's fiscal year, None where nothing tells it.

    `heading` is where that year is printed, `unit` the unit of money of the whole sheet; each None where
    the sheet has none that can be read. `edition` stands for the year in names, where the year is not enough.
    """

    known: KnownTerms
    programme: str
    year: int | None
    heading: LineRange | None = None
    unit: PrintedText | None = None
    edition: str = ""

    def node(self, stem: str = "", suffix: str = "") -> ox.NamedNode:
        """A node of the programme for this edition, ``#call-2025``; without a stem the edition's entry."""
        return ox.NamedNode(f"{self.programme}#{stem}{'-' if stem else ''}{self.mark}{suffix}")

    @property
    def mark(self) -> str:
        """What tells the nodes of this edition from those of others: the year, or the year and the source."""
        return self.edition or ("undated" if self.year is None else str(self.year))
