"""What a candidate leaves to look at: how much of it is of which status, and which field a doubt is about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.namespaces import KK, RDF
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight

_STEMS = {"unit": "budget", "measure": "title", "name": "title", "needsSurvey": "survey"}
"""What a doubt may be about, where that is not a word in the names of the fields' nodes."""


@dataclass(frozen=True)
class Counts:
    """How many fields have each status, and how many doubts each weight; none is left out."""

    fields: Mapping[FieldStatus, int]
    doubts: Mapping[Weight, int]

    @classmethod
    def of(cls, candidate: Candidate) -> "Counts":
        """The counts of a candidate."""
        fields = Counter(field.status for field in candidate.fields)
        doubts = Counter(doubt.weight for doubt in candidate.doubts)
        return cls(
            {status: fields[status] for status in FieldStatus}, {weight: doubts[weight] for weight in Weight}
        )


def is_new(candidate: Candidate) -> bool:
    """Whether the candidate proposes a programme, and not only a year's entry of one that the dataset has."""
    programme = (node for node in candidate.nodes if node.iri == candidate.iri)
    return any(term == f"{RDF}type" for node in programme for term, _ in node.statements)


def owners(candidate: Candidate) -> Mapping[str, str]:
    """The numbers of measures by the nodes that belong to their entries of the year."""
    found = {}
    for node in candidate.nodes:
        said = dict(node.statements)
        kind = said.get(f"{RDF}type")
        if kind is not None and kind.value == f"{KK}MeasureEntry":
            found.update({value.value: said[f"{KK}number"].value for _, value in node.statements})
    return found


def subject(doubt: Doubt, fields: Sequence[CandidateField]) -> int | None:
    """The position of the field that a doubt is about; None where it is about none, or any of several.

    It is the narrowest field of the kind whose lines contain those of the doubt, or else meet them. A doubt
    without lines is about the only field of its kind.
    """
    kind = [position for position, field in enumerate(fields) if _fits(doubt.about, field)]
    place = doubt.place
    if place is None:
        return kind[0] if len(kind) == 1 else None
    for test in (_contains, _meets):
        near = [position for position in kind if test(fields[position].place, place)]
        if near:
            return min(near, key=lambda position: _length(fields[position].place))
    grounded = [p for p in kind if any(_contains(found, place) for found in fields[p].places)]
    return grounded[0] if len(grounded) == 1 else None


def _fits(about: str, field: CandidateField) -> bool:
    words = field.node.partition("#")[2].split("-")
    return _STEMS.get(about, about) in words or about.lower() == field.type.lower()


def _contains(outer: LineRange, inner: LineRange) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _meets(one: LineRange, other: LineRange) -> bool:
    return one.first <= other.last and other.first <= one.last


def _length(place: LineRange) -> int:
    return place.last - place.first
