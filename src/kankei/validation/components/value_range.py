"""Value range constraint components (SHACL, section 4.3): bounds, exclusive and inclusive."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope, certain
from kankei.validation.components.constraint import Constraint, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_OPERATORS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The value range constraints of a shape."""
    for name, operator in _OPERATORS.items():
        for bound in shape.values(name):
            if not isinstance(bound, ox.Literal):
                raise shape.malformed(f"sh:{name} is not a literal")
            component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
            yield _range(component, operator, bound, scope)


def _range(component: str, operator: str, bound: Term, scope: Scope) -> Constraint:
    """A result for each value that is beyond the bound, or cannot be compared with it."""
    return ValueTest(
        component,
        lambda value: (
            f"!{certain(f'isLiteral({value}) && {scope.value(value)} {operator} {bound}', 'false')}"
        ),
    )
