"""Terms between pyoxigraph, which stores them, and rdflib, which the SHACL reference works on."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from kankei.namespaces import RDF, XSD
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.lexical_forms import as_written

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


class RdflibGraph(Graph):
    """A graph that parses each query once: pySHACL asks the same one for every focus node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        """The result of a query, as `rdflib.Graph.query` has it."""
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **kwargs)


@lru_cache(maxsize=512)
def _prepared(text: str) -> Query:
    return prepareQuery(text)


def rdflib_graph(triples: Iterable[ox.Triple | ox.Quad]) -> RdflibGraph:
    """A data graph of some triples; IRIs, which repeat, are converted once."""
    graph, nodes = RdflibGraph(), dict[object, Node]()

    def node(term: object) -> Node:
        if not isinstance(term, ox.NamedNode):
            return to_rdflib(term)
        return nodes.get(term) or nodes.setdefault(term, to_rdflib(term))

    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def rdflib_graph_of(store: ox.Store) -> RdflibGraph:
    """The default graph of a store as a data graph, its literals as they stood in the file."""
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return rdflib_graph(ox.Triple(quad.subject, quad.predicate, as_written(quad.object)) for quad in quads)
