"""Assignment of a file's triples to named graphs: one for each source document, one for all other data."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, StatementIndex, Subject, Term, text
from kankei.namespaces import KK, Base

GraphedTriple = tuple[ox.Triple, str]
"""A triple and the IRI of its named graph."""


@dataclass(frozen=True)
class _Evidence:
    """Properties of an evidence node that decide on the graph of the triples it covers."""

    editorial: bool
    graph: str | None
    values: frozenset[Term]

    def covers(self, triple: ox.Triple) -> bool:
        return not self.values or triple.object in self.values


def partition(triples: Sequence[ox.Triple], base: Base, own_source: str | None = None) -> list[GraphedTriple]:
    """Each triple of one file with the IRI of its named graph.

    Editorial statements and curators' notes go to ``graph/data``. Statements of a node with kk:place, or
    covered by evidence with kk:place, go to that source's graph, as do a source document's own triples
    (`own_source` is its slug). A node's rdf:type goes where its other triples go.
    """
    return list(_Partition(triples, base, own_source).split())


class _Partition:
    def __init__(self, triples: Sequence[ox.Triple], base: Base, own_source: str | None) -> None:
        self.triples = triples
        self.data = base.graph("data")
        self.own = base.graph(f"source/{own_source}") if own_source else None
        self.sources = base.thing("source/")
        self.source_graph = base.graph("source/")
        self.index = StatementIndex.of(triples)
        self.graph_of_node = {node: self._node_graph(node) for node in self.index.nodes}
        self.evidence = self._evidence_by_statement()

    def split(self) -> Iterator[GraphedTriple]:
        source_graphs: dict[Subject, str] = {}
        types = []
        for triple in self.triples:
            if triple.predicate.value == TYPE:
                types.append(triple)
                continue
            graph = self._graph(triple)
            if graph != self.data:
                source_graphs[triple.subject] = min(graph, source_graphs.get(triple.subject, graph))
            yield triple, graph
        for triple in types:
            graph = self._graph(triple)
            yield triple, graph if graph != self.data else source_graphs.get(triple.subject, self.data)

    def _graph(self, triple: ox.Triple) -> str:
        node = text(triple.subject)
        node_graph = self.graph_of_node[node]
        covering = [e for e in self.evidence.get((node, triple.predicate.value), ()) if e.covers(triple)]
        if any(evidence.editorial for evidence in covering):
            return self.data
        if node_graph is not None:
            return node_graph
        return min((e.graph for e in covering if e.graph is not None), default=self.own or self.data)

    def _node_graph(self, node: str) -> str | None:
        """The graph of a node's own statements: its source's; ``data`` for nodes that editors write."""
        if KK + "CuratorNote" in self.index.iris(node, TYPE) or self._is_editorial(node):
            return self.data
        return self._cited_graph(node)

    def _cited_graph(self, node: str) -> str | None:
        """The graph of the source that a node cites; of several the first by name."""
        places = self.index.iris(node, KK + "place")
        documents = (iri.partition("#")[0] for iri in places if iri.startswith(self.sources))
        slug = min((document.removeprefix(self.sources) for document in documents), default=None)
        return None if slug is None else self.source_graph + slug

    def _evidence_by_statement(self) -> dict[tuple[str, str], list[_Evidence]]:
        """Evidence by node and property that it is about."""
        by_statement: dict[tuple[str, str], list[_Evidence]] = defaultdict(list)
        for node in self.index.nodes:
            if not self._is_evidence(node):
                continue
            values = frozenset(self.index.objects(node, KK + "onValue"))
            evidence = _Evidence(self._is_editorial(node), self._cited_graph(node), values)
            for about in self.index.iris(node, KK + "about"):
                for predicate in self.index.iris(node, KK + "onProperty"):
                    by_statement[about, predicate].append(evidence)
        return by_statement

    def _is_evidence(self, node: str) -> bool:
        return KK + "Evidence" in self.index.iris(node, TYPE)

    def _is_editorial(self, node: str) -> bool:
        return self._is_evidence(node) and KK + "editorial" in self.index.iris(node, KK + "basis")
