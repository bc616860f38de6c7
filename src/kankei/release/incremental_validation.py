"""Incremental validation of a new dataset against the current release: by its shapes and printed texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, shapes_files
from kankei.dataset.dataset import Dataset
from kankei.release.published_inputs import merged_shapes
from kankei.release.reader import TRIPLES
from kankei.validation import validator
from kankei.validation.data_graph import DataGraph, in_memory
from kankei.validation.file_validation import Validator, with_printed_texts
from kankei.validation.printed.accepted_documents import AcceptedDocuments
from kankei.validation.report.report import Report
from kankei.validation.shapes.shapes_graph import load_graph
from kankei.validation.validator import revalidate

ACCEPTED = "accepted-documents.json"
"""The file beside the releases that names the documents which contradict no printed text."""


@dataclass(frozen=True)
class ValidateSince:
    """A validator of what differs from a release that conforms, and so has no results to carry over.

    With `lines`, the N-Triples dump of the new data, the two dumps are compared line by line.
    """

    release: Path
    lines: Path | None = None

    def __call__(self, store: ox.Store, shapes: Sequence[Path]) -> Report:
        """The report of the new data."""
        old = DataGraph(ox.Store.read_only(str((self.release / "store").resolve())))
        changed = changed_triples(self.release / TRIPLES, self.lines) if self.lines else None
        validation = revalidate(old, (), DataGraph(store), load_graph(shapes), changed=changed)
        return Report.of(validation.results)


def validate_since(releases: Path, inputs: Inputs) -> Validator:
    """A validator of what differs from the current release.

    It validates everything where the shapes differ too, and where the release has warnings to carry over.
    """
    current = releases / "current"
    shapes, report = current / "ontology" / "shapes.ttl", current / "report.ttl"
    if not shapes.is_file() or shapes.read_bytes() != merged_shapes(shapes_files(inputs)):
        return validate_all
    if report.read_bytes() != Report(True).turtle():
        return validate_all
    return ValidateSince(current)


@dataclass(frozen=True)
class PrintedTextsSince:
    """Reads the printed texts of what differs from what an earlier build of a folder accepted.

    Not `incremental`, it reads all of them, for the next build to know.
    """

    releases: Path
    incremental: bool

    def __call__(self, report: Report, dataset: Dataset) -> Report:
        """A report with what contradicts the printed texts."""
        file = self.releases / ACCEPTED
        accepted = AcceptedDocuments.read(file) if self.incremental else AcceptedDocuments()
        report = with_printed_texts(report, dataset, accepted=accepted)
        accepted.save(file)
        return report


def validate_all(store: ox.Store, shapes: Sequence[Path]) -> Report:
    """The report of everything in a new store, copied into memory if there is room."""
    return validator.validate(in_memory(store), shapes)


def changed_triples(before: Path, after: Path) -> Collection[ox.Triple]:
    """The triples that only one of two dumps has.

    A line stays in memory until its equal comes in the other file; as both have the same order, few do.
    """
    unmatched = set[bytes]()
    with before.open("rb") as old, after.open("rb") as new:
        for old_line, new_line in zip_longest(old, new, fillvalue=b""):
            if old_line != new_line:
                unmatched ^= {old_line} ^ {new_line}
    lines = b"".join(sorted(unmatched))
    return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
