"""The release before a new one, opened for comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kankei.errors import BrokenRelease
from kankei.namespaces import Base
from kankei.release.document_index import Document
from kankei.release.history.changes import CHANGES
from kankei.release.history.history import HISTORY, History, PastRelease, read_history
from kankei.release.manifest import FileEntry
from kankei.release.reader import INDEX, TRIPLES, Release


@dataclass(frozen=True)
class PreviousRelease:
    """The documents, the changes and the history of a release that others follow."""

    release: Release
    history: History
    changes: bytes
    """The lines of its `changes.jsonl`."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """The release in a folder or behind a link; raises `BrokenRelease`, also for one without history."""
        release = Release.open(path)
        for name in (INDEX, HISTORY, CHANGES, TRIPLES):
            if name not in release.manifest.files:
                raise BrokenRelease("the release before has no history", str(release.path / name))
            if FileEntry.of(release.path / name) != release.manifest.files[name]:
                raise BrokenRelease("the file's sha256 is not that of the manifest", str(release.path / name))
        history = read_history(release.read(HISTORY), release.path / HISTORY)
        if history.release(release.manifest.version) is None:
            raise BrokenRelease("the history does not know its own release", str(release.path / HISTORY))
        return cls(release, history, release.read(CHANGES))

    @property
    def base(self) -> Base:
        """The base of its things."""
        return self.release.manifest.base

    @property
    def newest(self) -> PastRelease:
        """The release itself, as its history has it."""
        return self.history.releases[0]

    @property
    def documents(self) -> Mapping[str, Document]:
        """Its documents by path."""
        return self.release.documents

    def lines(self, path: str) -> bytes:
        """The N-Triples of a document; those of the ontology's terms for the empty path."""
        if path:
            return self.release.triples(path)
        with self.release.open_file(TRIPLES) as dump:
            return dump.read(0, min(document.offset for document in self.documents.values()))
