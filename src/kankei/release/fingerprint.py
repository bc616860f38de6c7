"""Whether a store holds exactly the statements of the dumps, told without sorting either."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import BuildFailed

_MODULUS = 2**128


@dataclass
class Fingerprint:
    """The number of lines, and the sum of their hashes: the same for the same lines in any order."""

    count: int = 0
    total: int = 0

    def add(self, lines: Iterable[bytes]) -> None:
        """Take in lines, without their line ends."""
        for line in lines:
            self.count += 1
            self.total += int.from_bytes(blake2b(line, digest_size=16).digest())
        self.total %= _MODULUS


class _Lines:
    """A file to write to, which takes the fingerprint of what is written."""

    def __init__(self) -> None:
        self.fingerprint = Fingerprint()
        self._rest = b""

    def write(self, data: bytes) -> int:
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.fingerprint.add(lines)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: a line is complete when its end is written."""


def compare(store: ox.Store, dumps: Iterable[Path]) -> tuple[int, ...]:
    """The number of lines of each dump; refuses a store that does not hold these lines, and no others."""
    stored = _Lines()
    store.dump(stored, ox.RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it is only written to
    published, counts = Fingerprint(), []
    for dump in dumps:
        before = published.count
        with dump.open("rb") as lines:
            published.add(line.removesuffix(b"\n") for line in lines)
        counts.append(published.count - before)
    if stored.fingerprint != published:
        message = f"it holds {stored.fingerprint.count} statements, the dumps {published.count}"
        raise BuildFailed(f"the store differs from what is published: {message}")
    return tuple(counts)
