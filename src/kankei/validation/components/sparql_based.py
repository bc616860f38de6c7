"""SPARQL-based constraints (SHACL, section 5): sh:sparql, with its variables bound before it is evaluated."""

from collections.abc import Iterator, Mapping
from typing import cast

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH
from kankei.validation.components.compiler import Scope
from kankei.validation.components.constraint import Constraint, NotCompiled, QueryTest
from kankei.validation.shapes.shape import Shape, messages
from kankei.validation.shapes.shapes_graph import SHAPES_GRAPH, ShapesGraph, Term, label
from kankei.validation.sparql.exists_rewriting import stepwise
from kankei.validation.sparql.lexer import text_of
from kankei.validation.sparql.query_read_set import note_reads
from kankei.validation.sparql.query_text import SparqlText

COMPONENT = SH + "SPARQLConstraintComponent"


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The SPARQL constraints of a shape."""
    for node in shape.values("sparql"):
        if _is_deactivated(shape.graph, node):
            continue
        text = query_text(shape.graph, node, "select")
        found = messages(shape.graph, node)
        query = parse(shape, node, text)
        yield query_test(COMPONENT, shape, scope, query, source=label(node), found=found, parameters={})


def query_text(graph: ShapesGraph, node: Term, name: str) -> str:
    """The text of a constraint's or validator's query."""
    text = graph.value(node, SH + name)
    if not isinstance(text, ox.Literal):
        raise MalformedShapes(f"sh:{name} is missing or no text", label(node))
    return text.value


def parse(shape: Shape, node: Term, text: str) -> SparqlText:
    """A query with its prefixes (SHACL, section 5.2.1); the error names the constraint."""
    try:
        return SparqlText.of(text, prefixes(shape.graph, node))
    except MalformedShapes as error:
        raise MalformedShapes(error.message, label(node)) from error


def prefixes(graph: ShapesGraph, node: Term) -> dict[str, str]:
    """The prefixes that the values of sh:prefixes declare, and those that everyone expects."""
    found = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}
    waiting, seen = list(graph.values(node, SH + "prefixes")), set[Term]()
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        waiting += graph.values(owner, OWL + "imports")
        for declaration in graph.values(owner, SH + "declare"):
            prefix, namespace = (graph.value(declaration, SH + name) for name in ("prefix", "namespace"))
            if prefix is None or namespace is None:
                raise MalformedShapes("sh:declare lacks sh:prefix or sh:namespace", label(owner))
            found[prefix.value] = namespace.value
    return found


def query_test(
    component: str,
    shape: Shape,
    scope: Scope,
    query: SparqlText,
    *,
    source: str,
    found: Mapping[str, str],
    parameters: Mapping[str, str],
) -> QueryTest:
    """The test that a SELECT query with some parameters is; parameters are terms as text."""
    try:
        query.check({"this", *parameters})
    except MalformedShapes as error:
        raise MalformedShapes(error.message, source) from error
    if scope.writing.rewritten:
        raise NotCompiled("it asks by SPARQL about literals that the store rewrites")
    query = query.bound(constants(shape, scope, query, parameters))
    _try(query, source)
    return QueryTest(
        component,
        select=lambda pattern, focus: _select(query, scope, pattern, focus),
        fails=lambda focus: _fails(query, scope, focus),
        variables=query.variables,
        source=source,
        messages=found,
        parameters=parameters,
    )


def constants(shape: Shape, scope: Scope, query: SparqlText, parameters: Mapping[str, str]) -> dict[str, str]:
    """What stands for the pre-bound variables that are the same for each focus node."""
    bound = dict(parameters)
    if "shapesGraph" in query.mentions:
        if not scope.has_shapes_graph:
            raise NotCompiled("it asks for the shapes graph, which is not in this store")
        bound["shapesGraph"] = str(SHAPES_GRAPH)
    if "PATH" in query.mentions:
        if shape.path is None:
            raise shape.malformed("$PATH stands in a query of a node shape")
        bound["PATH"] = f"({shape.path.query})"
    if "currentShape" in query.mentions:
        if isinstance(shape.node, ox.BlankNode):
            raise NotCompiled("it asks for the current shape, a blank node")
        bound["currentShape"] = str(shape.node)
    return bound


def _select(query: SparqlText, scope: Scope, pattern: str, focus: str) -> str:
    """One query for all focus nodes; the first variable of each row is the focus node.

    What groups by the focus node, or does not group, means the same for all nodes at once as for each; what
    cuts its solutions or has subqueries is evaluated for each.
    """
    query = query.renamed(lambda name: focus if name == "this" else f"?{name}")
    note_reads(query, scope.reading)
    this = focus[1:]
    others = " ".join(f"?{name}" for name in query.variables if name != this)
    if query.aggregates and not query.groups_by(this):
        raise NotCompiled("it groups, but not by $this")
    if {"LIMIT", "OFFSET", "SELECT", "GRAPH"} & query.keywords:
        return f"SELECT DISTINCT {focus} {others} {{ {pattern} LATERAL {{ {_subselect(query, focus)} }} }}"
    where = f"{{ {query.within(_once(pattern, focus) if query.aggregates else pattern, this)} }}"
    return f"SELECT DISTINCT {_projection(query, focus)} {where} {text_of(query.modifiers)}"


def _subselect(query: SparqlText, focus: str) -> str:
    return f"SELECT {_projection(query, focus)} {{ {text_of(query.body)} }} {text_of(query.modifiers)}"


def _projection(query: SparqlText, focus: str) -> str:
    if query.projection and query.projection[0].text == "*":
        return " ".join(dict.fromkeys((focus, *(f"?{name}" for name in query.variables))))
    own = text_of(query.projection)
    return own if focus[1:] in query.variables else f"{focus} {own}"


def _once(pattern: str, focus: str) -> str:
    return f"{{ SELECT DISTINCT {focus} {{ {pattern} }} }}"


def _fails(query: SparqlText, scope: Scope, focus: str) -> str:
    suffix = scope.fresh()[1:]
    query = query.renamed(lambda name: focus if name == "this" else f"?{name}_{suffix}")
    note_reads(query, scope.reading)
    if not text_of(query.modifiers):
        return f"EXISTS {{ {stepwise(query.body, frozenset({focus[1:]}))} }}"
    if query.aggregates and not query.groups_by(focus[1:]):
        raise NotCompiled("it groups, but not by $this")
    return f"EXISTS {{ {_subselect(query, focus)} }}"


def _try(query: SparqlText, source: str) -> None:
    """Parse the query once by itself, so that its own mistakes are told as such."""
    text = f"SELECT {text_of(query.projection)} {{ {text_of(query.body)} }} {text_of(query.modifiers)}"
    try:
        any(cast("ox.QuerySolutions", ox.Store().query(text)))
    except SyntaxError as error:
        raise MalformedShapes(f"the query does not parse: {error.msg}", source) from error
    except RuntimeError as error:  # a function that nobody knows; the reference would take it for a pass
        raise MalformedShapes(str(error), source) from error


def _is_deactivated(graph: ShapesGraph, node: Term) -> bool:
    value = graph.value(node, SH + "deactivated")
    return value is not None and value.value in {"true", "1"}
