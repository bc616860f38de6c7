"""The view of a document: its graph as nested sections, with the provenance of each statement."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kankei.localisation import Labels
from kankei.namespaces import KK
from kankei.release.document_index import labels_of
from kankei.web.html.localizer import Localizer, preferred_label, prefixed_name
from kankei.web.html.view import Mark, Row, Section, Value, property_rank
from kankei.web.rdf.graph import TYPE, Graph, Term, node_key


@dataclass(frozen=True)
class ProgrammeYears:
    """The entries of a programme's document by fiscal year; other documents have none."""

    graph: Graph
    root: str
    localizer: Localizer

    @cached_property
    def entries(self) -> list[str]:
        """The entries: those of the last year first, and those of one year by IRI."""
        entries = sorted(self.graph.names(self.root, f"{KK}entry"))
        return sorted(entries, key=self.number, reverse=True)

    @cached_property
    def latest(self) -> frozenset[str]:
        """The entries of the last year."""
        return frozenset(
            entry for entry in self.entries if self.number(entry) == self.number(self.entries[0])
        )

    def label(self, entry: str) -> str:
        """The label of an entry: its fiscal year, in the Japanese era and in the common one."""
        years = self.graph.names(entry, f"{KK}fiscalYear")
        if not years:
            return ""
        era, number = self.localizer.links.label(years[0], "ja"), _number(years[0])
        if era.language != "ja" or not number:
            return self.localizer.label(years[0]).text
        return self.localizer.text("fiscal-year", year=number, era=era.text)

    def notice(self, node: str) -> str:
        """The notice that an entry is not of the last year; empty for other nodes."""
        if node not in self.entries or node in self.latest:
            return ""
        return self.localizer.text("earlier-entry", latest=self.label(self.entries[0]))

    def number(self, entry: str) -> int:
        """The calendar year in which an entry's fiscal year begins; 0 where it has none."""
        return max(map(_number, self.graph.names(entry, f"{KK}fiscalYear")), default=0)


def _number(year: str) -> int:
    """The calendar year in which a fiscal year begins, which is the last part of its IRI."""
    digits = year.rpartition("/")[2]
    return int(digits) if digits.isdecimal() else 0


ABOUT = f"{KK}about"
_ANNOTATIONS = frozenset((f"{KK}Evidence", f"{KK}CuratorNote"))
"""Classes of nodes that are shown beside what they are about."""
_PLACE = f"{KK}place"
# Properties that a section's head shows.
_IN_HEAD = frozenset((TYPE, _PLACE))
# Properties that point across or back, not at a part.
_ACROSS = frozenset(
    (ABOUT, f"{KK}onValue", f"{KK}towards", f"{KK}ofMeasure", f"{KK}latestEntry", f"{KK}onProperty")
)

_Evidence: TypeAlias = tuple[tuple[str, ...], tuple[Term, ...], Mark | None]
"""The properties and values that an evidence node is about, and its mark."""


