"""From a sheet to its candidate: programme, year's entry, measures, values, and what they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, CandidateField, candidate_field
from kankei.curation.candidate.evidence import Basis, Evidence, EvidenceClaim, evidence_nodes, stated
from kankei.curation.candidate.field_table import BY_LINK
from kankei.curation.candidate.identity import Identity, editorial_doubts
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.line_fields import one_line, without_brackets
from kankei.curation.candidate.nodes import Node, Statement, lines_iri, rdf_type, statement
from kankei.curation.candidate.sheet_values import InterpretedSheet, MeasureValues
from kankei.curation.candidate.value_node import GOAL, MESSAGES, ValueNode
from kankei.namespaces import DCT, KK
from kankei.source.grammars.normalised_text import normalise

_RULES_OF_KINDS = {
    **dict.fromkeys(("goal", "means", "caption"), "text-kind"),
    **dict.fromkeys(("actor", "partner", "addressee"), "mention-role"),
    "topic": "topic-word",
}
"""What leads to values of which no heading says what they are, and the rule that says it."""


def build_candidate(sheet: InterpretedSheet, source: str, identity: Identity, known: KnownTerms) -> Candidate:
    """What is proposed for a sheet of the source of this slug, under an identity, new or known."""
    return _Builder(sheet, source, identity, known).candidate()


class _Builder:
    """Builds one candidate: claims of evidence are collected while the nodes are built."""

    def __init__(
        self, interpreted: InterpretedSheet, source: str, identity: Identity, known: KnownTerms
    ) -> None:
        self.values, self.year, self.sheet = interpreted, interpreted.year, interpreted.sheet
        self.slug, self.identity, self.known = source, identity, known
        year = "undated" if self.year.year is None else str(self.year.year)
        self.edition_name = identity.edition or year
        self.source = known.base.thing(f"source/{source}")
        self.new_measures = [m for m in self.values.measures if self._fragment(m) not in identity.taken]
        self.programme = ox.NamedNode(known.base.thing(f"programme/{identity.slug}"))
        self.entry, self.goal = self._edition_node(), self._edition_node("goal")
        self.claims: list[EvidenceClaim] = []
        self.candidate_fields: list[CandidateField] = []

    def candidate(self) -> Candidate:
        nodes = [self._programme(), *map(self._measure, self.new_measures), self._entry()]
        nodes += map(self._measure_entry, self.values.measures)
        nodes += self._value_nodes(self.values.values)
        for measure in self.values.measures:
            nodes += self._value_nodes(measure.values, self._fragment(measure))
        suffix = f"-{self.edition_name}" if self.identity.continues else ""
        nodes += evidence_nodes(self.claims, self.programme.value, self.source, suffix)
        editorial = editorial_doubts(self.identity, self.values.measures)
        return Candidate(
            iri=self.programme.value,
            entry=self.entry.value,
            slug=self.identity.slug,
            source=self.slug,
            place=self.sheet.place,
            number=self.sheet.number,
            name=self.sheet.name,
            year=self.year.year,
            nodes=tuple(nodes),
            fields=tuple(self.candidate_fields),
            doubts=(*self.year.doubts, *self.values.doubts, *editorial),
        )

    def _programme(self) -> Node:
        """The programme: of one that the dataset has, only what leads to the new year's nodes."""
        is_new = not self.identity.continues
        statements = [*self._description()] if is_new else []
        statements += [statement("measure", self._node(measure)) for measure in self.new_measures]
        self._claim(self._entry_evidence(), self.programme, self.entry)
        if self.year.evidence:
            self._claim(self.year.evidence, self.entry)
        places = tuple(dict.fromkeys(measure.place for measure in self.new_measures))
        for measure in self.new_measures:
            evidence = stated("measures", f"{KK}measure", *(places if is_new else (measure.place,)))
            self._claim(evidence, self.programme, None if is_new else self._node(measure))
        return Node(self.programme.value, (*statements, statement("entry", self.entry)))

    def _entry_evidence(self) -> Evidence:
        """What it rests on that the entry is the programme's: its sheet, or the likeness of the names."""
        if not self.identity.by_similar_name:
            return stated("entry", f"{KK}entry", self.sheet.place)
        place = self.sheet.name.place if self.sheet.name else self.sheet.place
        return Evidence("entry", (f"{KK}entry",), Basis.INFERRED, (place,), "similar-name")

    def _description(self) -> Iterator[Statement]:
        """The description of a new programme: its printed names, and an identifier that is ours."""
        yield rdf_type("Programme")
        if self.sheet.name:
            title = ox.Literal(one_line(self.sheet.name), language="ja")
            yield f"{DCT}title", title
            self._claim(stated("title", f"{DCT}title", self.sheet.name.place), self.programme, title)
        if self.sheet.subtitle:
            yield f"{DCT}alternative", ox.Literal(without_brackets(self.sheet.subtitle), language="ja")
            places = (self.sheet.subtitle.place,)
            properties = (f"{DCT}alternative",)
            evidence = Evidence("alternative", properties, Basis.INFERRED, places, "bracketed-name")
            self._claim(evidence, self.programme)
        yield f"{DCT}identifier", ox.Literal(self.identity.slug)
        reason = MESSAGES.text("identifier-is-ours")
        evidence = Evidence("identity", (f"{DCT}identifier",), Basis.EDITORIAL, (), reason=reason)
        self._claim(evidence, self.programme)

    def _measure(self, measure: MeasureValues) -> Node:
        node = self._node(measure)
        if not measure.title:
            return Node(node.value, (rdf_type("Measure"),))
        title = ox.Literal(measure.title.name, language="ja")
        self._claim(stated("measure-title", f"{DCT}title", measure.place), node, title)
        return Node(node.value, (rdf_type("Measure"), (f"{DCT}title", title)))

    def _entry(self) -> Node:
        statements = [rdf_type("CatalogueEntry")]
        if self.year.year is not None:
            statements.append(statement("fiscalYear", self.known.fiscal_year(self.year.year)))
        statements.append((f"{DCT}source", ox.NamedNode(self.source)))
        if self.sheet.number:
            statements.append(statement("number", normalise(self.sheet.number.text)))
        statements += self._establishment()
        statements += self._links(self.values.values)
        self._claim_kinds(self.values.values, self.entry)
        for measure in self.values.measures:
            statements.append(statement("measureEntry", self._edition_node(self._fragment(measure))))
        statements.append(statement("place", lines_iri(self.source, self.sheet.place)))
        return Node(self.entry.value, tuple(statements))

    def _establishment(self) -> Iterator[Statement]:
        established = self.sheet.body.establishment
        if established:
            yield statement("establishedIn", self.known.fiscal_year(established.year.year))
            properties, places = (f"{KK}establishedIn",), (established.printed.place,)
            evidence = Evidence("established", properties, Basis.INFERRED, places, "part-established")
            self._claim(evidence, self.entry)

    def _measure_entry(self, measure: MeasureValues) -> Node:
        fragment = self._fragment(measure)
        node = self._edition_node(fragment)
        for evidence in measure.evidence:
            self._claim(evidence, node)
        statements = [rdf_type("MeasureEntry"), statement("ofMeasure", self._node(measure))]
        statements.append(statement("number", measure.number))
        statements += self._links(measure.values, fragment)
        self._claim_kinds(measure.values, node)
        statements.append(statement("place", lines_iri(self.source, measure.place)))
        return Node(node.value, tuple(statements))

    def _links(self, values: Sequence[ValueNode], prefix: str = "") -> Iterator[Statement]:
        """The statements that lead from an entry to its values, in the order of the field table."""
        order = list(BY_LINK)
        for value in sorted(values, key=lambda value: order.index(value.link)):
            yield statement(value.link, self._edition_node(*value.name(prefix)))

    def _claim_kinds(self, values: Sequence[ValueNode], entry: ox.NamedNode) -> None:
        """That texts under no heading are goals, means or captions is inferred; so is what they mention."""
        for link, rule in _RULES_OF_KINDS.items():
            unheaded = (value for value in values if value.link == link and not value.heading)
            if places := tuple(dict.fromkeys(value.place for value in unheaded)):
                properties = (f"{KK}{link}",)
                self._claim(Evidence(f"{link}-kind", properties, Basis.INFERRED, places, rule), entry)

    def _value_nodes(self, values: Sequence[ValueNode], prefix: str = "") -> Iterator[Node]:
        for value in (self._with_goal(value) for value in values):
            node = self._edition_node(*value.name(prefix))
            for evidence in value.evidence:
                self._claim(evidence, node)
            rule = None if value.heading else _RULES_OF_KINDS.get(value.link)
            self.candidate_fields.append(candidate_field(value, node.value, rule))
            yield Node(node.value, tuple(self._value_statements(value)))

    def _with_goal(self, value: ValueNode) -> ValueNode:
        """The value with the entry's goal in place of `GOAL`."""
        if all(target != GOAL for _, target in value.statements):
            return value
        statements = ((term, self.goal if target == GOAL else target) for term, target in value.statements)
        return replace(value, statements=tuple(statements))

    def _value_statements(self, value: ValueNode) -> Iterator[Statement]:
        if not value.printed:
            yield from (rdf_type("Absence"), *value.statements)
        else:
            yield rdf_type(value.type)
        if value.heading:
            yield statement("heading", value.heading.text)
        if value.printed:
            yield from (statement("raw", value.printed.text), *value.statements)
        yield statement("place", lines_iri(self.source, value.place))

    def _edition_node(self, stem: str = "", suffix: str = "") -> ox.NamedNode:
        """A node of the programme for this edition, ``#call-2025``; without a stem the edition's entry."""
        name = f"{stem}-{self.edition_name}" if stem else self.edition_name
        return ox.NamedNode(f"{self.programme.value}#{name}{suffix}")

    def _node(self, measure: MeasureValues) -> ox.NamedNode:
        return ox.NamedNode(f"{self.programme.value}#{self._fragment(measure)}")

    def _fragment(self, measure: MeasureValues) -> str:
        return self.identity.measure(measure.number)

    def _claim(
        self, evidence: Evidence, about: ox.NamedNode, value: ox.NamedNode | ox.Literal | None = None
    ) -> None:
        self.claims.append((evidence, about, value))
