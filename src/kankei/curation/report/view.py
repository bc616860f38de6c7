"""A candidate as its report shows it: everything under an anchor of the page, and named in its language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.curation.candidate.nodes import Node
from kankei.curation.report.citations import Claimant
from kankei.curation.report.summary import owners, subject
from kankei.curation.report.turtle_snippets import snippet
from kankei.curation.report.wording import Said, Words
from kankei.namespaces import KK, RDF
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight

_PLACE = f"{KK}place"
_TYPE = f"{RDF}type"


@dataclass(frozen=True)
class Row:
    """A property and its values."""

    name: Said
    values: tuple[Said, ...]


@dataclass(frozen=True)
class Remark:
    """A doubt by its number, the name of the field that it is about, and what a curator may paste for it."""

    number: int
    doubt: Doubt
    field: Said | None
    snippet: str

    @property
    def anchor(self) -> str:
        """Its anchor."""
        return f"D{self.number}"


@dataclass(frozen=True)
class Card:
    """A field: the name of its class, the number of its measure, and what else it rests on."""

    anchor: str
    field: CandidateField
    kind: Said
    measure: str | None
    rows: tuple[Row, ...]
    rules: tuple[Said, ...]
    remarks: tuple[Remark, ...]
    others: tuple[LineRange, ...]


@dataclass(frozen=True)
class Block:
    """Another node: what it is, what is said of it, and where that stands."""

    anchor: str
    fragment: str
    kind: Said
    rows: tuple[Row, ...]
    places: tuple[LineRange, ...]


class View:
    """The parts of a page, by anchors: F for fields, N for other nodes, E for evidence, D for doubts."""

    def __init__(self, candidate: Candidate, words: Words) -> None:
        self.candidate = candidate
        fields = {field.node for field in candidate.fields}
        others = [node for node in candidate.nodes if node.iri not in fields]
        evidence = [node for node in others if _type(node) == f"{KK}Evidence"]
        nodes = [node for node in others if node not in evidence]
        self.words = replace(words, anchors=dict(_anchors(words, candidate.fields, nodes, evidence)))
        self.names = {said.anchor: said for said in self.words.anchors.values()}
        self.remarks = tuple(self._remarks())
        measures = owners(candidate)
        self.cards = tuple(
            self._card(f"F{position}", field, measures.get(field.node))
            for position, field in enumerate(candidate.fields, 1)
        )
        self.nodes = tuple(self._block(f"N{position}", node) for position, node in enumerate(nodes, 1))
        self.evidence = tuple(self._block(f"E{position}", node) for position, node in enumerate(evidence, 1))

    @property
    def claimants(self) -> Iterator[Claimant]:
        """Everything that rests on lines."""
        number = self.candidate.number
        if number:
            yield Claimant("number", FieldStatus.STATED, number.place, raw=number.text)
        yield from (Claimant.of(card.anchor, card.field) for card in self.cards)
        for block in self.evidence:
            # That the whole sheet speaks of a programme makes no line of it read.
            places = tuple(place for place in block.places if place != self.candidate.place)
            yield Claimant(block.anchor, None, None, places)
        for remark in self.remarks:
            is_open = remark.doubt.weight is Weight.UNRESOLVED
            yield Claimant(remark.anchor, None, remark.doubt.place, open=is_open)

    def _remarks(self) -> Iterator[Remark]:
        fields = self.candidate.fields
        weights = [*Weight]
        doubts = sorted(self.candidate.doubts, key=lambda doubt: weights.index(doubt.weight))
        for position, doubt in enumerate(doubts, 1):
            found = subject(doubt, fields)
            name = None if found is None else self.words.anchors[fields[found].node]
            yield Remark(position, doubt, name, snippet(doubt, self.candidate))

    def _card(self, anchor: str, field: CandidateField, measure: str | None) -> Card:
        return Card(
            anchor,
            field,
            self.words.kind(field.type),
            measure,
            self._rows(field.statements),
            tuple(self.words.called(rule) for rule in field.rules),
            tuple(remark for remark in self.remarks if remark.field and remark.field.anchor == anchor),
            tuple(place for place in field.places if place != field.place),
        )

    def _block(self, anchor: str, node: Node) -> Block:
        said = [(term, value) for term, value in node.statements if term not in {_PLACE, _TYPE}]
        places = (value.value.rpartition("#")[2] for term, value in node.statements if term == _PLACE)
        parsed = tuple(LineRange.parse(fragment) for fragment in places)
        return Block(anchor, _fragment(node.iri), self.words.called(_kind(node)), self._rows(said), parsed)

    def _rows(self, statements: Sequence[tuple[str, ox.NamedNode | ox.Literal]]) -> tuple[Row, ...]:
        found: dict[str, list[Said]] = {}
        for term, value in statements:
            found.setdefault(term, []).append(self.words.value(value))
        return tuple(Row(self.words.called(term), tuple(values)) for term, values in found.items())


def _anchors(
    words: Words, fields: Sequence[CandidateField], nodes: Sequence[Node], evidence: Sequence[Node]
) -> Iterator[tuple[str, Said]]:
    """The name and the anchor of all that a page shows, by IRI."""
    shown = [
        *((f"N{position}", node.iri, _kind(node)) for position, node in enumerate(nodes, 1)),
        *((f"E{position}", node.iri, _kind(node)) for position, node in enumerate(evidence, 1)),
        *((f"F{position}", field.node, KK + field.type) for position, field in enumerate(fields, 1)),
    ]
    for anchor, iri, kind in shown:
        called = words.called(kind)
        yield iri, Said(called.text, called.language, _fragment(iri), anchor)


def _type(node: Node) -> str:
    return next((value.value for term, value in node.statements if term == _TYPE), "")


def _kind(node: Node) -> str:
    """The class of a node; of a programme that the dataset has, a candidate does not repeat it."""
    return _type(node) or f"{KK}Programme"


def _fragment(iri: str) -> str:
    return f"#{iri.partition('#')[2]}" if "#" in iri else "<>"
