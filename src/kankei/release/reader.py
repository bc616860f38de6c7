"""A release on disk: opened for reading, or verified against its manifest; imports nothing of the build."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from shutil import copyfileobj
from typing import Self

import pyoxigraph as ox

from kankei.errors import BrokenRelease, BuildFailed
from kankei.localisation import Labels
from kankei.release.document_index import Document, read_index
from kankei.release.manifest import STORE, Manifest, check_hashes, check_sizes, read_manifest

INDEX = "documents.json"
TRIPLES = "dumps/kankei.nt"
QUADS = "dumps/kankei.nq"


@dataclass(frozen=True)
class Release:
    """An opened release; its files are immutable."""

    path: Path
    manifest: Manifest
    documents: Mapping[str, Document]
    labels: Mapping[str, Labels]

    @classmethod
    def open(cls, path: Path) -> Self:
        """The release in a folder, or behind a link such as ``current``; its files' sizes are checked."""
        folder = path.resolve()
        manifest = read_manifest(folder)
        check_sizes(folder, manifest)
        try:
            index = read_index(folder / INDEX)
        except (ValueError, TypeError, KeyError) as error:
            raise BrokenRelease("the index of documents is not one", str(folder / INDEX)) from error
        return cls(folder, manifest, {d.path: d for d in index.documents}, index.labels)

    @property
    def store_path(self) -> Path:
        """The folder of the store, to be opened read-only."""
        return self.path / STORE

    def triples(self, path: str) -> bytes:
        """The N-Triples of the document at a path such as ``programme/two-region-living``."""
        document = self.documents[path]
        with self.file(TRIPLES).open("rb") as dump:
            dump.seek(document.offset)
            return dump.read(document.length)

    def file(self, name: str) -> Path:
        """The path of a file that the manifest lists."""
        if name not in self.manifest.files:
            raise KeyError(name)
        return self.path / name


def verify(path: Path) -> Manifest:
    """Check a release to the last byte: sizes, hashes, and each statement of its store against the dumps."""
    release = Release.open(path)
    check_hashes(release.path, release.manifest)
    try:
        store = ox.Store.read_only(str(release.store_path))
        check_store(store, (release.file(TRIPLES), release.file(QUADS)))
    except (OSError, RuntimeError) as error:
        raise BrokenRelease("the store cannot be read", str(release.store_path)) from error
    except BuildFailed as error:
        raise BrokenRelease(error.message, str(release.store_path)) from error
    return release.manifest


@dataclass
class Fingerprint:
    """The number of lines written to it and the sum of their hashes: equal for equal lines in any order."""

    count: int = 0
    total: int = 0
    incomplete_line: bytes = b""

    def write(self, data: bytes) -> int:
        """Add lines, of which the last may be continued by the next call."""
        *lines, self.incomplete_line = (self.incomplete_line + data).split(b"\n")
        self.count += len(lines)
        hashes = (int.from_bytes(blake2b(line, digest_size=16).digest()) for line in lines)
        self.total = (self.total + sum(hashes)) % 2**128
        return len(data)

    def flush(self) -> None:
        """Nothing to do: a line is complete when its end is written."""


def check_store(store: ox.Store, dumps: Iterable[Path]) -> tuple[int, ...]:
    """The number of lines of each dump; raises `BuildFailed` unless these are the store's statements."""
    stored, published, counts = Fingerprint(), Fingerprint(), []
    store.dump(stored, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it is only written to
    for dump in dumps:
        before = published.count
        with dump.open("rb") as lines:
            copyfileobj(lines, published)
        counts.append(published.count - before)
    if stored != published:
        message = f"it holds {stored.count} statements, the dumps {published.count}"
        raise BuildFailed(f"the store differs from what is published: {message}")
    return tuple(counts)
