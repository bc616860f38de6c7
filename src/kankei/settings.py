"""One frozen settings object; only the command line fills it from outside."""

from dataclasses import dataclass
from typing import Literal

from kankei.namespaces import Base

LogClients = Literal["full", "truncated", "none"]


@dataclass(frozen=True)
class Settings:
    """How a server listens, what it allows a query, and how it is watched.

    `base` is what the release must have as its base, or none to take any. The limits of queries are those
    of `kankei.engine.limits`, which says what each means.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    base: Base | None = None

    workers: int = 1
    """Processes that speak HTTP; queries have processes of their own."""
    timeout_s: float = 10.0
    worker_memory_bytes: int = 1 << 30
    result_bytes: int = 100 << 20
    query_bytes: int = 128 << 10
    queue_length: int = 128
    in_memory: bool | None = None
    """Whether the statements are held in memory or read from disk; none: by the size of the release."""

    watch_s: float = 1.0
    """How often `current` is looked at; zero: never, and only SIGHUP moves to another release."""
    drain_s: float = 60.0
    """Seconds that requests to a former release may go on after a move to another."""
    stop_s: float = 8.0
    """Seconds that requests under way have to finish when the server is told to stop."""

    metrics: bool = True
    """Whether `/metrics` is answered."""
    log_requests: bool = True
    log_clients: LogClients = "truncated"
    """How much of a client's address is logged: IPv4 to /24 and IPv6 to /48 unless told otherwise."""

    queries_per_minute: int = 600
    """Queries that a client may have answered by the engine, in each HTTP process; zero: any number."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose `X-Forwarded-For` is believed."""
    cache_bytes: int = 256 << 20
    """Bytes of representations that each HTTP process keeps; zero: none."""
