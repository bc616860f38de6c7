"""Statements of a dataset on disk by document, from which dumps are written and a store is loaded."""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from weakref import finalize

import pyoxigraph as ox

from kankei.dataset.named_graphs import GraphedTriple
from kankei.dataset.statement_lines import END

Chunks = dict[str, list[tuple[int, int]]]
GraphLines = dict[bytes, list[bytes]]
"""Sorted lines of N-Quads by their named graph."""
_GRAPH = re.compile(rb" <[^<> ]*> \.\n")
"""The end of a line of N-Quads; in a literal a line break is escaped, so that it stands nowhere else."""


class StatementSpool:
    """A temporary file of N-Quads by document; only their offsets in the file are kept in memory."""

    def __init__(self, folder: Path | None = None, file: IO[bytes] | None = None) -> None:
        """A spool in a new file in a folder, or in an empty `file`, which its caller closes."""
        self._file = file or TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as the spool
        if file is None:
            finalize(self, _close, self._file)
        self.chunks: Chunks = defaultdict(list)
        """Offset and length of the lines of each document."""
        self._loaded = 0
        self.count = 0
        """The statements added, equal ones included."""

    def add(self, document: str, statements: Iterable[GraphedTriple]) -> None:
        """Append statements of one document, each with its named graph."""
        lines = [f"{triple} <{graph}> .\n" for triple, graph in statements]
        self.append(document, "".join(lines).encode(), len(lines))

    def append(self, document: str, lines: bytes, count: int) -> None:
        """Append lines of N-Quads, so many of them, about one document."""
        offset = self._file.seek(0, 2)
        self._file.write(lines)
        self.chunks[document].append((offset, len(lines)))
        self.count += count

    def absorb(self, file: Path, chunks: Chunks, count: int) -> None:
        """Append another spool's file with its chunks, and so many statements."""
        start = self._file.seek(0, 2)
        with file.open("rb") as lines:
            shutil.copyfileobj(lines, self._file, 1 << 20)
        for document, its in chunks.items():
            self.chunks[document] += [(start + offset, length) for offset, length in its]
        self.count += count

    def documents(self) -> Iterator[tuple[str, list[bytes], GraphLines]]:
        """Each document's path, ``""`` for what is outside ``id/…``; its triples; its quads by graph.

        All sorted: after its object each line goes on with a space, so that quads sort as their triples do.
        """
        for document in sorted(self.chunks):
            triples, graphs = [], defaultdict[bytes, list[bytes]](list)
            for line in sorted(self._lines(document)):
                triple, _, graph = line.rpartition(b" <")
                triples.append(triple)
                graphs[graph].append(line)
            lines = [triple + END for triple in dict.fromkeys(triples)]
            yield document, lines, dict(sorted((graph[:-4], quads) for graph, quads in graphs.items()))

    def _lines(self, document: str) -> set[bytes]:
        lines: set[bytes] = set()
        for offset, length in self.chunks[document]:
            self._file.seek(offset)
            lines.update(self._file.read(length).splitlines(keepends=True))
        return lines

    def load(self, store: ox.Store, *, graphs: bool = True) -> None:
        """Load what was added since the last call into a store's default graph, and into named graphs.

        Without `graphs` the default graph only, which takes half the time and memory.
        """
        self._file.flush()
        self._file.seek(self._loaded)
        merged: Any = _Merged(self._file)
        store.bulk_load(merged, ox.RdfFormat.N_TRIPLES, lenient=True)
        if graphs:
            self._file.seek(self._loaded)
            store.bulk_load(self._file, ox.RdfFormat.N_QUADS, lenient=True)
        self._loaded = self._file.seek(0, 2)

    def load_graphs(self, store: ox.Store, documents: Iterable[str]) -> None:
        """Load the statements of some documents into named graphs."""
        for document in documents:
            for offset, length in self.chunks[document]:
                self._file.seek(offset)
                store.bulk_load(self._file.read(length), ox.RdfFormat.N_QUADS, lenient=True)

    def __contains__(self, document: str) -> bool:
        return document in self.chunks


class _Merged:
    """A file of N-Quads read as N-Triples: the graph of each line is left out."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rest = b""

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._rest:
            lines = self._file.readlines(size)
            if not lines:
                return b""
            self._rest = _GRAPH.sub(b" .\n", b"".join(lines))
        part, self._rest = self._rest[:size], self._rest[size:]
        return part


def _close(file: IO[bytes]) -> None:
    """Close a temporary file; what is not written by then is of no use, so a full disk does not matter."""
    with suppress(OSError):
        file.close()
