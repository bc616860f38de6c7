"""A shapes graph in memory: triples by subject, lists, and where it comes from."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes, UsageError
from kankei.namespaces import RDF

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = ox.NamedNode | ox.BlankNode

NIL = RDF + "nil"

SHAPES_GRAPH = ox.NamedNode("urn:x-kankei:shapes-graph")
"""The named graph of a store that holds the shapes graph, for queries that use $shapesGraph."""


class ShapesGraph:
    """The triples of a shapes graph, each once and in the order of the files."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self._index: dict[object, dict[str, dict[Term, None]]] = {}
        self._subjects: dict[str, dict[Node, None]] = {}
        for triple in triples:
            properties = self._index.setdefault(triple.subject, {})
            objects = properties.setdefault(triple.predicate.value, {})
            if isinstance(triple.object, Term):
                objects[triple.object] = None
            if isinstance(triple.subject, Node):
                self._subjects.setdefault(triple.predicate.value, {})[triple.subject] = None

    def values(self, node: Term, predicate: str) -> tuple[Term, ...]:
        """The objects of a node's triples with a predicate."""
        return tuple(self._index.get(node, {}).get(predicate, ()))

    def value(self, node: Term, predicate: str) -> Term | None:
        """The only object of a node's triples with a predicate, or none; several are an error."""
        found = self.values(node, predicate)
        if len(found) > 1:
            raise MalformedShapes(f"<{predicate}> has {len(found)} values where one may stand", label(node))
        return found[0] if found else None

    def predicates(self, node: Term) -> tuple[str, ...]:
        """The predicates of a node's triples."""
        return tuple(self._index.get(node, ()))

    def subjects(self) -> Iterator[Node]:
        """Every node that is a subject."""
        return (node for node in self._index if isinstance(node, Node))

    def subjects_of(self, predicate: str) -> Iterator[Node]:
        """The subjects of triples with a predicate."""
        return iter(self._subjects.get(predicate, ()))

    def objects_of(self, predicate: str) -> Iterator[tuple[Node, Term]]:
        """Subject and object of the triples with a predicate."""
        return (
            (node, value) for node in self.subjects_of(predicate) for value in self.values(node, predicate)
        )

    def items(self, head: Term, owner: Term) -> tuple[Term, ...]:
        """The members of a list (SHACL, section 1.4); what is no list, or loops, is an error of its owner."""
        found: list[Term] = []
        seen = set[Term]()
        while not (isinstance(head, ox.NamedNode) and head.value == NIL):
            first, rest = self.values(head, RDF + "first"), self.values(head, RDF + "rest")
            if head in seen:
                raise MalformedShapes("a list loops", label(owner))
            if len(first) != 1 or len(rest) != 1:
                raise MalformedShapes("a value that should be a list is none", label(owner))
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def triples(self) -> Iterator[ox.Triple]:
        """All triples."""
        for subject, properties in self._index.items():
            for predicate, objects in properties.items():
                for value in objects:
                    yield ox.Triple(subject, ox.NamedNode(predicate), value)  # type: ignore[arg-type]

    def owner(self, node: Term) -> Term:
        """The node itself where it has a name; else the nearest that has one and leads to it."""
        seen = set[Term]()
        while isinstance(node, ox.BlankNode) and node not in seen:
            seen.add(node)
            node = self._leads_to.get(node, node)
        return node

    def known_as(self, name: str) -> str:
        """A node's name in a report, for people: a blank node with that of its owner."""
        node = ox.BlankNode(name.removeprefix("_:")) if name.startswith("_:") else None
        owner = self.owner(node) if node else None
        return f"{name} of {label(owner)}" if owner is not None and owner != node else name

    @cached_property
    def _leads_to(self) -> dict[Term, Node]:
        return {
            value: subject
            for subject in self.subjects()
            for objects in self._index[subject].values()
            for value in objects
            if isinstance(value, ox.BlankNode)
        }


def label(node: Term) -> str:
    """A node as people and reports name it: an IRI as it is, a blank node as ``_:label``."""
    return str(node) if isinstance(node, ox.BlankNode) else node.value


def load_graph(files: Sequence[Path]) -> ShapesGraph:
    """The shapes graph of some RDF files; blank nodes are named in the order of their appearance."""
    return ShapesGraph(triple for number, file in enumerate(files) for triple in _parsed(file, number))


def shapes_files(shapes: Path | Sequence[Path]) -> Sequence[Path]:
    """The files of a shapes graph: a file, the Turtle files of a folder, or several files."""
    if not isinstance(shapes, Path):
        return shapes
    return sorted(shapes.glob("*.ttl")) if shapes.is_dir() else [shapes]


def rdf_format(file: Path) -> ox.RdfFormat:
    """The format that a file's name says it has; Turtle where it does not say."""
    if not file.is_file():
        raise UsageError("there is no such file", str(file))
    return ox.RdfFormat.from_extension(file.suffix.removeprefix(".")) or ox.RdfFormat.TURTLE


def _parsed(file: Path, number: int) -> Iterator[ox.Triple]:
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.BlankNode(f"f{number}b{len(names)}"))

    try:
        for quad in ox.parse(file.read_bytes(), format=rdf_format(file), base_iri=file.absolute().as_uri()):
            yield ox.Triple(named(quad.subject), quad.predicate, named(quad.object))
    except SyntaxError as error:
        raise MalformedShapes(error.msg, f"{file}:{error.lineno}:{error.offset}") from error
