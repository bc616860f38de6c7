"""The fields of a candidate for a reader: what is printed, what it is taken to mean, and on what ground."""

from dataclasses import dataclass
from enum import Enum

from kankei.curation.candidate.known_terms import concept
from kankei.curation.candidate.value import Basis, Statement, Value
from kankei.source.lines.document import LineRange


class Status(Enum):
    """What is known of the interpretation of a field."""

    STATED = "stated"
    INFERRED = "inferred"
    UNRESOLVED = "unresolved"
    NOT_STATED = "not-stated"


@dataclass(frozen=True)
class Field:
    """A value of the sheet: its node's IRI and class, what is printed, and what that is taken to mean.

    `rules` are the IRIs of the rules by which some of it is inferred, `places` all lines that it rests on.
    """

    node: str
    type: str
    status: Status
    place: LineRange
    heading: str | None
    raw: str | None
    statements: tuple[Statement, ...]
    rules: tuple[str, ...]
    places: tuple[LineRange, ...]


_UNINTERPRETED = frozenset({"Cell", "NeedsSurvey"})
"""The classes whose raw text is all that is kept."""


def field_of(value: Value, node: str) -> Field:
    """The field that a value node is."""
    rules = tuple(concept("rule", ground.rule).value for ground in value.grounds if ground.rule)
    places = (value.place, *(place for ground in value.grounds for place in ground.places))
    return Field(
        node,
        value.type,
        _status(value),
        value.place,
        value.heading.text if value.heading else None,
        value.printed.text if value.printed else None,
        value.statements,
        tuple(dict.fromkeys(rules)),
        tuple(dict.fromkeys(places)),
    )


def _status(value: Value) -> Status:
    if not value.printed:
        return Status.NOT_STATED
    if not value.statements and value.type not in _UNINTERPRETED:
        return Status.UNRESOLVED
    inferred = any(ground.basis is Basis.INFERRED for ground in value.grounds)
    return Status.INFERRED if inferred else Status.STATED
