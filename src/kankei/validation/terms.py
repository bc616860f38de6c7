"""Terms between pyoxigraph, which stores them, and rdflib, which the SHACL reference works on."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kankei.namespaces import RDF, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_PLAIN = frozenset({XSD + "string", RDF + "langString"})


def to_rdflib(term: object) -> Node:
    """The rdflib form of a pyoxigraph term."""
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal(language=str(language)):
            return Literal(term.value, lang=language)
        case ox.Literal(datatype=datatype) if datatype.value in _PLAIN:
            return Literal(term.value)
        case ox.Literal(datatype=datatype):
            return Literal(term.value, datatype=URIRef(datatype.value), normalize=False)
    raise TypeError(term)


def from_rdflib(node: Node) -> Term:
    """The pyoxigraph form of an rdflib term."""
    match node:
        case Literal(language=str(language)):
            return ox.Literal(str(node), language=language)
        case Literal(datatype=URIRef() as datatype):
            return ox.Literal(str(node), datatype=ox.NamedNode(str(datatype)))
        case Literal():
            return ox.Literal(str(node))
        case BNode():
            return ox.BlankNode(str(node))
    return ox.NamedNode(str(node))


def data_graph(triples: Iterable[ox.Triple | ox.Quad]) -> Graph:
    """An rdflib graph of some triples; IRIs, which repeat, are converted once."""
    graph, nodes = Graph(), dict[object, Node]()

    def node(term: object) -> Node:
        if not isinstance(term, ox.NamedNode):
            return to_rdflib(term)
        return nodes.get(term) or nodes.setdefault(term, to_rdflib(term))

    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph
