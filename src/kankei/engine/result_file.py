"""A large result in a file, so that whoever sends it holds no more of it in memory than a part."""

import os
import weakref
from collections.abc import Iterable
from typing import Self

from kankei.errors import EngineFailed, Overloaded


def anonymous_file() -> int:
    """The descriptor of a file in memory without a name."""
    return os.memfd_create("kankei")


class ResultFile:
    """A result of `size` bytes in a file without a name, which is closed once nothing refers to it."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size
        weakref.finalize(self, os.close, descriptor)

    @property
    def descriptor(self) -> int:
        """The file's descriptor, open as long as this object lives."""
        return self._descriptor

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> Self:
        """A file with these parts; raises `Overloaded` where there is no descriptor left."""
        try:
            descriptor = anonymous_file()
        except OSError as error:
            raise Overloaded("the server has no descriptor left for the result") from error
        file = cls(descriptor, 0)
        for part in parts:
            write_bytes(descriptor, part)
            file.size += len(part)
        return file

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`; raises `EngineFailed` where the file has fewer."""
        return read_bytes(self._descriptor, start, end)


def write_bytes(descriptor: int, data: bytes) -> None:
    """Write all of some bytes to a file."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_bytes(descriptor: int, start: int, end: int) -> bytes:
    """The bytes of a file from `start` to before `end`; raises `EngineFailed` where it has fewer."""
    parts: list[bytes] = []
    while start < end:
        part = os.pread(descriptor, end - start, start)
        if not part:
            raise EngineFailed("a result is shorter than its worker said")
        parts.append(part)
        start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
