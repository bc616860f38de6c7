"""Validation by pySHACL, the reference: SHACL Core and SHACL-SPARQL, no inference, no imports."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path as File

import pyoxigraph as ox
import pyshacl
import rdflib
from pyparsing import ParseBaseException
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, Graph, URIRef, term
from rdflib.term import Node

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.pyshacl.rdflib_terms import from_rdflib, rdflib_graph, rdflib_graph_of
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import Path, read_path
from kankei.validation.shapes.shape import messages
from kankei.validation.shapes.shapes_graph import ShapesGraph, label, load_graph, shapes_files

_BOOLEAN = term.URIRef("http://www.w3.org/2001/XMLSchema#boolean")


def validate(store: ox.Store, shapes: File | Sequence[File]) -> Report:
    """The report of a store's default graph against a shapes file, a folder of them, or several files."""
    return validate_graph(rdflib_graph_of(store), load_shapes(shapes))


def load_shapes(shapes: File | Sequence[File]) -> Graph:
    """The shapes graph of a file, of the Turtle files of a folder, or of several files."""
    files = shapes_files(shapes)
    graph = rdflib_graph(load_graph(files).triples())
    if (None, RDF.type, URIRef(SH + "NodeShape")) not in graph:
        raise MalformedShapes("the shapes graph has no shapes", ", ".join(map(str, files)))
    return graph


def validate_graph(data: Graph, shapes: Graph) -> Report:
    """The report of a data graph against a shapes graph; neither is changed."""
    return Report.of(results(data, shapes))


def results(data: Graph, shapes: Graph) -> list[Result]:
    """Each result of a data graph against a shapes graph, as often as pySHACL reports it.

    Messages are taken from the shapes graph: pySHACL drops the language of those of SPARQL constraints.
    """
    try:
        with _isolated():
            _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    except (ReportableRuntimeError, ParseBaseException) as error:
        raise MalformedShapes(f"nobody can validate with these shapes: {error}") from error
    if not isinstance(report, Graph):
        raise MalformedShapes(f"nobody can validate with these shapes: {text}")
    told, graph = _shapes_graph(report), _shapes_graph(shapes)
    return [_read_result(told, graph, node) for node in report.objects(None, URIRef(SH + "result"))]


def _shapes_graph(graph: Graph) -> ShapesGraph:
    def triple(s: Node, p: Node, o: Node) -> ox.Triple:
        subject, predicate = from_rdflib(s), ox.NamedNode(str(p))
        return ox.Triple(subject, predicate, from_rdflib(o))  # type: ignore[arg-type]

    return ShapesGraph(triple(s, p, o) for s, p, o in graph)


def _read_result(report: ShapesGraph, shapes: ShapesGraph, node: Node) -> Result:
    result = from_rdflib(node)

    def named(name: str) -> str:
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
        component=named("sourceConstraintComponent"),
        source_shape=named("sourceShape"),
        source_constraint=named("sourceConstraint"),
        severity=named("resultSeverity"),
        messages=own or (messages(shapes, source) if source is not None else {}),
    )


def _path(report: ShapesGraph, shapes: ShapesGraph, shape: object, path: object) -> Path:
    """The path of a result; a complex one is read from its shape, since reports may leave its lists out."""
    if isinstance(path, ox.NamedNode):
        return Path.predicate(path.value)
    own = shapes.value(shape, SH + "path")  # type: ignore[arg-type]
    return read_path(report, path) if own is None else read_path(shapes, own)  # type: ignore[arg-type]


@contextmanager
def _isolated() -> Iterator[None]:
    """Undo what pySHACL changes for the whole process, also where it raises.

    It replaces rdflib's parser of booleans and its switch for normalising literals while it loads shapes,
    and puts its own idea of them back. Ill-typed literals are results; rdflib need not log them too.
    """
    parsers = term._toPythonMapping  # noqa: SLF001
    boolean, normalise = parsers[_BOOLEAN], rdflib.NORMALIZE_LITERALS
    log = logging.getLogger("rdflib.term")
    disabled, log.disabled = log.disabled, True
    try:
        yield
    finally:
        parsers[_BOOLEAN], rdflib.NORMALIZE_LITERALS, log.disabled = boolean, normalise, disabled
