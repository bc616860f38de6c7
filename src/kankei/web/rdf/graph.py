"""A small graph in memory, as pages and serialisations read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kankei.namespaces import RDF

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

TYPE = f"{RDF}type"


@dataclass(frozen=True)
class Graph:
    """Nodes with their properties, in the order of the triples."""

    nodes: Mapping[str, Mapping[str, tuple[Term, ...]]]

    @classmethod
    def of(cls, parse_triples: Iterable[Triple]) -> Self:
        """The graph of some triples."""
        nodes: dict[str, dict[str, tuple[Term, ...]]] = {}
        for triple in parse_triples:
            properties = nodes.setdefault(node_key(triple.subject), {})
            known = properties.get(triple.predicate.value, ())
            properties[triple.predicate.value] = (*known, triple.object)
        return cls(nodes)

    def objects(self, node: str, predicate: str) -> tuple[Term, ...]:
        """The objects of a node's property."""
        return self.nodes.get(node, {}).get(predicate, ())

    def names(self, node: str, predicate: str) -> tuple[str, ...]:
        """The IRIs among the objects of a node's property."""
        return tuple(term.value for term in self.objects(node, predicate) if isinstance(term, NamedNode))

    def texts(self, node: str, predicate: str) -> tuple[str, ...]:
        """The lexical forms among the objects of a node's property."""
        return tuple(term.value for term in self.objects(node, predicate) if isinstance(term, Literal))

    def types(self, node: str) -> tuple[str, ...]:
        """The classes of a node."""
        return self.names(node, TYPE)


def node_key(term: Term) -> str:
    """The key of a node: its IRI, or a blank node's label."""
    return term.value if isinstance(term, NamedNode) else str(term)


def parse_triples(body: bytes, rdf_format: RdfFormat) -> list[Triple]:
    """The triples of a file or slice, the same in every process.

    A parser gives blank nodes other names each time; here they are named by the order in which they come.
    """
    labels: dict[BlankNode, BlankNode] = {}

    def settled(term: Any) -> Any:
        if isinstance(term, Triple):
            return Triple(settled(term.subject), term.predicate, settled(term.object))
        if isinstance(term, BlankNode):
            return labels.setdefault(term, BlankNode(f"b{len(labels)}"))
        return term

    return [settled(quad.triple) for quad in parse(body, format=rdf_format)]
