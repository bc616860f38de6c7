"""Shape-based constraint components (SHACL, section 4.7): sh:node, sh:qualifiedValueShape.

sh:property has no test here: its results are those of the property shape (see `plan/plan.py`).
"""

from collections.abc import Iterator
from functools import partial

from kankei.namespaces import SH
from kankei.validation.components.cardinality import fewer_than, more_than
from kankei.validation.components.compilation import Compilation, Constraint, FocusTest, ValueTest, component
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The shape-based constraints of a shape."""
    for node in shape.values("node"):
        yield ValueTest(component("node"), partial(context.violates, node))
    for node in context.shapes.well_formed(shape.values("qualifiedValueShape")):
        yield from _qualified(shape, node, context)


def _qualified(shape: Shape, node: Term, context: Compilation) -> Iterator[Constraint]:
    least, most = shape.number("qualifiedMinCount"), shape.number("qualifiedMaxCount")
    if shape.path is None:
        raise shape.malformed("sh:qualifiedValueShape needs a sh:path")
    if least is None and most is None:
        raise shape.malformed("sh:qualifiedValueShape needs sh:qualifiedMinCount or sh:qualifiedMaxCount")
    siblings = _siblings(shape, node, context) if shape.flag("qualifiedValueShapesDisjoint") else ()

    def conforms(value: str) -> str:
        no_sibling = [f"({context.violates(sibling, value)})" for sibling in siblings]
        return " && ".join([f"!({context.violates(node, value)})", *no_sibling])

    if least:
        yield FocusTest(component("qualifiedMinCount"), fewer_than(shape, context, least, conforms))
    if most is not None:
        yield FocusTest(component("qualifiedMaxCount"), more_than(shape, context, most, conforms))


def _siblings(shape: Shape, node: Term, context: Compilation) -> tuple[Term, ...]:
    """The qualified value shapes beside this one, below the same parents (SHACL, section 4.7.3)."""
    graph = context.shapes.graph
    parents = [parent for parent, value in graph.objects_of(SH + "property") if value == shape.node]
    properties = (other for parent in parents for other in graph.values(parent, SH + "property"))
    shapes = (value for other in properties for value in graph.values(other, SH + "qualifiedValueShape"))
    return tuple(dict.fromkeys(value for value in shapes if value != node))
