"""Shape-based constraint components (SHACL, section 4.7): sh:node, sh:qualifiedValueShape.

sh:property is no test of its own: its results are those of the property shape (see `plan` and `scope`).
"""

from collections.abc import Iterator

from kankei.namespaces import SH
from kankei.validation.components.cardinality import fewer, more
from kankei.validation.components.compiler import Scope
from kankei.validation.components.constraint import Constraint, FocusTest, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The shape-based constraints of a shape."""
    for node in shape.values("node"):
        yield _node(node, scope)
    for node in scope.shapes.kept(shape.values("qualifiedValueShape")):
        yield from _qualified(shape, node, scope)


def _node(node: Term, scope: Scope) -> Constraint:
    return ValueTest(SH + "NodeConstraintComponent", lambda value: scope.fails(node, value))


def _qualified(shape: Shape, node: Term, scope: Scope) -> Iterator[Constraint]:
    least, most = shape.number("qualifiedMinCount"), shape.number("qualifiedMaxCount")
    if shape.path is None:
        raise shape.malformed("sh:qualifiedValueShape needs a sh:path")
    if least is None and most is None:
        raise shape.malformed("sh:qualifiedValueShape needs sh:qualifiedMinCount or sh:qualifiedMaxCount")
    siblings = _siblings(shape, node, scope) if shape.flag("qualifiedValueShapesDisjoint") else ()

    def counted(value: str) -> str:
        alone = [f"({scope.fails(sibling, value)})" for sibling in siblings]
        return " && ".join([f"!({scope.fails(node, value)})", *alone])

    if least:
        yield FocusTest(SH + "QualifiedMinCountConstraintComponent", fewer(shape, scope, least, counted))
    if most is not None:
        yield FocusTest(SH + "QualifiedMaxCountConstraintComponent", more(shape, scope, most, counted))


def _siblings(shape: Shape, node: Term, scope: Scope) -> tuple[Term, ...]:
    """The qualified value shapes beside this one, below the same parents (SHACL, section 4.7.3)."""
    graph = scope.shapes.graph
    parents = [parent for parent, value in graph.objects_of(SH + "property") if value == shape.node]
    beside = (other for parent in parents for other in graph.values(parent, SH + "property"))
    found = (value for other in beside for value in graph.values(other, SH + "qualifiedValueShape"))
    return tuple(dict.fromkeys(value for value in found if value != node))
