"""Any RDF against any shapes: what `kankei validate --shapes` does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedShapes, UsageError
from kankei.validation.data_files import load_data
from kankei.validation.plan.execution import Limits, Progress
from kankei.validation.pyshacl import reference
from kankei.validation.pyshacl.rdflib_terms import data_graph, stored_graph
from kankei.validation.report.report import Report, Results, turtle
from kankei.validation.report.report_text import ending, line
from kankei.validation.shapes.shape_index import Shapes
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.validator import Validation


@dataclass(frozen=True)
class Validated:
    """The results, to be read once; the shapes left to the reference, and why; what is left out."""

    found: Results
    graph: ShapesGraph
    left: Mapping[str, str] = field(default_factory=dict)
    dropped: Sequence[str] = ()
    shapes: int = 0

    def notes(self) -> Iterator[str]:
        """What is to be known beside the report."""
        for why in self.dropped:
            yield f"left out: {why}"
        for name, why in self.left.items():
            yield f"validated by pySHACL: {name}: {why}"
        if self.left:
            yield f"{len(self.left)} of {self.shapes} shapes with targets did not compile"

    def turtle(self) -> Iterator[str]:
        """The report in Turtle, piece by piece."""
        return turtle(self.found)

    def readable(self, language: str = "") -> Iterator[str]:
        """Each result as a line, and the count of all."""
        told = 0
        for result in self.found:
            source = self.graph.known_as(result.source_constraint or result.source_shape)
            yield line(result, source, language=language) + "\n"
            told += 1
        yield ending(self.found.count, told) + "\n"


def validate_rdf(
    shapes: Sequence[Path],
    data: Sequence[Path],
    limits: Limits,
    progress: Progress,
    *,
    skip_malformed: bool = False,
    by_reference: bool = False,
) -> Validated:
    """A validation of RDF files, as one data graph, against shapes files or folders of them."""
    if not data:
        raise UsageError("there is no data: name RDF files, or --data FILE")
    graph = load_graph([file for part in shapes for file in _shapes_files(part)])
    given = load_data(data)
    if by_reference:
        return Validated(_by_reference(given.store, graph, limits), graph)
    try:
        found = Validation(given, Shapes(graph, skip_malformed), limits, progress)
    except MalformedShapes as error:
        error.subject = graph.known_as(error.subject)
        raise
    left = {graph.known_as(shape.name): why for shape, why in found.plan.left.items()}
    dropped = [f"{graph.known_as(error.subject)}: {error.message}" for error in found.dropped]
    count = len({step.target for step in found.plan.steps}) + len(left)
    return Validated(found, graph, left, dropped, count)


def _shapes_files(part: Path) -> Sequence[Path]:
    if not part.exists():
        raise UsageError("there is no such file", str(part))
    return shapes_files(part)


def _by_reference(store: ox.Store, graph: ShapesGraph, limits: Limits) -> Report:
    found = reference.results(stored_graph(store), data_graph(graph.triples()))
    kept = found[: limits.most]
    return Report.whole(kept, len(found) - len(kept))
