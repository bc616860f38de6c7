"""A release on disk: opened for reading, or verified against its manifest; imports nothing of the build."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from kankei.errors import BrokenRelease, BuildFailed
from kankei.localisation import Labels
from kankei.release.document_index import Document, read_index
from kankei.release.manifest import STORE, Manifest, check_hashes, check_sizes, read_manifest

INDEX = "documents.json"
TRIPLES = "dumps/kankei.nt"
QUADS = "dumps/kankei.nq"
_MODULUS = 2**128


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
        try:
            folder = path.resolve()
        except (OSError, RuntimeError) as error:
            raise BrokenRelease("the link to the release leads back to itself", str(path)) from error
        manifest = read_manifest(folder)
        check_sizes(folder, manifest)
        try:
            index = read_index(folder / INDEX)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
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
    """The number of lines and the sum of their hashes: equal for equal lines in any order."""

    count: int = 0
    total: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Add lines, without their line ends."""
        for line in lines:
            self.count += 1
            self.total += int.from_bytes(blake2b(line, digest_size=16).digest())
        self.total %= _MODULUS


class _FingerprintWriter:
    """A writable file object that computes the fingerprint of the lines written to it."""

    def __init__(self) -> None:
        self.fingerprint = Fingerprint()
        self._incomplete_line = b""

    def write(self, data: bytes) -> int:
        *lines, self._incomplete_line = (self._incomplete_line + data).split(b"\n")
        self.fingerprint.add(lines)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: a line is complete when its end is written."""


def check_store(store: ox.Store, dumps: Iterable[Path]) -> tuple[int, ...]:
    """The number of lines of each dump; raises `BuildFailed` unless these are the store's statements."""
    stored = _FingerprintWriter()
    store.dump(stored, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it is only written to
    published, counts = Fingerprint(), []
    for dump in dumps:
        before = published.count
        with dump.open("rb") as lines:
            published.add(line.removesuffix(b"\n") for line in lines)
        counts.append(published.count - before)
    if stored.fingerprint != published:
        message = f"it holds {stored.fingerprint.count} statements, the dumps {published.count}"
        raise BuildFailed(f"the store differs from what is published: {message}")
    return tuple(counts)
