"""Summary of a document's changes: a line for each thing that was renamed, appeared, vanished or changed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, text
from kankei.diff.changes import (
    DocumentChange,
    DocumentStatus,
    NodeChange,
    NodeStatus,
    PathStep,
    Properties,
    PropertyChange,
)
from kankei.diff.formatting import Formatter
from kankei.diff.value_text import CONTACT, MONEY, TEXT, WINDOW, ValueText
from kankei.namespaces import DCT, KK, RDFS, SKOS

_TITLE = ox.NamedNode(KK + "Title")
_NAMES = frozenset({DCT + "title", SKOS + "prefLabel", RDFS + "label"})
_DETAILS = frozenset({KK + "position", KK + "latestEntry", DCT + "source"}) | WINDOW
_IMPLIED_BY = {KK + "telephone": KK + "printedTelephone"}
"""Property to one whose line makes a line of its own redundant."""
_EXAMPLES = 3


@dataclass(frozen=True)
class SummaryLine:
    """A line, and how many of the differing properties it covers."""

    text: str
    covered: int
    name: str = ""
    """Old and new name, if the line reports a renaming."""


@dataclass(frozen=True)
class Summary:
    """Writer of the lines on a document; derived properties are implied by those they are derived from."""

    formatter: Formatter
    derived: frozenset[str] = frozenset()

    def lines(self, change: DocumentChange) -> list[SummaryLine]:
        """The lines in order, renamings first; none for a document that was added or is gone."""
        if change.status != DocumentStatus.CHANGED:
            return []
        distinct: dict[str, SummaryLine] = {}
        for line in self._node_lines([node for node in change.nodes if not node.is_evidence]):
            distinct.setdefault(line.name or line.text, line)
        return sorted(distinct.values(), key=lambda line: not line.name) + self._unlabelled(change)

    def _unlabelled(self, change: DocumentChange) -> list[SummaryLine]:
        """The unlabelled properties of the nodes that both states have, as triples."""
        nodes = [node for node in change.nodes if not node.is_evidence and not node.came_or_went]
        triples = self.formatter.unlabelled_triples(change, nodes)
        changes = [p for node in nodes for p in node.properties if not self.formatter.label(p.property)]
        return [SummaryLine("\n  ".join(triples), len(changes))] if triples else []

    def _node_lines(self, nodes: Sequence[NodeChange]) -> Iterator[SummaryLine]:
        one_sided = {node.node for node in nodes if node.came_or_went}
        roots = [node for node in nodes if node.came_or_went and not _is_part_of(node, one_sided)]
        covered: set[tuple[NodeStatus, tuple[str, str]]] = set()
        for node in nodes:
            if not node.came_or_went:
                yield from self._changed_lines(node)
            elif node in roots and (node.status, node.parent) not in covered:
                covered.add((node.status, node.parent))
                alike = [r for r in roots if r.parent == node.parent and r.status == node.status]
                yield self._one_sided_line(alike if node.parent[0] else [node])

    def _one_sided_line(self, nodes: Sequence[NodeChange]) -> SummaryLine:
        """One line on nodes of one property that appeared or vanished, with a few examples."""
        *steps, last = _short_path(nodes[0]) or nodes[0].path
        has_mark = len(nodes) == 1 and last.mark != nodes[0].node.rpartition("#")[2]
        path = self.formatter.path((*steps, last if has_mark else PathStep(last.property)))
        count = f" × {len(nodes)}" if len(nodes) > 1 else ""
        sentence = self.formatter.sentence(nodes[0].status, path=path + count)
        examples = self.formatter.sentence("comma").join(map(self._summary, nodes[:_EXAMPLES]))
        more = len(nodes) - _EXAMPLES
        if more > 0:
            examples += self.formatter.sentence("more", count=more)
        places = [text(place) for node in nodes for place in _state(node).get(KK + "place", ())]
        line = sentence + self.formatter.sentence("colon") + examples + self.formatter.places(places)
        return SummaryLine(line, len(nodes))

    def _summary(self, node: NodeChange) -> str:
        summary = ValueText(self.formatter).summary(_state(node))
        return summary or self.formatter.label(node.node) or node.node.rpartition("#")[2]

    def _changed_lines(self, node: NodeChange) -> Iterator[SummaryLine]:
        """Lines on a node of both states: sentences on groups of properties, then the other properties."""
        values, remaining = ValueText(self.formatter), list(node.properties)
        for group, write_sentence in (
            (TEXT | MONEY | WINDOW, values.stated_or_unstated),
            (MONEY | TEXT, values.budget),
            (WINDOW | TEXT, values.window),
            (CONTACT | TEXT, values.contact),
            (TEXT, values.texts),
        ):
            changes = [change for change in remaining if change.property in group]
            sentence = write_sentence(node, changes) if changes else ""
            if sentence:
                is_name = group == TEXT and _TITLE in node.new.get(TYPE, ())
                yield self._line(_short_path(node), sentence, changes, is_name=is_name)
                remaining = [change for change in remaining if change not in changes]
        if node.status == NodeStatus.CHANGED:
            yield from self._property_lines(node, remaining)

    def _property_lines(self, node: NodeChange, changes: Sequence[PropertyChange]) -> Iterator[SummaryLine]:
        properties = {change.property for change in changes}
        path = _short_path(node)
        for change in filter(self._is_relevant, changes):
            sentence = self.formatter.excerpts(change)
            if change.property in _NAMES and change.old and change.new:
                yield self._line(path, sentence, [change], is_name=True)
            elif _IMPLIED_BY.get(change.property) not in properties:
                yield self._line((*path, PathStep(change.property)), sentence, [change])

    def _line(
        self,
        path: Sequence[PathStep],
        sentence: str,
        changes: Sequence[PropertyChange],
        *,
        is_name: bool = False,
    ) -> SummaryLine:
        if is_name:
            path = [step for step in path if step.property != KK + "title"]
            sentence = self.formatter.sentence("renamed", values=sentence)
        label = self.formatter.path(path)
        line = f"{label}{self.formatter.sentence('colon')}{sentence}" if label else sentence
        name = sentence if is_name else ""
        return SummaryLine(line + self.formatter.places_of(changes), len(changes), name)

    def _is_relevant(self, change: PropertyChange) -> bool:
        is_detail = change.is_provenance or change.property in _DETAILS | self.derived
        return not is_detail and bool(self.formatter.label(change.property))


def _state(node: NodeChange) -> Properties:
    """The one state that has a node."""
    return node.new if node.status == NodeStatus.APPEARED else node.old


def _short_path(node: NodeChange) -> tuple[PathStep, ...]:
    """The path to a node without the step to its entry, where a programme has one entry only."""
    return node.path[1:] if node.path[:1] == (PathStep(KK + "entry"),) else node.path


def _is_part_of(node: NodeChange, one_sided: Collection[str]) -> bool:
    """Whether a node appeared or vanished with another, whose line covers it."""
    measures = [text(term) for state in (node.old, node.new) for term in state.get(KK + "ofMeasure", ())]
    return node.parent[0] in one_sided or any(measure in one_sided for measure in measures)
