"""Property paths of shapes (SHACL, section 2.3.1): read from a graph, written as SPARQL and as Turtle."""

from dataclasses import dataclass

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from kankei.errors import MalformedShapes
from kankei.namespaces import PREFIXES, SH

_MODIFIERS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


@dataclass(frozen=True, order=True)
class Path:
    """A property path: its SPARQL text, and the Turtle term or blank node that SHACL writes it as."""

    sparql: str
    turtle: str

    @classmethod
    def predicate(cls, iri: str) -> "Path":
        """The path of one step.

        >>> Path.predicate("https://w3id.org/kankei/ns#budget").sparql
        'kk:budget'
        """
        return cls(shortened(iri), f"<{iri}>")


def shortened(iri: str) -> str:
    """An IRI as a prefixed name, where the project has a prefix for it and its local part is plain."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def read_path(graph: Graph, node: Node) -> Path:
    """The path that a node of a shapes graph or a report stands for."""
    if isinstance(node, URIRef):
        return Path.predicate(str(node))
    if graph.value(node, URIRef(SH + "alternativePath")) is not None:
        steps = _members(graph, graph.value(node, URIRef(SH + "alternativePath")))
        inner = " ".join(step.turtle for step in steps)
        return Path(f"({'|'.join(s.sparql for s in steps)})", f"[ sh:alternativePath ( {inner} ) ]")
    inverse = graph.value(node, URIRef(SH + "inversePath"))
    if inverse is not None:
        step = read_path(graph, inverse)
        return Path(f"^{step.sparql}", f"[ sh:inversePath {step.turtle} ]")
    for name, sign in _MODIFIERS.items():
        modified = graph.value(node, URIRef(SH + name))
        if modified is not None:
            step = read_path(graph, modified)
            return Path(f"{step.sparql}{sign}", f"[ sh:{name} {step.turtle} ]")
    steps = _members(graph, node)
    return Path("/".join(s.sparql for s in steps), f"( {' '.join(s.turtle for s in steps)} )")


def _members(graph: Graph, head: Node | None) -> list[Path]:
    members = list(graph.items(head)) if isinstance(head, BNode) else []
    if not members:
        raise MalformedShapes("a property path is neither an IRI nor well-formed (SHACL, section 2.3.1)")
    return [read_path(graph, member) for member in members]
