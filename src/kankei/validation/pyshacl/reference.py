"""Validation by pySHACL, the reference implementation: SHACL Core and SHACL-SPARQL, no inference, no imports.

It validates everything where the user asks for it, and the shapes that do not compile. Where it cannot decide
either, an error is raised, never counted as conformance.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path as File
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from pyparsing import ParseBaseException
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Graph, Literal, URIRef, term
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Node

from kankei.errors import MalformedShapes
from kankei.namespaces import OWL, RDF, RDFS, SH, XSD
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import Path, read_path
from kankei.validation.shapes.shape import TARGETS, Shape, messages
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label, load_graph, shapes_files
from kankei.validation.sparql.literals import decode

_PLAIN_DATATYPES = frozenset({XSD + "string", RDF + "langString"})
_BOOLEAN = URIRef(XSD + "boolean")
_BLANK = "urn:x-kankei:blank:"
"""Prefix of the IRIs that replace blank nodes, whose labels pySHACL does not keep."""


def validate(store: ox.Store, shapes: File | Sequence[File]) -> Report:
    """The report of a store's default graph against a shapes file, a folder of them, or several files."""
    return Report.of(results(rdflib_graph_of(store), load_shapes(shapes)))


def load_shapes(shapes: File | Sequence[File]) -> "RdflibGraph":
    """The shapes graph of a file, of the Turtle files of a folder, or of several files."""
    files = shapes_files(shapes)
    graph = rdflib_graph(load_graph(files).triples())
    if (None, URIRef(RDF + "type"), URIRef(SH + "NodeShape")) not in graph:
        raise MalformedShapes("the shapes graph has no shapes", ", ".join(map(str, files)))
    return graph


def results(data: Graph, shapes: "RdflibGraph") -> list[Result]:
    """Each result of a data graph against a shapes graph, as often as pySHACL reports it; neither is changed.

    Messages are taken from the shapes graph: pySHACL drops the language of those of SPARQL constraints.
    """
    try:
        with _isolated():
            _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    except (ReportableRuntimeError, ParseBaseException) as error:
        raise MalformedShapes(f"pySHACL cannot validate with these shapes: {error}") from error
    if not isinstance(report, Graph):
        raise MalformedShapes(f"pySHACL cannot validate with these shapes: {text}")
    nodes, report_graph = report.objects(None, URIRef(SH + "result")), _shapes_graph(report)
    return [_read_result(report_graph, shapes.as_shapes, node) for node in nodes]


def results_of_shapes(store: ox.Store, graph: ShapesGraph, shapes: Collection[Shape]) -> list[Result]:
    """The results of some shapes only; raises `MalformedShapes` where pySHACL cannot decide them."""
    try:
        raw = results(rdflib_graph_of(store), rdflib_graph(_targets_only(graph, shapes)))
    except Exception as error:  # a pySHACL error is raised, never counted as conformance
        names = ", ".join(shape.name for shape in shapes)
        raise MalformedShapes(f"neither validator can decide this shape: {error}", names) from error
    return [
        replace(
            result,
            source_shape=_original_name(result.source_shape),
            source_constraint=_original_name(result.source_constraint),
        )
        for result in raw
    ]


def _targets_only(graph: ShapesGraph, shapes: Collection[Shape]) -> Iterator[ox.Triple]:
    """The shapes graph with the targets of these shapes only, and IRIs for shapes that are blank nodes."""
    nodes = {shape.node for shape in shapes}
    targets, classes = {SH + name for name in TARGETS}, {RDFS + "Class", OWL + "Class"}
    renamed = {n for n in graph.subjects() if isinstance(n, ox.BlankNode) and _is_reported(graph, n)}

    def iri(node: Any) -> Any:
        return ox.NamedNode(_BLANK + node.value) if node in renamed else node

    for triple in graph.triples():
        predicate, value = triple.predicate.value, triple.object
        is_target = predicate in targets or (
            predicate == RDF + "type" and isinstance(value, ox.NamedNode) and value.value in classes
        )
        if is_target and triple.subject not in nodes:
            continue
        yield ox.Triple(iri(triple.subject), triple.predicate, iri(value))


def _is_reported(graph: ShapesGraph, node: Term) -> bool:
    """Whether a report may name a node: a shape or a SPARQL constraint, but no path and no list."""
    keys = set(graph.predicates(node))
    return RDF + "first" not in keys and not (len(keys) == 1 and next(iter(keys)).lower().endswith("path"))


def _original_name(name: str) -> str:
    return label(ox.BlankNode(name.removeprefix(_BLANK))) if name.startswith(_BLANK) else name


