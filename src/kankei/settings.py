"""One frozen settings object; only the command line fills it from outside."""

from dataclasses import dataclass, field
from typing import Literal

from kankei.namespaces import Base

LogClients = Literal["full", "truncated", "none"]
SERVER, QUERIES, CLIENTS = "The server", "What a query may cost", "Many clients"


@dataclass(frozen=True)
class Option:
    """How the command line names and explains a setting."""

    name: str
    help: str
    panel: str | None = None
    minimum: float | None = None
    maximum: float | None = None


def option(
    name: str, text: str, panel: str | None = None, minimum: float | None = None, maximum: float | None = None
) -> dict[str, Option]:
    """A field's metadata that holds its option."""
    return {"option": Option(name, text, panel, minimum, maximum)}


@dataclass(frozen=True)
class Settings:
    """How a server listens, what it allows, and how it is watched; each field with its option."""

    base: Base | None = None
    """What the release must have as its base, or none to take any."""
    host: str = field(default="127.0.0.1", metadata=option("--host", "Address to listen on."))
    port: int = field(
        default=8000,
        metadata=option("--port", "Port to listen on; 0: any free one.", minimum=0, maximum=65535),
    )

    workers: int = field(
        default=1, metadata=option("--workers", "Processes that speak HTTP.", SERVER, minimum=1, maximum=64)
    )
    watch_s: float = field(
        default=1.0,
        metadata=option(
            "--watch",
            "Seconds between looks at whether `current` moved; 0: move on SIGHUP only.",
            SERVER,
            minimum=0,
        ),
    )
    drain_s: float = field(
        default=60.0,
        metadata=option(
            "--drain", "Seconds that requests may go on after a move to a new release.", SERVER, minimum=0
        ),
    )
    grace_s: float = field(
        default=8.0,
        metadata=option(
            "--grace", "Seconds that requests may go on after SIGTERM or SIGINT.", SERVER, minimum=0
        ),
    )
    request_timeout_s: float = field(
        default=30.0,
        metadata=option("--arrival", "Seconds that a request may take to arrive.", SERVER, minimum=0.001),
    )
    send_timeout_s: float = field(
        default=60.0,
        metadata=option(
            "--reading", "Seconds in which a client must read some of its answer.", SERVER, minimum=0.001
        ),
    )
    metrics: bool = field(
        default=True,
        metadata=option(
            "--metrics/--no-metrics", "Answer /metrics, which tells nothing of any client.", SERVER
        ),
    )
    log_requests: bool = field(
        default=True,
        metadata=option("--log-requests/--no-log-requests", "Log each request as a line of JSON.", SERVER),
    )
    log_clients: LogClients = field(
        default="truncated",
        metadata=option(
            "--log-clients",
            "How much of a client's address is logged; truncated: IPv4 to /24, IPv6 to /48.",
            SERVER,
        ),
    )

    timeout_s: float = field(
        default=10.0, metadata=option("--timeout", "Seconds that a query may take.", QUERIES, minimum=0.001)
    )
    worker_memory_bytes: int = field(
        default=1 << 30,
        metadata=option(
            "--memory", "Bytes of memory that a query may claim beyond the store's.", QUERIES, minimum=1 << 20
        ),
    )
    result_bytes: int = field(
        default=100 << 20,
        metadata=option("--result-bytes", "Bytes that a result may have.", QUERIES, minimum=1),
    )
    query_bytes: int = field(
        default=128 << 10,
        metadata=option("--query-bytes", "Bytes that a query's text may have.", QUERIES, minimum=1),
    )
    queue_length: int = field(
        default=128,
        metadata=option("--queue", "Queries that may wait; the next is refused.", QUERIES, minimum=0),
    )
    in_memory: bool | None = field(
        default=None,
        metadata=option(
            "--in-memory/--on-disk",
            "Where the statements are while queries run; by default that depends on how many they are.",
            QUERIES,
        ),
    )
    services: tuple[str, ...] = field(
        default=(),
        metadata=option(
            "--allow-service",
            "An endpoint that SERVICE may call; naming any gives queries the network.",
            QUERIES,
        ),
    )

    queries_per_minute: int = field(
        default=600,
        metadata=option(
            "--rate",
            "Queries a minute that a client may have evaluated; 0: any number.",
            CLIENTS,
            minimum=0,
        ),
    )
    connections: int = field(
        default=2000,
        metadata=option(
            "--connections",
            "Connections that may be open, shared out among the HTTP processes; the next is refused.",
            CLIENTS,
            minimum=1,
        ),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=option(
            "--trusted-proxy", "An address or network whose X-Forwarded-For is believed.", CLIENTS
        ),
    )
    cache_bytes: int = field(
        default=256 << 20,
        metadata=option(
            "--cache-bytes",
            "Bytes of representations that each HTTP process keeps; 0: none.",
            CLIENTS,
            minimum=0,
        ),
    )
