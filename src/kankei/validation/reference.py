"""Validation by pySHACL, the reference: SHACL Core and SHACL-SPARQL, no inference, no imports."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import rdflib
from pyparsing import ParseBaseException
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, Graph, URIRef, term

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.report import Report, read_report
from kankei.validation.terms import data_graph

_BOOLEAN = term.URIRef("http://www.w3.org/2001/XMLSchema#boolean")


def validate(store: ox.Store, shapes: Path | Sequence[Path]) -> Report:
    """The report of a store's default graph against a shapes file, a folder of them, or several files."""
    data = data_graph(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return validate_graph(data, load_shapes(shapes))


def load_shapes(shapes: Path | Sequence[Path]) -> Graph:
    """The shapes graph of a file, of the Turtle files of a folder, or of several files."""
    if isinstance(shapes, Path):
        shapes = sorted(shapes.glob("*.ttl")) if shapes.is_dir() else [shapes]
    graph = Graph()
    for file in shapes:
        try:
            graph += data_graph(ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE))
        except SyntaxError as error:
            raise MalformedShapes(error.msg, f"{file}:{error.lineno}:{error.offset}") from error
    if (None, RDF.type, URIRef(SH + "NodeShape")) not in graph:
        raise MalformedShapes("the shapes graph has no shapes", ", ".join(map(str, shapes)))
    return graph


def validate_graph(data: Graph, shapes: Graph) -> Report:
    """The report of a data graph against a shapes graph; neither is changed."""
    try:
        with _isolated():
            _, report, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True, do_owl_imports=False)
    except (ReportableRuntimeError, ParseBaseException) as error:
        raise MalformedShapes(f"nobody can validate with these shapes: {error}") from error
    if not isinstance(report, Graph):
        raise MalformedShapes(f"nobody can validate with these shapes: {text}")
    return read_report(report, shapes)


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
