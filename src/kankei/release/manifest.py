"""Manifest of a release: version, counts, and the size and hash of every file but the store's."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, Self

from kankei.errors import BrokenRelease
from kankei.namespaces import Base

MANIFEST = "manifest.json"
STORE = "store"
_PLAIN = re.compile(r"[A-Za-z0-9.-]*")
_WEB = re.compile(r"https?://[^\s\x00-\x20<>\"{}|\\^`]+/")


@dataclass(frozen=True)
class FileEntry:
    """A file's size in bytes and its sha256 in hexadecimal digits."""

    size: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> Self:
        """The entry of a file as it is now."""
        with file.open("rb") as content:
            return cls(file.stat().st_size, file_digest(content, "sha256").hexdigest())


@dataclass(frozen=True)
class FileState:
    """What differs between a file and a changed one, or another in its place, without reading either."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """The state of a file by its status."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    @property
    def modified_s(self) -> float:
        """Seconds since 1970 at its last change."""
        return self.modified_ns / 1e9


@dataclass(frozen=True)
class Manifest:
    """Version and counts; `quads` counts the statements of the named graphs, `triples` of their merge.

    `graphs` has those of each named graph.
    """

    version: str
    base: Base
    triples: int
    quads: int
    programmes: int
    ontology_version: str
    files: Mapping[str, FileEntry]
    graphs: Mapping[str, int]

    def json(self) -> bytes:
        """The manifest in its canonical form: keys in order, one entry a line."""
        content = {**asdict(self), "base": self.base.iri}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def read_manifest(release: Path) -> Manifest:
    """The manifest of a release folder."""
    file = release / MANIFEST
    try:
        content: dict[str, Any] = json.loads(file.read_bytes())
        files = {name: FileEntry(**entry) for name, entry in content.pop("files").items()}
        manifest = Manifest(**{**content, "base": Base(content["base"]), "files": files})
        if not _is_plausible(manifest):
            raise ValueError
    except FileNotFoundError as error:
        raise BrokenRelease("there is no release here: its manifest is missing", str(file)) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenRelease("the manifest is not one", str(file)) from error
    return manifest


def _is_plausible(manifest: Manifest) -> bool:
    """Whether the values of a manifest have the types and forms that a build writes."""
    texts = (manifest.version, manifest.ontology_version)
    counts = (manifest.triples, manifest.quads, manifest.programmes, *manifest.graphs.values())
    return (
        all(isinstance(text, str) and _PLAIN.fullmatch(text) for text in texts)
        and all(type(count) is int and count >= 0 for count in counts)
        and sum(manifest.graphs.values()) == manifest.quads
        and isinstance(manifest.base.iri, str)
        and _WEB.fullmatch(manifest.base.iri) is not None
    )


def published_files(release: Path) -> Iterator[str]:
    """The names of the files in a release folder that a manifest lists, in order."""
    for file in sorted(release.rglob("*")):
        name = file.relative_to(release).as_posix()
        if not file.is_dir() and name != MANIFEST and not name.startswith(f"{STORE}/"):
            yield name


def check_sizes(release: Path, manifest: Manifest) -> dict[str, FileState]:
    """The state of each file; raises `BrokenRelease` for a missing or unexpected one, or another size."""
    present = frozenset(published_files(release))
    for name in sorted(present.symmetric_difference(manifest.files)):
        missing = name in manifest.files
        sentence = "the file is missing" if missing else "the manifest does not list this file"
        raise BrokenRelease(sentence, str(release / name))
    states = {}
    for name, entry in manifest.files.items():
        if (release / name).is_symlink():
            raise BrokenRelease("the file is a link to another", str(release / name))
        states[name] = FileState.of((release / name).stat())
        size = states[name].size
        if size != entry.size:
            raise BrokenRelease(f"the file has {size} bytes, not {entry.size}", str(release / name))
    if not (release / STORE).is_dir():
        raise BrokenRelease("the store is missing", str(release / STORE))
    return states


def check_hashes(release: Path, manifest: Manifest, limit: int | None = None) -> None:
    """Raise `BrokenRelease` for a file whose SHA-256 is not that of the manifest.

    With a limit only the smallest files are read, as many as have so many bytes together.
    """
    total = 0
    for name, entry in sorted(manifest.files.items(), key=lambda file: file[1].size):
        total += entry.size
        if limit is not None and total > limit:
            return
        if FileEntry.of(release / name) != entry:
            raise BrokenRelease("the file's sha256 is not that of the manifest", str(release / name))
