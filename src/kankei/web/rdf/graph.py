"""RDF graphs in memory: parsed, looked up by node, and serialised as documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kankei.namespaces import RDF
from kankei.release import formats
from kankei.release.formats import document_formats
from kankei.release.jsonld_context import Context

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

TYPE = f"{RDF}type"

RDF_TYPES = tuple(row.media_type for row in document_formats())
"""The media types of documents, the preferred one first."""
PINNED_TYPES = {"html": "text/html", **{row.suffix: row.media_type for row in document_formats()}}
"""The media type that the suffix of a document's address pins."""


@dataclass(frozen=True)
class Graph:
    """A graph indexed by node and property, in the order of its triples."""

    nodes: Mapping[str, Mapping[str, tuple[Term, ...]]]

    @classmethod
    def of(cls, parse_triples: Iterable[Triple]) -> Self:
        """The graph of some triples."""
        nodes: dict[str, dict[str, tuple[Term, ...]]] = {}
        for triple in parse_triples:
            subject, predicate, value = triple
            properties = nodes.setdefault(node_key(subject), {})
            objects = properties.get(predicate.value, ())
            properties[predicate.value] = (*objects, value)
        return cls(nodes)

    def objects(self, node: str, predicate: str) -> tuple[Term, ...]:
        """The objects of a node's property."""
        return self.nodes.get(node, {}).get(predicate, ())

    def names(self, node: str, predicate: str) -> tuple[str, ...]:
        """The IRIs among the objects of a node's property."""
        return tuple([term.value for term in self.objects(node, predicate) if isinstance(term, NamedNode)])

    def texts(self, node: str, predicate: str) -> tuple[str, ...]:
        """The lexical forms among the objects of a node's property."""
        return tuple([term.value for term in self.objects(node, predicate) if isinstance(term, Literal)])

    def types(self, node: str) -> tuple[str, ...]:
        """The classes of a node."""
        return self.names(node, TYPE)


def node_key(term: Term) -> str:
    """The key of a node: its IRI, or a blank node's label."""
    return term.value if isinstance(term, NamedNode) else str(term)


def parse_triples(body: bytes, rdf_format: RdfFormat) -> list[Triple]:
    """The triples of a file or a part of one, with blank nodes labelled by their order.

    The parser labels them at random, which would differ between the processes that serve one release.
    """
    labels: dict[BlankNode, BlankNode] = {}

    def relabelled(term: Any) -> Any:
        if isinstance(term, Triple):
            return Triple(relabelled(term.subject), term.predicate, relabelled(term.object))
        if isinstance(term, BlankNode):
            return labels.setdefault(term, BlankNode(f"b{len(labels)}"))
        return term

    triples = [quad.triple for quad in parse(body, format=rdf_format)]
    if rdf_format == RdfFormat.N_TRIPLES and b"_:" not in body:
        return triples
    return [relabelled(triple) for triple in triples]


def serialize_document(triples: Sequence[Triple], media_type: str, root: str, context: Context) -> bytes:
    """The triples of the document about a root IRI, in one of `RDF_TYPES`.

    Subjects are grouped, the root first; among a subject's properties its types come first.
    """
    ordered = sorted(
        triples,
        key=lambda triple: (
            node_key(triple.subject) != root,
            str(triple.subject),
            triple.predicate.value != TYPE,
            triple.predicate.value,
            str(triple.object),
        ),
    )
    return formats.serialize_document(ordered, media_type, root, context)


def alternates(address: str) -> list[tuple[str, str, str]]:
    """The other formats of the document at an address: address, media type and label of each."""
    rdf = ((f"{address}.{row.suffix}", row.media_type, row.label) for row in document_formats())
    return [(f"{address}.html", "text/html", "HTML"), *rdf]
