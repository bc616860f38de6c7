"""One frozen settings object; only the command line fills it from outside."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NamedTuple

from kankei.namespaces import Base

LogClients = Literal["full", "truncated", "none"]


class Option(NamedTuple):
    """How the command line names and explains a setting, and the least and greatest value it may have."""

    name: str
    help: str
    panel: str | None = None
    minimum: float | None = None
    maximum: float | None = None


def _setting(default: Any, name: str, text: str, *bounds: float, panel: str | None = None) -> Any:
    """A field of `Settings` with its option as metadata."""
    return field(default=default, metadata={"option": Option(name, text, panel, *bounds)})


_server = partial(_setting, panel="The server")
_query = partial(_setting, panel="What a query may cost")
_client = partial(_setting, panel="Many clients")
_LOG_CLIENTS = Option(
    "--log-clients",
    "How much of a client's address is logged; truncated: IPv4 to /24, IPv6 to /48.",
    "The server",
)


@dataclass(frozen=True)
class Settings:
    """How a server listens, what it allows, and how it is watched; each field with its option."""

    base: Base | None = None
    """What the release must have as its base, or none to take any."""
    host: str = _setting("127.0.0.1", "--host", "Address to listen on.")
    port: int = _setting(8000, "--port", "Port to listen on; 0: any free one.", 0, 65535)
    public_url: str | None = _setting(
        None,
        "--public-url",
        "Address under which clients reach this server, such as https://data.example.go.jp/; by default host "
        "and port. Addresses of files and services are written under it; IRIs of things keep the base.",
    )

    workers: int = _server(1, "--workers", "Processes that speak HTTP.", 1, 64)
    watch_s: float = _server(
        1.0, "--watch", "Seconds between looks at whether `current` moved; 0: move on SIGHUP only.", 0
    )
    verify: bool = _server(
        False,
        "--verify/--no-verify",
        "Hash all files of a release before it is served, not only the smallest up to 64 MiB.",
    )
    drain_s: float = _server(
        60.0, "--drain", "Seconds that requests may go on after a move to a new release.", 0
    )
    grace_s: float = _server(8.0, "--grace", "Seconds that requests may go on after SIGTERM or SIGINT.", 0)
    request_timeout_s: float = _server(30.0, "--arrival", "Seconds that a request may take to arrive.", 0.001)
    send_timeout_s: float = _server(
        60.0, "--reading", "Seconds in which a client must read some of its answer.", 0.001
    )
    keep_alive_s: float = _server(
        75.0,
        "--keep-alive",
        "Seconds that a connection is kept for its next request; longer than a proxy in front keeps it.",
        0.001,
    )
    metrics: bool = _server(
        True, "--metrics/--no-metrics", "Answer /metrics, which tells nothing of any client."
    )
    log_requests: bool = _server(
        True, "--log-requests/--no-log-requests", "Log each request as a line of JSON."
    )
    log_clients: LogClients = field(default="truncated", metadata={"option": _LOG_CLIENTS})

    timeout_s: float = _query(10.0, "--timeout", "Seconds that a query may take.", 0.001)
    worker_memory_bytes: int = _query(
        1 << 30, "--memory", "Bytes of memory that a query may claim beyond the store's.", 1 << 20
    )
    total_memory_bytes: int = _query(
        0,
        "--total-memory",
        "Bytes that all queries and their results together may claim; 0: the machine's memory.",
        0,
    )
    result_bytes: int = _query(100 << 20, "--result-bytes", "Bytes that a result may have.", 1)
    query_bytes: int = _query(128 << 10, "--query-bytes", "Bytes that a query's text may have.", 1)
    queue_length: int = _query(128, "--queue", "Queries that may wait; the next is refused.", 0)
    in_memory: bool | None = _query(
        None,
        "--in-memory/--on-disk",
        "Where the statements are while queries run; by default that depends on how many they are.",
    )
    services: tuple[str, ...] = _query(
        (), "--allow-service", "An endpoint that SERVICE may call; naming any gives queries the network."
    )

    engines: tuple[str, ...] = _query(
        (),
        "--engine",
        "URL of a SPARQL service that answers queries in place of the release's store, once `kankei push` "
        "has written the release to it. Repeatable: all hold the release, and are asked in turn.",
    )

    queries_per_minute: int = _client(
        600, "--rate", "Queries a minute that a client may have evaluated; 0: any number.", 0
    )
    connections: int = _client(
        2000,
        "--connections",
        "Connections that may be open, shared out among the HTTP processes; the next is refused.",
        1,
    )
    client_connections: int = _client(
        200,
        "--client-connections",
        "Connections that one address may have open, shared out likewise; a trusted proxy any number.",
        1,
    )
    held_bytes: int = _client(
        512 << 20,
        "--held-bytes",
        "Bytes of results that clients have not read yet, in each HTTP process; the next is refused.",
        0,
    )
    client_held_bytes: int = _client(
        128 << 20, "--client-held-bytes", "Bytes of results that one client has not read yet.", 0
    )
    trusted_proxies: tuple[str, ...] = _client(
        (), "--trusted-proxy", "An address or network whose X-Forwarded-For is believed."
    )
    cache_bytes: int = _client(
        256 << 20, "--cache-bytes", "Bytes of representations that each HTTP process keeps; 0: none.", 0
    )
