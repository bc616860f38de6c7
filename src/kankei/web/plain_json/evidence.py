"""On what each field of a programme rests: its bases and its lines in the source, as plain JSON."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kankei.namespaces import KK
from kankei.web.plain_json.values import Json, Values, without_empty

UNKNOWN = "unknown"
_FROM_PLACE = "stated"


@dataclass(frozen=True)
class FieldEvidence:
    """The evidence in one document's graph, by field."""

    values: Values

    def of_nodes(self, nodes: Iterable[str], *predicates: str) -> Json:
        """Of a field that value nodes make up: stated where they have lines, and what evidence says of them.

        Where properties are named, other evidence than about those does not count.
        """
        own = list(nodes)
        about = [
            evidence
            for node in own
            for evidence in self._about.get(node, ())
            if not predicates or self._is_on(evidence, predicates)
        ]
        places = self._places(own)
        return self._json(about, places, {_FROM_PLACE} if places else set())

    def of_property(self, node: str, *predicates: str) -> Json:
        """Of a field that properties of one node make up."""
        about = [evidence for evidence in self._about.get(node, ()) if self._is_on(evidence, predicates)]
        return self._json(about, [], set())

    def blank(self, absences: Iterable[str]) -> Json:
        """Of a field without a value: unknown, with the lines of the column that the source leaves blank."""
        return without_empty({"basis": [UNKNOWN], "lines": self.values.lines(self._places(absences))})

    def _json(self, about: Iterable[str], places: Iterable[str], bases: set[str]) -> Json:
        evidence = list(about)
        return without_empty(
            {
                "basis": sorted(bases | set(self._names(evidence, "basis", KK))),
                "lines": self.values.lines((*places, *self._places(evidence))),
                "rules": sorted(name.rpartition("/")[2] for name in set(self._names(evidence, "rule", ""))),
            }
        )

    def _is_on(self, evidence: str, predicates: Sequence[str]) -> bool:
        return bool(set(predicates) & set(self.values.graph.names(evidence, f"{KK}onProperty")))

    def _places(self, nodes: Iterable[str]) -> list[str]:
        return list(self._names(nodes, "place", ""))

    def _names(self, nodes: Iterable[str], local: str, prefix: str) -> Iterator[str]:
        for node in nodes:
            for name in self.values.graph.names(node, KK + local):
                yield name.removeprefix(prefix)

    @cached_property
    def _about(self) -> dict[str, list[str]]:
        """The evidence nodes by the node that they are about."""
        graph = self.values.graph
        about: dict[str, list[str]] = defaultdict(list)
        for node in graph.nodes:
            if f"{KK}Evidence" in graph.types(node):
                for subject in graph.names(node, f"{KK}about"):
                    about[subject].append(node)
        return about
