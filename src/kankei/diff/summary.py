"""What a curator asks of a document first: a line for each thing that was renamed, came, went or changed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import text
from kankei.diff.changes import DocumentChange, Field, Kind, NodeChange, Said, Status, Step
from kankei.diff.document_graph import TYPE
from kankei.diff.formatting import Phrases
from kankei.diff.value_text import MONEY, WINDOW, WORDS, Sides
from kankei.namespaces import DCT, KK, RDFS, SKOS

_WHOLE = frozenset({Kind.APPEARED, Kind.VANISHED})
_TITLE = ox.NamedNode(KK + "Title")
_NAMES = frozenset({DCT + "title", SKOS + "prefLabel", RDFS + "label"})
_DETAILS = frozenset({KK + "position", KK + "notStated", KK + "latestEntry", DCT + "source"}) | WINDOW
_TOLD_BY = {KK + "telephone": KK + "printedTelephone"}
_FEW = 3


@dataclass(frozen=True)
class Line:
    """A sentence, and how many of the fields that differ it tells."""

    text: str
    tells: int
    name: str = ""
    """What was renamed to what, if the line tells that."""


@dataclass(frozen=True)
class Brief:
    """The lines on a document; what is derived is told by what it is derived from."""

    phrases: Phrases
    derived: frozenset[str] = frozenset()

    def lines(self, change: DocumentChange) -> list[Line]:
        """The lines in order, what was renamed first; none for a document that came or went."""
        if change.status != Status.CHANGED:
            return []
        found: dict[str, Line] = {}
        for line in self._lines([node for node in change.nodes if not node.evidence]):
            found.setdefault(line.name or line.text, line)
        return sorted(found.values(), key=lambda line: not line.name) + self._wordless(change)

    def _wordless(self, change: DocumentChange) -> list[Line]:
        """The statements without words of the nodes that both sides have."""
        nodes = [node for node in change.nodes if not node.evidence and node.kind not in _WHOLE]
        triples = self.phrases.triples(change, nodes)
        fields = [field for node in nodes for field in node.fields if not self.phrases.has_words(field)]
        return [Line("\n  ".join(triples), len(fields))] if triples else []

    def _lines(self, nodes: Sequence[NodeChange]) -> Iterator[Line]:
        whole = {node.node for node in nodes if node.kind in _WHOLE}
        tops = [node for node in nodes if node.node in whole and not _is_within(node, whole)]
        told: set[tuple[Kind, tuple[str, str]]] = set()
        for node in nodes:
            if node.node not in whole:
                yield from self._changed(node)
            elif node in tops and (node.kind, node.parent) not in told:
                told.add((node.kind, node.parent))
                alike = [t for t in tops if t.parent == node.parent and t.kind == node.kind]
                yield self._came_or_went(alike if node.parent[0] else [node])

    def _came_or_went(self, nodes: Sequence[NodeChange]) -> Line:
        """One line on nodes of one property, the first few by what they say."""
        *way, last = _way(nodes[0]) or nodes[0].path
        has_mark = len(nodes) == 1 and last.mark != nodes[0].node.rpartition("#")[2]
        path = self.phrases.path((*way, last if has_mark else Step(last.property)))
        count = f" × {len(nodes)}" if len(nodes) > 1 else ""
        said = [self._summary(node) for node in nodes[:_FEW]]
        more = self.phrases.say("more", len(nodes) - _FEW) if len(nodes) > _FEW else ""
        sentence = self.phrases.say(nodes[0].kind, path + count) + self.phrases.say("colon")
        where = self.phrases.places([text(term) for n in nodes for term in _said(n).get(KK + "place", ())])
        return Line(sentence + self.phrases.say("comma").join(said) + more + where, len(nodes))

    def _summary(self, node: NodeChange) -> str:
        words = Sides(self.phrases).summary(_said(node))
        return words or self.phrases.names.label(node.node) or node.node.rpartition("#")[2]

    def _changed(self, node: NodeChange) -> Iterator[Line]:
        sides, left = Sides(self.phrases), list(node.fields)
        for properties, tell in (
            (WORDS | MONEY | WINDOW, sides.silence),
            (MONEY | WORDS, sides.money),
            (WINDOW | WORDS, sides.window),
            (WORDS, sides.words),
        ):
            fields = [field for field in left if field.property in properties]
            sentence = tell(node, fields) if fields else ""
            if sentence:
                is_name = tell == sides.words and _TITLE in node.new.get(TYPE, ())
                yield self._line(_way(node), sentence, fields, is_name=is_name)
                left = [field for field in left if field not in fields]
        if node.kind == Kind.CHANGED:
            yield from self._fields(node, left)

    def _fields(self, node: NodeChange, fields: Sequence[Field]) -> Iterator[Line]:
        properties = {field.property for field in fields}
        for field in filter(self._is_worth_telling, fields):
            if field.property in _NAMES and field.old and field.new:
                yield self._line(_way(node), self.phrases.pair(field), [field], is_name=True)
            elif _TOLD_BY.get(field.property) not in properties:
                yield self._line((*_way(node), Step(field.property)), self.phrases.pair(field), [field])

    def _line(
        self, way: Sequence[Step], sentence: str, fields: Sequence[Field], *, is_name: bool = False
    ) -> Line:
        if is_name:
            way = [step for step in way if step.property != KK + "title"]
            sentence = self.phrases.say("renamed", sentence)
        path = self.phrases.path(way)
        said = f"{path}{self.phrases.say('colon')}{sentence}" if path else sentence
        return Line(said + self.phrases.where(fields), len(fields), sentence if is_name else "")

    def _is_worth_telling(self, field: Field) -> bool:
        return not (
            field.provenance
            or field.property in _DETAILS
            or field.property in self.derived
            or not self.phrases.has_words(field)
        )


def _said(node: NodeChange) -> Said:
    """What the one state says that has a node."""
    return node.new if node.kind == Kind.APPEARED else node.old


def _way(node: NodeChange) -> tuple[Step, ...]:
    """The way to a node; that a programme has an entry needs no words where it has but one."""
    return node.path[1:] if node.path[:1] == (Step(KK + "entry"),) else node.path


def _is_within(node: NodeChange, whole: Collection[str]) -> bool:
    """Whether a node came or went with another, which is told."""
    measures = [text(term) for side in (node.old, node.new) for term in side.get(KK + "ofMeasure", ())]
    return node.parent[0] in whole or any(measure in whole for measure in measures)
