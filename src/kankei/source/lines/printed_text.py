"""A text as a source prints it."""

from typing import NamedTuple

from kankei.source.lines.line_range import Place


class Printed(NamedTuple):
    """A text as printed, its lines joined by line feeds, and where it stands in the extracted text."""

    text: str
    first: int
    last: int
    breaks: tuple[Place, ...] = ()
    """Where each line of `text` stands, if it has several; blank lines between them are left out."""

    @property
    def place(self) -> Place:
        """Its lines, counted from 1."""
        return Place(self.first, self.last)

    def part(self, start: int, end: int) -> "Printed":
        """The characters from `start` up to `end`, which is not included, with their lines."""
        if not self.breaks:
            return Printed(self.text[start:end], self.first, self.last)
        before, within = self.text.count("\n", 0, start), self.text.count("\n", start, end)
        breaks = self.breaks[before : before + within + 1]
        return Printed(
            self.text[start:end], breaks[0].first, breaks[-1].last, breaks if len(breaks) > 1 else ()
        )
