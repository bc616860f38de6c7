"""Datasets that are published together: what of a release belongs to each, and a dump of each alone.

A build of one data folder has no parts. Terms and concepts are part of none: they are shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.release import formats
from kankei.release.document_index import Document, Index
from kankei.release.reader import TRIPLES

_PREFIX = "dataset-"
FIRST = "programmes"
"""The name of the dump of what the first data folder holds."""


@dataclass(frozen=True)
class DatasetPart:
    """A further dataset: its name and IRI, the statements of its catalogue file, its size."""

    name: str
    iri: str
    catalogue: tuple[ox.Triple, ...]
    triples: int
    documents: int


def part_of(stem: str) -> str:
    """The name of the dataset that a dump is of alone; empty for a dump of everything."""
    return stem.removeprefix(_PREFIX) if stem.startswith(_PREFIX) else ""


def write_parts(dataset: Dataset, index: Index, release: Path) -> list[DatasetPart]:
    """Write a dump in N-Triples, and its compressed copies, of each dataset; returns the further ones."""
    if not dataset.members:
        return []
    further = frozenset(path for paths in dataset.members.values() for path in paths)
    _write_dump(FIRST, [document for document in index.documents if document.path not in further], release)
    return [
        _part(dataset, name, [document for document in index.documents if document.path in members], release)
        for name, members in dataset.members.items()
    ]


def _part(dataset: Dataset, name: str, documents: Sequence[Document], release: Path) -> DatasetPart:
    triples = _write_dump(name, documents, release)
    catalogue = tuple(dataset.graph(f"catalogue/{name}"))
    return DatasetPart(name, f"{dataset.base.dataset}/{name}", catalogue, triples, len(documents))


def _write_dump(name: str, documents: Sequence[Document], release: Path) -> int:
    """Write the statements of some documents as they stand in the dump of all; returns how many there are."""
    file = release / "dumps" / f"{_PREFIX}{name}.nt"
    count = 0
    with (release / TRIPLES).open("rb") as dump, file.open("xb") as output:
        for document in documents:
            dump.seek(document.offset)
            block = dump.read(document.length)
            count += block.count(b"\n")
            output.write(block)
    for compression in formats.COMPRESSIONS:
        compression.write(file, file.with_name(f"{file.name}.{compression.suffix}"))
    return count
