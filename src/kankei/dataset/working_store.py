"""The store in which a dataset is queried while it is checked and written: in memory, where it fits."""

from pathlib import Path

import pyoxigraph as ox

BYTES_PER_TRIPLE = 420  # measured in a store in memory that holds one graph
MEMORY_FRACTION = 2  # a store may take one part in so many of the free memory
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_MEMINFO = Path("/proc/meminfo")


def open_working_store(statements: int, folder: Path | None, *, graphs: bool = True) -> ox.Store:
    """An empty store for so many statements, each in the default graph and, with `graphs`, in a named one.

    It is in memory without a folder, or where it takes at most half of what is free: queries are answered
    four times as fast there. Else it is in a new folder beside that folder.
    """
    copies = 2 if graphs else 1
    if folder and copies * statements * BYTES_PER_TRIPLE * MEMORY_FRACTION > free_memory():
        return ox.Store(folder.with_name(f"{folder.name}-working"))
    return ox.Store()


def free_memory() -> int:
    """Bytes that can be allocated without swapping, at most the container's limit; 0 where unknown."""
    try:
        fields = dict(line.split(":", 1) for line in _MEMINFO.read_text(encoding="ascii").splitlines())
        available = int(fields["MemAvailable"].split()[0]) * 1024  # proc(5): in kB
        limit = _CGROUP_LIMIT.read_text(encoding="ascii").strip() if _CGROUP_LIMIT.is_file() else "max"
        return available if limit == "max" else min(available, int(limit))
    except (OSError, ValueError, KeyError):
        return 0
