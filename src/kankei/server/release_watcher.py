"""The release to serve: opened and checked, and looked after in case another takes its place."""

import os
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import UsageError
from kankei.namespaces import Base
from kankei.release.manifest import MANIFEST
from kankei.release.reader import Release

Sighting = tuple[str, int, int]
"""Where a link leads, and which manifest is there: its inode and when it was written."""


@dataclass
class ReleaseWatcher:
    """A release's folder, or a link such as ``current`` that is moved from one release to the next."""

    path: Path
    base: Base | None = None
    """What a release must have as its base, if anything."""
    _seen: Sighting | None = None

    def open(self) -> Release:
        """The release that is here now, its files' sizes checked."""
        self._seen = self._look()
        release = Release.open(self.path)
        found = release.manifest.base
        if self.base and found != self.base:
            message = f"the release was built for {found.iri}, not for {self.base.iri}"
            raise UsageError(f"{message}; build another with: kankei build --base {self.base.iri}", "--base")
        return release

    def moved(self) -> bool:
        """Whether another release is here than when one was last opened, or refused."""
        sighting = self._look()
        return sighting is not None and sighting != self._seen

    def _look(self) -> Sighting | None:
        """What is here, or none where there is nothing: half a second later there may be."""
        try:
            manifest = (self.path / MANIFEST).stat()
            return os.path.realpath(self.path), manifest.st_ino, manifest.st_mtime_ns
        except OSError:
            return None
