"""The split of a file's triples into named graphs: what rests on a source, and the rest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kankei.dataset.terms import Subject, Term
from kankei.namespaces import KK, RDF, Base

Placed = tuple[ox.Triple, str]

_TYPE = RDF + "type"


@dataclass(frozen=True)
class _Evidence:
    """What an evidence node says of the triples it covers."""

    editorial: bool
    graph: str | None
    values: frozenset[Term]

    def covers(self, triple: ox.Triple) -> bool:
        return not self.values or triple.object in self.values


@dataclass
class _Node:
    """The statements about one subject, by predicate IRI."""

    objects: dict[str, list[Term]] = field(default_factory=lambda: defaultdict(list))

    def iris(self, predicate: str) -> list[str]:
        return [term.value for term in self.objects.get(predicate, ()) if isinstance(term, ox.NamedNode)]


def partition(triples: Sequence[ox.Triple], base: Base, own_source: str | None = None) -> list[Placed]:
    """Each triple of one file with the IRI of its named graph.

    Editorial statements and curators' notes go to ``graph/data``. What has a place, or is covered by
    evidence that has one, goes to that source's graph, as do a source document's own triples
    (`own_source` is its slug). A thing's type follows its other triples.
    """
    return list(_Partition(triples, base, own_source).split())


class _Partition:
    def __init__(self, triples: Sequence[ox.Triple], base: Base, own_source: str | None) -> None:
        self.triples = triples
        self.data = base.graph("data")
        self.own = base.graph(f"source/{own_source}") if own_source else None
        self.sources = base.thing("source/")
        self.source_graph = base.graph("source/")
        self.nodes = _by_subject(triples)
        self.graph_of_node = {subject: self._own_graph(node) for subject, node in self.nodes.items()}
        self.evidence = self._by_statement()

    def split(self) -> Iterator[Placed]:
        rested: dict[Subject, str] = {}
        types = []
        for triple in self.triples:
            if triple.predicate.value == _TYPE:
                types.append(triple)
                continue
            graph = self._graph(triple)
            if graph != self.data:
                rested[triple.subject] = min(graph, rested.get(triple.subject, graph))
            yield triple, graph
        for triple in types:
            graph = self._graph(triple)
            yield triple, graph if graph != self.data else rested.get(triple.subject, self.data)

    def _graph(self, triple: ox.Triple) -> str:
        own = self.graph_of_node[triple.subject]
        covering = [
            evidence
            for evidence in self.evidence.get((triple.subject, triple.predicate.value), ())
            if evidence.covers(triple)
        ]
        if any(evidence.editorial for evidence in covering):
            return self.data
        if own is not None:
            return own
        return min((e.graph for e in covering if e.graph is not None), default=self.own or self.data)

    def _own_graph(self, node: _Node) -> str | None:
        """The graph of a node's own statements: that of its place; an editor's nodes are data."""
        if KK + "CuratorNote" in node.iris(_TYPE) or _is_editorial(node):
            return self.data
        return self._place_graph(node)

    def _place_graph(self, node: _Node) -> str | None:
        documents = (iri.partition("#")[0] for iri in node.iris(KK + "place") if iri.startswith(self.sources))
        slug = min((document.removeprefix(self.sources) for document in documents), default=None)
        return None if slug is None else self.source_graph + slug

    def _by_statement(self) -> dict[tuple[Subject, str], list[_Evidence]]:
        index: dict[tuple[Subject, str], list[_Evidence]] = defaultdict(list)
        for node in self.nodes.values():
            if KK + "Evidence" not in node.iris(_TYPE):
                continue
            values = frozenset(node.objects.get(KK + "onValue", ()))
            evidence = _Evidence(_is_editorial(node), self._place_graph(node), values)
            for about in node.iris(KK + "about"):
                for predicate in node.iris(KK + "onProperty"):
                    index[ox.NamedNode(about), predicate].append(evidence)
        return index


def _is_editorial(node: _Node) -> bool:
    return KK + "Evidence" in node.iris(_TYPE) and KK + "editorial" in node.iris(KK + "basis")


def _by_subject(triples: Iterable[ox.Triple]) -> dict[Subject, _Node]:
    nodes: dict[Subject, _Node] = defaultdict(_Node)
    for triple in triples:
        nodes[triple.subject].objects[triple.predicate.value].append(triple.object)
    return nodes
