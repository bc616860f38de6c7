"""Which elements of a report cite which lines of a sheet, and which characters of a line they quote."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from kankei.curation.candidate.candidate import CandidateField, FieldStatus
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import Line

UNREAD, BLANK, EVIDENCE = "unread", "blank", "evidence"
"""The status of a line that no field cites: cited by nothing, empty, or cited by evidence only."""

_PRECEDENCE = (FieldStatus.UNRESOLVED, FieldStatus.INFERRED, FieldStatus.STATED, FieldStatus.NOT_STATED)


@dataclass(frozen=True, eq=False)
class Citation:
    """An element of a report, by its anchor, and the lines that it rests on: `place`, and `others` beside it.

    `raw` and `heading` are what it prints or quotes of them. Elements other than fields have no status;
    `is_open` is whether the element is a doubt to be decided.
    """

    anchor: str
    status: FieldStatus | None
    place: LineRange | None
    others: tuple[LineRange, ...] = ()
    raw: str = ""
    heading: str = ""
    is_open: bool = False

    @classmethod
    def of_field(cls, anchor: str, field: CandidateField) -> "Citation":
        """The citation of a field."""
        others = tuple(place for place in field.places if place != field.place)
        return cls(anchor, field.status, field.place, others, field.raw or "", field.heading or "")

    def is_quoted(self, text: str) -> bool:
        """Whether a line has a line of the raw text, or is itself a part of it."""
        condensed = "".join(text.split())
        return any(part in condensed for part in self._condensed) or set(text.split()) <= self._words

    def quotations(self, text: str) -> Iterator[str]:
        """The texts that a line may quote of a field: lines of its raw text and heading, or all of it."""
        if self.status is None:
            return
        yield from self._parts
        whole = text.strip()
        if whole and set(whole.split()) <= self._words:
            yield whole

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        lines = (*self.raw.splitlines(), *self.heading.splitlines())
        return tuple(part for line in lines if (part := line.strip()))

    @cached_property
    def _condensed(self) -> tuple[str, ...]:
        return tuple("".join(part.split()) for part in self.raw.splitlines() if part.strip())

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.raw.split())


@dataclass(frozen=True)
class TextSpan:
    """Some characters of a line, and the citation that quotes them, if any."""

    text: str
    citation: Citation | None = None


@dataclass(frozen=True)
class CitedLine:
    """A line in spans. `status` is that of its fields, else one of those for lines without a field.

    `primary` are the citations by their own place, `secondary` those that also rest on the line.
    """

    line: Line
    status: str
    spans: tuple[TextSpan, ...]
    primary: tuple[Citation, ...]
    secondary: tuple[Citation, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations of the line."""
        return (*self.primary, *self.secondary)

    @cached_property
    def doubts(self) -> tuple[Citation, ...]:
        """The open doubts that are about the line."""
        return tuple(citation for citation in self.citations if citation.is_open)

    @cached_property
    def links(self) -> tuple[Citation, ...]:
        """The citations to link beside the text: open doubts, and those that no span of it leads to.

        Secondary ones are left out where a citation quotes some of the text.
        """
        quoting = {span.citation for span in self.spans if span.citation}
        fields = tuple(citation for citation in self.secondary if citation.status)
        links = dict.fromkeys((*self.doubts, *self.primary, *(() if quoting else fields or self.secondary)))
        return tuple(citation for citation in links if citation not in quoting)


def cite_lines(lines: Iterable[Line], citations: Sequence[Citation]) -> Iterator[CitedLine]:
    """The lines with their citations.

    A place is a range of lines, and a column's may hold lines of its neighbours: within it, only those lines
    count that quote the field, if any does.
    """
    lines = [*lines]
    primary, secondary = _by_line(lines, citations)
    for line in lines:
        pair = tuple(primary.get(line.number, ())), tuple(secondary.get(line.number, ()))
        spans = tuple(_spans(line.text, dict.fromkeys((*pair[0], *pair[1]))))
        yield CitedLine(line, _status(line, *pair), spans, *pair)


def line_ranges(numbers: Iterable[int]) -> Iterator[LineRange]:
    """Ascending numbers of lines as ranges."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        consecutive = [number for _, number in group]
        yield LineRange(consecutive[0], consecutive[-1])


def _by_line(
    lines: Sequence[Line], citations: Sequence[Citation]
) -> tuple[Mapping[int, list[Citation]], Mapping[int, list[Citation]]]:
    texts = {line.number: line.text for line in lines if line.text.strip()}
    primary: dict[int, list[Citation]] = {}
    secondary: dict[int, list[Citation]] = {}
    for citation in citations:
        numbers = [number for number in _numbers(citation.place) if number in texts]
        quoting = [number for number in numbers if citation.is_quoted(texts[number])]
        for number in quoting or numbers:
            primary.setdefault(number, []).append(citation)
        for place in citation.others:
            for number in _numbers(place):
                if citation not in primary.get(number, ()) and number in texts:
                    secondary.setdefault(number, []).append(citation)
    return primary, secondary


def _numbers(place: LineRange | None) -> range:
    return range(place.first, place.last + 1) if place else range(0)


def _status(line: Line, primary: Sequence[Citation], secondary: Sequence[Citation]) -> str:
    if not line.text.strip():
        return BLANK
    statuses = {citation.status for citation in primary if citation.status}
    if not statuses - {FieldStatus.NOT_STATED} and any(citation.status for citation in secondary):
        return FieldStatus.STATED.value
    if statuses:
        return min(statuses, key=_PRECEDENCE.index).value
    is_evidence = any(citation.anchor.startswith("E") for citation in (*primary, *secondary))
    return EVIDENCE if is_evidence else UNREAD


def _spans(text: str, citations: Iterable[Citation]) -> Iterator[TextSpan]:
    """The line cut where it quotes a citation once, and no other citation's quotation overlaps it."""
    quoted: list[tuple[int, int, Citation]] = []
    for citation in citations:
        for quotation in citation.quotations(text):
            start = text.find(quotation)
            end = start + len(quotation)
            is_free = all(end <= first or last <= start for first, last, _ in quoted)
            if is_free and text.count(quotation) == 1:
                quoted.append((start, end, citation))
    position = 0
    for start, end, citation in sorted(quoted, key=lambda part: part[0]):
        if position < start:
            yield TextSpan(text[position:start])
        yield TextSpan(text[start:end], citation)
        position = end
    if position < len(text):
        yield TextSpan(text[position:])
