"""Cardinality constraint components (SHACL, section 4.2): sh:minCount, sh:maxCount."""

from collections.abc import Iterator

from kankei.validation.components.compilation import (
    TRUE,
    Compilation,
    Constraint,
    Expression,
    FocusTest,
    component,
)
from kankei.validation.shapes.shape import Shape


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The cardinality constraints of a property shape."""
    least, most = shape.number("minCount"), shape.number("maxCount")
    if shape.path is None and (least is not None or most is not None):
        raise shape.malformed("sh:minCount and sh:maxCount need a sh:path")
    if least:
        yield FocusTest(component("minCount"), fewer_than(shape, context, least))
    if most is not None:
        yield FocusTest(component("maxCount"), more_than(shape, context, most))


def fewer_than(
    shape: Shape, context: Compilation, least: int, condition: Expression = lambda _: TRUE
) -> Expression:
    """Whether a focus node has fewer value nodes that meet a condition than a positive number."""
    return lambda focus: f"NOT {_has(shape, context, least, focus, condition)}"


def more_than(
    shape: Shape, context: Compilation, most: int, condition: Expression = lambda _: TRUE
) -> Expression:
    """Whether a focus node has more value nodes that meet a condition than a number."""
    return lambda focus: _has(shape, context, most + 1, focus, condition)


def _has(shape: Shape, context: Compilation, number: int, focus: str, condition: Expression) -> str:
    """Whether a focus node has at least a number of distinct value nodes that meet a condition."""

    def pattern(value: str) -> str:
        expression = condition(value)
        checked = f"FILTER ({expression}) " if expression != TRUE else ""
        return context.value_nodes(shape, focus, value) + checked

    value = context.new_variable()
    if number == 1:
        return f"EXISTS {{ {pattern(value)} }}"
    if number == 2 and shape.path and shape.path.is_predicate:
        other = context.new_variable()
        return f"EXISTS {{ {pattern(value)}{pattern(other)} FILTER (!sameTerm({value}, {other})) }}"
    counting = f"GROUP BY {focus} HAVING (COUNT(DISTINCT {value}) >= {number})"
    return f"EXISTS {{ SELECT {focus} {{ {pattern(value)} }} {counting} }}"
