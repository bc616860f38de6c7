"""Cited lines against what they are cited for: each prints it, and none of them is too much.

That a raw text stands on the lines of its node is a rule of the dataset itself (`dataset/source_checks.py`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kankei.dataset.statements import TYPE
from kankei.namespaces import DCT, KK, RDFS, SKOS
from kankei.source.grammars import fiscal_year
from kankei.source.grammars.normalised_text import ParseError, condense
from kankei.source.guidebook.columns import contains_heading
from kankei.source.lines.document import LineRange
from kankei.validation.printed.document_nodes import DocumentNodes, EvidenceNode
from kankei.validation.printed.known_names import KnownNames
from kankei.validation.printed.problems import Problem, shown
from kankei.validation.printed.source_lines import Place, Sources
from kankei.validation.printed.text_readings import parse_heading

_PRINTED = frozenset(
    (
        *(KK + name for name in ("heading", "unit", "modelName", "modelGroup", "label", "printedTelephone")),
        f"{DCT}title",
        f"{DCT}alternative",
    )
)
"""Properties whose values are printed as they are."""

_BY_HEADING = frozenset((f"{KK}stage", f"{KK}budgetYear"))
_BY_DATES = frozenset(
    KK + name for name in ("edtf", "earliestStart", "latestStart", "earliestEnd", "latestEnd")
)


@dataclass(frozen=True)
class PlaceChecks:
    """The checks of the cited lines of one document."""

    nodes: DocumentNodes
    names: KnownNames
    sources: Sources

    def run(self) -> Iterator[Problem]:
        """Lines that do not print what they are cited for, lines too many, and texts that are not printed."""
        for node, own in self.nodes.properties.items():
            if f"{KK}Evidence" in own.get(TYPE, ()):
                continue
            for iri in own.get(f"{KK}place", ()):
                if place := self.sources.place(iri):
                    yield from self._place_of_node(node, iri, place)
        for evidence in self.nodes.evidence:
            yield from self._evidence(evidence)

    @cached_property
    def children(self) -> Mapping[str, list[str]]:
        """The nodes that each node leads to."""
        children: dict[str, list[str]] = defaultdict(list)
        for owner, _, node in self.nodes.owned:
            children[owner].append(node)
        return children

    def _place_of_node(self, node: str, iri: str, place: Place) -> Iterator[Problem]:
        if f"{KK}CatalogueEntry" in self.nodes.properties[node].get(TYPE, ()):
            yield from self._entry(node, iri, place)
        elif not place.holds_no_more_than(self._own_texts(node)):
            yield self._problem(node, "lines-of-value", iri, place)

    def _own_texts(self, node: str) -> list[str]:
        """What the place of a node may print of it: its raw text and heading, else its names or parts."""
        own = self.nodes.properties[node]
        labels = [*own.get(f"{SKOS}prefLabel", ()), *own.get(f"{RDFS}label", ())]
        if beside := (*self.nodes.values(node, "raw"), *self.nodes.values(node, "heading")):
            return list(beside)
        measures = self.nodes.values(node, "ofMeasure")
        titles = [self.nodes.properties.get(measure, {}).get(f"{DCT}title", ()) for measure in measures]
        raws = [self.nodes.values(child, "raw") for child in self.children[node]]
        return labels or [text for texts in (*titles, *raws) for text in texts]

    def _entry(self, node: str, iri: str, place: Place) -> Iterator[Problem]:
        """The lines of an entry hold those of all its values, and of those of its measures."""
        own = self.children[node]
        for child in (*own, *(inner for one in own for inner in self.children.get(one, ()))):
            for inner in self.sources.places(self.nodes.values(child, "place")):
                within = place.lines.first <= inner.lines.first and inner.lines.last <= place.lines.last
                if inner.source is place.source and not within:
                    gaps = {"child": shown(child.rpartition("#")[2]), "inner": _numbers(inner)}
                    yield self._problem(node, "lines-of-entry", iri, place, gaps)

    def _evidence(self, evidence: EvidenceNode) -> Iterator[Problem]:
        yield from self._gone(evidence)
        cited = [(iri, place) for iri in evidence.places if (place := self.sources.place(iri))]
        if not cited:
            return
        texts, whole, hulls = self._grounds(evidence), self._whole_places(evidence), self._hulls(evidence)
        for iri, place in cited:
            if iri in whole or place in hulls:
                continue
            if (texts or not whole) and self._is_ground(evidence, place, texts):
                continue
            yield self._problem(evidence.iri, "lines-of-evidence", iri, place)
        for text in self._printed(evidence):
            if not any(place.prints(text) for _, place in cited):
                iri, place = cited[0]
                yield self._problem(evidence.iri, "not-printed", iri, place, {"text": text})

    def _is_ground(self, evidence: EvidenceNode, place: Place, texts: set[str]) -> bool:
        if years := self._established(evidence):
            return _prints_year(place, years)
        if f"{KK}heading" in evidence.properties:  # a row has more headings than are cited
            texts = texts.union(filter(contains_heading, place.edges))
        return place.holds_no_more_than(texts) if texts else all(line.strip() for line in place.edges)

    def _gone(self, evidence: EvidenceNode) -> Iterator[Problem]:
        """Evidence about a node that no longer has any of the values that the evidence is about."""
        for node in evidence.about:
            own = self.nodes.properties.get(node, {})
            if not any(evidence.covers(name, v) for name in evidence.properties for v in own.get(name, ())):
                names = ", ".join(map(shown, evidence.properties))
                gaps = {"node": shown(node.rpartition("#")[2] or node), "names": names}
                yield Problem(evidence.iri, "evidence-gone", f"{KK}about", None, gaps)

    def _whole_places(self, evidence: EvidenceNode) -> set[str]:
        """The places of the entries that evidence is about: it cites them as they are."""
        if f"{KK}entry" not in evidence.properties:
            return set()
        entries = [v for node in evidence.about for v in self.nodes.values(node, "entry")]
        return {p for e in entries if evidence.covers(f"{KK}entry", e) for p in self.nodes.values(e, "place")}

    def _hulls(self, evidence: EvidenceNode) -> list[Place]:
        """The lines from the first to the last value that evidence is about; those below the same heading."""
        values = [
            value
            for node in evidence.about
            for name in evidence.properties
            for value in self.nodes.properties.get(node, {}).get(name, ())
        ]
        places = self.sources.places([p for value in values for p in self.nodes.values(value, "place")])
        hulls = [Place(places[0].source, _hull(places))] if _one_source(places) else []
        if f"{KK}heading" in evidence.properties:
            below = [p for value in values for node in self._by_heading.get(value, ()) for p in node]
            hulls += self.sources.places(below)
        return hulls

    @cached_property
    def _by_heading(self) -> Mapping[str, list[tuple[str, ...]]]:
        """The places of the nodes below each heading."""
        places: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for own in self.nodes.properties.values():
            for heading in own.get(f"{KK}heading", ()):
                places[heading].append(own.get(f"{KK}place", ()))
        return places

    def _printed(self, evidence: EvidenceNode) -> Iterator[str]:
        """The values that the cited lines must print as they are."""
        for node in evidence.about:
            for name in _PRINTED.intersection(evidence.properties):
                for value in self.nodes.properties.get(node, {}).get(name, ()):
                    if evidence.basis != f"{KK}editorial" and evidence.covers(name, value):
                        yield value

    def _grounds(self, evidence: EvidenceNode) -> set[str]:
        """The texts that the cited lines may be cited for."""
        texts = set(self._printed(evidence))
        for node in evidence.about:
            for name in evidence.properties:
                texts.update(self._ground(node, name, evidence))
        return texts

    def _ground(self, node: str, name: str, evidence: EvidenceNode) -> Iterator[str]:
        own = self.nodes.properties.get(node, {})
        if name in _PRINTED:
            return
        if name in _BY_HEADING:
            yield from self.nodes.values(node, "heading")
        elif name == f"{KK}telephone":
            yield from self.nodes.values(node, "printedTelephone")
        elif name in _BY_DATES:
            yield from (*self.nodes.values(node, "raw"), *self._budget_headings)
        elif name == f"{KK}fiscalYear":
            yield from self._budget_headings
        elif name == f"{KK}establishedIn":
            return
        else:
            for value in own.get(name, ()):
                if evidence.covers(name, value):
                    yield from self._texts_of_value(value)
            yield from (*self.nodes.values(node, "raw"), *self._running_texts(node))

    def _texts_of_value(self, value: str) -> Iterator[str]:
        if value in self.nodes.properties:
            yield from (*self.nodes.values(value, "raw"), *self.nodes.values(value, "heading"))
            yield from self.nodes.properties[value].get(f"{DCT}title", ())
        else:
            yield from self.names.labels.get(value, (value,))

    def _running_texts(self, node: str) -> Iterator[str]:
        """The running texts of an entry and their headings, by which it is inferred what belongs to it."""
        for text in self.nodes.values(node, "text"):
            yield from (*self.nodes.values(text, "raw"), *self.nodes.values(text, "heading"))

    @cached_property
    def _budget_headings(self) -> frozenset[str]:
        """The headings of the document that name the year of a budget."""
        headings = {h for own in self.nodes.properties.values() for h in own.get(f"{KK}heading", ())}
        return frozenset(filter(parse_heading, headings))

    def _established(self, evidence: EvidenceNode) -> set[int]:
        if f"{KK}establishedIn" not in evidence.properties:
            return set()
        values = [v for node in evidence.about for v in self.nodes.values(node, "establishedIn")]
        return {year for value in values if (year := self.names.year(value))}

    def _problem(
        self, node: str, key: str, iri: str, place: Place, gaps: Mapping[str, str] | None = None
    ) -> Problem:
        value = self.nodes.term(node, f"{KK}place", iri)
        return Problem(node, key, f"{KK}place", value, {"lines": _numbers(place), **(gaps or {})})


def _one_source(places: Sequence[Place]) -> bool:
    return bool(places) and all(place.source is places[0].source for place in places)


def _hull(places: Sequence[Place]) -> LineRange:
    return LineRange(min(place.lines.first for place in places), max(place.lines.last for place in places))


def _numbers(place: Place) -> str:
    first, last = place.lines.first, place.lines.last
    return str(first) if first == last else f"{first}-{last}"


def _prints_year(place: Place, years: set[int]) -> bool:
    """Whether the lines name one of the fiscal years."""
    cell = condense(place.words())
    for span in fiscal_year.find(cell):
        try:
            if fiscal_year.read(cell, span).year in years:
                return True
        except ParseError:
            continue
    return False
