"""Statements laid aside by document, until all of them are known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from weakref import finalize

import pyoxigraph as ox

Line = tuple[str, bytes]
"""A named graph's IRI and a line of N-Triples."""


class Spool:
    """A temporary file of statements; only their documents' positions are kept in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as the spool
        finalize(self, self._file.close)
        self._chunks: dict[str, list[tuple[int, int]]] = defaultdict(list)

    def add(self, document: str, placed: Iterable[tuple[ox.Triple, str]]) -> None:
        """Lay aside statements of one document, each with its named graph."""
        chunk = b"".join(f"{graph}\t{triple} .\n".encode() for triple, graph in placed)
        offset = self._file.seek(0, 2)
        self._file.write(chunk)
        self._chunks[document].append((offset, len(chunk)))

    def documents(self) -> Iterator[tuple[str, list[Line]]]:
        """Each document's path and its statements; documents in order, statements by graph, then line."""
        for document in sorted(self._chunks):
            lines = set()
            for offset, length in self._chunks[document]:
                self._file.seek(offset)
                lines.update(self._file.read(length).splitlines(keepends=True))
            yield document, sorted(_split(line) for line in lines)

    def __contains__(self, document: str) -> bool:
        return document in self._chunks


def _split(line: bytes) -> Line:
    graph, _, triple = line.partition(b"\t")
    return graph.decode(), triple
