"""The store of a release, as a process that evaluates queries opens it: in memory, on disk or both."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pyoxigraph import RdfFormat, Store

from kankei.engine.columnar.column_files import check_columns
from kankei.engine.operation import Operation
from kankei.errors import BrokenRelease
from kankei.release.reader import TRIPLES, Release

_LOGGER = logging.getLogger(__name__)

MAX_IN_MEMORY = 3_000_000
"""A release of more triples than this is read from disk, unless told otherwise."""

# A variable or an IRI with such a letter sequence in it is no keyword; in a string or a comment it is taken
# for one, which costs time and changes nothing. What looks like an IRI holds neither brace nor space, and
# each keyword is followed by one before a comparison could end what began as another.
_GRAPH_KEYWORDS = ("graph", "from")
_GRAPH_KEYWORD = re.compile(r"""[?$]\w+|<[^<>"{}|^`\\\x00-\x20]*>|(graph|from)""", re.IGNORECASE)


@dataclass(frozen=True)
class StoreFiles:
    """The files of one release that hold its triples, and whether they are to be read into memory.

    In memory, aggregates, sorting and OPTIONAL are three to nine times faster than from disk; loading takes
    about six seconds a million triples. What a query reads by graph comes from disk all the same: in memory,
    named graphs make aggregates and paths of all other queries take half as long again.
    """

    triples: Path
    store: Path
    in_memory: bool
    views: tuple[Path, ...] = ()
    """The files of the profiles' statements, which belong to the merged graph."""
    columns: Path | None = None
    """The folder of the release, if its columns are to be read into memory."""
    syntax_only: bool = False
    """Whether there is no store: queries are parsed and not evaluated."""

    @classmethod
    def none(cls) -> Self:
        """No files, for an engine that only says whether a query is one, and of which form."""
        return cls(Path(), Path(), in_memory=True, syntax_only=True)

    @classmethod
    def of(cls, release: Release, in_memory: bool | None = None) -> Self:
        """The files of a release; without a choice, its size decides whether they are read into memory."""
        is_small = release.manifest.triples <= MAX_IN_MEMORY
        return cls(
            release.file(TRIPLES),
            release.store_path,
            is_small if in_memory is None else in_memory,
            views=release.view_files,
            columns=_usable_columns(release),
        )

    def load(self) -> Store | None:
        """The merged graph in a store in memory, if it is to be there."""
        if not self.in_memory:
            return None
        store = Store()
        if self.syntax_only:
            return store
        # The store reads what was loaded last first: with LIMIT, what is no view is reached at once.
        for lines in (*self.views, self.triples):
            store.bulk_load(path=lines, format=RdfFormat.N_TRIPLES)
        return store


def _usable_columns(release: Release) -> Path | None:
    """The folder of a release with columns; without them Oxigraph answers alone."""
    try:
        check_columns(release)
    except (BrokenRelease, OSError) as error:
        _LOGGER.warning("queries are answered without columns: %s", error)
        return None
    return release.path


class StoreAccess:
    """The stores of one process: the merged graph in memory, if it was loaded, and the store on disk.

    The store on disk is opened when a query first needs it, in the process that reads it: never before a
    fork.
    """

    def __init__(self, merged: Store | None, path: Path, *, syntax_only: bool = False) -> None:
        self.merged = merged
        self.syntax_only = syntax_only
        """Whether queries are only parsed."""
        self._path = path
        self._on_disk: Store | None = None

    def is_open(self, operation: Operation) -> bool:
        """Whether the store that an operation reads is open already."""
        return self._on_disk is not None or self._is_in_memory(operation)

    def store(self, operation: Operation) -> Store:
        """A store that holds what an operation can read; raises `OSError` where it cannot be opened."""
        if self.merged is not None and self._is_in_memory(operation):
            return self.merged
        return self.open()

    def _is_in_memory(self, operation: Operation) -> bool:
        return self.merged is not None and (self.syntax_only or not reads_named_graphs(operation))

    def open(self) -> Store:
        """The store on disk, with the merged graph and all others."""
        if self._on_disk is None:
            self._on_disk = Store.read_only(str(self._path))
        return self._on_disk


def reads_named_graphs(operation: Operation) -> bool:
    """Whether an operation may read other graphs than the merged one.

    It says so by GRAPH or FROM (SPARQL 1.1 Query Language, section 13), or by the protocol's dataset.
    """
    if operation.default_graphs or operation.named_graphs:
        return True
    lowered = operation.query.lower()
    if not any(word in lowered for word in _GRAPH_KEYWORDS):
        return False
    return any(match[1] for match in _GRAPH_KEYWORD.finditer(operation.query))