def _shapes_graph(graph: Graph) -> ShapesGraph:
    triples = ((from_rdflib(s), ox.NamedNode(str(p)), from_rdflib(o)) for s, p, o in graph)
    return ShapesGraph(ox.Triple(*terms) for terms in triples)  # type: ignore[arg-type]


def _read_result(report: ShapesGraph, shapes: ShapesGraph, node: Node) -> Result:
    result = from_rdflib(node)

    def name_of(name: str) -> str:
        value = report.value(result, SH + name)
        return label(value) if value is not None else ""

    path = report.value(result, SH + "resultPath")
    value = report.value(result, SH + "value")
    focus = report.value(result, SH + "focusNode")
    source = report.value(result, SH + "sourceShape")
    constraint = report.value(result, SH + "sourceConstraint")
    own = messages(shapes, constraint) if constraint is not None else {}
    return Result(
        focus_node=focus if focus is not None else ox.BlankNode("none"),
        path=None if path is None else _path(report, shapes, source, path),
        value=value,
        component=name_of("sourceConstraintComponent"),
        source_shape=name_of("sourceShape"),
        source_constraint=name_of("sourceConstraint"),
        severity=name_of("resultSeverity"),
        messages=own or (messages(shapes, source) if source is not None else {}),
    )


def _path(report: ShapesGraph, shapes: ShapesGraph, shape: object, path: object) -> Path:
    """The path of a result; a complex one is read from its shape, since reports may omit its lists."""
    if isinstance(path, ox.NamedNode):
        return Path.predicate(path.value)
    own = shapes.value(shape, SH + "path")  # type: ignore[arg-type]
    return read_path(report, path) if own is None else read_path(shapes, own)  # type: ignore[arg-type]


@contextmanager
def _isolated() -> Iterator[None]:
    """Restore what pySHACL changes for the whole process, also where it raises.

    It replaces rdflib's parser of booleans and its switch for normalising literals while it loads shapes, and
    does not restore their values. Ill-typed literals are results, so that rdflib need not log them too.
    """
    parsers = term._toPythonMapping  # noqa: SLF001
    boolean, normalise = parsers[_BOOLEAN], rdflib.NORMALIZE_LITERALS
    log = logging.getLogger("rdflib.term")
    disabled, log.disabled = log.disabled, True
    try:
        yield
    finally:
        parsers[_BOOLEAN], rdflib.NORMALIZE_LITERALS, log.disabled = boolean, normalise, disabled


def to_rdflib(term: object) -> Node:
    """The rdflib form of a pyoxigraph term."""
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal(language=str(language)):
            return Literal(term.value, lang=language)
        case ox.Literal(datatype=datatype) if datatype.value in _PLAIN_DATATYPES:
            return Literal(term.value)
        case ox.Literal(datatype=datatype):
            return Literal(term.value, datatype=URIRef(datatype.value), normalize=False)
    raise TypeError(term)


def from_rdflib(node: Node) -> Term:
    """The pyoxigraph form of an rdflib term."""
    match node:
        case Literal(language=str(language)):
            return ox.Literal(str(node), language=language)
        case Literal(datatype=URIRef() as datatype):
            return ox.Literal(str(node), datatype=ox.NamedNode(str(datatype)))
        case Literal():
            return ox.Literal(str(node))
        case BNode():
            return ox.BlankNode(str(node))
    return ox.NamedNode(str(node))


_prepared = lru_cache(maxsize=512)(prepareQuery)


class RdflibGraph(Graph):
    """A graph that parses each query once: pySHACL evaluates the same one for every focus node."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
        """The result of a query, as of `rdflib.Graph.query`."""
        prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared, *args, **kwargs)

    @cached_property
    def as_shapes(self) -> ShapesGraph:
        """Its triples as they were when this was first asked."""
        return _shapes_graph(self)


def rdflib_graph(triples: Iterable[ox.Triple | ox.Quad]) -> RdflibGraph:
    """The graph of some triples; IRIs, which repeat, are converted once."""
    graph, nodes = RdflibGraph(), dict[object, Node]()

    def node(term: object) -> Node:
        if not isinstance(term, ox.NamedNode):
            return to_rdflib(term)
        return nodes.get(term) or nodes.setdefault(term, to_rdflib(term))

    for triple in triples:
        graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def rdflib_graph_of(store: ox.Store) -> RdflibGraph:
    """The default graph of a store, with literals as they were in the file."""
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return rdflib_graph(ox.Triple(quad.subject, quad.predicate, decode(quad.object)) for quad in quads)
