"""Where a worker puts a result: in memory while it is small, else in a nameless file shared with the pool."""

import os
import tempfile

from kankei.engine.limits import KIB
from kankei.errors import EngineFailed, TooLarge

INLINE = 64 * KIB
"""A result up to this size travels with its status, without the file."""


def anonymous_file() -> int:
    """The descriptor of a file without a name, in memory where the platform has such."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("kankei")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Spool:
    """A binary file object that takes at most `limit` bytes."""

    def __init__(self, descriptor: int, limit: int) -> None:
        self._descriptor = descriptor
        self._limit = limit
        self._held: list[bytes] = []
        self._size = 0
        self.spooled = 0

    def write(self, data: bytes) -> int:
        """Take what the serialiser writes; raises `TooLarge` at the limit, and ever after."""
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"the result is larger than the {self._limit} bytes that one may have")
        if self.spooled or self._size > INLINE:
            self._spill(data)
        else:
            self._held.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    @property
    def overflown(self) -> bool:
        """Whether something was written that did not fit: then the result is not whole."""
        return self._size > self._limit

    @property
    def body(self) -> bytes:
        """The result, when it is not in the file."""
        return b"".join(self._held)

    def _spill(self, data: bytes) -> None:
        if not self.spooled:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        for part in (*self._held, data):
            self._write_all(part)
        self._held.clear()

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(self._descriptor, view)
            self.spooled += written
            view = view[written:]


def take(descriptor: int, size: int) -> bytes:
    """The first bytes of a spool, which is emptied."""
    parts: list[bytes] = []
    while size:
        part = os.pread(descriptor, size, sum(map(len, parts)))
        if not part:
            raise EngineFailed("a result is shorter than its worker said")
        parts.append(part)
        size -= len(part)
    os.ftruncate(descriptor, 0)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def take_and_close(descriptor: int, size: int) -> bytes:
    """As `take`, through a descriptor that nobody needs afterwards."""
    try:
        return take(descriptor, size)
    finally:
        os.close(descriptor)
