"""The execution plan of a shapes graph over a store: queries whose rows are results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.errors import MalformedShapes
from kankei.validation.components import (
    cardinality,
    custom_components,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_based,
    string_based,
    value_range,
    value_type,
)
from kankei.validation.components.compiler import Scope
from kankei.validation.components.constraint import Constraint, NotCompiled
from kankei.validation.plan.steps import Step, steps
from kankei.validation.shapes.shape import Shape

SECTIONS = (
    value_type,
    cardinality,
    value_range,
    string_based,
    property_pair,
    logical,
    shape_based,
    other,
    sparql_based,
    custom_components,
)


@dataclass(frozen=True)
class Plan:
    """The steps of the shapes that compile, and why each of the others is left to the reference."""

    scope: Scope
    steps: tuple[Step, ...]
    left: dict[Shape, str]


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """All constraints of a shape, section by section."""
    for section in SECTIONS:
        yield from section.constraints(shape, scope)


def compile_plan(scope: Scope) -> Plan:
    """Compile each shape that has targets; malformed ones are raised or dropped, as its shapes say."""
    for shape in list(scope.shapes.found.values()):
        scope.shapes.attempt(shape.node, lambda shape=shape: _look(shape, scope))  # type: ignore[misc]
    compiled: list[Step] = []
    left: dict[Shape, str] = {}
    for shape in scope.shapes.targeted():
        try:
            compiled += _compile(shape, scope)
        except NotCompiled as reason:
            left[shape] = str(reason)
    return Plan(scope, tuple(compiled), left)


def _look(shape: Shape, scope: Scope) -> None:
    """Read a shape's constraints once, so that a malformed one is told even where nothing needs it."""
    try:
        list(constraints(shape, scope))
    except NotCompiled:
        return


def _compile(shape: Shape, scope: Scope) -> Sequence[Step]:
    """The steps of a targeted shape; where malformed ones are skipped, again without each that shows."""
    while shape.node not in scope.shapes.dropped:
        try:
            return steps(shape, scope)
        except MalformedShapes as error:
            named = (part for part in scope.shapes.found.values() if part.name == error.subject)
            culprit = next((part for part in named if part.node not in scope.shapes.dropped), shape)
            scope.shapes.attempt(culprit.node, lambda error=error: _raise(error))  # type: ignore[misc]
    return ()


def _raise(error: MalformedShapes) -> None:
    raise error
