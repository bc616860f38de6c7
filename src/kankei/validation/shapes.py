"""Shapes (SHACL, section 2.1): which nodes of a shapes graph are shapes, and whether they are well-formed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH
from kankei.validation.graph import Node, ShapesGraph, Term, label
from kankei.validation.paths import Path, read_path

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")

_SHAPE_EXPECTING = ("node", "property", "not", "qualifiedValueShape")
_LISTS_OF_SHAPES = ("and", "or", "xone")
# fmt: off
_PARAMETERS = frozenset((
    "class", "closed", "datatype", "disjoint", "equals", "flags", "hasValue", "ignoredProperties", "in",
    "languageIn", "lessThan", "lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength",
    "minCount", "minExclusive", "minInclusive", "minLength", "nodeKind", "pattern", "qualifiedMaxCount",
    "qualifiedMinCount", "qualifiedValueShapesDisjoint", "sparql", "uniqueLang",
    *_SHAPE_EXPECTING, *_LISTS_OF_SHAPES,
))
_KNOWN = _PARAMETERS | frozenset((
    *TARGETS, "deactivated", "defaultValue", "description", "group", "message", "name", "order", "path",
    "severity",
    # What else may stand at a node that is a shape as well: an ontology, a constraint component, a validator.
    "ask", "declare", "labelTemplate", "nodeValidator", "optional", "parameter", "prefixes",
    "propertyValidator", "select", "shapesGraph", "suggestedShapesGraph", "validator",
))
# fmt: on


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
        """The severity of the shape's results (SHACL, section 2.1.4)."""
        severity = self.one("severity")
        return SH + "Violation" if severity is None else severity.value

    @cached_property
    def messages(self) -> Mapping[str, str]:
        """The shape's messages by language."""
        return messages(self.graph, self.node)

    @property
    def deactivated(self) -> bool:
        """Whether the shape says that nothing is to be validated against it."""
        return self.flag("deactivated")

    def values(self, name: str) -> tuple[Term, ...]:
        """The values of a parameter."""
        return self.graph.values(self.node, SH + name)

    def one(self, name: str) -> Term | None:
        """The only value of a parameter."""
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
        """The integer that is a parameter's value."""
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

    def members(self, name: str) -> Iterator[tuple[Term, ...]]:
        """The members of each list that is a parameter's value."""
        return (self.graph.items(value, self.node) for value in self.values(name))

    def malformed(self, message: str) -> MalformedShapes:
        """An error that names this shape."""
        return MalformedShapes(message, self.name)


