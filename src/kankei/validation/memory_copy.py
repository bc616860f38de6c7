"""Where a data graph is while it is validated: copied from disk into memory, if the machine has the room.

A set-at-a-time query looks up every focus node in turn, which from disk takes four times as long, and longer
still once the store is larger than what is kept of its blocks.
"""

from pathlib import Path

import pyoxigraph as ox

_BYTES_A_TRIPLE = 420  # measured in a store in memory, one graph alone
_SHARE = 2  # of what is free, this fraction may be taken
_CONTAINER = Path("/sys/fs/cgroup/memory.max")
_COUNT = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"


def in_memory(store: ox.Store) -> ox.Store:
    """A store's default graph copied into memory, if that takes at most half of what is free; else the store.

    What is free is what Linux says, and at most what the container may have; elsewhere it is not known, and
    the store stays where it is.
    """
    if _triples(store) * _BYTES_A_TRIPLE * _SHARE > free_memory():
        return store
    copy = ox.Store()
    copy.bulk_extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return copy


def free_memory() -> int:
    """Bytes of memory that can be taken without swapping; 0 where nobody knows."""
    try:
        available = _available()
        most = _CONTAINER.read_text(encoding="ascii").strip() if _CONTAINER.is_file() else "max"
    except (OSError, ValueError):
        return 0
    return available if most == "max" else min(available, int(most))


def _available() -> int:
    """MemAvailable of proc(5): free memory and what the kernel would give back."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    return 0


def _triples(store: ox.Store) -> int:
    (row,) = store.query(_COUNT)  # type: ignore[misc]
    return int(row["triples"].value)
