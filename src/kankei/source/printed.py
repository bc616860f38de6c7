"""A text as a source prints it."""

from dataclasses import dataclass

from kankei.source.place import Place


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
