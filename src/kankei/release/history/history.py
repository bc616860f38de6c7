"""History in a release: the releases up to it, and the things that were removed on the way."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from kankei.errors import BrokenRelease
from kankei.localisation import Labels
from kankei.release.document_index import json_line

HISTORY = "history.json"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True)
class PastRelease:
    """A release: its version and moment, and how many things were added, changed and removed by it."""

    version: str
    moment: str
    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True)
class RemovedThing:
    """A thing that was published once: when it appeared and was removed, its labels and class."""

    iri: str
    issued: str
    moment: str
    kind: str
    labels: Labels


@dataclass(frozen=True)
class History:
    """Releases, the newest first, and removed things by their path.

    `complete_since` is the moment of the release from which on all changes are known.
    """

    releases: tuple[PastRelease, ...] = ()
    removed: Mapping[str, RemovedThing] = field(default_factory=dict)
    complete_since: str = ""

    def json(self) -> bytes:
        """The history in its canonical form, a release or removed thing a line."""
        releases = b",\n".join(json_line(asdict(release)) for release in self.releases)
        removed = b",\n".join(
            json_line(path) + b":" + json_line(asdict(self.removed[path])) for path in sorted(self.removed)
        )
        since = json_line(self.complete_since)
        return b'{"complete_since":%b,"releases":[\n%b\n],"removed":{\n%b\n}}\n' % (since, releases, removed)

    def with_release(self, release: PastRelease) -> Self:
        """The history up to one more release."""
        return replace(self, releases=(release, *self.releases))

    def at(self, moment: str) -> PastRelease | None:
        """The release of a moment."""
        return next((release for release in self.releases if release.moment == moment), None)

    def release(self, version: str) -> PastRelease | None:
        """The release of a version."""
        return next((release for release in self.releases if release.version == version), None)

    def before(self, release: PastRelease) -> PastRelease | None:
        """The release before one."""
        place = self.releases.index(release)
        return next(iter(self.releases[place + 1 :]), None)


def read_history(content: bytes, file: Path) -> History:
    """The history in a file; raises `BrokenRelease`."""
    try:
        values: dict[str, Any] = json.loads(content)
        releases = tuple(PastRelease(**row) for row in values["releases"])
        removed = {path: RemovedThing(**row) for path, row in values["removed"].items()}
        history = History(releases, removed, values["complete_since"])
        if not _is_plausible(history):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenRelease("the history is not one", str(file)) from error
    return history


def _is_plausible(history: History) -> bool:
    """Whether versions and moments have the forms that a build writes: versions become names of folders."""
    moments = [release.moment for release in history.releases]
    moments += [thing.moment for thing in history.removed.values()]
    return all(_VERSION.fullmatch(release.version) for release in history.releases) and all(
        _MOMENT.fullmatch(moment) for moment in (*moments, history.complete_since)
    )
