"""The lines of the sources of a dataset, without white space, for what is printed where."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kankei.dataset.dataset import Dataset
from kankei.errors import MalformedData
from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.document import LineRange, SourceDocument
from kankei.validation.printed.known_names import squeezed


@dataclass(frozen=True)
class SourceLines:
    """The lines of one source."""

    document: SourceDocument

    @cached_property
    def squeezed(self) -> tuple[str, ...]:
        """Each line without white space, in characters of one width."""
        return tuple(map(squeezed, self.document.lines))


@dataclass(frozen=True)
class Place:
    """A range of lines of a source whose text is part of the data."""

    source: SourceLines
    lines: LineRange

    def words(self) -> str:
        """The text with its blanks and line breaks, in characters of one width."""
        return normalise(self.lines.text(self.source.document))

    def prints(self, text: str, first: int = 0, last: int = 0) -> bool:
        """Whether these lines print a text; `first` and `last` are how many to leave out at either end."""
        lines = self.source.squeezed[self.lines.first - 1 + first : self.lines.last - last]
        return squeezed(text) in (lines[0] if len(lines) == 1 else "".join(lines))

    def holds_no_more_than(self, texts: Iterable[str]) -> bool:
        """Whether these lines print some of the texts, and the first and the last line are needed for it."""
        printed = [text for text in texts if text and self.prints(text)]
        if not printed or self.lines.first == self.lines.last:
            return bool(printed)
        return not all(self.prints(text, first=1) for text in printed) and not all(
            self.prints(text, last=1) for text in printed
        )

    @property
    def has_blank_edge(self) -> bool:
        """Whether the first or the last of these lines is blank."""
        lines = self.source.squeezed[self.lines.first - 1 : self.lines.last]
        return not (lines and lines[0] and lines[-1])


@dataclass(frozen=True)
class Sources:
    """The sources of a dataset by IRI."""

    by_iri: Mapping[str, SourceLines]

    def place(self, iri: str) -> Place | None:
        """The lines that an IRI names; None where their text is not part of the data."""
        document, _, fragment = iri.partition("#")
        source = self.by_iri.get(document)
        if source is None:
            return None
        try:
            lines = LineRange.parse(fragment)
        except MalformedData:
            return None
        return Place(source, lines) if lines.last <= len(source.document.lines) else None

    def places(self, iris: Collection[str]) -> list[Place]:
        """The lines that some IRIs name, as far as their text is part of the data."""
        return [place for place in map(self.place, iris) if place]


def sources_of(dataset: Dataset) -> Sources:
    """The sources of a dataset."""
    thing = dataset.base.thing
    return Sources({thing(f"source/{source.slug}"): SourceLines(source) for source in dataset.sources})
