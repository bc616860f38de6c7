"""Representations that are kept, the least recently used given up first, within a number of bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_SHARE = 8
"""What is larger than this part of the whole is not kept: it would drive out too much else."""


class Sized(Protocol):
    """Anything that knows how many bytes it takes to keep."""

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        ...


Held = TypeVar("Held", bound=Sized)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Fill:
    """What a cache holds, and how it has fared."""

    entries: int
    bytes: int
    hits: int
    misses: int
    evictions: int


class LruCache(Generic[Key, Held]):
    """Keeps what fits into `most` bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._bytes = self._hits = self._misses = self._evictions = 0

    @property
    def fill(self) -> Fill:
        """What it holds now."""
        return Fill(len(self._held), self._bytes, self._hits, self._misses, self._evictions)

    def get(self, key: Key) -> Held | None:
        """What is kept under a key, which is then the most recently used."""
        found = self._held.get(key)
        if found is None:
            self._misses += 1
            return None
        self._hits += 1
        self._held.move_to_end(key)
        return found

    def admits(self, size: int) -> bool:
        """Whether something of that size would be kept."""
        return size * _SHARE <= self._most

    def put(self, key: Key, value: Held) -> None:
        """Keep something in place of what was under its key, if it is not too large."""
        self._drop(key)
        if not self.admits(value.size):
            return
        self._held[key] = value
        self._bytes += value.size
        while self._bytes > self._most:
            self._drop(next(iter(self._held)))
            self._evictions += 1

    def _drop(self, key: Key) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._bytes -= held.size
