"""RDF terms and statements: text of a term, index of statements by node, check of literals.

Oxigraph keeps numbers and times by value: `1.50` becomes `1.5`, a derived integer type xsd:integer. A dump
must equal the store, so such literals are rejected before they are published.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import pyoxigraph as ox

from kankei.namespaces import RDF, XSD

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

TYPE = RDF + "type"
# Characters outside Char of XML 1.0 (section 2.2) cannot stand in RDF/XML, not even escaped.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def text(term: Term) -> str:
    """The IRI of a named node, the lexical form of a literal, the label of a blank node."""
    return str(term) if isinstance(term, ox.Triple) else term.value


@dataclass(frozen=True)
class StatementIndex:
    """The objects of each node by property, in the order of the triples; nodes and properties are texts."""

    nodes: Mapping[str, Mapping[str, tuple[Term, ...]]]

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Self:
        """The index of some triples, which are distinct."""
        nodes: dict[str, dict[str, tuple[Term, ...]]] = {}
        for triple in triples:
            node, predicate = nodes.setdefault(text(triple.subject), {}), triple.predicate.value
            node[predicate] = (*node.get(predicate, ()), triple.object)
        return cls(nodes)

    def properties(self, node: str) -> Mapping[str, tuple[Term, ...]]:
        """All objects of a node by property; empty for a node without statements."""
        return self.nodes.get(node, {})

    def objects(self, node: str, predicate: str) -> tuple[Term, ...]:
        """The objects of a node's property."""
        return self.properties(node).get(predicate, ())

    def iris(self, node: str, predicate: str) -> list[str]:
        """The IRIs among the objects of a node's property."""
        return [term.value for term in self.objects(node, predicate) if isinstance(term, ox.NamedNode)]

    def value(self, node: str, predicate: str) -> str:
        """The text of a property's first object; empty where there is none."""
        return next(map(text, self.objects(node, predicate)), "")

    def pairs(self, predicate: str) -> Iterator[tuple[str, Term]]:
        """Each node that has a property, with each of the property's objects."""
        for node, properties in self.nodes.items():
            for value in properties.get(predicate, ()):
                yield node, value

    def children(self, node: str) -> list[tuple[str, str]]:
        """Property and object of each statement whose object is a node of this index."""
        properties = self.properties(node).items()
        return [(p, text(o)) for p, objects in properties for o in objects if text(o) in self.nodes]


@dataclass
class LiteralCheck:
    """Finds literals that a store would rewrite; each distinct literal passes through a store once."""

    unchanged: set[ox.Literal] = field(default_factory=set)

    def first_rewritten(self, triples: Iterable[ox.Triple]) -> ox.Literal | None:
        """The first literal, if any, that a store would give back as another."""
        literals = (triple.object for triple in triples if isinstance(triple.object, ox.Literal))
        unchecked = dict.fromkeys(o for o in literals if may_change(o) and o not in self.unchanged)
        self.unchanged |= as_stored(unchecked)
        return next((literal for literal in unchecked if literal not in self.unchanged), None)


def may_change(literal: ox.Literal) -> bool:
    """Whether a store might rewrite a literal: it never rewrites a text."""
    return literal.datatype.value not in {XSD + "string", RDF + "langString"}


def as_stored(literals: Iterable[ox.Literal]) -> set[ox.Literal]:
    """Some literals as a store gives them back."""
    store, node = ox.Store(), ox.NamedNode("urn:literal")
    store.extend(ox.Quad(node, node, literal) for literal in literals)
    return {quad.object for quad in store if isinstance(quad.object, ox.Literal)}


def first_unprintable(triples: Iterable[ox.Triple]) -> ox.Triple | None:
    """The first triple, if any, whose literal has a character that RDF/XML cannot hold."""
    literals = ((triple, triple.object) for triple in triples)
    return next((t for t, o in literals if isinstance(o, ox.Literal) and _NO_XML.search(o.value)), None)
