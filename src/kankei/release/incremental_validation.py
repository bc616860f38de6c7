"""Validation of a new dataset beside the release before it, which has passed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, shapes_files
from kankei.release.shapes_file import merged_shapes
from kankei.validation import validator
from kankei.validation.incremental import revalidate
from kankei.validation.memory_copy import in_memory
from kankei.validation.report.report import Report
from kankei.validation.shapes.shapes_graph import load_graph
from kankei.validation.shapes.shapes_graph import shapes_files as files_of
from kankei.validation.source_positions import Validate
from kankei.validation.validator import Data

LINES = Path("dumps", "kankei.nt")
"""The dump of a release that holds its merged graph in N-Triples, document after document."""


@dataclass(frozen=True)
class ValidateSince:
    """A validator of what differs from a release, which has passed, so that it has no results to keep.

    Where the dump of the new data is known, it is held beside the release's, line by line.
    """

    release: Path
    lines: Path | None = None

    def beside(self, lines: Path) -> "ValidateSince":
        """The validator of data whose dump is there."""
        return replace(self, lines=lines)

    def __call__(self, store: ox.Store, shapes: Path) -> Report:
        """The report of the new data."""
        before = Data(ox.Store.read_only(str((self.release / "store").resolve())))
        changed = changed_triples(self.release / LINES, self.lines) if self.lines else None
        found = revalidate(before, (), Data(store), load_graph(files_of(shapes)), changed=changed)
        return Report.of(found.results)


def validate_since(releases: Path, inputs: Inputs) -> Validate:
    """A validator of what differs from the current release; of everything, where the shapes differ too."""
    current = releases / "current"
    shapes = current / "ontology" / "shapes.ttl"
    if not shapes.is_file() or shapes.read_bytes() != merged_shapes(shapes_files(inputs)):
        return validate_all
    return ValidateSince(current)


def validate_all(store: ox.Store, shapes: Path) -> Report:
    """The report of everything in a new store, copied into memory if there is room."""
    return validator.validate(in_memory(store), shapes)


def changed_triples(before: Path, after: Path) -> Collection[ox.Triple]:
    """The triples that only one of two dumps has.

    A line waits until its like comes in the other file. The files are in the same order, so that few wait.
    """
    waiting = set[bytes]()
    with before.open("rb") as old, after.open("rb") as new:
        for one, other in zip_longest(old, new, fillvalue=b""):
            if one != other:
                waiting ^= {one} ^ {other}
    lines = b"".join(sorted(waiting))
    return [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
