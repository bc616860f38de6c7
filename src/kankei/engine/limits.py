"""What one query may cost, and how many run at once."""

import math
import os
from dataclasses import dataclass, field, replace
from typing import Self

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


def _processors() -> int:
    """The processors this process may use, which in a container are fewer than the machine has."""
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """The limits of an engine; the defaults are safe for an endpoint that faces the public internet.

    A query runs first in the fast lane, of `workers` processes. Once it is older than `slow_after_s` its
    process moves to the slow lane, of `slow_workers`, and later gives way to younger ones; `spares` stand
    ready to take over at once. `queue_length` queries may wait for the fast lane, as many for the slow one.
    """

    timeout_s: float = 10.0
    """Seconds from the start of a query's parsing to the end of its serialisation."""
    result_bytes: int = 100 * MIB
    """Size of a result, serialised and before compression."""
    worker_memory_bytes: int = GIB
    """Memory a query may claim beyond the store it reads."""
    query_bytes: int = 128 * KIB
    """Length of a query's text in UTF-8."""
    workers: int = field(default_factory=_processors)
    """Queries in the fast lane."""
    slow_workers: int = 8
    """Queries in the slow lane, where they have the processors that the fast lane leaves."""
    spares: int = 1
    """Idle processes beside the fast lane, for the successor of a query that was killed or moved."""
    slow_after_s: float = 0.1
    """Seconds after which a query counts as slow."""
    lowered_after_s: float = 0.5
    """Seconds after which its process works with what the others leave of the processors, and is replaced."""
    queue_length: int = 128
    """Queries that may wait; the next one is refused."""
    queries_per_worker: int = 20_000
    """Queries after which a process is replaced, so that what it has mislaid comes back."""
    services: frozenset[str] = frozenset()
    """Endpoints that ``SERVICE`` may call; naming any gives the workers the network."""

    def among(self, pools: int) -> Self:
        """The share of each of several pools that together keep these limits."""
        return replace(
            self,
            workers=math.ceil(self.workers / pools),
            slow_workers=math.ceil(self.slow_workers / pools),
            queue_length=math.ceil(self.queue_length / pools),
        )

    def memory_bytes(self, store_bytes: int) -> int:
        """The most memory an engine takes over a store of that size, twice the store more while switching.

        Reading a store in memory writes its reference counts, so that a process that has read all of it
        owns four fifths of it.
        """
        processes = self.workers + self.slow_workers + self.spares
        return processes * (self.worker_memory_bytes + store_bytes * 4 // 5) + store_bytes
