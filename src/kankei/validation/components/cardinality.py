"""Cardinality constraint components (SHACL, section 4.2): sh:minCount, sh:maxCount; counting values."""

from collections.abc import Callable, Iterator

from kankei.namespaces import SH
from kankei.validation.components.compiler import TRUE, Scope
from kankei.validation.components.constraint import Constraint, FocusTest
from kankei.validation.shapes.shape import Shape

Condition = Callable[[str], str]


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The cardinality constraints of a property shape."""
    least, most = shape.number("minCount"), shape.number("maxCount")
    if shape.path is None and (least is not None or most is not None):
        raise shape.malformed("sh:minCount and sh:maxCount need a sh:path")
    if least:
        yield FocusTest(SH + "MinCountConstraintComponent", fewer(shape, scope, least))
    if most is not None:
        yield FocusTest(SH + "MaxCountConstraintComponent", more(shape, scope, most))


def fewer(shape: Shape, scope: Scope, least: int, counted: Condition | None = None) -> Condition:
    """Whether a focus node has fewer value nodes than it needs."""
    if least == 0:
        return lambda focus: "false"  # noqa: ARG005
    return lambda focus: f"NOT {_has(shape, scope, least, focus, counted)}"


def more(shape: Shape, scope: Scope, most: int, counted: Condition | None = None) -> Condition:
    """Whether a focus node has more value nodes than it may have."""
    return lambda focus: _has(shape, scope, most + 1, focus, counted)


def _has(shape: Shape, scope: Scope, number: int, focus: str, counted: Condition | None) -> str:
    """Whether a focus node has a number of distinct value nodes that count."""
    if number == 1:
        return f"EXISTS {{ {_value(shape, scope, focus, scope.fresh(), counted)} }}"
    if number == 2 and shape.path and shape.path.is_predicate:
        one, other = scope.fresh(), scope.fresh()
        both = _value(shape, scope, focus, one, counted) + _value(shape, scope, focus, other, counted)
        return f"EXISTS {{ {both} FILTER (!sameTerm({one}, {other})) }}"
    value = scope.fresh()
    values = _value(shape, scope, focus, value, counted)
    counting = f"GROUP BY {focus} HAVING (COUNT(DISTINCT {value}) >= {number})"
    return f"EXISTS {{ SELECT {focus} {{ {values} }} {counting} }}"


def _value(shape: Shape, scope: Scope, focus: str, value: str, counted: Condition | None) -> str:
    condition = counted(value) if counted else TRUE
    condition = f"FILTER ({condition}) " if condition != TRUE else ""
    return scope.values(shape, focus, value) + condition
