"""Property pair constraint components (SHACL, section 4.5): sh:equals, sh:disjoint, sh:lessThan and such."""

from collections.abc import Iterator

from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope, certain
from kankei.validation.components.constraint import Constraint, Found, PatternTest
from kankei.validation.shapes.shape import Shape


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The property pair constraints of a shape."""
    for iri in shape.iris("equals"):
        yield _only_values(shape, scope, iri)
        yield _only_others(shape, scope, iri)
    for iri in shape.iris("disjoint"):
        yield _disjoint(shape, scope, iri)
    for name, operator in {"lessThan": "<", "lessThanOrEquals": "<="}.items():
        for iri in shape.iris(name):
            if shape.path is None:
                raise shape.malformed(f"sh:{name} needs a sh:path")
            component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
            yield _less(component, shape, scope, iri, operator)


def _only_values(shape: Shape, scope: Scope, iri: str) -> Constraint:
    """The value nodes that are not values of the other property."""

    def pattern(focus: str, value: str) -> Found:
        values = scope.values(shape, focus, value)
        return Found(f"{values} FILTER NOT EXISTS {{ {scope.triple(focus, iri, value)} }} ")

    return PatternTest(SH + "EqualsConstraintComponent", pattern)


def _only_others(shape: Shape, scope: Scope, iri: str) -> Constraint:
    """The values of the other property that are not value nodes."""

    def pattern(focus: str, value: str) -> Found:
        mine = scope.fresh()
        same = f"{scope.values(shape, focus, mine)} FILTER (sameTerm({mine}, {value})) "
        return Found(f"{scope.triple(focus, iri, value)} FILTER NOT EXISTS {{ {same} }} ")

    return PatternTest(SH + "EqualsConstraintComponent", pattern)


def _disjoint(shape: Shape, scope: Scope, iri: str) -> Constraint:
    def pattern(focus: str, value: str) -> Found:
        values = scope.values(shape, focus, value)
        return Found(f"{values} FILTER EXISTS {{ {scope.triple(focus, iri, value)} }} ")

    return PatternTest(SH + "DisjointConstraintComponent", pattern)


def _less(component: str, shape: Shape, scope: Scope, iri: str, operator: str) -> Constraint:
    """A result for each pair of values that are not in order, or cannot be compared."""

    def pattern(focus: str, value: str) -> Found:
        other = scope.fresh()
        pairs = scope.values(shape, focus, value) + scope.triple(focus, iri, other)
        ordered = certain(f"{scope.value(value)} {operator} {scope.value(other)}", "false")
        return Found(f"{pairs} FILTER (!{ordered}) ", (other,))

    return PatternTest(component, pattern)
