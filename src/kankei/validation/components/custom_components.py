"""SPARQL-based constraint components (SHACL, section 6): parameters, and validators that use them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    NotCompiled,
    PatternTest,
    ResultPattern,
)
from kankei.validation.components.sparql_based import prebound_query, select_test
from kankei.validation.shapes.shape import Shape, messages
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label
from kankei.validation.sparql.query import ordered_group
from kankei.validation.sparql.read_set import ANY


@dataclass(frozen=True)
class Parameter:
    """A parameter of a component: a property of shapes, bound to a variable (SHACL, section 6.2.1)."""

    path: str
    optional: bool

    @property
    def name(self) -> str:
        """The variable's name: the local name of the property."""
        return self.path.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The constraints of a shape for components that the shapes graph defines."""
    for node in context.shapes.graph.subjects_of(SH + "parameter"):
        parameters = tuple(_parameters(shape.graph, node))
        used = {p: shape.graph.values(shape.node, p.path) for p in parameters}
        if any(used.values()) and all(values or p.optional for p, values in used.items()):
            for values in _combinations(shape, {p.name: values for p, values in used.items() if values}):
                yield _constraint(node, shape, context, values)


def _parameters(graph: ShapesGraph, node: Term) -> Iterator[Parameter]:
    for parameter in graph.values(node, SH + "parameter"):
        path = graph.value(parameter, SH + "path")
        optional = graph.value(parameter, SH + "optional")
        if not isinstance(path, ox.NamedNode):
            raise MalformedShapes("a parameter has no IRI as its sh:path", label(node))
        yield Parameter(path.value, optional is not None and optional.value in {"true", "1"})


def _combinations(shape: Shape, used: Mapping[str, tuple[Term, ...]]) -> Iterator[dict[str, Term]]:
    """The values of each constraint: each value of a single parameter is one (SHACL, section 6.2.2)."""
    if len(used) == 1:
        ((name, values),) = used.items()
        yield from ({name: value} for value in values)
        return
    if any(len(values) > 1 for values in used.values()):
        raise shape.malformed("a component with several parameters has several values for one of them")
    yield {name: values[0] for name, values in used.items()}


def _constraint(node: Term, shape: Shape, context: Compilation, values: Mapping[str, Term]) -> Constraint:
    if any(isinstance(value, ox.BlankNode) for value in values.values()):
        raise NotCompiled("a parameter of its component is a blank node")
    terms = {name: str(value) for name, value in values.items()}
    kind = "nodeValidator" if shape.path is None else "propertyValidator"
    for validator in shape.graph.values(node, SH + kind):
        return select_test(node.value, validator, shape, context, terms)
    for validator in shape.graph.values(node, SH + "validator"):
        return _ask_test(node.value, validator, shape, context, terms)
    raise MalformedShapes("the component has no validator for this kind of shape", label(node))


def _ask_test(
    component_iri: str, validator: Term, shape: Shape, context: Compilation, terms: Mapping[str, str]
) -> Constraint:
    """A result for each value node for which the validator's ASK query is false."""
    query = prebound_query(validator, "ask", shape, context, terms)

    def pattern(focus: str, value: str) -> ResultPattern:
        context.read_set.anywhere.add(ANY)
        suffix = context.new_variable()[1:]
        names = {"this": focus, "value": value}
        renamed = query.renamed(lambda name: names.get(name, f"?{name}_{suffix}"))
        group = ordered_group(renamed.body, frozenset({focus[1:], value[1:]}))
        return ResultPattern(f"{context.value_nodes(shape, focus, value)}FILTER NOT EXISTS {{ {group} }} ")

    return PatternTest(component_iri, pattern, messages=messages(shape.graph, validator), parameters=terms)
