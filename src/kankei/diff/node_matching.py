"""Matching of the nodes of two editions: by name without year and source, else by position."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, Subject, Term, text
from kankei.diff.document_graph import DocumentGraph
from kankei.namespaces import DCT, KK

_YEAR = KK + "fiscalYear"
_SOURCE = DCT + "source"
_YEAR_PROPERTIES = frozenset({_YEAR, KK + "budgetYear"})
_IDENTIFYING = tuple(KK + name for name in ("ofMeasure", "stage", "raw", "position"))
"""Properties that two matching nodes of the same parent property share, the surest first."""


@dataclass(frozen=True)
class NodeMatching:
    """The name in the first edition of each node of the second that has a counterpart there.

    `years` exchanges the IRIs of both fiscal years: that an edition names its own year is no difference.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, str] = field(default_factory=dict)

    def rename(self, graph: DocumentGraph) -> DocumentGraph:
        """A graph of the second edition in the names of the first."""
        if not self.names and not self.years:
            return graph
        return DocumentGraph.of(
            ox.Triple(self._rename_node(t.subject), t.predicate, self._rename(t.predicate.value, t.object))
            for t in graph.triples
        )

    def original(self, predicate: str, term: Term) -> Term:
        """The object in the second edition that `rename` replaced by a term."""
        if predicate in _YEAR_PROPERTIES:
            return self._rename(predicate, term)  # an exchange of two years is its own inverse
        original = self._originals.get(term.value) if isinstance(term, ox.NamedNode) else None
        return ox.NamedNode(original) if original else term

    @cached_property
    def _originals(self) -> Mapping[str, str]:
        return {name: original for original, name in self.names.items()}

    def _rename(self, predicate: str, term: Term) -> Term:
        if predicate in _YEAR_PROPERTIES and text(term) in self.years:
            return ox.NamedNode(self.years[text(term)])
        return term if isinstance(term, ox.Literal) else self._rename_node(term)

    def _rename_node(self, node: Subject) -> Subject:
        name = self.names.get(node.value) if isinstance(node, ox.NamedNode) else None
        return ox.NamedNode(name) if name else node


def edition_graph(graph: DocumentGraph, document: str, edition: str) -> DocumentGraph:
    """The part of a document that belongs to a fiscal year or source, by the IRI of either.

    It holds the entries of that year or source, their descendants, and the evidence for these.
    """
    entries = [text(entry) for entry in graph.objects(document, KK + "entry")]
    queue = [
        entry for entry in entries if edition in {graph.value(entry, _YEAR), graph.value(entry, _SOURCE)}
    ]
    members = dict.fromkeys(queue)
    for node in queue:
        unvisited = [child for _, child in graph.children(node) if child not in members and child != document]
        members |= dict.fromkeys(unvisited)
        queue += unvisited
    evidence = {
        text(triple.subject)
        for triple in graph.triples
        if triple.predicate.value == KK + "about" and text(triple.object) in members
    }
    return DocumentGraph.of(
        triple
        for triple in graph.triples
        if text(triple.subject) in members
        or text(triple.subject) in evidence
        or (text(triple.subject) == document and text(triple.object) in members)
    )


def match_nodes(document: str, a: DocumentGraph, b: DocumentGraph) -> NodeMatching:
    """The matching of two editions of a document: by name, then by position."""
    names = {node: node for node in b.nodes if node in a.nodes}
    a_key, b_key = _edition_free_name(a), _edition_free_name(b)
    unmatched = {a_key(node): node for node in sorted(a.nodes) if node not in names}
    for node in sorted(b.nodes.keys() - names.keys()):
        counterpart = unmatched.pop(b_key(node), None)
        if counterpart:
            names[node] = counterpart
    queue = [(document, document)]
    queued = {document}
    for old, new in queue:
        for predicate in sorted({p for p, _ in b.children(new)}):
            children = [c for p, c in a.children(old) if p == predicate]
            _match_children((a, children), (b, [c for p, c in b.children(new) if p == predicate]), names)
        for _, child in b.children(new):
            if child in names and child not in queued:
                queued.add(child)
                queue.append((names[child], child))
    years = [iri for iri in (_year_iri(a), _year_iri(b)) if iri]
    return NodeMatching(names, {years[0]: years[1], years[1]: years[0]} if len(years) == 2 else {})


def _edition_free_name(graph: DocumentGraph) -> Callable[[str], str]:
    """A function that removes the year and the source of a graph's edition from a node's name."""
    marks = {
        value.rpartition("/")[2]
        for node in graph.nodes
        for predicate in (_YEAR, _SOURCE)
        if (value := graph.value(node, predicate))
    }
    mark = re.compile(rf"(?:^|-)(?:{'|'.join(map(re.escape, sorted(marks)))})(?=-|$)") if marks else None

    def without_edition(node: str) -> str:
        document, hash_sign, fragment = node.partition("#")
        return document + hash_sign + (mark.sub("", fragment) if mark else fragment)

    return without_edition


def _match_children(
    old: tuple[DocumentGraph, Sequence[str]], new: tuple[DocumentGraph, Sequence[str]], names: dict[str, str]
) -> None:
    """Match the values of one property that no name matches: by what identifies them, else the only two."""
    a, b = old[0], new[0]
    matched = set(names.values())
    old_nodes = [node for node in dict.fromkeys(old[1]) if node not in matched]
    new_nodes = [node for node in new[1] if node not in names]
    for predicate in _IDENTIFYING:
        for node in [*new_nodes]:
            alike = [candidate for candidate in old_nodes if _is_same(a, candidate, b, node, predicate)]
            if len(alike) == 1:
                names[node] = alike[0]
                old_nodes.remove(alike[0])
                new_nodes.remove(node)
    if len(old_nodes) == len(new_nodes) == 1:
        names[new_nodes[0]] = old_nodes[0]


def _is_same(a: DocumentGraph, old: str, b: DocumentGraph, new: str, predicate: str) -> bool:
    values = a.objects(old, predicate)
    return bool(values) and values == b.objects(new, predicate) and a.value(old, TYPE) == b.value(new, TYPE)


def _year_iri(graph: DocumentGraph) -> str:
    return next((year for node in graph.nodes if (year := graph.value(node, _YEAR))), "")
