"""All of a difference in words, node by node and property by property."""

from collections.abc import Iterator
from dataclasses import dataclass

from kankei.diff.changes import (
    Comparability,
    DocumentChange,
    Field,
    Kind,
    NodeChange,
    Step,
)
from kankei.diff.formatting import Phrases
from kankei.namespaces import KK

_SILENCE, _RAW = KK + "notStated", KK + "raw"


@dataclass(frozen=True)
class Whole:
    """Every field of a difference."""

    phrases: Phrases

    def lines(self, change: DocumentChange) -> Iterator[str]:
        """All that differs in a document, and then what has no words."""
        for node in change.nodes:
            yield from (f"  {line}" for line in self._node(node))
        yield from (f"  {line}" for line in self.phrases.triples(change, change.nodes))

    def _node(self, change: NodeChange) -> Iterator[str]:
        """Its headline where it came, went or began to say something; its fields."""
        path, say = self.phrases.path(change.path), self.phrases.say
        if change.kind in {Kind.APPEARED, Kind.VANISHED}:
            yield (
                say(change.kind, path) + say("colon") + self._own(change) + self.phrases.where(change.fields)
            )
        elif change.kind in {Kind.STATED, Kind.UNSTATED}:
            silent, raw = say("not-stated"), self._own(change)
            sides = (silent, raw) if change.kind == Kind.STATED else (raw, silent)
            yield path + say("colon") + " → ".join(sides) + self.phrases.where(change.fields)
        yield from (self._line(change, field) for field in change.fields if self._is_told(change, field))
        if change.budget:
            yield f"{path}{say('colon')}{_money(self.phrases, change)}"

    def _is_told(self, change: NodeChange, field: Field) -> bool:
        headline = change.kind != Kind.CHANGED and field.property in {_SILENCE, _RAW}
        return self.phrases.has_words(field) and not headline

    def _line(self, change: NodeChange, field: Field) -> str:
        path = self.phrases.path((*change.path, Step(field.property)))
        values = self.phrases.values
        sides = f"{values(field.old, field.property)} → {values(field.new, field.property)}"
        return path + self.phrases.say("colon") + sides + self.phrases.where((field,))

    def _own(self, change: NodeChange) -> str:
        """What a node says of itself: its raw text, that nothing is stated, else its name."""
        raws = [term for f in change.fields if f.property == _RAW for term in (*f.old, *f.new)]
        if raws:
            return self.phrases.values(raws)
        whole = change.kind in {Kind.APPEARED, Kind.VANISHED}
        silent = whole and any(f.property == _SILENCE for f in change.fields)
        return self.phrases.say("not-stated") if silent else change.node.rpartition("/")[2]


def _money(phrases: Phrases, change: NodeChange) -> str:
    budget = change.budget
    assert budget is not None  # noqa: S101 - asked for only where there is one
    if budget.comparability == Comparability.COMPARED:
        return phrases.say("difference", budget.yen)
    return phrases.say(budget.comparability)
