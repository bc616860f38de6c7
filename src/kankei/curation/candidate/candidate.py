"""A candidate: the Turtle that is proposed for one sheet, and its fields and doubts for the curator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import pyoxigraph as ox

from kankei.curation.candidate.evidence import Basis
from kankei.curation.candidate.nodes import Node, Statement, concept, document_turtle
from kankei.curation.candidate.value_node import ValueNode
from kankei.namespaces import Base
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.lines.printed_text import PrintedText


class FieldStatus(Enum):
    """What is known of the interpretation of a field."""

    STATED = "stated"
    INFERRED = "inferred"
    UNRESOLVED = "unresolved"
    NOT_STATED = "not-stated"


@dataclass(frozen=True)
class CandidateField:
    """A value of the sheet: its node's IRI and class, the printed text, and the interpretation of that.

    Where a cell is blank, the node is the ``kk:Absence``, and the class that of the value that is not stated.
    `rules` are the IRIs of the rules by which some of it is inferred, `places` all lines that it rests on.
    """

    node: str
    type: str
    status: FieldStatus
    place: LineRange
    heading: str | None
    raw: str | None
    statements: tuple[Statement, ...]
    rules: tuple[str, ...]
    places: tuple[LineRange, ...]


@dataclass(frozen=True)
class Candidate:
    """What is proposed for one sheet; `iri` is that of the programme, `entry` that of the year's entry."""

    iri: str
    entry: str
    slug: str
    source: str
    place: LineRange
    number: PrintedText | None
    name: PrintedText | None
    year: int | None
    nodes: Sequence[Node]
    fields: Sequence[CandidateField]
    doubts: Sequence[Doubt]

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Every statement that is proposed."""
        return tuple(triple for node in self.nodes for triple in node.triples)


def candidate_field(value: ValueNode, node: str, kind_rule: str | None = None) -> CandidateField:
    """The field of a value that is written as a node of this IRI.

    `kind_rule` is the rule by which it is inferred what the value is, where no heading says so.
    """
    names = [kind_rule, *(one.rule for one in value.evidence)]
    rules = tuple(concept("rule", name).value for name in names if name)
    places = (value.place, *(place for one in value.evidence for place in one.places))
    return CandidateField(
        node,
        value.type,
        _status(value, inferred=kind_rule is not None),
        value.place,
        value.heading.text if value.heading else None,
        value.printed.text if value.printed else None,
        value.statements if value.printed else (),
        tuple(dict.fromkeys(rules)),
        tuple(dict.fromkeys(places)),
    )


def _status(value: ValueNode, *, inferred: bool) -> FieldStatus:
    if not value.printed:
        return FieldStatus.NOT_STATED
    if not value.statements and not value.raw_only:
        return FieldStatus.UNRESOLVED
    inferred = inferred or any(one.basis is Basis.INFERRED for one in value.evidence)
    return FieldStatus.INFERRED if inferred else FieldStatus.STATED


def candidate_turtle(candidate: Candidate, base: Base, before: str = "") -> str:
    """The candidate's file. `before` is the text of the programme's file, which is added to unchanged."""
    comments = "".join(f"# {line}\n" for line in _doubt_lines(candidate))
    return document_turtle(candidate.nodes, candidate.iri, base, before, comments)


def _doubt_lines(candidate: Candidate) -> Iterator[str]:
    """The doubts that a curator has to decide or check, with their lines of the source."""
    for doubt in candidate.doubts:
        if doubt.weight is not Weight.EDITORIAL:
            yield f"{_location(doubt)}{' '.join(f'{doubt.ja} {doubt.en}'.split())}"


def _location(doubt: Doubt) -> str:
    if not doubt.place:
        return ""
    first, last = doubt.place.first, doubt.place.last
    return f"{first}: " if first == last else f"{first}-{last}: "
