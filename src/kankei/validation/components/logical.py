"""Logical constraint components (SHACL, section 4.6): sh:not, sh:and, sh:or, sh:xone."""

from collections.abc import Iterator

from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope, both, either
from kankei.validation.components.constraint import Constraint, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The logical constraints of a shape."""
    kept = scope.shapes.kept
    for node in kept(shape.values("not")):
        yield _not(node, scope)
    for members in shape.members("and"):
        yield _and(kept(members), scope)
    for members in shape.members("or"):
        yield _or(kept(members), scope)
    for members in shape.members("xone"):
        yield _xone(kept(members), scope)


def _not(node: Term, scope: Scope) -> Constraint:
    return ValueTest(SH + "NotConstraintComponent", lambda value: f"!({scope.fails(node, value)})")


def _and(members: list[Term], scope: Scope) -> Constraint:
    return ValueTest(
        SH + "AndConstraintComponent", lambda value: either(scope.fails(member, value) for member in members)
    )


def _or(members: list[Term], scope: Scope) -> Constraint:
    return ValueTest(
        SH + "OrConstraintComponent", lambda value: both(scope.fails(member, value) for member in members)
    )


def _xone(members: list[Term], scope: Scope) -> Constraint:
    """A result unless a value conforms to exactly one of the members, counted as often as it is listed."""

    def fails(value: str) -> str:
        conforming = " + ".join(f"IF({scope.fails(member, value)}, 0, 1)" for member in members)
        return f"({conforming or '0'}) != 1"

    return ValueTest(SH + "XoneConstraintComponent", fails)
