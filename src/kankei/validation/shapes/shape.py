"""A shape (SHACL, section 2.1): the parameters of one node of the shapes graph."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH
from kankei.validation.shapes.paths import Path, prefixed_name, read_path
from kankei.validation.shapes.shapes_graph import Node, ShapesGraph, Term, label

_Value = TypeVar("_Value")

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True, eq=False)
class Shape:
    """A node shape, or a property shape, which has a path."""

    graph: ShapesGraph
    node: Node

    @cached_property
    def path(self) -> Path | None:
        """The path of a property shape."""
        path = self.one("path")
        return None if path is None else read_path(self.graph, path, (self.node,))

    @property
    def name(self) -> str:
        """The shape's IRI or blank node label."""
        return label(self.node)

    @cached_property
    def severity(self) -> str:
        """The IRI of the severity of the shape's results (SHACL, section 2.1.4)."""
        severity = self.one("severity")
        return SH + "Violation" if severity is None else severity.value

    @cached_property
    def messages(self) -> Mapping[str, str]:
        """The shape's messages by language."""
        return messages(self.graph, self.node)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The values of each parameter as text for messages."""
        names = [p.removeprefix(SH) for p in self.graph.predicates(self.node) if p.startswith(SH)]
        return {
            name: ", ".join(
                prefixed_name(value.value) if isinstance(value, ox.NamedNode) else value.value
                for value in self.values(name)
            )
            for name in names
        }

    def values(self, name: str) -> tuple[Term, ...]:
        """The values of a parameter."""
        return self.graph.values(self.node, SH + name)

    def one(self, name: str) -> Term | None:
        """The only value of a parameter, or None; several are an error."""
        return self.graph.value(self.node, SH + name)

    def flag(self, name: str) -> bool:
        """Whether a parameter is true."""
        value = self.one(name)
        if value is not None and (
            not isinstance(value, ox.Literal) or value.value not in {"true", "false", "1", "0"}
        ):
            raise self.malformed(f"sh:{name} is neither true nor false")
        return value is not None and value.value in {"true", "1"}

    def number(self, name: str) -> int | None:
        """The non-negative integer that is a parameter's value, or None."""
        value = self.one(name)
        if value is None:
            return None
        if not isinstance(value, ox.Literal) or not value.value.lstrip("+").isdecimal():
            raise self.malformed(f"sh:{name} is not a number of at least 0")
        return int(value.value)

    def iris(self, name: str) -> Iterator[str]:
        """The values of a parameter that takes IRIs."""
        for value in self.values(name):
            if not isinstance(value, ox.NamedNode):
                raise self.malformed(f"sh:{name} is not an IRI")
            yield value.value

    def lists(self, name: str) -> Iterator[tuple[Term, ...]]:
        """The members of each list that is a parameter's value."""
        return (self.graph.items(value, self.node) for value in self.values(name))

    def only(self, name: str, values: Iterable[_Value]) -> _Value | None:
        """The value of a parameter that may have one, out of all its values; several are an error."""
        values = tuple(values)
        if len(values) > 1:
            raise self.malformed(f"sh:{name} has several values")
        return values[0] if values else None

    def malformed(self, message: str) -> MalformedShapes:
        """An error that names this shape."""
        return MalformedShapes(message, self.name)


def is_targeted(shape: Shape) -> bool:
    """Whether a shape has a target, declared or as an implicit class."""
    return any(shape.values(name) for name in TARGETS) or is_implicit_class(shape)


def is_implicit_class(shape: Shape) -> bool:
    """Whether a shape is a class too, so that its instances are targets (SHACL, section 2.1.3.3)."""
    types = {value.value for value in shape.graph.values(shape.node, RDF + "type")}
    classes = {RDFS + "Class", OWL + "Class"}
    return isinstance(shape.node, ox.NamedNode) and any(
        iri in classes or RDFS + "Class" in _superclasses(shape.graph, iri) for iri in types
    )


def messages(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """The messages of a shape or a SPARQL constraint, by language."""
    values = graph.values(node, SH + "message")
    return {value.language or "": value.value for value in values if isinstance(value, ox.Literal)}


def _superclasses(graph: ShapesGraph, iri: str) -> set[str]:
    superclasses, pending = set[str](), [iri]
    while pending:
        for value in graph.values(ox.NamedNode(pending.pop()), RDFS + "subClassOf"):
            if value.value not in superclasses and isinstance(value, ox.NamedNode):
                superclasses.add(value.value)
                pending.append(value.value)
    return superclasses
