"""What pages and JSON share: counts, the measure of a field, the field of a doubt, the source."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.curation.candidate.field_table import STEMS
from kankei.namespaces import KK, RDF
from kankei.source.document_reader import SourceText
from kankei.source.lines.document import Doubt, LineRange, Weight


@dataclass(frozen=True)
class SourceSummary:
    """A source as received. `encoding` is a text's, `pages` the number of a PDF's; None where there is none.

    `notes` are sentences in English about what was doubtful in reading it.
    """

    slug: str
    file: str
    media_type: str
    encoding: str | None
    pages: int | None
    sha256: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: SourceText, slug: str | None = None, notes: int | None = None) -> Self:
        """The summary of a source, by default under its own slug and with all notes that there are by now."""
        return cls(
            slug or source.slug,
            source.path.name,
            source.media_type,
            source.encoding,
            source.pages,
            source.sha256,
            tuple(source.notes[:notes]),
        )


@dataclass(frozen=True)
class Counts:
    """Numbers of fields by status and of doubts by weight, zeros included."""

    fields: Mapping[FieldStatus, int]
    doubts: Mapping[Weight, int]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """The counts of a candidate."""
        fields = Counter(field.status for field in candidate.fields)
        doubts = Counter(doubt.weight for doubt in candidate.doubts)
        return cls(
            {status: fields[status] for status in FieldStatus}, {weight: doubts[weight] for weight in Weight}
        )


def proposes_programme(candidate: Candidate) -> bool:
    """Whether the candidate proposes a programme, and not only a year's entry of one that the dataset has."""
    programme = (node for node in candidate.nodes if node.iri == candidate.iri)
    return any(term == f"{RDF}type" for node in programme for term, _ in node.statements)


def measure_numbers(candidate: Candidate) -> Mapping[str, str]:
    """The number of the measure that a node belongs to, by the IRI of the node."""
    numbers = {}
    for node in candidate.nodes:
        values = dict(node.statements)
        type_ = values.get(f"{RDF}type")
        if type_ is not None and type_.value == f"{KK}MeasureEntry":
            numbers.update({value.value: values[f"{KK}number"].value for _, value in node.statements})
    return numbers


def field_of_doubt(doubt: Doubt, fields: Sequence[CandidateField]) -> int | None:
    """The position of the field that a doubt is about; None where it is about none, or any of several.

    It is the narrowest field of the doubt's subject whose lines contain those of the doubt, else overlap
    them, else the only one that rests on them. A doubt without lines is about the only field of its subject.
    """
    candidates = [position for position, field in enumerate(fields) if _has_subject(field, doubt.about)]
    place = doubt.place
    if place is None:
        return _single(candidates)
    tests: tuple[Callable[[LineRange, LineRange], bool], ...] = (_contains, _overlaps)
    for test in tests:
        near = [position for position in candidates if test(fields[position].place, place)]
        if near:
            return min(near, key=lambda position: fields[position].place.last - fields[position].place.first)
    return _single([p for p in candidates if any(_contains(outer, place) for outer in fields[p].places)])


def _single(positions: Sequence[int]) -> int | None:
    return positions[0] if len(positions) == 1 else None


def _has_subject(field: CandidateField, about: str) -> bool:
    parts = field.node.partition("#")[2].split("-")
    return STEMS.get(about, about) in parts or about.lower() == field.type.lower()


def _contains(outer: LineRange, inner: LineRange) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _overlaps(one: LineRange, other: LineRange) -> bool:
    return one.first <= other.last and other.first <= one.last
