"""Opens the release to serve, and notices when another takes its place."""

import os
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import UsageError
from kankei.namespaces import Base
from kankei.release.manifest import MANIFEST, check_hashes
from kankei.release.reader import Release

_HASHED_BYTES = 64 << 20
"""Bytes of a release that are hashed before it is served, unless all are."""


@dataclass
class ReleaseWatcher:
    """A release's folder, or a link such as ``current`` that is moved from one release to the next."""

    path: Path
    base: Base | None = None
    """What a release must have as its base, if anything."""
    verify: bool = False
    """Whether all files of a release are hashed."""
    _opened: tuple[str, int, int] | None = None

    def open(self) -> Release:
        """The release that is here now, the sizes of its files checked, and hashes of the smallest or all."""
        self._opened = self._fingerprint()
        release = Release.open(self.path)
        check_hashes(release.path, release.manifest, None if self.verify else _HASHED_BYTES)
        base = release.manifest.base
        if self.base and base != self.base:
            message = f"the release was built for {base.iri}, not for {self.base.iri}"
            raise UsageError(f"{message}; build another with: kankei build --base {self.base.iri}", "--base")
        return release

    def changed(self) -> bool:
        """Whether another release is here than when one was last opened, or refused."""
        fingerprint = self._fingerprint()
        return fingerprint is not None and fingerprint != self._opened

    def _fingerprint(self) -> tuple[str, int, int] | None:
        """The link's target and its manifest's inode and time, or none while there is no manifest."""
        try:
            manifest = (self.path / MANIFEST).stat()
            return os.path.realpath(self.path), manifest.st_ino, manifest.st_mtime_ns
        except OSError:
            return None
