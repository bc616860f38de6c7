"""Validation for people: each result with the file and the line where its focus node's block begins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, display_path, ontology_files, scheme_files
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.turtle import read_turtle
from kankei.errors import UsageError
from kankei.namespaces import SHAPES, Base
from kankei.validation import validator
from kankei.validation.pyshacl.rdflib_terms import Term
from kankei.validation.report.report import Report, Result
from kankei.validation.report.report_text import ending, line


@dataclass(frozen=True)
class Located:
    """A report, and ``file:line`` of each of its focus nodes."""

    report: Report
    places: Mapping[Term, str]

    def readable(self) -> str:
        """The report as lines for a curator, the count last."""
        count = self.report.count
        return "\n".join([*self.lines(), ending(count, count)]) + "\n"

    def lines(self) -> Iterator[str]:
        """Each result as ``file:line: severity: message (offending value) [shape]``, by file and line."""
        for result in sorted(self.report.results, key=lambda result: _by_line(self.places, result)):
            source = (result.source_constraint or result.source_shape).removeprefix(SHAPES)
            yield line(result, source, self.places.get(result.focus_node, ""))


Validate = Callable[[ox.Store, Path], Report]
"""A validator: a store's default graph against a folder of shapes."""


def validate_files(
    files: Sequence[Path], inputs: Inputs, base: Base, validate: Validate = validator.validate
) -> Located:
    """Validate some data files within the dataset, or, with none given, the whole dataset.

    The dataset gives what the files refer to; results are those whose focus node one of the files describes.
    A file of the same folder and name as one of the dataset's stands in for it.
    """
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise UsageError("there is no such file", display_path(missing))
    shared = {file.resolve() for file in (*ontology_files(inputs), *scheme_files(inputs))}
    extra = tuple(file for file in files if file.resolve() not in shared)
    dataset = load(replace(inputs, extra=extra), base)
    report = validate(dataset.store, inputs.shapes)
    if files:
        described = _described(dataset, files)
        report = Report.of(result for result in report.results if result.focus_node in described)
    return Located(report, places(dataset, report))


def places(dataset: Dataset, report: Report) -> dict[Term, str]:
    """``file:line`` of each focus node of a report that a file of the dataset describes."""
    found = {result.focus_node: "" for result in report.results}
    return {node: dataset.position(node.value) for node in found if isinstance(node, ox.NamedNode)}


def _described(dataset: Dataset, files: Sequence[Path]) -> set[object]:
    wanted = {file.resolve() for file in files}
    described = {file for file in dataset.files.values() if file.path.resolve() in wanted}
    return {triple.subject for file in described for triple in read_turtle(file.path, file.base_iri)}


def _by_line(places: Mapping[Term, str], result: Result) -> tuple[str, int, tuple[str, ...]]:
    file, _, number = places.get(result.focus_node, "").rpartition(":")
    return file, int(number or 0), result.key
