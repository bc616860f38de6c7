"""The shapes of a shapes graph (SHACL, section 2.1): which nodes are shapes, and which are well-formed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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
    # Predicates of ontologies, constraint components and validators, which may be shapes as well.
    "ask", "declare", "labelTemplate", "nodeValidator", "optional", "parameter", "prefixes",
    "propertyValidator", "select", "shapesGraph", "suggestedShapesGraph", "validator",
))
# fmt: on


@dataclass
class ShapeIndex:
    """The shapes of a shapes graph by node. A malformed one raises, or is skipped and kept in `malformed`."""

    graph: ShapesGraph
    skip_malformed: bool = False
    malformed: dict[Term, MalformedShapes] = field(default_factory=dict)
    shapes: dict[Node, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self._nodes():
            shape = self.shapes[node] = Shape(self.graph, node)
            with self.reported(node):
                _check(shape)
        for name, needs_path in {"property": True, "node": False}.items():
            for owner, value in self.graph.objects_of(SH + name):
                with self.reported(value):
                    self._check_kind(owner, name, value, needs_path=needs_path)

    @contextmanager
    def reported(self, node: Term) -> Iterator[None]:
        """Report the error of a malformed shape that is raised within."""
        try:
            yield
        except MalformedShapes as error:
            self.report(node, error)

    def report(self, node: Term, error: MalformedShapes) -> None:
        """Raise the error of a malformed shape, or record it where malformed shapes are skipped."""
        error.subject = error.subject or label(node)
        if not self.skip_malformed:
            raise error
        self.malformed.setdefault(node, error)

    def shape(self, node: Term) -> Shape | None:
        """The well-formed shape of a node, or None."""
        return None if node in self.malformed else self.shapes.get(node)  # type: ignore[arg-type]

    def allowed_properties(self, shape: Shape) -> frozenset[str]:
        """What a closed shape allows: the properties of its property shapes, and the ignored (4.8.1)."""
        ignored = {term.value for members in shape.lists("ignoredProperties") for term in members}
        nested = (self.shape(node) for node in shape.values("property"))
        paths = [one.path for one in nested if one is not None and one.path is not None]
        return frozenset(ignored | {path.iri for path in paths if path.is_predicate})

    def well_formed(self, nodes: Iterable[Term]) -> list[Term]:
        """Those of some nodes that are well-formed shapes."""
        return [node for node in nodes if self.shape(node)]

    def targeted(self) -> Iterator[Shape]:
        """The well-formed shapes that have targets and are not deactivated."""
        for node, shape in self.shapes.items():
            if node not in self.malformed and is_targeted(shape) and not shape.flag("deactivated"):
                yield shape

    def _check_kind(self, owner: Node, name: str, value: Term, *, needs_path: bool) -> None:
        """SHACL, section 4.7: sh:property takes property shapes, sh:node takes node shapes."""
        shape = self.shape(value)
        if shape is not None and (shape.path is not None) != needs_path:
            kind = "property" if needs_path else "node"
            raise MalformedShapes(f"sh:{name} refers to {shape.name}, which is no {kind} shape", label(owner))

    def _nodes(self) -> Iterator[Node]:
        """SHACL, section 2.1: typed as a shape, with a target or parameter, or where a shape is expected."""
        types = {SH + "NodeShape", SH + "PropertyShape"}
        predicates = {SH + name for name in (*TARGETS, *_PARAMETERS)}
        for node in self.graph.subjects():
            is_typed = any(value.value in types for value in self.graph.values(node, RDF + "type"))
            if is_typed or not predicates.isdisjoint(self.graph.predicates(node)):
                yield node
        for owner, value in self._references():
            if isinstance(value, ox.Literal):
                error = MalformedShapes(f"the literal {value} stands where a shape should", label(owner))
                self.report(value, error)
            else:
                yield value

    def _references(self) -> Iterator[tuple[Node, Term]]:
        """Each node that should be a shape, with the node that refers to it."""
        for name in _SHAPE_EXPECTING:
            yield from self.graph.objects_of(SH + name)
        for name in _LISTS_OF_SHAPES:
            for owner, head in self.graph.objects_of(SH + name):
                with self.reported(owner):
                    yield from [(owner, member) for member in self.graph.items(head, owner)]


def _check(shape: Shape) -> None:
    """Raise `MalformedShapes` for an unknown or wrong parameter."""
    used = (p.removeprefix(SH) for p in shape.graph.predicates(shape.node) if p.startswith(SH))
    for name in used:
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
        list(shape.lists(name))
    shape.flag("deactivated")
