"""Earlier releases: which there were, and the files of those that are kept beside the one that is served."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from kankei.errors import BrokenRelease, Gone, UnknownResource
from kankei.release.history.history import HISTORY, History, PastRelease, RemovedThing, read_history
from kankei.release.history.moments import date_of
from kankei.release.manifest import MANIFEST
from kankei.release.reader import Release


@dataclass(frozen=True)
class PastReleases:
    """The releases up to the one that is served, by the history in it.

    Only releases of this history are read, so that nothing else in their folder is ever served.
    """

    release: Release
    public_url: str
    _opened: dict[str, Release] = field(default_factory=dict)

    @cached_property
    def history(self) -> History:
        """The history in the release; of one without it the release alone."""
        if HISTORY not in self.release.manifest.files:
            return History((PastRelease(self.release.manifest.version, ""),))
        return read_history(self.release.read(HISTORY), self.release.path / HISTORY)

    def address(self, version: str) -> str:
        """The permanent address of a release."""
        return f"{self.public_url}releases/{version}/"

    def is_kept(self, version: str) -> bool:
        """Whether the files of a release are here."""
        is_served = version == self.release.manifest.version
        return is_served or (self.release.path.parent / version / MANIFEST).is_file()

    def known(self, version: str) -> PastRelease:
        """A release of the history; raises `UnknownResource`."""
        past = self.history.release(version)
        if past is None:
            raise UnknownResource("there has been no such release", f"/releases/{version}")
        return past

    def open(self, version: str) -> Release:
        """The files of a release; raises `UnknownResource`, and `Gone` for one that is no longer kept."""
        past = self.known(version)
        if version == self.release.manifest.version:
            return self.release
        if not self.is_kept(version):
            self._opened.pop(version, None)
            message = f"the release of {date_of(past.moment)} is no longer kept here"
            raise Gone(
                message, f"/releases/{version}", (f"{self.public_url}releases", f"{self.public_url}catalog")
            )
        if version not in self._opened:
            opened = Release.open_files(self.release.path.parent / version)
            if opened.manifest.version != version or opened.manifest.base != self.release.manifest.base:
                raise BrokenRelease("the manifest is that of another release", str(opened.path))
            self._opened[version] = opened
        return self._opened[version]

    def kept(self) -> Iterator[Release]:
        """The releases whose files are here and whole, the newest first."""
        for past in self.history.releases:
            with suppress(Gone, BrokenRelease):
                yield self.open(past.version)

    @property
    def removed(self) -> Mapping[str, RemovedThing]:
        """The things that were removed, by path."""
        return self.history.removed

    def gone(self, path: str) -> Gone:
        """Why a thing that was removed is not here: when, and in which release; the last release with it."""
        thing = self.history.removed[path]
        by = self.history.at(thing.moment)
        last = self.history.before(by) if by else None
        offered = [self.address(release.version) for release in (last, by) if release]
        message = f"this was removed on {date_of(thing.moment)}"
        if by:
            message += f", by release {by.version}"
        return Gone(message, path, (*offered, f"{self.public_url}feed"))
