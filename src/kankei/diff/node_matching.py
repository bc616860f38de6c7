"""Which node of one edition stands where in another: by name but for year and source, else by role."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kankei.dataset.statements import Subject, Term, text
from kankei.diff.document_graph import TYPE, Graph
from kankei.namespaces import KK, PREFIXES

_YEAR = KK + "fiscalYear"
_SOURCE = PREFIXES["dct"] + "source"
_OF_YEAR = frozenset({_YEAR, KK + "budgetYear"})
_TELLING = tuple(KK + name for name in ("ofMeasure", "stage", "raw", "position"))
"""What two nodes of the same property have in common when they are the same, the surest first."""


@dataclass(frozen=True)
class Correspondence:
    """The name in the first edition of each node of the second that has a counterpart there.

    `years` are the IRIs of both fiscal years: that an edition speaks of its own year is no difference.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, graph: Graph) -> Graph:
        """A graph of the second edition in the names of the first."""
        if not self.names and not self.years:
            return graph
        return Graph.of(
            ox.Triple(self._subject(t.subject), t.predicate, self._object(t.predicate.value, t.object))
            for t in graph.triples
        )

    def original(self, predicate: str, term: Term) -> Term:
        """What the second edition says where its renamed graph says this."""
        if predicate in _OF_YEAR:
            return self._object(predicate, term)  # the two years are exchanged, and so exchanged back
        known = isinstance(term, ox.NamedNode) and term.value in self._own
        return ox.NamedNode(self._own[text(term)]) if known else term

    @cached_property
    def _own(self) -> Mapping[str, str]:
        return {name: own for own, name in self.names.items()}

    def _object(self, predicate: str, term: Term) -> Term:
        if predicate in _OF_YEAR and text(term) in self.years:
            return ox.NamedNode(self.years[text(term)])
        return self._name(term)

    def _name(self, term: Term) -> Term:
        return term if isinstance(term, ox.Literal) else self._subject(term)

    def _subject(self, term: Subject) -> Subject:
        known = isinstance(term, ox.NamedNode) and term.value in self.names
        return ox.NamedNode(self.names[text(term)]) if known else term


def edition(graph: Graph, document: str, of: str) -> Graph:
    """What a document says by a fiscal year or a source: their entries, all these lead to, and evidence."""
    entries = [text(entry) for entry in graph.objects(document, KK + "entry")]
    waiting = [entry for entry in entries if of in {graph.value(entry, _YEAR), graph.value(entry, _SOURCE)}]
    reached = dict.fromkeys(waiting)
    for node in waiting:
        fresh = [child for _, child in graph.children(node) if child not in reached and child != document]
        reached |= dict.fromkeys(fresh)
        waiting += fresh
    evidence = {
        text(triple.subject)
        for triple in graph.triples
        if triple.predicate.value == KK + "about" and text(triple.object) in reached
    }
    return Graph.of(
        triple
        for triple in graph.triples
        if text(triple.subject) in reached
        or text(triple.subject) in evidence
        or (text(triple.subject) == document and text(triple.object) in reached)
    )


def correspondence(document: str, a: Graph, b: Graph) -> Correspondence:
    """The correspondence of two editions of a document: by name, then by role."""
    names = {node: node for node in b.nodes if node in a.nodes}
    without_a, without_b = _without(a), _without(b)
    plain = {without_a(node): node for node in sorted(a.nodes) if node not in names}
    for node in sorted(b.nodes.keys() - names.keys()):
        likely = plain.pop(without_b(node), None)
        if likely:
            names[node] = likely
    waiting = [(document, document)]
    seen = {document}
    for old, new in waiting:
        for predicate in sorted({p for p, _ in b.children(new)}):
            _pair([c for p, c in a.children(old) if p == predicate], b, a, predicate, new, names)
        for _, child in b.children(new):
            if child in names and child not in seen:
                seen.add(child)
                waiting.append((names[child], child))
    own = [iri for iri in (_year_iri(a), _year_iri(b)) if iri]
    return Correspondence(names, {own[0]: own[1], own[1]: own[0]} if len(own) == 2 else {})


def _without(graph: Graph) -> Callable[[str], str]:
    """What a node is called without the year and the source of its edition, if its name has them."""
    marks = {
        value.rpartition("/")[2]
        for node in graph.nodes
        for predicate in (_YEAR, _SOURCE)
        if (value := graph.value(node, predicate))
    }
    mark = re.compile(rf"(?:^|-)(?:{'|'.join(map(re.escape, sorted(marks)))})(?=-|$)") if marks else None

    def without(node: str) -> str:
        document, hash_sign, fragment = node.partition("#")
        return document + hash_sign + (mark.sub("", fragment) if mark else fragment)

    return without


def _pair(  # noqa: PLR0917 - two graphs and where in them
    olds: Sequence[str], b: Graph, a: Graph, predicate: str, new: str, names: dict[str, str]
) -> None:
    """Pair the values of a property that no name pairs: by what tells them, else the only two."""
    taken = set(names.values())
    left = [node for node in dict.fromkeys(olds) if node not in taken]
    fresh = [child for p, child in b.children(new) if p == predicate and child not in names]
    for telling in _TELLING:
        for node in [*fresh]:
            alike = [old for old in left if _same(a, old, b, node, telling)]
            if len(alike) == 1:
                names[node] = alike[0]
                left.remove(alike[0])
                fresh.remove(node)
    if len(left) == len(fresh) == 1:
        names[fresh[0]] = left[0]


def _same(a: Graph, old: str, b: Graph, new: str, predicate: str) -> bool:
    values = a.objects(old, predicate)
    return bool(values) and values == b.objects(new, predicate) and a.value(old, TYPE) == b.value(new, TYPE)


def _year_iri(graph: Graph) -> str:
    return next((years for node in graph.nodes if (years := graph.value(node, _YEAR))), "")
