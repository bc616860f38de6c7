"""The lines of the sources of a dataset, without white space, for what is printed where."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from kankei.dataset.dataset import Dataset
from kankei.errors import MalformedData
from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.document import LineRange, SourceDocument
from kankei.validation.printed.known_names import squeezed

_parse_fragment = lru_cache(maxsize=4096)(LineRange.parse)  # evidence cites the lines of what it is about


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
        """Whether these lines print a text, or each of its lines where other cells stand between them.

        `first` and `last` are how many lines of the place to leave out at either end.
        """
        lines = self.source.squeezed[self.lines.first - 1 + first : self.lines.last - last]
        printed = lines[0] if len(lines) == 1 else "".join(lines)
        if squeezed(text) in printed:
            return True
        return "\n" in text and _print_each([squeezed(part) for part in text.split("\n")], lines)

    def holds_no_more_than(self, texts: Iterable[str]) -> bool:
        """Whether these lines print some of the texts, and the first and the last line are needed for it."""
        printed = [text for text in texts if text and self.prints(text)]
        if not printed or self.lines.first == self.lines.last:
            return bool(printed)
        return not all(self.prints(text, first=1) for text in printed) and not all(
            self.prints(text, last=1) for text in printed
        )

    @property
    def edges(self) -> tuple[str, str]:
        """The first and the last line."""
        lines = self.source.document.lines
        return lines[self.lines.first - 1], lines[self.lines.last - 1]


def _print_each(parts: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the lines print each part, in any order; what one part takes of a line no other does."""
    left = list(lines)
    for part in sorted(parts, key=len, reverse=True):
        line = next((index for index, rest in enumerate(left) if part in rest), None)
        if line is None:
            return False
        left[line] = left[line].replace(part, "\n", 1)
    return True


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
            lines = _parse_fragment(fragment)
        except MalformedData:
            return None
        return Place(source, lines) if lines.last <= len(source.document.lines) else None

    def places(self, iris: Collection[str]) -> list[Place]:
        """The lines that some IRIs name, as far as their text is part of the data."""
        return [place for place in map(self.place, iris) if place]


@dataclass(frozen=True)
class RecordedSources(Sources):
    """Sources that record which of them are looked for, by IRI, known or not."""

    cited: set[str] = field(default_factory=set)

    def place(self, iri: str) -> Place | None:
        """The lines that an IRI names."""
        self.cited.add(iri.partition("#")[0])
        return super().place(iri)


def sources_of(dataset: Dataset) -> Sources:
    """The sources of a dataset."""
    thing = dataset.base.thing
    return Sources({thing(f"source/{source.slug}"): SourceLines(source) for source in dataset.sources})
