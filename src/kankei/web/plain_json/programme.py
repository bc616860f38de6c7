"""A programme as plain JSON: what its latest entry says, field by field, each with its evidence."""

from dataclasses import dataclass
from functools import cached_property

from kankei.namespaces import CONCEPTS, DCT, KK
from kankei.release.reader import Release
from kankei.web.plain_json.entry import EntryValues
from kankei.web.plain_json.evidence import FieldEvidence
from kankei.web.plain_json.values import Json, Values, without_empty
from kankei.web.rdf.graph import Graph

_FIELDS = {
    "bodies": ("bodies", "bodies"),
    "support": ("support", "support"),
    "funding": ("funding", "funding"),
    "budgets": ("budget", "budget"),
    "calls": ("call", "call"),
    "surveys": ("needsSurvey", "needs-survey"),
    "contacts": ("contact", "contact"),
    "links": ("link", ""),
}
"""Property of an entry and slug of its column in ``scheme:column``, by field."""


def programme_json(graph: Graph, iri: str, release: Release) -> Json:
    """The members of a programme; a field without a value is an empty array, and its basis is unknown."""
    return _Programme(Values(graph, release), iri).json()


@dataclass(frozen=True)
class _Programme:
    values: Values
    iri: str

    def json(self) -> Json:
        fields = {name: self._merged(name) for name in _FIELDS}
        return {
            "id": self.iri,
            "type": "Programme",
            "title": self.values.by_language(self.iri, f"{DCT}title"),
            **without_empty({"alternative": self.values.texts(self.iri, f"{DCT}alternative")}),
            "description": self.values.by_language(self.iri, f"{DCT}description"),
            "ministries": self.values.things(self.iri, f"{KK}ministry"),
            "units": self.values.things(self.iri, f"{KK}responsibleUnit"),
            "themes": self.values.things(self.iri, f"{KK}policyTheme"),
            **fields,
            "measures": [self._measure(node) for node in self._measures],
            "years": [self._year(entry) for entry in self._entries],
            "evidence": self._evidence(fields),
        }

    @cached_property
    def _entries(self) -> list[str]:
        """The entries, those of the last year first."""
        entries = sorted(self.values.graph.names(self.iri, f"{KK}entry"))
        return sorted(entries, key=self._year_of, reverse=True)

    @cached_property
    def _latest(self) -> list[str]:
        """The entries of the last year: one for each source that has one."""
        return [entry for entry in self._entries if self._year_of(entry) == self._year_of(self._entries[0])]

    @cached_property
    def _measures(self) -> list[str]:
        """The entries of measures, in the order of their numbers."""
        nodes = {
            node for entry in self._latest for node in self.values.graph.names(entry, f"{KK}measureEntry")
        }
        return sorted(nodes, key=lambda node: (self.values.text(node, f"{KK}number") or "", node))

    def _year_of(self, entry: str) -> int:
        return self.values.year(entry, f"{KK}fiscalYear") or 0

    def _merged(self, name: str) -> list[Json]:
        return [value for entry in self._latest for value in self._of_entry(entry).get(name, [])]

    def _of_entry(self, entry: str) -> Json:
        return EntryValues(self.values).fields(entry)

    def _measure(self, node: str) -> Json:
        measure = next(iter(sorted(self.values.graph.names(node, f"{KK}ofMeasure"))), node)
        titles = self.values.by_language(measure, f"{DCT}title")
        printed = [
            text
            for title in sorted(self.values.graph.names(node, f"{KK}title"))
            for text in self.values.texts(title, f"{KK}plain")
        ]
        number = self.values.text(node, f"{KK}number")
        members = {"id": measure, "number": number, "title": titles or {"ja": "".join(printed)}}
        return without_empty({**members, **self._of_entry(node)})

    def _year(self, entry: str) -> Json:
        """A line of the programme's history."""
        return without_empty(
            {
                "fiscalYear": self._year_of(entry),
                "number": self.values.text(entry, f"{KK}number"),
                "source": next(iter(sorted(self.values.graph.names(entry, f"{DCT}source"))), None),
                "lines": self.values.lines(self.values.graph.names(entry, f"{KK}place")),
            }
        )

    def _evidence(self, fields: dict[str, list[Json]]) -> Json:
        evidence = FieldEvidence(self.values)
        rows: Json = {
            "title": evidence.of_property(self.iri, f"{DCT}title"),
            "description": evidence.of_property(self.iri, f"{DCT}description"),
            "themes": evidence.of_nodes(self._nodes("themeLine")),
        }
        # Ministry and unit are read from the contact.
        rows["ministries"] = rows["units"] = evidence.of_nodes(self._nodes("contact"), f"{KK}unitInCharge")
        for name, (local, column) in _FIELDS.items():
            holders = (*self._latest, *self._measures)
            nodes = [node for holder in holders for node in self.values.graph.names(holder, KK + local)]
            of_measures = any(name in self._of_entry(measure) for measure in self._measures)
            has_value = fields[name] or of_measures
            rows[name] = evidence.of_nodes(nodes) if has_value else evidence.blank(self._absences(column))
        return {name: row or evidence.blank(()) for name, row in rows.items()}

    def _nodes(self, local: str) -> list[str]:
        return [node for entry in self._latest for node in self.values.graph.names(entry, KK + local)]

    def _absences(self, column: str) -> list[str]:
        """The nodes which say that the column is blank."""
        concept = f"{CONCEPTS}column/{column}"
        names = self.values.graph.names
        return [node for node in self._nodes("absence") if concept in names(node, f"{KK}column")]
