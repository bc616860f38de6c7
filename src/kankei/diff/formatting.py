"""Sentences, labels, values, cited lines and paths as text in one language."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.diff.changes import DocumentChange, NodeChange, PathStep, PropertyChange
from kankei.errors import MalformedData
from kankei.localisation import Labels, catalogue
from kankei.namespaces import KK, PREFIXES
from kankei.source.lines.document import LineRange

_YEN = frozenset(
    KK + name
    for name in (
        *("amount", "upperBound", "ceiling", "latestBudget", "latestBudgetUpperBound"),
        *("measureBudget", "measureBudgetUpperBound"),
    )
)
_CODES = frozenset(KK + name for name in ("number", "telephone", "printedTelephone", "corporateNumber"))
_LONG, _CONTEXT = 60, 12
_MESSAGES = "kankei.diff"


@dataclass(frozen=True)
class Formatter:
    """Text in one language; `labels` are those of an IRI in data and ontology, by language."""

    language: str
    labels: Callable[[str], Labels]

    def sentence(self, key: str, **values: object) -> str:
        """A sentence of the room's catalogue, its gaps filled."""
        return catalogue(_MESSAGES).format(self.language, key, **values)

    def label(self, iri: str) -> str:
        """The label of an IRI, in another language where it has none in this; empty for none at all."""
        labels = self.labels(iri) or catalogue(_MESSAGES).terms.get(_prefixed(iri), {})
        return labels.get(self.language) or next(iter(labels.values()), "")

    def document(self, iri: str) -> str:
        """A document by its label and path."""
        _, separator, path = iri.partition("/id/")
        label = self.label(iri)
        if label and separator:
            return self.sentence("bracketed", label=label, mark=path)
        return label or f"<{iri}>"

    def path(self, steps: Iterable[PathStep]) -> str:
        """The path to a node, by the labels of its properties."""
        labels = ((self.label(step.property) or f"<{step.property}>", step.mark) for step in steps)
        return " › ".join(
            self.sentence("bracketed", label=label, mark=mark) if mark else label for label, mark in labels
        )

    def value(self, term: Term, property_: str = "") -> str:
        """A value for a curator: a text, a number, the label or cited lines of an IRI, else the IRI."""
        if not isinstance(term, ox.Literal):
            return self.label(text(term)) or self._line_ranges([text(term)]) or f"<{text(term)}>"
        if property_ in _YEN and term.value.isdecimal():
            return f"{int(term.value):,}"
        is_text = term.datatype.value.endswith("tring")
        return self.quoted(term.value) if is_text and property_ not in _CODES else term.value

    def quoted(self, source_text: str) -> str:
        """A text of a source, quoted and on one line."""
        return self.sentence("quoted", text=" ".join(source_text.split("\n")).strip())

    def values(self, terms: Sequence[Term], property_: str = "") -> str:
        """All values of a property, or a remark that there is none."""
        values = self.sentence("comma").join(self.value(t, property_) for t in terms)
        return values or self.sentence("no-value")

    def old_and_new(self, change: PropertyChange) -> str:
        """Old and new values of a property in full."""
        return f"{self.values(change.old, change.property)} → {self.values(change.new, change.property)}"

    def excerpts(self, change: PropertyChange) -> str:
        """Old and new values of a property; of two long texts the parts that differ."""
        if len(change.old) == len(change.new) == 1 and isinstance(change.old[0], ox.Literal):
            texts = text(change.old[0]), text(change.new[0])
            parts = differing_parts(*texts)
            if parts != texts:
                return f"{self.quoted(parts[0])} → {self.quoted(parts[1])}"
        return self.old_and_new(change)

    def places(self, *states: Iterable[str]) -> str:
        """Cited lines in brackets: those of one state, and those of the other where they differ."""
        citations = dict.fromkeys(filter(None, map(self._line_ranges, states)))
        return f"  [{' → '.join(citations)}]" if citations else ""

    def places_of(self, changes: Sequence[PropertyChange]) -> str:
        """Cited lines of property changes, in brackets."""
        return self.places(
            [place for change in changes for place in change.old_places],
            [place for change in changes for place in change.new_places],
        )

    def unlabelled_triples(self, change: DocumentChange, nodes: Sequence[NodeChange]) -> list[str]:
        """The changes of properties without a label, as triples under a headline; empty for none."""
        unlabelled = {(n.node, p.property) for n in nodes for p in n.properties if not self.label(p.property)}
        lines = [
            f"  {sign} {triple} ."
            for sign, triples in (("-", change.removed), ("+", change.added))
            for triple in triples
            if (text(triple.subject), triple.predicate.value) in unlabelled
        ]
        return [self.sentence("unlabelled"), *lines] if lines else []

    def _line_ranges(self, iris: Iterable[str]) -> str:
        """The line ranges among IRIs, by source; empty for none."""
        by_source: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for iri in iris:
            document, _, fragment = iri.partition("#")
            try:
                lines = LineRange.parse(fragment)
            except MalformedData:
                continue
            by_source[document.rpartition("/")[2]].add((lines.first, lines.last))
        return self.sentence("comma").join(self._lines(source, lines) for source, lines in by_source.items())

    def _lines(self, source: str, lines: Iterable[tuple[int, int]]) -> str:
        ranges = [str(first) if first == last else f"{first}-{last}" for first, last in merge_ranges(lines)]
        key = "lines" if len(ranges) > 1 or "-" in ranges[0] else "line"
        return self.sentence(key, source=source, lines=", ".join(ranges))


def _prefixed(iri: str) -> str:
    """An IRI as a prefixed name; itself where no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def merge_ranges(lines: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order; those that overlap or follow each other as one.

    >>> merge_ranges([(4, 4), (1, 2), (3, 3), (7, 9)])
    [(1, 4), (7, 9)]
    """
    merged: list[tuple[int, int]] = []
    for first, last in sorted(lines):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def differing_parts(old: str, new: str) -> tuple[str, str]:
    """Two texts, long ones cut to where they begin to differ and a few characters around it."""
    if max(len(old), len(new)) <= _LONG:
        return old, new
    start = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    start = max(0, start - _CONTEXT)
    lead = "…" if start else ""
    return lead + shortened(old[start:]), lead + shortened(new[start:])


def shortened(long_text: str, limit: int = _LONG) -> str:
    """A text, cut where it is longer than a number of characters."""
    return long_text if len(long_text) <= limit else long_text[:limit] + "…"
