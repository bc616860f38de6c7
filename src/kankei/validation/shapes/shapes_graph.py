"""A shapes graph in memory: its triples by subject, its lists, and parsing from files."""

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
        """The only object of a node's triples with a predicate, or None; several are an error."""
        values = self.values(node, predicate)
        if len(values) > 1:
            raise MalformedShapes(f"<{predicate}> has {len(values)} values where one may stand", label(node))
        return values[0] if values else None

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
        """The members of a list (SHACL, section 1.4); an error names the owner of one that loops."""
        members, visited = list[Term](), set[Term]()
        while not (isinstance(head, ox.NamedNode) and head.value == NIL):
            first, rest = self.values(head, RDF + "first"), self.values(head, RDF + "rest")
            if head in visited:
                raise MalformedShapes("a list loops", label(owner))
            if len(first) != 1 or len(rest) != 1:
                raise MalformedShapes("a value that should be a list is none", label(owner))
            visited.add(head)
            members.append(first[0])
            head = rest[0]
        return tuple(members)

    def triples(self) -> Iterator[ox.Triple]:
        """All triples."""
        for subject, properties in self._index.items():
            for predicate, objects in properties.items():
                for value in objects:
                    yield ox.Triple(subject, ox.NamedNode(predicate), value)  # type: ignore[arg-type]

    def display_name(self, name: str) -> str:
        """An IRI as it is; a blank node's label with the IRI of the nearest node that refers to it."""
        if not name.startswith("_:"):
            return name
        start: Term = ox.BlankNode(name.removeprefix("_:"))
        node, visited = start, set[Term]()
        while isinstance(node, ox.BlankNode) and node not in visited:
            visited.add(node)
            node = self._referrers.get(node, node)
        return name if node == start else f"{name} of {label(node)}"

    @cached_property
    def _referrers(self) -> dict[Term, Node]:
        return {
            value: subject
            for subject in self.subjects()
            for objects in self._index[subject].values()
            for value in objects
            if isinstance(value, ox.BlankNode)
        }


def label(node: Term) -> str:
    """A node as reports name it: an IRI as it is, a blank node as ``_:label``."""
    return str(node) if isinstance(node, ox.BlankNode) else node.value


def load_graph(files: Sequence[Path]) -> ShapesGraph:
    """The shapes graph of some RDF files; blank nodes are labelled in the order of their appearance."""
    return ShapesGraph(triple for number, file in enumerate(files) for triple in _parse(file, number))


def shapes_files(shapes: Path | Sequence[Path]) -> Sequence[Path]:
    """The files of a shapes graph: a file, the Turtle files of a folder, or several files."""
    if not isinstance(shapes, Path):
        return shapes
    return sorted(shapes.glob("*.ttl")) if shapes.is_dir() else [shapes]


def rdf_format(file: Path) -> ox.RdfFormat:
    """The format that a file's suffix stands for, by default Turtle."""
    if not file.is_file():
        raise UsageError("there is no such file", str(file))
    return ox.RdfFormat.from_extension(file.suffix.removeprefix(".")) or ox.RdfFormat.TURTLE


def _parse(file: Path, number: int) -> Iterator[ox.Triple]:
    labels: dict[ox.BlankNode, ox.BlankNode] = {}

    def relabelled(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        return labels.setdefault(term, ox.BlankNode(f"f{number}b{len(labels)}"))

    try:
        for quad in ox.parse(file.read_bytes(), format=rdf_format(file), base_iri=file.absolute().as_uri()):
            yield ox.Triple(relabelled(quad.subject), quad.predicate, relabelled(quad.object))
    except SyntaxError as error:
        raise MalformedShapes(error.msg, f"{file}:{error.lineno}:{error.offset}") from error
