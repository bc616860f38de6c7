"""Validation of files as `kankei validate` does it, with results as lines for people.

`validate_files` validates files of the dataset and states file and line of each result; `validate_rdf`
validates any RDF against any shapes and yields results while the queries run.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, display_path, ontology_files, scheme_files, shapes_files
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.turtle import read_turtle
from kankei.errors import MalformedShapes, UsageError
from kankei.namespaces import SHAPES, Base
from kankei.validation import validator
from kankei.validation.data_graph import load_data
from kankei.validation.plan.execution import ExecutionOptions, Progress
from kankei.validation.printed.accepted_documents import AcceptedDocuments
from kankei.validation.printed.printed_texts import check_printed_texts
from kankei.validation.report.report import Report, Result, Results, result_line, summary_line, turtle
from kankei.validation.report.unknown_property import CLOSED, known_properties, with_nearest_property
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, load_graph
from kankei.validation.shapes.shapes_graph import shapes_files as files_of

Validator = Callable[[ox.Store, Sequence[Path]], Report]
"""Validates a store's default graph against shapes files."""


@dataclass(frozen=True)
class LocatedReport:
    """A report, and ``file:line`` of the block of each focus node that a file describes."""

    report: Report
    positions: Mapping[Term, str]

    @classmethod
    def of(cls, report: Report, dataset: Dataset, shapes: Sequence[Path]) -> "LocatedReport":
        """A report about a dataset with the positions in its files, and hints to properties of the shapes."""
        nodes = {result.focus_node for result in report.results}
        if any(result.component == CLOSED for result in report.results):
            known = known_properties(load_graph(shapes))
            report = replace(
                report, results=tuple(with_nearest_property(result, known) for result in report.results)
            )
        return cls(report, {n: dataset.position(n.value) for n in nodes if isinstance(n, ox.NamedNode)})

    def readable(self) -> str:
        """The report as lines for a curator, the number of results last."""
        count = self.report.count
        return "\n".join([*self.lines(), summary_line(count, count, self.report.warnings)]) + "\n"

    def lines(self) -> Iterator[str]:
        """Each result as ``file:line: severity: message (offending value) [shape]``, by file and line."""
        for result in sorted(self.report.results, key=self._by_position):
            source = (result.source_constraint or result.source_shape).removeprefix(SHAPES)
            yield result_line(result, source, self.positions.get(result.focus_node, ""))

    def _by_position(self, result: Result) -> tuple[str, int, tuple[str, ...]]:
        file, _, line = self.positions.get(result.focus_node, "").rpartition(":")
        return file, int(line or 0), result.key


def validate_files(
    files: Sequence[Path], inputs: Inputs, base: Base, validate: Validator = validator.validate
) -> LocatedReport:
    """Validate some data files within the dataset, or, without files, the whole dataset.

    The dataset supplies what the files refer to. Results are those of the shapes, and of the printed texts
    that are read again, whose focus node one of the files describes. A file of the same folder and name as
    one of the dataset's replaces it.
    """
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise UsageError("there is no such file", display_path(missing))
    shared = {file.resolve() for file in (*ontology_files(inputs), *scheme_files(inputs))}
    extra = tuple(file for file in files if file.resolve() not in shared)
    dataset = load(replace(inputs, extra=extra), base, graphs=False)
    paths = {file.resolve() for file in files}
    named = {document for document, file in dataset.files.items() if file.path.resolve() in paths}
    report = validate(dataset.store, shapes_files(inputs))
    report = with_printed_texts(report, dataset, named if files else None)
    if files:
        subjects = _subjects(dataset, files)
        report = Report.of(result for result in report.results if result.focus_node in subjects)
    return LocatedReport.of(report, dataset, shapes_files(inputs))


def with_printed_texts(
    report: Report,
    dataset: Dataset,
    documents: Collection[str] | None = None,
    accepted: AcceptedDocuments | None = None,
) -> Report:
    """A report of shapes with what contradicts the printed texts, of some documents only if given.

    Documents that are accepted already are left out.
    """
    of_texts = tuple(check_printed_texts(dataset, documents, accepted))
    return Report.of([*report.results, *of_texts]) if of_texts else report


def _subjects(dataset: Dataset, files: Sequence[Path]) -> set[object]:
    """The subjects of some files of a dataset."""
    paths = {file.resolve() for file in files}
    chosen = {file for file in dataset.files.values() if file.path.resolve() in paths}
    return {triple.subject for file in chosen for triple in read_turtle(file.path, file.base_iri)}


@dataclass(frozen=True)
class RdfValidation:
    """A validation of RDF files: its results, to be read once, and what is to be known beside them.

    `uncompiled`: why each shape that did not compile was validated by pySHACL; `skipped`: malformed shapes
    that were skipped; `shapes`: how many have targets.
    """

    results: Results
    graph: ShapesGraph
    uncompiled: Mapping[str, str] = field(default_factory=dict)
    skipped: Sequence[str] = ()
    shapes: int = 0

    def notes(self) -> Iterator[str]:
        """Lines to print before the report."""
        for reason in self.skipped:
            yield f"left out: {reason}"
        for name, reason in self.uncompiled.items():
            yield f"validated by pySHACL: {name}: {reason}"
        if self.uncompiled:
            yield f"{len(self.uncompiled)} of {self.shapes} shapes with targets did not compile"

    def turtle(self) -> Iterator[str]:
        """The report in Turtle, in pieces."""
        return turtle(self.results)

    def readable(self, language: str = "") -> Iterator[str]:
        """Each result as a line, and the number of results."""
        printed = 0
        for result in self.results:
            source = self.graph.display_name(result.source_constraint or result.source_shape)
            yield result_line(result, source, language=language) + "\n"
            printed += 1
        yield summary_line(self.results.count, printed) + "\n"


def validate_rdf(
    shapes: Sequence[Path],
    data: Sequence[Path],
    options: ExecutionOptions,
    progress: Progress,
    *,
    skip_malformed: bool = False,
    by_reference: bool = False,
) -> RdfValidation:
    """A validation of RDF files, as one data graph, against shapes files or folders of them."""
    if not data:
        raise UsageError("there is no data: name RDF files, or --data FILE")
    missing = next((path for path in shapes if not path.exists()), None)
    if missing is not None:
        raise UsageError("there is no such file", str(missing))
    graph = load_graph([file for path in shapes for file in files_of(path)])
    loaded = load_data(data)
    if by_reference:
        results = _results_of_reference(loaded.store, graph)
        printed = results[: options.result_limit]
        return RdfValidation(Report.with_duplicates(printed, len(results) - len(printed)), graph)
    try:
        validation = validator.Validation(loaded, ShapeIndex(graph, skip_malformed), options, progress)
    except MalformedShapes as error:
        error.subject = graph.display_name(error.subject)
        raise
    uncompiled = {graph.display_name(shape.name): why for shape, why in validation.plan.uncompiled.items()}
    skipped = [f"{graph.display_name(error.subject)}: {error.message}" for error in validation.skipped]
    count = len({step.target for step in validation.plan.steps}) + len(uncompiled)
    return RdfValidation(validation, graph, uncompiled, skipped, count)


def _results_of_reference(store: ox.Store, graph: ShapesGraph) -> list[Result]:
    """The results by pySHACL, which is imported only where it is asked for: that takes half a second."""
    from kankei.validation.pyshacl import reference  # noqa: PLC0415

    return reference.results(reference.rdflib_graph_of(store), reference.rdflib_graph(graph.triples()))
