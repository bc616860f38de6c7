"""Any RDF against any shapes: what `kankei validate --shapes` does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedData, UsageError
from kankei.namespaces import SH
from kankei.validation import reference
from kankei.validation.execution import Limits, Progress
from kankei.validation.graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.paths import shortened
from kankei.validation.report import Report, Result, Results, turtle
from kankei.validation.shapes import Shapes
from kankei.validation.terms import data_graph
from kankei.validation.validator import Validation, load_data
from kankei.validation.written import as_written


@dataclass(frozen=True)
class Validated:
    """The results, to be read once; the shapes left to the reference, and why; what is left out."""

    found: Results
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
            yield line(result, language) + "\n"
            told += 1
        count = self.found.count
        shown = f", {told} of them shown" if told < count else ""
        yield f"{count} result{'s' if count > 1 else ''}{shown}\n" if count else "conforms\n"


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
    try:
        given = load_data(data)
    except SyntaxError as error:
        name = error.filename or ", ".join(map(str, data))
        raise MalformedData(error.msg, f"{name}:{error.lineno}:{error.offset}") from error
    if by_reference:
        return Validated(_by_reference(given.store, graph, limits))
    found = Validation(given, Shapes(graph, skip_malformed), limits, progress)
    left = {shape.name: why for shape, why in found.plan.left.items()}
    count = len({step.target for step in found.plan.steps}) + len(left)
    return Validated(found, left, tuple(map(str, found.dropped)), count)


def line(result: Result, language: str) -> str:
    """A result as one line, in one language if its messages have it, else in all that they have."""
    languages = [language] if language in result.messages else sorted(result.messages)
    message = " ".join(result.messages[one] for one in languages)
    value = "" if result.value in {None, result.focus_node} else shown(result.value)
    about = ": ".join(part for part in (result.path.sparql if result.path else "", value) if part)
    where = f" ({about})" if about else ""
    source = result.source_constraint or result.source_shape
    return (
        f"{shown(result.focus_node)}: {result.severity.removeprefix(SH).lower()}: {message}{where} [{source}]"
    )


def shown(node: object) -> str:
    """A term for people."""
    return shortened(node.value) if isinstance(node, ox.NamedNode) else str(node)


def _shapes_files(part: Path) -> Sequence[Path]:
    if not part.exists():
        raise UsageError("there is no such file", str(part))
    return shapes_files(part)


def _by_reference(store: ox.Store, graph: ShapesGraph, limits: Limits) -> Report:
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    triples = (ox.Triple(quad.subject, quad.predicate, as_written(quad.object)) for quad in quads)
    found = reference.results(data_graph(triples), data_graph(graph.triples()))
    kept = found[: limits.most]
    return Report.whole(kept, len(found) - len(kept))
