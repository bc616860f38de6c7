"""File objects that take a serialised result: a spool of limited size, and a check of XML."""

import os
import re
from typing import IO

from kankei.engine.limits import KIB
from kankei.engine.result_file import read_bytes, write_bytes
from kankei.errors import TooLarge

INLINE = 64 * KIB
"""A result up to this size is sent with its status, without the file."""

# No Char of XML 1.0 (section 2.2), in UTF-8; and the name that Oxigraph gives a property whose IRI has no
# local name (RDF 1.1 XML Syntax, section 6).
_ILL_FORMED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix:[ />]")
_LONGEST_ILL_FORMED = 11


class Spool:
    """A binary file object of at most `limit` bytes: in memory while it is small, else in a shared file."""

    def __init__(self, descriptor: int, limit: int) -> None:
        self._descriptor = descriptor
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self.spooled = 0
        """Bytes in the file; 0 while the result is in memory."""

    def write(self, data: bytes) -> int:
        """Write a part of the result; raises `TooLarge` at the limit, and ever after."""
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"the result is larger than the {self._limit} bytes that one may have")
        if self.spooled or self._size > INLINE:
            self._spill(data)
        else:
            self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is buffered that `body` and the file do not hold."""

    def reset(self) -> None:
        """Forget what was written."""
        self._parts.clear()
        self._size = self.spooled = 0

    @property
    def overflowed(self) -> bool:
        """Whether something was written that did not fit: then the result is not whole."""
        return self._size > self._limit

    @property
    def body(self) -> bytes:
        """The result, when it is not in the file."""
        return b"".join(self._parts)

    def _spill(self, data: bytes) -> None:
        if not self.spooled:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        for part in (*self._parts, data):
            write_bytes(self._descriptor, part)
            self.spooled += len(part)
        self._parts.clear()


class XmlOutput:
    """A binary file object that passes XML on to a spool and records whether it is well-formed.

    A result that XML cannot hold is refused, since half a document is no result. A carriage return is written
    as a reference, since a parser reads the character itself as a line feed (XML 1.0, section 2.11).
    """

    def __init__(self, spool: "Spool | IO[bytes]") -> None:
        self._spool = spool
        self._tail = b""
        self.ill_formed = False

    def write(self, data: bytes) -> int:
        """Write a part of the result; something ill-formed may begin in one part and end in the next."""
        self.ill_formed = self.ill_formed or _ILL_FORMED.search(self._tail + data) is not None
        self._tail = (self._tail + data)[-_LONGEST_ILL_FORMED:]
        self._spool.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""


def read_spool(descriptor: int, size: int) -> bytes:
    """The first `size` bytes of a spool's file, which is then emptied."""
    body = read_bytes(descriptor, 0, size)
    os.ftruncate(descriptor, 0)
    return body
