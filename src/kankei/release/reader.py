"""A release as a server reads it from disk: nothing of the pipeline that built it is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from kankei.errors import BrokenRelease, BuildFailed
from kankei.release.document_index import Document, Labels, read_index
from kankei.release.fingerprint import compare
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
        compare(store, (release.file(TRIPLES), release.file(QUADS)))
    except (OSError, RuntimeError) as error:
        raise BrokenRelease("the store cannot be read", str(release.store_path)) from error
    except BuildFailed as error:
        raise BrokenRelease(error.message, str(release.store_path)) from error
    return release.manifest
