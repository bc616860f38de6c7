"""Value range constraint components (SHACL, section 4.3): bounds, exclusive and inclusive."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    Expression,
    ValueTest,
    component,
    or_false,
)
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_OPERATORS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The value range constraints of a shape."""
    for name, operator in _OPERATORS.items():
        for bound in shape.values(name):
            if not isinstance(bound, ox.Literal):
                raise shape.malformed(f"sh:{name} is not a literal")
            yield ValueTest(component(name), _out_of_range(operator, bound, context))


def _out_of_range(operator: str, bound: Term, context: Compilation) -> Expression:
    """Whether a value is beyond the bound, or cannot be compared with it."""
    return lambda value: f"!{or_false(f'isLiteral({value}) && {context.decoded(value)} {operator} {bound}')}"