@dataclass
class ThingView:
    """The view of one document's graph, in one language."""

    graph: Graph
    root: str
    localizer: Localizer
    shown: set[str] = field(default_factory=set)
    _resources: dict[str, Value] = field(default_factory=dict)
    _known_evidence: dict[str, _Evidence] = field(default_factory=dict)

    def sections(self) -> list[Section]:
        """The root's section, then those of nodes that no statement of the document points at."""
        sections = [self._section(self.root, "")]
        return sections + [self._section(node, "") for node in self.graph.nodes if self._is_section(node)]

    def marks(self, node: str) -> list[Mark]:
        """The marks of all evidence about a node."""
        evidence = (self._evidence(other) for other in self._about.get(node, []))
        return [mark for _, _, mark in evidence if mark]

    def value(self, term: Term, marks: Sequence[Mark] = ()) -> Value:
        """A term as shown: literals by their text, IRIs by their label."""
        if isinstance(term, NamedNode):
            resource = self.resource(term.value)
            return replace(resource, marks=marks) if marks else resource
        if isinstance(term, Literal):
            datatype = "" if term.language else prefixed_name(term.datatype.value)
            return Value(term.value, term.language or "", None, datatype, marks)
        return Value(str(term), marks=marks)

    def stated(self, predicate: str, term: Term, marks: Sequence[Mark] = ()) -> Value:
        """A property's value: a number or date in words, with the literal as its title."""
        text = self.localizer.literal(predicate, term) if isinstance(term, Literal) else None
        if not isinstance(term, Literal) or text is None:
            return self.value(term, marks)
        title = f"{term.value} ({prefixed_name(term.datatype.value)})"
        return Value(text, self.localizer.language, None, title, marks)

    def resource(self, iri: str) -> Value:
        """An IRI as shown: made once, since most recur."""
        known = self._resources.get(iri)
        if known is None:
            known = self._resources[iri] = self._resource(iri)
        return known

    def _resource(self, iri: str) -> Value:
        if not iri.startswith(self.root) and "#line=" not in iri:
            return self.localizer.resource(iri)
        label = self._label(iri)
        return Value(self.localizer.lines(iri) or label.text, label.language, self._href(iri), iri)

    def _label(self, iri: str) -> Value:
        """A label; a hash node of this document that has none is called by its measure, else by its class."""
        types = self.graph.types(iri)
        if not types or not iri.startswith(f"{self.root}#"):
            return self.localizer.label(iri)
        language = self.localizer.language
        if year := self.years.label(iri) if iri in self.years.entries else "":
            return Value(year, language)
        kind = self.localizer.label(types[0])
        named = (iri, *self.graph.names(iri, f"{KK}ofMeasure"))
        labels = (preferred_label(self._own_labels.get(node, {}), language) for node in named)
        return next(filter(None, labels), kind)

    @cached_property
    def years(self) -> ProgrammeYears:
        """The fiscal years of its entries."""
        return ProgrammeYears(self.graph, self.root, self.localizer)

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
        return f"#{fragment}" if mark and document == self.root else self.localizer.links.href(iri)

    @cached_property
    def _about(self) -> Mapping[str, list[str]]:
        """Evidence and curator's notes by the node they are about."""
        annotations: dict[str, list[str]] = defaultdict(list)
        for node in self.graph.nodes:
            if _ANNOTATIONS.intersection(self.graph.types(node)):
                for subject in self.graph.names(node, ABOUT):
                    annotations[subject].append(node)
        return annotations

    def _is_section(self, node: str) -> bool:
        beside = _ANNOTATIONS.intersection(self.graph.types(node)) and any(
            subject in self.graph.nodes for subject in self.graph.names(node, ABOUT)
        )
        return node not in self.shown and not beside

    def _section(self, node: str, relation: str) -> Section:
        self.shown.add(node)
        properties = self.graph.nodes.get(node, {})
        ordered = sorted(properties, key=property_rank)
        parts = {predicate: list(self._parts(node, predicate)) for predicate in ordered}
        evidence = [self._evidence(other) for other in self._about.get(node, [])]
        own_rows = [
            self._row(node, predicate, evidence, parts[predicate])
            for predicate in ordered
            if predicate not in _IN_HEAD
        ]
        rows, shared_marks = _share_marks([row for row in own_rows if row])
        return Section(
            anchor=node.partition("#")[2],
            iri=node,
            heading=self.resource(node),
            kind=" · ".join(self.resource(kind).text for kind in self.graph.types(node)),
            relation=relation,
            places=[self.resource(place) for place in self.graph.names(node, _PLACE)],
            rows=rows,
            shared=shared_marks,
            notes=[self.value(note) for note in self._notes(node)],
            sections=[
                self._section(part, self.resource(predicate).text)
                for predicate in ordered
                for part in parts[predicate]
                if part not in self.shown
            ],
            notice=self.years.notice(node),
        )

    def _notes(self, node: str) -> list[Literal]:
        """The curator's notes about a node, in one language where there are any in it."""
        terms = (term for note in self._about.get(node, ()) for term in self.graph.objects(note, f"{KK}note"))
        notes = [term for term in terms if isinstance(term, Literal)]
        return [note for note in notes if note.language == self.localizer.language] or notes

    def _parts(self, node: str, predicate: str) -> Iterator[str]:
        """The hash nodes inside this document that a property leads to, by their printed order."""
        if predicate == f"{KK}entry":
            yield from (entry for entry in self.years.entries if entry in self.graph.nodes)
        elif predicate not in _ACROSS:
            inside = [
                term.value
                for term in self.graph.objects(node, predicate)
                if isinstance(term, NamedNode) and self._is_part(term.value)
            ]
            yield from sorted(inside, key=self._position) if len(inside) > 1 else inside

    def _is_part(self, node: str) -> bool:
        """Whether a node is inside the thing and not shown yet."""
        return "#" in node and node in self.graph.nodes and node not in self.shown

    def _position(self, node: str) -> tuple[str, int, str, str]:
        pillar = "".join(self.graph.names(node, f"{KK}pillar"))
        position = "".join(self.graph.texts(node, f"{KK}position"))
        number = "".join(self.graph.texts(node, f"{KK}number"))
        return pillar, int(position) if position.isdecimal() else 0, number, node

    def _row(
        self, node: str, predicate: str, evidence: Sequence[_Evidence], parts: Sequence[str]
    ) -> Row | None:
        """A property's values without the parts, which have a section of their own."""
        on_property = [(values, mark) for properties, values, mark in evidence if predicate in properties]
        values = [
            self.stated(
                predicate, term, [mark for only, mark in on_property if mark and only and term in only]
            )
            for term in self.graph.objects(node, predicate)
            if not parts or node_key(term) not in parts
        ]
        if not values:
            return None
        marks = [mark for only, mark in on_property if mark and not only]
        rule = self.localizer.links.derived.get(predicate)
        if rule is not None:
            marks.append(Mark("derived", self.resource(rule), None, ()))
        if len(values) > 1:
            values.sort(key=self._preference)
        return Row(self.resource(predicate), values, marks)

    def _preference(self, value: Value) -> bool:
        return value.href is None and bool(value.language) and value.language != self.localizer.language

    def _evidence(self, node: str) -> _Evidence:
        """What an evidence node is about, and its mark; no mark where it has no basis."""
        known = self._known_evidence.get(node)
        if known is None:
            known = self._known_evidence[node] = self._read_evidence(node)
        return known

    def _read_evidence(self, node: str) -> _Evidence:
        bases = self.graph.names(node, f"{KK}basis")
        if not bases:
            return (), (), None
        rules = self.graph.names(node, f"{KK}rule")
        grounds = [self.value(ground) for ground in self.graph.objects(node, f"{KK}ground")]
        mark = Mark(
            basis=bases[0].removeprefix(KK),
            rule=self.resource(rules[0]) if rules else None,
            ground=min(grounds, key=self._preference, default=None),
            places=[self.resource(place) for place in self.graph.names(node, _PLACE)],
        )
        return self.graph.names(node, f"{KK}onProperty"), self.graph.objects(node, f"{KK}onValue"), mark


def _share_marks(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[Mark, list[Value]]]]:
    """The rows without the grounds that several of them have, and those grounds with the rows' labels."""
    rows_by_mark: dict[int, list[tuple[Mark, Row]]] = defaultdict(list)
    for row in rows:
        for mark in row.marks:
            if mark.ground:
                # One evidence node gives one mark, whichever rows it is about.
                rows_by_mark[id(mark)].append((mark, row))
    common = {key: marked for key, marked in rows_by_mark.items() if len(marked) > 1}
    if not common:
        return list(rows), []
    shared = [(marked[0][0], [row.label for _, row in marked]) for marked in common.values()]
    marks_of = [[replace(m, ground=None) if id(m) in common else m for m in row.marks] for row in rows]
    return [replace(row, marks=marks) for row, marks in zip(rows, marks_of, strict=True)], shared
