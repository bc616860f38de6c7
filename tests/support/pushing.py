"""Releases on their way to a service."""

from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.graph_store import GraphStore
from kankei.engine.remote.push import Push
from kankei.release.reader import Release

PART_BYTES = 100_000
"""So few that a small release goes in several parts."""


def pushing(release: Release, url: str, now: str = "1") -> Push:
    """A push of a release to a service."""
    names = GraphNames.of(release.manifest)
    store = GraphStore(url, url)
    return Push(release, store, names, lambda _what, _done, _total: None, PART_BYTES, lambda: now)


def pushed(release: Release, url: str, now: str = "1") -> Push:
    """The same, done."""
    push = pushing(release, url, now)
    push.write()
    push.check()
    push.finish()
    return push
