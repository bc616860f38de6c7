"""Property pair constraint components (SHACL, section 4.5): sh:equals, sh:disjoint, sh:lessThan and such."""

from collections.abc import Iterator

from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    PatternTest,
    ResultPattern,
    component,
    or_false,
)
from kankei.validation.shapes.shape import Shape


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The property pair constraints of a shape."""
    for iri in shape.iris("equals"):
        yield _values("equals", "NOT EXISTS", shape, context, iri)
        yield _missing_values(shape, context, iri)
    for iri in shape.iris("disjoint"):
        yield _values("disjoint", "EXISTS", shape, context, iri)
    for name, operator in {"lessThan": "<", "lessThanOrEquals": "<="}.items():
        for iri in shape.iris(name):
            if shape.path is None:
                raise shape.malformed(f"sh:{name} needs a sh:path")
            yield _less(component(name), shape, context, iri, operator)


def _values(name: str, condition: str, shape: Shape, context: Compilation, iri: str) -> Constraint:
    """A result for each value node that is, or is not, a value of the other property."""

    def pattern(focus: str, value: str) -> ResultPattern:
        values = context.value_nodes(shape, focus, value)
        return ResultPattern(f"{values} FILTER {condition} {{ {context.triple(focus, iri, value)} }} ")

    return PatternTest(component(name), pattern)


def _missing_values(shape: Shape, context: Compilation, iri: str) -> Constraint:
    """A result for each value of the other property that is no value node."""

    def pattern(focus: str, value: str) -> ResultPattern:
        node = context.new_variable()
        same = f"{context.value_nodes(shape, focus, node)} FILTER (sameTerm({node}, {value})) "
        return ResultPattern(f"{context.triple(focus, iri, value)} FILTER NOT EXISTS {{ {same} }} ")

    return PatternTest(component("equals"), pattern)


def _less(component_iri: str, shape: Shape, context: Compilation, iri: str, operator: str) -> Constraint:
    """A result for each pair of values that are not in order, or cannot be compared."""

    def pattern(focus: str, value: str) -> ResultPattern:
        other = context.new_variable()
        pairs = context.value_nodes(shape, focus, value) + context.triple(focus, iri, other)
        is_ordered = or_false(f"{context.decoded(value)} {operator} {context.decoded(other)}")
        return ResultPattern(f"{pairs} FILTER (!{is_ordered}) ", (other,))

    return PatternTest(component_iri, pattern)
