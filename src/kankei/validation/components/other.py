"""Other constraint components (SHACL, section 4.8): sh:closed, sh:hasValue, sh:in."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope
from kankei.validation.components.constraint import Constraint, FocusTest, Found, PatternTest, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_LONGEST_CHAIN = 64  # the store plans a disjunction of terms in quadratic time


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The other constraints of a shape."""
    if shape.flag("closed"):
        yield _closed(shape, scope)
    for value in shape.values("hasValue"):
        yield _has_value(shape, scope, value)
    lists = list(shape.members("in"))
    if len(lists) > 1:
        raise shape.malformed("sh:in has several values")
    for members in lists:
        yield _in(scope, members)


def _closed(shape: Shape, scope: Scope) -> Constraint:
    """A result for each triple of a value node whose predicate no property shape of this shape names."""
    ignored = {term.value for members in shape.members("ignoredProperties") for term in members}
    for nested in shape.values("property"):
        property_shape = scope.shapes.shape(nested)
        if property_shape and property_shape.path and property_shape.path.is_predicate:
            ignored.add(property_shape.path.iri)
    allowed = ", ".join(f"<{iri}>" for iri in sorted(ignored))

    def pattern(focus: str, value: str) -> Found:
        node = scope.fresh() if shape.path else focus
        nodes = scope.values(shape, focus, node) if shape.path else ""
        predicate = scope.fresh()
        other = f"FILTER ({predicate} NOT IN ({allowed})) " if allowed else ""
        keys = (predicate, node) if shape.path else (predicate,)
        return Found(nodes + scope.triple(node, predicate, value) + other, keys, path=predicate)

    return PatternTest(SH + "ClosedConstraintComponent", pattern)


def _has_value(shape: Shape, scope: Scope, term: Term) -> Constraint:
    """A result without value, for a focus node that does not have the value among its value nodes."""
    constant = scope.constant(term)

    def fails(focus: str) -> str:
        if shape.path is None:
            return f"!sameTerm({focus}, {constant})"
        value = scope.fresh()
        found = scope.values(shape, focus, value)
        return f"NOT EXISTS {{ {found} FILTER (sameTerm({value}, {constant})) }}"

    return FocusTest(SH + "HasValueConstraintComponent", fails)


def _in(scope: Scope, members: tuple[Term, ...]) -> Constraint:
    """Whether a value node is one of the members, as a term: 1.0 is not 1."""
    component = SH + "InConstraintComponent"
    members = tuple(member for member in members if not isinstance(member, ox.BlankNode))
    if len(members) > _LONGEST_CHAIN:
        allowed = frozenset(members)
        function = scope.functions.name(lambda term: term in allowed)
        return ValueTest(component, lambda value: f"!{function}({value})")
    if all(isinstance(member, ox.NamedNode) for member in members):
        terms = ", ".join(str(member) for member in members)
        return ValueTest(component, lambda value: f"{value} NOT IN ({terms})")
    constants = [scope.constant(member) for member in members]
    return ValueTest(
        component,
        lambda value: "!(" + " || ".join(f"sameTerm({value}, {constant})" for constant in constants) + ")",
    )
