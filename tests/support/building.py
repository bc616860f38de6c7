"""What the tests of the build share: copies of the packaged inputs, and a validator that never refuses."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, packaged
from kankei.dataset.dataset import Dataset
from kankei.namespaces import Base
from kankei.release.build import Stage, build
from kankei.release.further_stage import FurtherStage
from kankei.release.history.succession import FROM_DATA, Succession
from kankei.validation.report.report import Report

TRIPLE_FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def accept(store: ox.Store, shapes: Sequence[Path]) -> Report:
    return Report.of(())


def refuse(store: ox.Store, shapes: Sequence[Path]) -> Report:
    return Report(conforms=False)


def as_reported(report: Report, dataset: Dataset) -> Report:
    """Read no printed text again."""
    return report


def quiet(stage: Stage) -> None:
    """Tell nobody."""


def build_quickly(
    releases: Path,
    inputs: Inputs | None = None,
    base: Base | None = None,
    further: Sequence[FurtherStage] = (),
    succession: Succession = FROM_DATA,
) -> Path:
    return build(
        inputs or packaged(), base or Base(), releases, accept, quiet, as_reported, further, succession
    )


def own_copy(folder: Path) -> Inputs:
    """The packaged inputs with data, ontology and shapes that a test may change."""
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(getattr(packaged(), name), folder / name)
    return copy_at(folder)


def copy_at(folder: Path) -> Inputs:
    """The inputs that were copied to a folder."""
    return replace(packaged(), data=folder / "data", ontology=folder / "ontology", shapes=folder / "shapes")


def triples(content: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=form)}


def quads(content: bytes, form: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(content, format=form))


def bytes_of(release: Path) -> dict[str, bytes]:
    """Every file of a release by name, the store's excepted."""
    return {
        file.relative_to(release).as_posix(): file.read_bytes()
        for file in release.rglob("*")
        if file.is_file() and "store" not in file.relative_to(release).parts
    }