@dataclass
class Shapes:
    """The shapes of a shapes graph; the malformed ones are dropped, or the first of them is raised."""

    graph: ShapesGraph
    skip_malformed: bool = False
    dropped: dict[Term, MalformedShapes] = field(default_factory=dict)
    found: dict[Node, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self._nodes():
            shape = Shape(self.graph, node)
            self.found[node] = shape
            self.attempt(node, lambda shape=shape: _check(shape))  # type: ignore[misc]
        for name, needs_path in {"property": True, "node": False}.items():
            for owner, value in self.graph.objects_of(SH + name):
                self.attempt(value, partial(self._check_kind, owner, name, value, needs_path=needs_path))

    def attempt(self, node: Term, check: Callable[[], object]) -> None:
        """Check what should be a shape; where malformed ones are skipped, one that fails is dropped."""
        try:
            check()
        except MalformedShapes as error:
            if not error.subject:
                error.subject = label(node)
            if not self.skip_malformed:
                raise
            self.dropped.setdefault(node, error)

    def shape(self, node: Term) -> Shape | None:
        """The shape that a node is; none where it is dropped."""
        return None if node in self.dropped else self.found.get(node)  # type: ignore[arg-type]

    def kept(self, nodes: Iterable[Term]) -> list[Term]:
        """The nodes of some that are shapes still."""
        return [node for node in nodes if self.shape(node)]

    def _check_kind(self, owner: Node, name: str, value: Term, *, needs_path: bool) -> None:
        """SHACL, section 4.7: sh:property takes property shapes, sh:node takes node shapes."""
        shape = self.shape(value)
        if shape is not None and (shape.path is not None) != needs_path:
            kind = "property" if needs_path else "node"
            raise MalformedShapes(f"sh:{name} refers to {shape.name}, which is no {kind} shape", label(owner))

    def targeted(self) -> Iterator[Shape]:
        """The shapes that have targets of their own, the deactivated ones left out."""
        for node, shape in self.found.items():
            if node not in self.dropped and is_targeted(shape) and not shape.deactivated:
                yield shape

    def _nodes(self) -> Iterator[Node]:
        """SHACL, section 2.1: typed as a shape, with a target or parameter, or where a shape is expected."""
        types = {SH + "NodeShape", SH + "PropertyShape"}
        marks = {SH + name for name in (*TARGETS, *_PARAMETERS)}
        for node in self.graph.subjects():
            typed = any(value.value in types for value in self.graph.values(node, RDF + "type"))
            if typed or not marks.isdisjoint(self.graph.predicates(node)):
                yield node
        for owner, value in self._expected():
            if isinstance(value, ox.Literal):
                error = MalformedShapes(f"the literal {value} stands where a shape should", label(owner))
                self.attempt(value, lambda error=error: _raise(error))  # type: ignore[misc]
            else:
                yield value

    def _expected(self) -> Iterator[tuple[Node, Term]]:
        for name in _SHAPE_EXPECTING:
            yield from self.graph.objects_of(SH + name)
        for name in _LISTS_OF_SHAPES:
            for owner, head in self.graph.objects_of(SH + name):
                try:
                    yield from ((owner, member) for member in self.graph.items(head, owner))
                except MalformedShapes as error:
                    self.attempt(owner, lambda error=error: _raise(error))  # type: ignore[misc]


def is_targeted(shape: Shape) -> bool:
    """Whether a shape says what it validates."""
    return any(shape.values(name) for name in TARGETS) or is_implicit_class(shape)


def is_implicit_class(shape: Shape) -> bool:
    """Whether a shape is a class too, and so validates its instances (SHACL, section 2.1.3.3)."""
    types = {value.value for value in shape.graph.values(shape.node, RDF + "type")}
    classes = {RDFS + "Class", OWL + "Class"}
    return isinstance(shape.node, ox.NamedNode) and any(
        kind in classes or RDFS + "Class" in _above(shape.graph, kind) for kind in types
    )


def messages(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """The messages of a shape or a SPARQL constraint, by language."""
    found = graph.values(node, SH + "message")
    return {value.language or "": value.value for value in found if isinstance(value, ox.Literal)}


def _above(graph: ShapesGraph, kind: str) -> set[str]:
    above, waiting = set[str](), [kind]
    while waiting:
        for value in graph.values(ox.NamedNode(waiting.pop()), RDFS + "subClassOf"):
            if value.value not in above and isinstance(value, ox.NamedNode):
                above.add(value.value)
                waiting.append(value.value)
    return above


def _check(shape: Shape) -> None:
    unknown = [p.removeprefix(SH) for p in shape.graph.predicates(shape.node) if p.startswith(SH)]
    for name in unknown:
        if name not in _KNOWN:
            raise shape.malformed(f"sh:{name} is not a parameter of SHACL Core or SHACL-SPARQL")
    types = {value.value for value in shape.graph.values(shape.node, RDF + "type")}
    if shape.path is None and SH + "PropertyShape" in types:
        raise shape.malformed("a property shape has no sh:path")
    if shape.path is not None and SH + "NodeShape" in types:
        raise shape.malformed("a node shape has a sh:path")
    if any(not isinstance(message, ox.Literal) for message in shape.values("message")):
        raise shape.malformed("sh:message is not a literal")
    if not isinstance(shape.one("severity"), ox.NamedNode | None):
        raise shape.malformed("sh:severity is not an IRI")
    for name in ("in", "languageIn", "ignoredProperties", *_LISTS_OF_SHAPES):
        list(shape.members(name))
    shape.flag("deactivated")


def _raise(error: MalformedShapes) -> None:
    raise error
