"""SPARQL-based constraint components (SHACL, section 6): parameters, and validators that ask with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope
from kankei.validation.components.constraint import Constraint, Found, NotCompiled, PatternTest
from kankei.validation.components.sparql_based import constants, parse, query_test, query_text
from kankei.validation.shapes.shape import Shape, messages
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label
from kankei.validation.sparql.exists_rewriting import stepwise
from kankei.validation.sparql.read_set import ANY


@dataclass(frozen=True)
class Parameter:
    """A property that a shape gives values to, and the variable that they are bound to (section 6.2.1)."""

    path: str
    optional: bool

    @property
    def name(self) -> str:
        """The local name of the property."""
        return self.path.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The constraints of a shape that have a component of the shapes graph's own."""
    for node in scope.shapes.graph.subjects_of(SH + "parameter"):
        parameters = tuple(_parameters(shape.graph, node))
        needed = [p for p in parameters if not p.optional]
        if (
            parameters
            and all(shape.graph.values(shape.node, p.path) for p in needed)
            and _is_used(shape, parameters)
        ):
            for values in _combinations(shape, parameters):
                yield _constraint(node, shape, scope, values)


def _parameters(graph: ShapesGraph, node: Term) -> Iterator[Parameter]:
    for parameter in graph.values(node, SH + "parameter"):
        path = graph.value(parameter, SH + "path")
        optional = graph.value(parameter, SH + "optional")
        if not isinstance(path, ox.NamedNode):
            raise MalformedShapes("a parameter has no IRI as its sh:path", label(node))
        yield Parameter(path.value, optional is not None and optional.value in {"true", "1"})


def _is_used(shape: Shape, parameters: tuple[Parameter, ...]) -> bool:
    return any(shape.graph.values(shape.node, parameter.path) for parameter in parameters)


def _combinations(shape: Shape, parameters: tuple[Parameter, ...]) -> Iterator[dict[str, Term]]:
    """One set of values; those of a component's single parameter are a constraint each (section 6.2.2)."""
    given = {p.name: shape.graph.values(shape.node, p.path) for p in parameters}
    given = {name: values for name, values in given.items() if values}
    if len(given) == 1:
        ((name, values),) = given.items()
        yield from ({name: value} for value in values)
        return
    if any(len(values) > 1 for values in given.values()):
        raise shape.malformed("a component with several parameters has several values for one of them")
    yield {name: values[0] for name, values in given.items()}


def _constraint(node: Term, shape: Shape, scope: Scope, values: Mapping[str, Term]) -> Constraint:
    if any(isinstance(value, ox.BlankNode) for value in values.values()):
        raise NotCompiled("a parameter of its component is a blank node")
    terms = {name: str(value) for name, value in values.items()}
    own = shape.graph.values(node, SH + ("nodeValidator" if shape.path is None else "propertyValidator"))
    for validator in own:
        text = query_text(shape.graph, validator, "select")
        found = messages(shape.graph, validator)
        query = parse(shape, validator, text)
        return query_test(
            node.value, shape, scope, query, source=label(validator), found=found, parameters=terms
        )
    for validator in shape.graph.values(node, SH + "validator"):
        return _ask(node, validator, shape, scope, terms)
    raise MalformedShapes("the component has no validator for this kind of shape", label(node))


def _ask(node: Term, validator: Term, shape: Shape, scope: Scope, terms: Mapping[str, str]) -> Constraint:
    """A result for each value node for which the validator's ASK is answered by no."""
    query = parse(shape, validator, query_text(shape.graph, validator, "ask"))
    try:
        query.check({"this", "value", *terms})
    except MalformedShapes as error:
        raise MalformedShapes(error.message, label(validator)) from error
    if scope.writing.rewritten:
        raise NotCompiled("it asks by SPARQL about literals that the store rewrites")
    query = query.bound(constants(shape, scope, query, terms))

    def pattern(focus: str, value: str) -> Found:
        scope.reading.whole.add(ANY)
        suffix = scope.fresh()[1:]
        names = {"this": focus, "value": value}
        renamed = query.renamed(lambda name: names.get(name, f"?{name}_{suffix}"))
        asked = f"FILTER NOT EXISTS {{ {stepwise(renamed.body, frozenset({focus[1:], value[1:]}))} }} "
        return Found(scope.values(shape, focus, value) + asked)

    return PatternTest(node.value, pattern, messages=messages(shape.graph, validator), parameters=terms)
