"""Validation of a new dataset beside the release before it, which has passed."""

from pathlib import Path

import pyoxigraph as ox

from kankei.model.files import shapes_files
from kankei.model.inputs import Inputs
from kankei.release.shapes import merged_shapes
from kankei.validation import validator
from kankei.validation.graph import load_graph
from kankei.validation.graph import shapes_files as files_of
from kankei.validation.incremental import revalidate
from kankei.validation.located import Validate
from kankei.validation.report import Report
from kankei.validation.validator import Data


def validate_since(releases: Path, inputs: Inputs) -> Validate:
    """A validator of what differs from the current release; of everything, where the shapes differ too.

    A release has passed, so that its report has no results to keep.
    """
    current = releases / "current"
    shapes = current / "ontology" / "shapes.ttl"
    if not shapes.is_file() or shapes.read_bytes() != merged_shapes(shapes_files(inputs)):
        return validator.validate

    def validate(store: ox.Store, shapes: Path) -> Report:
        before = Data(ox.Store.read_only(str((current / "store").resolve())))
        found = revalidate(before, (), Data(store), load_graph(files_of(shapes)))
        return Report.of(found.results)

    return validate
