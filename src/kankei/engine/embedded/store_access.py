"""The release's statements as a process that evaluates queries opens them."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

import pyoxigraph
from pyoxigraph import RdfFormat, Store

from kankei.engine.operation import Operation
from kankei.release.reader import TRIPLES, Release

MOST_IN_MEMORY = 3_000_000
"""The rule for `Storage.AUTOMATIC`: a release of more triples than this is read from disk."""

IN_MEMORY = f"oxigraph-memory {pyoxigraph.__version__}"
ON_DISK = f"oxigraph-disk {pyoxigraph.__version__}"
"""What evaluates queries over the statements: rows come in another order from memory than from disk."""


class Storage(Enum):
    """Where the statements are while queries run over them.

    In memory, aggregates, sorting and OPTIONAL are three to nine times faster than from disk; loading takes
    about six seconds a million triples. What a query reads by graph comes from disk all the same: beside the
    merged graph, every statement of a named one would be in the way of whoever does not ask for it, and make
    aggregates and paths take half as long again.
    """

    AUTOMATIC = "automatic"
    MEMORY = "memory"
    DISK = "disk"


@dataclass(frozen=True)
class StoreFiles:
    """The files of one release that hold its statements, and whether they are to be read into memory."""

    triples: Path
    store: Path
    in_memory: bool

    @classmethod
    def of(cls, release: Release, storage: Storage = Storage.AUTOMATIC) -> Self:
        """The dataset of a release, in memory or on disk by its size or as told."""
        small = release.manifest.triples <= MOST_IN_MEMORY
        in_memory = small if storage is Storage.AUTOMATIC else storage is Storage.MEMORY
        return cls(release.file(TRIPLES), release.store_path, in_memory)

    @property
    def identity(self) -> str:
        """What evaluates queries over it."""
        return IN_MEMORY if self.in_memory else ON_DISK

    def load(self) -> Store | None:
        """The merged graph in a store in memory, if it is to be there."""
        if not self.in_memory:
            return None
        store = Store()
        store.bulk_load(path=self.triples, format=RdfFormat.N_TRIPLES)
        return store


class StoreAccess:
    """The statements as one process reads them, with the merged graph already in memory or not.

    The store on disk is opened when a query first needs it, in the process that reads it: never before a
    fork.
    """

    def __init__(self, merged: Store | None, path: Path) -> None:
        self._merged = merged
        self._path = path
        self._opened: Store | None = None

    @property
    def in_memory(self) -> bool:
        """Whether the merged graph is in memory."""
        return self._merged is not None

    def at_hand(self, operation: Operation) -> bool:
        """Whether what an operation reads is open already."""
        return self._opened is not None or (self._merged is not None and not reads_by_graph(operation))

    def store(self, operation: Operation) -> Store:
        """A store that holds what an operation can read; raises `OSError` where it cannot be opened."""
        if self._merged is not None and not reads_by_graph(operation):
            return self._merged
        return self.open()

    def open(self) -> Store:
        """The store on disk, with the merged graph and all others."""
        if self._opened is None:
            self._opened = Store.read_only(str(self._path))
        return self._opened


# A variable or an IRI with such a letter sequence in it is no keyword; in a string or a comment it is taken
# for one, which costs time and changes nothing. What looks like an IRI holds neither brace nor space, and
# each keyword is followed by one before a comparison could end what began as another.
_GRAPH_WORDS = ("graph", "from")
_BY_GRAPH = re.compile(r"""[?$]\w+|<[^<>"{}|^`\\\x00-\x20]*>|(graph|from)""", re.IGNORECASE)


def reads_by_graph(operation: Operation) -> bool:
    """Whether an operation may read other graphs than the merged one.

    It says so by GRAPH or FROM (SPARQL 1.1 Query Language, section 13), or by the protocol's dataset.
    """
    if operation.default_graphs or operation.named_graphs:
        return True
    lowered = operation.query.lower()
    if not any(word in lowered for word in _GRAPH_WORDS):
        return False
    return any(match[1] for match in _BY_GRAPH.finditer(operation.query))
