"""Values, places and the way to a node, as words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.diff.changes import DocumentChange, Field, NodeChange, Step
from kankei.diff.labels import Names
from kankei.errors import MalformedData
from kankei.namespaces import KK
from kankei.source.lines.document import LineRange

_YEN = frozenset(
    KK + name for name in ("amount", "upperBound", "ceiling", "latestBudget", "latestBudgetUpperBound")
)
_CODES = frozenset(KK + name for name in ("number", "telephone", "printedTelephone", "corporateNumber"))
_LONG, _CONTEXT = 60, 12


@dataclass(frozen=True)
class Phrases:
    """Parts of sentences, in the language of their names."""

    names: Names

    def say(self, key: str, *values: object) -> str:
        """A sentence, its gaps filled."""
        return self.names.say(key, *values)

    def thing(self, iri: str) -> str:
        """A document: what it is called, and its path."""
        _, mark, path = iri.partition("/id/")
        called = self.names.label(iri)
        return self.say("mark", called, path) if called and mark else called or f"<{iri}>"

    def path(self, steps: Iterable[Step]) -> str:
        """The way to a node, by the labels of its properties."""
        return " › ".join(
            self.say("mark", self.property(step.property), step.mark)
            if step.mark
            else self.property(step.property)
            for step in steps
        )

    def property(self, iri: str) -> str:
        """The label of a property."""
        return self.names.label(iri) or f"<{iri}>"

    def has_words(self, field: Field) -> bool:
        """Whether a field's property has a label."""
        return bool(self.names.label(field.property))

    def value(self, term: Term, property_: str = "") -> str:
        """A value as a curator reads it: a text, a number, the label of anything else, else its IRI."""
        if not isinstance(term, ox.Literal):
            return self.names.label(text(term)) or self._place(text(term)) or f"<{text(term)}>"
        if property_ in _YEN and term.value.isdecimal():
            return f"{int(term.value):,}"
        is_text = term.datatype.value.endswith("tring")
        return self.quoted(term.value) if is_text and property_ not in _CODES else term.value

    def quoted(self, words: str) -> str:
        """Words of a source, on one line."""
        return self.say("quoted", " ".join(words.split("\n")).strip())

    def values(self, terms: Sequence[Term], property_: str = "") -> str:
        """All values of a property, or that there is none."""
        return self.say("comma").join(self.value(t, property_) for t in terms) or self.say("none")

    def pair(self, field: Field) -> str:
        """Old and new values; of two long texts, the part that differs."""
        if len(field.old) == len(field.new) == 1 and isinstance(field.old[0], ox.Literal):
            old, new = excerpts(text(field.old[0]), text(field.new[0]))
            if old != text(field.old[0]) or new != text(field.new[0]):
                return f"{self.quoted(old)} → {self.quoted(new)}"
        return f"{self.values(field.old, field.property)} → {self.values(field.new, field.property)}"

    def where(self, fields: Sequence[Field]) -> str:
        """The places of fields: those of the one side, and those of the other where they differ."""
        old, new = ([p for f in fields for p in f.old_places], [p for f in fields for p in f.new_places])
        return self.places(old, new)

    def places(self, *found: Iterable[str]) -> str:
        """The places of one side, and those of the other where they differ."""
        sides = [self._places(places) for places in found]
        shown = dict.fromkeys(filter(None, sides))
        return f"  [{' → '.join(shown)}]" if shown else ""

    def triples(self, change: DocumentChange, shown: Sequence[NodeChange]) -> list[str]:
        """What has no words: the statements of properties without a label."""
        wordless = {(n.node, f.property) for n in shown for f in n.fields if not self.has_words(f)}
        lines = [
            f"  {sign} {triple} ."
            for sign, triples in (("-", change.removed), ("+", change.added))
            for triple in triples
            if (text(triple.subject), triple.predicate.value) in wordless
        ]
        return [self.say("listed"), *lines] if lines else []

    def _places(self, iris: Iterable[str]) -> str:
        """Places by document: its lines, in order."""
        found: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for iri in iris:
            document, _, fragment = iri.partition("#")
            try:
                place = LineRange.parse(fragment)
            except MalformedData:
                continue
            found[document.rpartition("/")[2]].add((place.first, place.last))
        return self.say("comma").join(self._lines(name, lines) for name, lines in found.items())

    def _lines(self, source: str, lines: Iterable[tuple[int, int]]) -> str:
        ranges = [str(first) if first == last else f"{first}-{last}" for first, last in joined(lines)]
        return self.say("lines" if len(ranges) > 1 or "-" in ranges[0] else "line", source, ", ".join(ranges))

    def _place(self, iri: str) -> str:
        return self._places([iri])


def joined(lines: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order; those that overlap or follow each other as one.

    >>> joined([(4, 4), (1, 2), (3, 3), (7, 9)])
    [(1, 4), (7, 9)]
    """
    found: list[tuple[int, int]] = []
    for first, last in sorted(lines):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Two texts, long ones cut to where they begin to differ and a few characters around it."""
    if max(len(old), len(new)) <= _LONG:
        return old, new
    start = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, start - _CONTEXT)
    lead = "…" if start else ""
    return lead + shortened(old[start:]), lead + shortened(new[start:])


def shortened(words: str, most: int = _LONG) -> str:
    """A text, cut where it is longer than it may be."""
    return words if len(words) <= most else words[:most] + "…"
