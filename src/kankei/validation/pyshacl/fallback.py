"""The shapes that do not compile, and only they, judged by the reference implementation."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH
from kankei.validation.pyshacl import reference
from kankei.validation.pyshacl.rdflib_terms import rdflib_graph, rdflib_graph_of
from kankei.validation.report.report import Result
from kankei.validation.shapes.shape import TARGETS, Shape
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label

_MARK = "urn:x-kankei:blank:"


def judge(store: ox.Store, graph: ShapesGraph, shapes: Collection[Shape]) -> list[Result]:
    """The results of some shapes; where the reference cannot decide either, an error names them."""
    try:
        found = reference.results(rdflib_graph_of(store), rdflib_graph(_only(graph, shapes)))
    except Exception as error:  # whatever the reference stumbles over, its silence is no pass
        name = ", ".join(shape.name for shape in shapes)
        raise MalformedShapes(f"neither validator can decide this shape: {error}", name) from error
    return [
        replace(
            result,
            source_shape=_unmarked(result.source_shape),
            source_constraint=_unmarked(result.source_constraint),
        )
        for result in found
    ]


def _only(graph: ShapesGraph, shapes: Collection[Shape]) -> Iterator[ox.Triple]:
    """The shapes graph with the targets of these shapes only, and IRIs for shapes that are blank nodes."""
    nodes = {shape.node for shape in shapes}
    targets, classes = {SH + name for name in TARGETS}, {RDFS + "Class", OWL + "Class"}
    marked = {node for node in graph.subjects() if isinstance(node, ox.BlankNode) and _is_named(graph, node)}
    for triple in graph.triples():
        predicate, value = triple.predicate.value, triple.object
        is_target = predicate in targets or (
            predicate == RDF + "type" and isinstance(value, ox.NamedNode) and value.value in classes
        )
        if is_target and triple.subject not in nodes:
            continue
        yield ox.Triple(_marked(triple.subject, marked), triple.predicate, _marked(value, marked))  # type: ignore[arg-type]


def _is_named(graph: ShapesGraph, node: Term) -> bool:
    """Whether a report may name a node: a shape or a SPARQL constraint, but no path and no list."""
    keys = set(graph.predicates(node))
    return RDF + "first" not in keys and not (len(keys) == 1 and next(iter(keys)).lower().endswith("path"))


def _marked(term: object, marked: Collection[object]) -> object:
    return ox.NamedNode(_MARK + term.value) if isinstance(term, ox.BlankNode) and term in marked else term


def _unmarked(name: str) -> str:
    return label(ox.BlankNode(name.removeprefix(_MARK))) if name.startswith(_MARK) else name
