"""One frozen settings object; only the command line fills it from outside."""

from dataclasses import dataclass, field
from typing import Literal, TypeVar, cast

from kankei.namespaces import Base

LogClients = Literal["full", "truncated", "none"]
SERVER, QUERIES, CLIENTS = "The server", "What a query may cost", "Many clients"
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Option:
    """How the command line names and explains a setting."""

    name: str
    help: str
    panel: str | None = None
    minimum: float | None = None
    maximum: float | None = None


def _setting(
    default: _Value,
    name: str,
    text: str,
    panel: str | None = None,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
) -> _Value:
    """A field of `Settings` with its option as metadata."""
    option = Option(name, text, panel, minimum, maximum)
    setting: _Value = field(default=default, metadata={"option": option})
    return setting


@dataclass(frozen=True)
class Settings:
    """How a server listens, what it allows, and how it is watched; each field with its option."""

    base: Base | None = None
    """What the release must have as its base, or none to take any."""
    host: str = _setting("127.0.0.1", "--host", "Address to listen on.")
    port: int = _setting(8000, "--port", "Port to listen on; 0: any free one.", minimum=0, maximum=65535)

    workers: int = _setting(1, "--workers", "Processes that speak HTTP.", SERVER, minimum=1, maximum=64)
    watch_s: float = _setting(
        1.0,
        "--watch",
        "Seconds between looks at whether `current` moved; 0: move on SIGHUP only.",
        SERVER,
        minimum=0,
    )
    verify: bool = _setting(
        False,
        "--verify/--no-verify",
        "Hash all files of a release before it is served, not only the smallest up to 64 MiB.",
        SERVER,
    )
    drain_s: float = _setting(
        60.0, "--drain", "Seconds that requests may go on after a move to a new release.", SERVER, minimum=0
    )
    grace_s: float = _setting(
        8.0, "--grace", "Seconds that requests may go on after SIGTERM or SIGINT.", SERVER, minimum=0
    )
    request_timeout_s: float = _setting(
        30.0, "--arrival", "Seconds that a request may take to arrive.", SERVER, minimum=0.001
    )
    send_timeout_s: float = _setting(
        60.0, "--reading", "Seconds in which a client must read some of its answer.", SERVER, minimum=0.001
    )
    metrics: bool = _setting(
        True, "--metrics/--no-metrics", "Answer /metrics, which tells nothing of any client.", SERVER
    )
    log_requests: bool = _setting(
        True, "--log-requests/--no-log-requests", "Log each request as a line of JSON.", SERVER
    )
    log_clients: LogClients = field(
        default="truncated",
        metadata={
            "option": Option(
                "--log-clients",
                "How much of a client's address is logged; truncated: IPv4 to /24, IPv6 to /48.",
                SERVER,
            )
        },
    )

    timeout_s: float = _setting(10.0, "--timeout", "Seconds that a query may take.", QUERIES, minimum=0.001)
    worker_memory_bytes: int = _setting(
        1 << 30,
        "--memory",
        "Bytes of memory that a query may claim beyond the store's.",
        QUERIES,
        minimum=1 << 20,
    )
    result_bytes: int = _setting(
        100 << 20, "--result-bytes", "Bytes that a result may have.", QUERIES, minimum=1
    )
    query_bytes: int = _setting(
        128 << 10, "--query-bytes", "Bytes that a query's text may have.", QUERIES, minimum=1
    )
    queue_length: int = _setting(
        128, "--queue", "Queries that may wait; the next is refused.", QUERIES, minimum=0
    )
    in_memory: bool | None = _setting(
        cast("bool | None", None),
        "--in-memory/--on-disk",
        "Where the statements are while queries run; by default that depends on how many they are.",
        QUERIES,
    )
    services: tuple[str, ...] = _setting(
        (),
        "--allow-service",
        "An endpoint that SERVICE may call; naming any gives queries the network.",
        QUERIES,
    )

    queries_per_minute: int = _setting(
        600, "--rate", "Queries a minute that a client may have evaluated; 0: any number.", CLIENTS, minimum=0
    )
    connections: int = _setting(
        2000,
        "--connections",
        "Connections that may be open, shared out among the HTTP processes; the next is refused.",
        CLIENTS,
        minimum=1,
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "--trusted-proxy", "An address or network whose X-Forwarded-For is believed.", CLIENTS
    )
    cache_bytes: int = _setting(
        256 << 20,
        "--cache-bytes",
        "Bytes of representations that each HTTP process keeps; 0: none.",
        CLIENTS,
        minimum=0,
    )
