"""A candidate: the Turtle that is proposed for one sheet, and what a curator has to know of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.curation.candidate.fields import Field
from kankei.curation.candidate.value import Statement
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.line_range import Place
from kankei.source.lines.printed_text import Printed


@dataclass(frozen=True)
class Node:
    """A node of the candidate, with its statements in the order in which they are written."""

    iri: str
    statements: tuple[Statement, ...]

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Its statements as triples."""
        node = ox.NamedNode(self.iri)
        return tuple(ox.Triple(node, ox.NamedNode(term), value) for term, value in self.statements)


@dataclass(frozen=True)
class Candidate:
    """What is proposed for one sheet; `iri` is that of the programme, `entry` that of the year's entry."""

    iri: str
    entry: str
    slug: str
    source: str
    place: Place
    number: Printed | None
    name: Printed | None
    year: int | None
    nodes: Sequence[Node]
    fields: Sequence[Field]
    doubts: Sequence[Doubt]

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """Every statement that is proposed."""
        return tuple(triple for node in self.nodes for triple in node.triples)
