"""A release on disk: opened for reading, or verified against its manifest; imports nothing of the build."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from pathlib import Path
from shutil import copyfileobj
from typing import Self

import pyoxigraph as ox

from kankei.errors import BrokenRelease, BuildFailed
from kankei.localisation import Labels
from kankei.release.document_index import Document, read_index
from kankei.release.manifest import (
    STORE,
    FileState,
    Manifest,
    check_hashes,
    check_sizes,
    read_manifest,
)
from kankei.release.profile_views import PROFILES, RDF_PROFILES, Profile, ViewIndex, read_views

INDEX = "documents.json"
TRIPLES = "dumps/kankei.nt"
QUADS = "dumps/kankei.nq"
RECORDS = "records.nt"
"""The dates of documents, as statements."""


@dataclass(frozen=True)
class Release:
    """An opened release; its files are immutable."""

    path: Path
    manifest: Manifest
    documents: Mapping[str, Document]
    labels: Mapping[str, Labels]
    states: Mapping[str, FileState]
    """The state of each file as it was opened."""
    views: Mapping[str, ViewIndex] = field(default_factory=dict)
    """The index of each profile's views, by the profile's name."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """The release in a folder, or behind a link such as ``current``; its files' sizes are checked."""
        files = cls.open_files(path)
        folder, manifest, states = files.path, files.manifest, files.states
        try:
            index = read_index(folder / INDEX)
            slices_fit = _slices_fit(index.documents, manifest)
            views = {row.name: read_views(folder / row.index) for row in PROFILES if row.index in states}
            views_fit = all(
                views[row.name].fits(manifest.files[row.lines].size) for row in PROFILES if row.name in views
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BrokenRelease("the index of documents is not one", str(folder / INDEX)) from error
        if not slices_fit or not views_fit:
            raise BrokenRelease("a document lies outside of the dump", str(folder / INDEX))
        documents = {document.path: document for document in index.documents}
        return cls(folder, manifest, documents, index.labels, states, views)

    @classmethod
    def open_files(cls, path: Path) -> Self:
        """The release in a folder for its files alone: without documents, labels and views."""
        try:
            folder = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # the latter of a link to itself, before Python 3.13
            raise BrokenRelease("there is no release here", str(path)) from error
        manifest = read_manifest(folder)
        return cls(folder, manifest, {}, {}, check_sizes(folder, manifest))

    @property
    def store_path(self) -> Path:
        """The folder of the store, to be opened read-only."""
        return self.path / STORE

    def triples(self, path: str) -> bytes:
        """The N-Triples of the document at a path such as ``programme/two-region-living``."""
        document = self.documents[path]
        line_end = min(document.offset, 1)
        with self.open_file(TRIPLES) as dump:
            block = dump.read(document.offset - line_end, line_end + document.length)
        lines = block[line_end:]
        if block[:line_end] != b"\n"[:line_end] or not _describes(document, lines):
            raise BrokenRelease(f"the dump has something else in place of {path}", str(self.file(TRIPLES)))
        return lines

    def profiles(self, path: str) -> tuple[Profile, ...]:
        """The profiles beside the native one in which the document at a path is offered."""
        return tuple(row for row in PROFILES if row.name in self.views and path in self.views[row.name].views)

    def view(self, profile: Profile, path: str) -> bytes:
        """The N-Triples, or the record, of the document at a path in a profile; raises `KeyError` without."""
        with self.open_file(profile.lines) as lines:
            return b"".join(lines.read(*part) for part in self.views[profile.name].slices(path))

    @property
    def view_files(self) -> tuple[Path, ...]:
        """The files of statements that the merged graph holds beside those of the dump."""
        names = (RECORDS, *(row.lines for row in RDF_PROFILES))
        return tuple(self.file(name) for name in names if name in self.manifest.files)

    def read(self, name: str) -> bytes:
        """The content of a file that the manifest lists."""
        with self.open_file(name) as file:
            return file.read(0, file.state.size)

    def open_file(self, name: str) -> "OpenFile":
        """A file that the manifest lists, to be read."""
        path = self.file(name)
        try:
            file = OpenFile(path.open("rb", buffering=0), self.states[name])
        except OSError as error:
            raise BrokenRelease(f"the file cannot be read: {error.strerror}", str(path)) from error
        try:
            file.check()
        except BrokenRelease:
            file.file.close()
            raise
        return file

    def file(self, name: str) -> Path:
        """The path of a file that the manifest lists."""
        if name not in self.manifest.files:
            raise KeyError(name)
        return self.path / name


@dataclass(frozen=True)
class OpenFile:
    """A file of a release; a read raises `BrokenRelease` if it has changed since the release was opened."""

    file: FileIO
    state: FileState

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def check(self) -> None:
        """Raise `BrokenRelease` if the file has changed."""
        if FileState.of(os.fstat(self.file.fileno())) != self.state:
            raise BrokenRelease("the file has changed since the release was opened", str(self.file.name))

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from a position on."""
        content = os.pread(self.file.fileno(), length, start)
        self.check()
        if len(content) != length:
            raise BrokenRelease("the file ends too early", str(self.file.name))
        return content


def _slices_fit(documents: Iterable[Document], manifest: Manifest) -> bool:
    """Whether every document is a range of the dump."""
    size = manifest.files[TRIPLES].size
    return all(d.offset >= 0 and d.length > 0 and d.offset + d.length <= size for d in documents)


def _describes(document: Document, lines: bytes) -> bool:
    """Whether lines end with one, and the first and the last are about the document's subject."""
    subjects = (f"<{document.iri}>".encode(), f"<{document.iri}#".encode())
    last = lines[lines.rfind(b"\n", 0, -1) + 1 :]
    return lines.endswith(b"\n") and lines.startswith(subjects) and last.startswith(subjects)


def verify(path: Path) -> Manifest:
    """Check a release to the last byte: sizes, hashes, and each statement of its store against the dumps."""
    release = Release.open(path)
    check_hashes(release.path, release.manifest)
    try:
        store = ox.Store.read_only(str(release.store_path))
        check_store(store, (release.file(TRIPLES), release.file(QUADS)), release.view_files)
    except (OSError, RuntimeError) as error:
        raise BrokenRelease("the store cannot be read", str(release.store_path)) from error
    except BuildFailed as error:
        raise BrokenRelease(error.message, str(release.store_path)) from error
    return release.manifest


@dataclass
class Fingerprint:
    """The number of lines written to it and the sum of their hashes: equal for equal lines in any order.

    The hash is Python's own, whose seed each process chooses: compare fingerprints of one process only.
    """

    count: int = 0
    total: int = 0
    incomplete_line: bytes = b""

    def write(self, data: bytes) -> int:
        """Add lines, of which the last may be continued by the next call."""
        *lines, self.incomplete_line = (self.incomplete_line + data).split(b"\n")
        self.count += len(lines)
        self.total = (self.total + sum(map(hash, lines))) % 2**64
        return len(data)

    def flush(self) -> None:
        """Nothing to do: a line is complete when its end is written."""


def check_store(store: ox.Store, dumps: Sequence[Path], views: Iterable[Path] = ()) -> None:
    """Raise `BuildFailed` unless the statements of a store are those that are published.

    The first of the dumps holds those of the merged graph, but for what the views add; the second the others.
    """
    stored, published = Fingerprint(), Fingerprint()
    store.dump(stored, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it is only written to
    for dump in dumps:
        with dump.open("rb") as lines:
            copyfileobj(lines, published)
    published.write(b"".join(sorted(_added_lines(dumps[0], views))))
    if stored != published:
        message = f"it holds {stored.count} statements, the dumps {published.count}"
        raise BuildFailed(f"the store differs from what is published: {message}")


def check_count(store: ox.Store, dumps: Sequence[Path], views: Iterable[Path] = ()) -> tuple[int, ...]:
    """The number of statements that are published: of the merged graph, and of the named graphs.

    The dumps and views are those of `check_store`. Raises `BuildFailed` unless a store has as many.
    """
    counts = [_line_count(dump) for dump in dumps]
    counts[0] += len(_added_lines(dumps[0], views))
    if len(store) != sum(counts):
        message = f"it holds {len(store)} statements, the dumps {sum(counts)}"
        raise BuildFailed(f"the store differs from what is published: {message}")
    return tuple(counts)


def _line_count(file: Path) -> int:
    with file.open("rb") as content:
        return sum(part.count(b"\n") for part in iter(partial(content.read, 1 << 20), b""))


def _added_lines(dump: Path, views: Iterable[Path]) -> set[bytes]:
    """The lines of the views that the dump does not have."""
    added = {line for view in views for line in view.read_bytes().splitlines(keepends=True)}
    with dump.open("rb") as lines:
        added.difference_update(lines)
    return added
