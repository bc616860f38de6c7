"""Other constraint components (SHACL, section 4.8): sh:closed, sh:hasValue, sh:in."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    Expression,
    FocusTest,
    PatternTest,
    ResultPattern,
    ValueTest,
    component,
)
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_MAX_DISJUNCTION = 64  # the store plans a disjunction of terms in quadratic time


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The other constraints of a shape."""
    if shape.flag("closed"):
        yield _closed(shape, context)
    for value in shape.values("hasValue"):
        yield _has_value(shape, context, value)
    members = shape.only("in", shape.lists("in"))
    if members is not None:
        yield ValueTest(component("in"), _not_in(context, members))


def _closed(shape: Shape, context: Compilation) -> Constraint:
    """A result for each triple of a value node whose predicate no property shape of this shape names."""
    allowed = ", ".join(f"<{iri}>" for iri in sorted(context.shapes.allowed_properties(shape)))

    def pattern(focus: str, value: str) -> ResultPattern:
        node = context.new_variable() if shape.path else focus
        nodes = context.value_nodes(shape, focus, node) if shape.path else ""
        predicate = context.new_variable()
        condition = f"FILTER ({predicate} NOT IN ({allowed})) " if allowed else ""
        keys = (predicate, node) if shape.path else (predicate,)
        triple = context.triple(node, predicate, value)
        return ResultPattern(nodes + triple + condition, keys, path=predicate)

    return PatternTest(component("closed"), pattern)


def _has_value(shape: Shape, context: Compilation, term: Term) -> Constraint:
    """A result without value, for a focus node that does not have the value among its value nodes."""
    constant = context.constant(term)

    def violated(focus: str) -> str:
        if shape.path is None:
            return f"!sameTerm({focus}, {constant})"
        value = context.new_variable()
        values = context.value_nodes(shape, focus, value)
        return f"NOT EXISTS {{ {values} FILTER (sameTerm({value}, {constant})) }}"

    return FocusTest(component("hasValue"), violated)


def _not_in(context: Compilation, members: tuple[Term, ...]) -> Expression:
    """Whether a value node is none of the members, compared as terms: 1.0 is not 1."""
    members = tuple(member for member in members if not isinstance(member, ox.BlankNode))
    if len(members) > _MAX_DISJUNCTION:
        allowed = frozenset(members)
        function = context.functions.register(lambda term: term in allowed)
        return lambda value: f"!{function}({value})"
    constants = [context.constant(member) for member in members]
    if all(isinstance(member, ox.NamedNode) for member in members):
        return lambda value: f"{value} NOT IN ({', '.join(constants)})"
    return lambda value: "!(" + " || ".join(f"sameTerm({value}, {term})" for term in constants) + ")"
