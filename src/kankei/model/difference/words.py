"""A difference in the words of a curator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.errors import MalformedData
from kankei.model.difference.changes import (
    Comparability,
    DocumentChange,
    Field,
    Kind,
    NodeChange,
    Status,
    Step,
)
from kankei.model.difference.difference import Difference
from kankei.model.difference.names import Names
from kankei.model.terms import Term, text
from kankei.namespaces import KK
from kankei.source.place import Place

_SILENCE = KK + "notStated"


def told(difference: Difference, names: Names, *, everything: bool = False) -> Iterator[str]:
    """The lines that tell a difference; with `everything`, those on evidence and places too."""
    words = Words(names, everything)
    yield from (names.say(note) for note in difference.notes)
    if not difference:
        yield names.say("nothing", difference.continued)
        return
    counts = [difference.programmes(status) for status in (Status.ADDED, Status.GONE, Status.CHANGED)]
    yield names.say("summary", counts[0], counts[1], difference.continued, counts[2])
    for document in difference.documents:
        yield ""
        yield from words.document(document)


@dataclass(frozen=True)
class Words:
    """Sentences on changes, in the language of their names."""

    names: Names
    everything: bool = False

    def document(self, change: DocumentChange) -> Iterator[str]:
        """A document's headline and its changes; one that was added or is gone is told by its name."""
        called = self.names.label(change.iri)
        yield self.names.say(change.status, f"{called} <{change.iri}>" if called else f"<{change.iri}>")
        if change.status != Status.CHANGED and not self.everything and called:
            return
        shown = [node for node in change.nodes if self.everything or not node.provenance]
        for node in shown:
            yield from (f"  {line}" for line in self.node(node))
        hidden = sum(self._hides(node) for node in change.nodes)
        if hidden:
            yield "  " + self.names.say("also-places" if shown else "only-places", hidden)
        yield from self._triples(change, shown)

    def node(self, change: NodeChange) -> Iterator[str]:
        """The lines on one node: its headline where it came, went or began to say something; its fields."""
        path = self.path(change.path)
        if change.kind in {Kind.APPEARED, Kind.VANISHED}:
            yield self.names.say(change.kind, path, self._summary(change)) + self._where(change.fields)
        elif change.kind in {Kind.STATED, Kind.UNSTATED}:
            silent, raw = self.names.say("not-stated"), self._summary(change)
            sides = (silent, raw) if change.kind == Kind.STATED else (raw, silent)
            yield path + self.names.say("colon") + " -> ".join(sides) + self._where(change.fields)
        for field in change.fields:
            if self._is_told(change, field):
                yield self._line(change, field)
        if change.budget:
            yield f"{path}{self.names.say('colon')}{self._money(change)}"

    def path(self, steps: Sequence[Step]) -> str:
        """The way to a node, by the labels of its properties."""
        return " › ".join(
            self.names.say("mark", self._property(step.property), step.mark)
            if step.mark
            else self._property(step.property)
            for step in steps
        )

    def value(self, term: Term) -> str:
        """A value as a curator reads it: a literal's text, the label of anything else, else its IRI."""
        if isinstance(term, ox.Literal):
            quoted = '"' + term.value.replace("\n", "\\n") + '"'
            return quoted + (f"@{term.language}" if term.language else "")
        return self.names.label(text(term)) or self._place(text(term)) or f"<{text(term)}>"

    def has_words(self, field: Field) -> bool:
        """Whether a field's property has a label."""
        return bool(self.names.label(field.property))

    def _hides(self, change: NodeChange) -> bool:
        """Whether something of a node is only counted: the node, or what of it is not told."""
        if self.everything:
            return False
        is_headline = change.kind != Kind.CHANGED
        fields = (f for f in change.fields if not (is_headline and f.property == KK + "raw"))
        return change.provenance or any(f.provenance for f in fields)

    def _is_told(self, change: NodeChange, field: Field) -> bool:
        if not self.has_words(field) or (field.property == _SILENCE and change.kind != Kind.CHANGED):
            return False
        is_headline = change.kind != Kind.CHANGED and field.property == KK + "raw"
        return not is_headline and (self.everything or not field.provenance)

    def _line(self, change: NodeChange, field: Field) -> str:
        path = self.path((*change.path, Step(field.property)))
        sides = f"{self._values(field.old)} -> {self._values(field.new)}"
        return path + self.names.say("colon") + sides + self._where((field,))

    def _values(self, terms: Sequence[Term]) -> str:
        return self.names.say("comma").join(map(self.value, terms)) or self.names.say("none")

    def _summary(self, change: NodeChange) -> str:
        raws = [term for f in change.fields if f.property == KK + "raw" for term in (*f.old, *f.new)]
        if raws:
            return self._values(raws)
        silent = change.kind in {Kind.APPEARED, Kind.VANISHED} and any(
            f.property == _SILENCE for f in change.fields
        )
        return self.names.say("not-stated") if silent else change.node.rpartition("/")[2]

    def _money(self, change: NodeChange) -> str:
        budget = change.budget
        assert budget is not None  # noqa: S101 - asked for only where there is one
        if budget.comparability == Comparability.COMPARED:
            return self.names.say("difference", budget.yen)
        return self.names.say(budget.comparability)

    def _where(self, fields: Sequence[Field]) -> str:
        old = [self._place(place) for place in dict.fromkeys(p for f in fields for p in f.old_places)]
        new = [self._place(place) for place in dict.fromkeys(p for f in fields for p in f.new_places)]
        sides = [self.names.say("comma").join(filter(None, side)) for side in (old, new)]
        shown = dict.fromkeys(filter(None, sides))
        return f"  [{' -> '.join(shown)}]" if shown else ""

    def _place(self, iri: str) -> str:
        document, _, fragment = iri.partition("#")
        try:
            place = Place.parse(fragment)
        except MalformedData:
            return ""
        key = "line" if place.first == place.last else "lines"
        return self.names.say(key, document.rpartition("/")[2], place.first, place.last)

    def _property(self, iri: str) -> str:
        return self.names.label(iri) or f"<{iri}>"

    def _triples(self, change: DocumentChange, shown: Sequence[NodeChange]) -> Iterator[str]:
        wordless = {(n.node, f.property) for n in shown for f in n.fields if not self.has_words(f)}
        sides = (("-", change.removed), ("+", change.added))
        lines = [
            f"    {sign} {triple} ."
            for sign, triples in sides
            for triple in triples
            if (text(triple.subject), triple.predicate.value) in wordless
        ]
        if lines:
            yield "  " + self.names.say("listed")
            yield from lines
