"""A candidate as its report shows it: every part with an anchor, and a label in the page's language."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.curation.candidate.nodes import Node, Statement
from kankei.curation.report.candidate_summary import field_of_doubt, measure_numbers
from kankei.curation.report.citations import Citation
from kankei.curation.report.field_overview import overview, subject_of
from kankei.curation.report.fragments import PropertyRow
from kankei.curation.report.term_labels import Label, Labeller
from kankei.curation.report.turtle_snippets import Units, snippet
from kankei.namespaces import KK, RDF
from kankei.source.lines.document import Doubt, LineRange, Weight

_QUOTED = re.compile("「([^「」]+)」")
_PLACE = f"{KK}place"
_TYPE = f"{RDF}type"


@dataclass(frozen=True)
class NumberedDoubt:
    """A doubt by its number, name and label of the field that it is about, and Turtle to be pasted."""

    number: int
    doubt: Doubt
    subject: str
    field: Label | None
    snippet: str


@dataclass(frozen=True)
class FieldCard:
    """A field: the label of its class, the number of its measure, and the other lines that it rests on."""

    anchor: str
    field: CandidateField
    kind: Label
    measure: str | None
    rows: tuple[PropertyRow, ...]
    rules: tuple[Label, ...]
    doubts: tuple[NumberedDoubt, ...]
    others: tuple[LineRange, ...]


@dataclass(frozen=True)
class NodeSection:
    """A node that is no field: the label of its class, its properties, and the lines that it cites."""

    anchor: str
    fragment: str
    kind: Label
    rows: tuple[PropertyRow, ...]
    places: tuple[LineRange, ...]


class ReportView:
    """The parts of a page, by anchors: F for fields, N for other nodes, E for evidence, D for doubts."""

    def __init__(self, candidate: Candidate, labeller: Labeller, units: Units | None = None) -> None:
        self.units = units
        self.candidate = candidate
        fields = {field.node for field in candidate.fields}
        others = [node for node in candidate.nodes if node.iri not in fields]
        evidence = [node for node in others if _type(node) == f"{KK}Evidence"]
        nodes = [node for node in others if node not in evidence]
        anchors = dict(_anchors(labeller, candidate.fields, nodes, evidence))
        self.labeller = replace(labeller, anchors=anchors)
        self.labels = {label.anchor: label for label in anchors.values()}
        self.doubts = tuple(self._numbered_doubts())
        self.overview = overview(candidate, labeller)
        self.column_doubts = tuple(doubt for column in self.overview for doubt in column.doubts)
        measures = measure_numbers(candidate)
        self.cards = tuple(
            self._card(f"F{position}", field, measures.get(field.node))
            for position, field in enumerate(candidate.fields, 1)
        )
        self.nodes = tuple(self._section(f"N{position}", node) for position, node in enumerate(nodes, 1))
        self.evidence = tuple(
            self._section(f"E{position}", node) for position, node in enumerate(evidence, 1)
        )

    @property
    def citations(self) -> Iterator[Citation]:
        """Everything that rests on lines."""
        number = self.candidate.number
        if number:
            yield Citation("number", FieldStatus.STATED, number.place, raw=number.text)
        yield from (Citation.of_field(card.anchor, card.field) for card in self.cards)
        for section in self.evidence:
            # That the whole sheet speaks of a programme makes no line of it read.
            places = tuple(place for place in section.places if place != self.candidate.place)
            yield Citation(section.anchor, None, None, places)
        for item in self.doubts:
            is_open = item.doubt.weight is Weight.UNRESOLVED
            # Of two sheets side by side the lines take turns: a range has lines of both.
            raw, heading = self._printed(item)
            yield Citation(
                f"D{item.number}", None, item.doubt.place, raw=raw, heading=heading, is_open=is_open
            )

    def _printed(self, item: NumberedDoubt) -> tuple[str, str]:
        """What the field of a doubt prints, and its heading; else what the doubt quotes."""
        for card in self.cards:
            if item.field and card.anchor == item.field.anchor:
                return card.field.raw or "", card.field.heading or ""
        return "\n".join(_QUOTED.findall(item.doubt.ja)), ""

    def _numbered_doubts(self) -> Iterator[NumberedDoubt]:
        fields = self.candidate.fields
        weights = [*Weight]
        doubts = sorted(self.candidate.doubts, key=lambda doubt: weights.index(doubt.weight))
        for number, doubt in enumerate(doubts, 1):
            position = field_of_doubt(doubt, fields)
            label = None if position is None else self.labeller.anchors[fields[position].node]
            subject = self.labeller.subject(subject_of(doubt))
            pasted = snippet(doubt, self.candidate, self.units)
            yield NumberedDoubt(number, doubt, subject, label, pasted)

    def _card(self, anchor: str, field: CandidateField, measure: str | None) -> FieldCard:
        return FieldCard(
            anchor,
            field,
            self.labeller.label(KK + field.type),
            measure,
            self._rows(field.statements),
            tuple(self.labeller.label(rule) for rule in field.rules),
            tuple(item for item in self.doubts if item.field and item.field.anchor == anchor),
            tuple(place for place in field.places if place != field.place),
        )

    def _section(self, anchor: str, node: Node) -> NodeSection:
        rows = self._rows([pair for pair in node.statements if pair[0] not in {_PLACE, _TYPE}])
        fragments = (value.value.rpartition("#")[2] for term, value in node.statements if term == _PLACE)
        places = tuple(map(LineRange.parse, fragments))
        return NodeSection(anchor, _fragment(node.iri), self.labeller.label(_class(node)), rows, places)

    def _rows(self, statements: Sequence[Statement]) -> tuple[PropertyRow, ...]:
        labels: dict[str, list[Label]] = {}
        for term, value in statements:
            labels.setdefault(term, []).append(self.labeller.value_label(value))
        return tuple(PropertyRow(self.labeller.label(term), tuple(values)) for term, values in labels.items())


def _anchors(
    labeller: Labeller, fields: Sequence[CandidateField], nodes: Sequence[Node], evidence: Sequence[Node]
) -> Iterator[tuple[str, Label]]:
    """The label and the anchor of all that a page shows, by IRI."""
    elements = [
        *((f"N{position}", node.iri, _class(node)) for position, node in enumerate(nodes, 1)),
        *((f"E{position}", node.iri, _class(node)) for position, node in enumerate(evidence, 1)),
        *((f"F{position}", field.node, KK + field.type) for position, field in enumerate(fields, 1)),
    ]
    for anchor, iri, class_ in elements:
        label = labeller.label(class_)
        yield iri, Label(label.text, label.language, _fragment(iri), anchor)


def _type(node: Node) -> str:
    return next((value.value for term, value in node.statements if term == _TYPE), "")


def _class(node: Node) -> str:
    """The class of a node; of a programme that the dataset has, a candidate does not repeat it."""
    return _type(node) or f"{KK}Programme"


def _fragment(iri: str) -> str:
    return f"#{iri.partition('#')[2]}" if "#" in iri else "<>"
