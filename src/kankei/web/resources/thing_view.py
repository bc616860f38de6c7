"""The view of a document: its graph as nested sections, evidence beside what it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kankei.localisation import Labels
from kankei.namespaces import KK
from kankei.release.document_index import labels_of
from kankei.web.html.formatting import format_literal
from kankei.web.html.links import Label, Links, preferred_label, prefixed_name
from kankei.web.html.property_order import property_rank
from kankei.web.html.strings import Strings
from kankei.web.html.view import Mark, Row, Section, Value
from kankei.web.rdf.graph import TYPE, Graph, Term, node_key
from kankei.web.resources.line_range import line_label
from kankei.web.resources.programme_years import ProgrammeYears
from kankei.web.resources.provenance import ABOUT, APART, about, notes, shared

_PLACE = f"{KK}place"
# A section's head shows these.
_ELSEWHERE = frozenset((TYPE, _PLACE))
# These point across or back, not at a part.
_ACROSS = frozenset(
    (ABOUT, f"{KK}onValue", f"{KK}towards", f"{KK}ofMeasure", f"{KK}latestEntry", f"{KK}onProperty")
)

# The properties and values that an evidence node is for, and the mark to show.
_Evidence: TypeAlias = tuple[tuple[str, ...], tuple[Term, ...], Mark | None]


@dataclass
class ThingView:
    """The view of one document's graph, in one language."""

    graph: Graph
    root: str
    links: Links
    strings: Strings
    language: str
    shown: set[str] = field(default_factory=set)

    def sections(self) -> list[Section]:
        """The root's section, then those of nodes that nothing in the document leads to."""
        found = [self._section(self.root, "")]
        return found + [self._section(node, "") for node in self.graph.nodes if self._is_part(node)]

    def marks(self, node: str) -> list[Mark]:
        """Everything that says what statements about a node rest on."""
        evidence = (self._evidence(other) for other in self._about.get(node, []))
        return [mark for _, _, mark in evidence if mark]

    def value(self, term: Term, marks: Sequence[Mark] = ()) -> Value:
        """A term as shown: literals by their text, IRIs by their label."""
        if isinstance(term, NamedNode):
            label = self._label(term.value)
            place = line_label(term.value)
            text = self.strings.say(self.language, *place) if place else label.text
            return Value(text, label.language, self._href(term.value), term.value, marks)
        if isinstance(term, Literal):
            datatype = "" if term.language else prefixed_name(term.datatype.value)
            return Value(term.value, term.language or "", None, datatype, marks)
        return Value(str(term), marks=marks)

    def _stated(self, predicate: str, term: Term, marks: Sequence[Mark]) -> Value:
        """A property's value: a number or date as people write it, with the literal that it is."""
        words = (
            format_literal(self.strings, self.language, predicate, term)
            if isinstance(term, Literal)
            else None
        )
        if not isinstance(term, Literal) or words is None:
            return self.value(term, marks)
        return Value(
            words, self.language, None, f"{term.value} ({prefixed_name(term.datatype.value)})", marks
        )

    def named(self, iri: str) -> Value:
        """An IRI as shown."""
        return self.value(NamedNode(iri))

    def _label(self, iri: str) -> Label:
        """A label; a hash node of this document that has none is called by its measure or class."""
        types = self.graph.types(iri)
        if not types or not iri.startswith(f"{self.root}#"):
            return self.links.label(iri, self.language)
        if year := self.years.words(iri) if iri in self.years.entries else "":
            return Label(year, self.language)
        kind = self.links.label(types[0], self.language)
        unnamed = Label(f"{kind.text} {iri.partition('#')[2]}", kind.language)
        named = (iri, *self.graph.names(iri, f"{KK}ofMeasure"))
        found = (preferred_label(self._own_labels.get(node, {}), self.language) for node in named)
        return next(filter(None, found), unnamed)

    @cached_property
    def years(self) -> ProgrammeYears:
        """The fiscal years that it has entries for."""
        return ProgrammeYears(self.graph, self.root, self.links, self.strings, self.language)

    @cached_property
    def _own_labels(self) -> dict[str, Labels]:
        """The labels of this document's nodes, which the index does not hold."""
        return labels_of(
            (node, predicate, value)
            for node, properties in self.graph.nodes.items()
            for predicate, values in properties.items()
            for value in values
        )

    def _href(self, iri: str) -> str | None:
        document, mark, fragment = iri.partition("#")
        return f"#{fragment}" if mark and document == self.root else self.links.href(iri)

    @cached_property
    def _about(self) -> Mapping[str, list[str]]:
        return about(self.graph)

    def _is_part(self, node: str) -> bool:
        apart = APART.intersection(self.graph.types(node)) and any(
            subject in self.graph.nodes for subject in self.graph.names(node, ABOUT)
        )
        return node not in self.shown and not apart

    def _section(self, node: str, relation: str) -> Section:
        self.shown.add(node)
        properties = self.graph.nodes.get(node, {})
        ordered = sorted(properties, key=property_rank)
        parts = [(predicate, part) for predicate in ordered for part in self._parts(node, predicate)]
        evidence = [self._evidence(other) for other in self._about.get(node, [])]
        found = [self._row(node, predicate, evidence) for predicate in ordered if predicate not in _ELSEWHERE]
        rows, told = shared([row for row in found if row])
        return Section(
            anchor=node.partition("#")[2],
            iri=node,
            heading=self.named(node),
            kind=" · ".join(self.named(kind).text for kind in self.graph.types(node)),
            relation=relation,
            places=[self.named(place) for place in self.graph.names(node, _PLACE)],
            rows=rows,
            shared=told,
            notes=[self.value(note) for note in notes(self.graph, self._about.get(node, ()), self.language)],
            sections=[
                self._section(part, self.named(predicate).text)
                for predicate, part in parts
                if part not in self.shown
            ],
            notice=self.years.notice(node),
        )

    def _parts(self, node: str, predicate: str) -> Iterator[str]:
        """The hash nodes inside this document that a property leads to, by their printed order."""
        if predicate == f"{KK}entry":
            yield from (entry for entry in self.years.entries if entry in self.graph.nodes)
        elif predicate not in _ACROSS:
            inside = [
                part
                for part in self.graph.names(node, predicate)
                if part in self.graph.nodes and part not in self.shown and "#" in part
            ]
            yield from sorted(inside, key=self._position)

    def _position(self, node: str) -> tuple[str, int, str, str]:
        pillar = "".join(self.graph.names(node, f"{KK}pillar"))
        position = "".join(self.graph.texts(node, f"{KK}position"))
        number = "".join(self.graph.texts(node, f"{KK}number"))
        return pillar, int(position) if position.isdecimal() else 0, number, node

    def _row(self, node: str, predicate: str, evidence: Sequence[_Evidence]) -> Row | None:
        """A property's values, those left out that have a section of their own."""
        on_property = [found for found in evidence if predicate in found[0]]
        parts = set(self._parts(node, predicate))
        values = [
            self._stated(predicate, term, [mark for _, only, mark in on_property if mark and term in only])
            for term in self.graph.objects(node, predicate)
            if node_key(term) not in parts
        ]
        if not values:
            return None
        marks = [mark for _, only, mark in on_property if mark and not only]
        rule = self.links.derived.get(predicate)
        if rule is not None:
            marks.append(Mark("derived", self.named(rule), None, ()))
        return Row(self.named(predicate), sorted(values, key=self._preference), marks)

    def _preference(self, value: Value) -> bool:
        return value.href is None and bool(value.language) and value.language != self.language

    def _evidence(self, node: str) -> _Evidence:
        """An evidence node: the properties and values that it is for, and the mark to show."""
        bases = self.graph.names(node, f"{KK}basis")
        if not bases:
            return (), (), None
        rules = self.graph.names(node, f"{KK}rule")
        grounds = [self.value(ground) for ground in self.graph.objects(node, f"{KK}ground")]
        mark = Mark(
            basis=bases[0].removeprefix(KK),
            rule=self.named(rules[0]) if rules else None,
            ground=min(grounds, key=self._preference, default=None),
            places=[self.named(place) for place in self.graph.names(node, _PLACE)],
        )
        return self.graph.names(node, f"{KK}onProperty"), self.graph.objects(node, f"{KK}onValue"), mark
