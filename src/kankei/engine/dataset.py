"""The release's statements as a process that evaluates queries opens them."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

import pyoxigraph
from pyoxigraph import RdfFormat, Store

from kankei.release.reader import TRIPLES, Release

QUADS = "dumps/kankei.nq"
MOST_IN_MEMORY = 3_000_000
"""The rule for `Storage.AUTOMATIC`: a release of more triples than this is read from disk."""

IN_MEMORY = f"oxigraph-memory {pyoxigraph.__version__}"
ON_DISK = f"oxigraph-disk {pyoxigraph.__version__}"
"""What evaluates queries over the statements: rows come in another order from memory than from disk."""


class Storage(Enum):
    """Where the statements are while queries run over them.

    In memory, aggregates, sorting and OPTIONAL are four to nine times faster than from disk, at about
    650 bytes a triple and 12 seconds a million to load.
    """

    AUTOMATIC = "automatic"
    MEMORY = "memory"
    DISK = "disk"


@dataclass(frozen=True)
class Dataset:
    """The files of one release that hold its statements, and whether they are to be read into memory."""

    triples: Path
    quads: Path
    store: Path
    in_memory: bool

    @classmethod
    def of(cls, release: Release, storage: Storage = Storage.AUTOMATIC) -> Self:
        """The dataset of a release, in memory or on disk by its size or as told."""
        small = release.manifest.triples <= MOST_IN_MEMORY
        in_memory = small if storage is Storage.AUTOMATIC else storage is Storage.MEMORY
        return cls(release.file(TRIPLES), release.file(QUADS), release.store_path, in_memory)

    @property
    def identity(self) -> str:
        """What evaluates queries over it."""
        return IN_MEMORY if self.in_memory else ON_DISK

    def load(self) -> Store:
        """A store in memory: the merged graph as its default graph, the named graphs beside it."""
        store = Store()
        store.bulk_load(path=self.triples, format=RdfFormat.N_TRIPLES)
        store.bulk_load(path=self.quads, format=RdfFormat.N_QUADS)
        return store

    def open(self) -> Store:
        """The store on disk; to be opened in the process that reads it, never before a fork."""
        return Store.read_only(str(self.store))
