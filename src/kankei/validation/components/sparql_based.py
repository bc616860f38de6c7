"""SPARQL-based constraints (SHACL, section 5): sh:sparql, with pre-bound variables substituted."""

from collections.abc import Iterator, Mapping
from typing import cast

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH
from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    NotCompiled,
    QueryTest,
    component,
)
from kankei.validation.shapes.shape import Shape, messages
from kankei.validation.shapes.shapes_graph import SHAPES_GRAPH, ShapesGraph, Term, label
from kankei.validation.sparql.query import SparqlQuery, ordered_group
from kankei.validation.sparql.syntax import text_of

_COMPONENT = component("SPARQL")


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The SPARQL constraints of a shape."""
    for node in shape.values("sparql"):
        deactivated = shape.graph.value(node, SH + "deactivated")
        if deactivated is None or deactivated.value not in {"true", "1"}:
            yield select_test(_COMPONENT, node, shape, context, {})


def select_test(
    component_iri: str, node: Term, shape: Shape, context: Compilation, parameters: Mapping[str, str]
) -> QueryTest:
    """The test of a node's SELECT query with some parameters, which are terms as text."""
    query = prebound_query(node, "select", shape, context, parameters)
    _check_syntax(query, label(node))
    return QueryTest(
        component_iri,
        select=lambda pattern, focus: _select(query, context, pattern, focus),
        violated=lambda focus: _has_solution(query, context, focus),
        variables=query.projected,
        source=label(node),
        messages=messages(shape.graph, node),
        parameters=parameters,
    )


def prebound_query(
    node: Term, form: str, shape: Shape, context: Compilation, parameters: Mapping[str, str]
) -> SparqlQuery:
    """The query of a constraint or validator with all substituted that is the same for each focus node.

    `form` is the name of the property that holds it: select or ask.
    """
    prebound = {"this", *parameters} | ({"value"} if form == "ask" else set())
    text = shape.graph.value(node, SH + form)
    if not isinstance(text, ox.Literal):
        raise MalformedShapes(f"sh:{form} is missing or no text", label(node))
    try:
        query = SparqlQuery.parse(text.value, _prefixes(shape.graph, node))
        query.check(prebound)
    except MalformedShapes as error:
        raise MalformedShapes(error.message, label(node)) from error
    if context.encoder.used:
        raise NotCompiled("it asks by SPARQL about literals that the store rewrites")
    return query.substituted(_constants(shape, context, query, parameters))


def _prefixes(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """The prefixes that sh:prefixes declares (SHACL, section 5.2.1), and rdf, rdfs and owl."""
    prefixes = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
    pending, visited = list(graph.values(node, SH + "prefixes")), set[Term]()
    while pending:
        owner = pending.pop()
        if owner in visited:
            continue
        visited.add(owner)
        pending += graph.values(owner, OWL + "imports")
        for declaration in graph.values(owner, SH + "declare"):
            prefix, namespace = (graph.value(declaration, SH + name) for name in ("prefix", "namespace"))
            if prefix is None or namespace is None:
                raise MalformedShapes("sh:declare lacks sh:prefix or sh:namespace", label(owner))
            prefixes[prefix.value] = namespace.value
    return prefixes


def _constants(
    shape: Shape, context: Compilation, query: SparqlQuery, parameters: Mapping[str, str]
) -> dict[str, str]:
    """The values of the pre-bound variables that are the same for each focus node."""
    constants = dict(parameters)
    if "shapesGraph" in query.variables:
        if not context.has_shapes_graph:
            raise NotCompiled("it asks for the shapes graph, which is not in this store")
        constants["shapesGraph"] = str(SHAPES_GRAPH)
    if "PATH" in query.variables:
        if shape.path is None:
            raise shape.malformed("$PATH stands in a query of a node shape")
        constants["PATH"] = f"({shape.path.sparql})"
    if "currentShape" in query.variables:
        if isinstance(shape.node, ox.BlankNode):
            raise NotCompiled("it asks for the current shape, a blank node")
        constants["currentShape"] = str(shape.node)
    return constants


def _check_syntax(query: SparqlQuery, source: str) -> None:
    """Let the store parse the query as it stands, so that an error is that of the shapes graph."""
    text = f"SELECT {text_of(query.projection)} {{ {text_of(query.body)} }} {text_of(query.modifiers)}"
    try:
        any(cast("ox.QuerySolutions", ox.Store().query(text)))
    except SyntaxError as error:
        raise MalformedShapes(f"the query does not parse: {error.msg}", source) from error
    except RuntimeError as error:  # an unknown function; for pySHACL the constraint would pass
        raise MalformedShapes(str(error), source) from error


def _select(query: SparqlQuery, context: Compilation, pattern: str, focus: str) -> str:
    """One query for all focus nodes; the first variable of each row is the focus node.

    A query that groups by the focus node, or does not group, means the same for all nodes at once as for
    each. One with LIMIT, OFFSET, GRAPH or subqueries is evaluated for each node.
    """
    query = query.renamed(lambda name: focus if name == "this" else f"?{name}")
    context.read_set.add_query(query)
    this = focus[1:]
    others = " ".join(f"?{name}" for name in query.projected if name != this)
    _check_grouping(query, this)
    if {"LIMIT", "OFFSET", "SELECT", "GRAPH"} & query.keywords:
        return f"SELECT DISTINCT {focus} {others} {{ {pattern} LATERAL {{ {_subselect(query, focus)} }} }}"
    if query.has_aggregates:
        pattern = f"{{ SELECT DISTINCT {focus} {{ {pattern} }} }}"
    where = f"{{ {query.joined_with(pattern, this)} }}"
    return f"SELECT DISTINCT {_projection(query, focus)} {where} {text_of(query.modifiers)}"


def _check_grouping(query: SparqlQuery, this: str) -> None:
    if query.has_aggregates and not query.groups_by(this):
        raise NotCompiled("it groups, but not by $this")


def _subselect(query: SparqlQuery, focus: str) -> str:
    return f"SELECT {_projection(query, focus)} {{ {text_of(query.body)} }} {text_of(query.modifiers)}"


def _projection(query: SparqlQuery, focus: str) -> str:
    if query.projects_all:
        return " ".join(dict.fromkeys((focus, *(f"?{name}" for name in query.projected))))
    projection = text_of(query.projection)
    return projection if focus[1:] in query.projected else f"{focus} {projection}"


def _has_solution(query: SparqlQuery, context: Compilation, focus: str) -> str:
    """An expression for whether the query has a solution for a focus node."""
    suffix = context.new_variable()[1:]
    query = query.renamed(lambda name: focus if name == "this" else f"?{name}_{suffix}")
    context.read_set.add_query(query)
    if not text_of(query.modifiers):
        return f"EXISTS {{ {ordered_group(query.body, frozenset({focus[1:]}))} }}"
    _check_grouping(query, focus[1:])
    return f"EXISTS {{ {_subselect(query, focus)} }}"
