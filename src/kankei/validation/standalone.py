"""Any RDF against any shapes: what `kankei validate --shapes` does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedData, UsageError
from kankei.namespaces import SH
from kankei.validation import reference
from kankei.validation.execution import Limits
from kankei.validation.graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.paths import shortened
from kankei.validation.report import Report, Result
from kankei.validation.terms import data_graph
from kankei.validation.validator import Progress, load_data, validate_data
from kankei.validation.written import as_written


@dataclass(frozen=True)
class Validated:
    """A report; the shapes left to the reference, and why; the malformed ones left out."""

    report: Report
    left: Mapping[str, str]
    dropped: Sequence[str]
    shapes: int = 0

    def notes(self) -> Iterator[str]:
        """What is to be known beside the report."""
        for why in self.dropped:
            yield f"left out: {why}"
        for name, why in self.left.items():
            yield f"validated by pySHACL: {name}: {why}"
        if self.left:
            yield f"{len(self.left)} of {self.shapes} shapes with targets did not compile"

    def readable(self, language: str = "") -> str:
        """Each result as a line, and the count of all."""
        told, found = len(self.report.results), len(self.report.results) + self.report.left_out
        shown = f", {told} of them shown" if told < found else ""
        last = "conforms" if self.report.conforms else f"{found} result{'s' if found > 1 else ''}{shown}"
        return "\n".join([*(line(result, language) for result in self.report.results), last]) + "\n"


def validate_rdf(
    shapes: Sequence[Path],
    data: Sequence[Path],
    limits: Limits,
    progress: Progress,
    *,
    skip_malformed: bool = False,
    by_reference: bool = False,
) -> Validated:
    """Validate RDF files, as one data graph, against shapes files or folders of them."""
    if not data:
        raise UsageError("there is no data: name RDF files, or --data FILE")
    graph = load_graph([file for part in shapes for file in _shapes_files(part)])
    try:
        given = load_data(data)
    except SyntaxError as error:
        name = error.filename or ", ".join(map(str, data))
        raise MalformedData(error.msg, f"{name}:{error.lineno}:{error.offset}") from error
    if by_reference:
        return _by_reference(given.store, graph, limits)
    found = validate_data(given, graph, limits, skip_malformed=skip_malformed, progress=progress)
    left = {shape.name: why for shape, why in found.plan.left.items()}
    dropped = tuple(str(error) for error in found.dropped)
    return Validated(found.report, left, dropped, len({step.target for step in found.plan.steps}) + len(left))


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


def _by_reference(store: ox.Store, graph: ShapesGraph, limits: Limits) -> Validated:
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    triples = (ox.Triple(quad.subject, quad.predicate, as_written(quad.object)) for quad in quads)
    found = reference.results(data_graph(triples), data_graph(graph.triples()))
    kept = found if limits.max_results is None else found[: limits.max_results]
    return Validated(Report.whole(kept, len(found) - len(kept)), {}, ())
