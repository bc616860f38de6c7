"""References from one path of this server to another (RFC 3986, section 4.2), right under any prefix.

A proxy may map a path such as ``/support/`` to this server's ``/`` without its knowing: a reference that
climbs to the server's root and descends again still leads where it should.
"""

from collections.abc import Mapping
from typing import Any


def relative(from_path: str, to_path: str) -> str:
    """A reference from the resource at a path to another; what is no path of this server stays as it is."""
    if not to_path.startswith("/"):
        return to_path
    # "./", where there is nothing to climb: a first segment with a colon would read as a scheme.
    return ("../" * depth(from_path) or "./") + to_path[1:]


def depth(path: str) -> int:
    """How many folders a path is below the server's root."""
    return max(path.count("/") - 1, 0)


def own_path(scope: Mapping[str, Any]) -> str:
    """The path of a request as its client wrote it, by which references are resolved: ``%2F`` is no slash."""
    written: bytes = scope.get("raw_path") or b""
    path: str = scope["path"]
    return written.partition(b"?")[0].decode("latin-1") or path
