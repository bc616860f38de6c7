"""What one query may cost, and how many run at once."""

import math
import os
from dataclasses import dataclass, field, replace
from typing import Self

from kankei.settings import Settings

KIB = 1024
MIB = 1024 * KIB
_SETTINGS = ("timeout_s", "result_bytes", "worker_memory_bytes", "query_bytes", "queue_length", "services")


@dataclass(frozen=True)
class Limits:
    """The limits of an engine; the defaults are safe for an endpoint that faces the public internet.

    A query runs first in the fast lane, of `workers` processes. Once it is older than `slow_after_s` its
    process moves to the slow lane, of `slow_workers`, and later gives way to younger ones; `spares` stand
    ready to take over at once. `queue_length` queries may wait for the fast lane, as many for the slow one.
    """

    timeout_s: float = Settings.timeout_s
    """Seconds from a query's arrival, waiting for a worker included, to the end of its serialisation."""
    result_bytes: int = Settings.result_bytes
    """Size of a result, serialised and before compression."""
    worker_memory_bytes: int = Settings.worker_memory_bytes
    """Memory a query may claim beyond the store it reads."""
    query_bytes: int = Settings.query_bytes
    """Length of a query's text in UTF-8."""
    queue_length: int = Settings.queue_length
    """Queries that may wait; the next one is refused."""
    services: tuple[str, ...] = Settings.services
    """Endpoints that ``SERVICE`` may call; naming any gives the workers the network."""
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    """Queries in the fast lane; by default the processors that this process may use."""
    slow_workers: int = 8
    """Queries in the slow lane, where they have the processors that the fast lane leaves."""
    spares: int = 1
    """Idle processes beside the fast lane, for the successor of a query that was killed or moved."""
    slow_after_s: float = 0.1
    """Seconds after which a query counts as slow."""
    lowered_after_s: float = 0.5
    """Seconds after which its process runs at a lower priority, and is replaced."""
    queries_per_worker: int = 20_000
    """Queries after which a process is replaced, so that memory it has leaked is freed."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits of those settings."""
        return cls(**{name: getattr(settings, name) for name in _SETTINGS})

    def divided(self, pools: int) -> Self:
        """The limits of each of several pools that together keep these."""
        return replace(
            self,
            workers=math.ceil(self.workers / pools),
            slow_workers=math.ceil(self.slow_workers / pools),
            queue_length=math.ceil(self.queue_length / pools),
        )
