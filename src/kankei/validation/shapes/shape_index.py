"""The shapes of a shapes graph (SHACL, section 2.1): which nodes are shapes, and which are well-formed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import RDF, SH
from kankei.validation.shapes.shape import TARGETS, Shape, is_targeted
from kankei.validation.shapes.shapes_graph import Node, ShapesGraph, Term, label

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
