"""A representation whose body stays in a file: read in parts while it is sent, encoded into another file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from kankei.engine.result_file import ResultFile
from kankei.web.http.negotiation import stream_encoder
from kankei.web.responses.representation import Representation, coded_tag

_PART = 256 * 1024


@dataclass(frozen=True)
class LargeRepresentation(Representation):
    """A representation of which only a part is in memory at a time; `body` is empty."""

    in_memory: ClassVar[bool] = False
    file: ResultFile = field(kw_only=True)

    @classmethod
    def of(cls, representation: Representation, file: ResultFile) -> Self:
        """A representation with the content of a file as its body instead."""
        return cls(representation.headers, b"", representation.tag, representation.coding, file=file)

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return self.file.size

    def read(self, start: int, end: int) -> bytes:
        """A part of the body."""
        return self.file.read(start, end)

    def encoded(self, coding: str) -> Self:
        """The same in a content coding, in a file of its own; raises `Overloaded` where none can be had."""
        headers = {**self.headers, "Content-Encoding": coding}
        tag = coded_tag(self.tag, coding) if self.tag else ""
        file = ResultFile.of(_encoded(self.file, coding))
        return replace(self, headers=headers, tag=tag, coding=coding, file=file)


def _encoded(file: ResultFile, coding: str) -> Iterator[bytes]:
    encoder = stream_encoder(coding)
    for start in range(0, file.size, _PART):
        yield encoder.compress(file.read(start, min(start + _PART, file.size)))
    yield encoder.flush()
