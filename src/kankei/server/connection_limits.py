"""Limits of connections: what each may take, and how many a process may have open, in all and of one client.

Some connections beyond the limits get a place in a reserve, in which the first request is read: one for the
health of the server is answered, others are refused. Of these places, too, one client has few.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kankei.server.refusals import TOO_MANY_CONNECTIONS, TOO_MANY_OF_CLIENT, Refusal
from kankei.web.telemetry.request_record import RefusedRequest

MAX_REFUSALS = 64
"""Connections in the reserve at the same time; others are just closed."""
MAX_CLIENT_REFUSALS = 8
"""Connections of one client in the reserve."""
MAX_DISCARDED = 16 * 1024 * 1024
"""Bytes that are read after a connection's last response, so that its client gets to read that response."""
MAX_PIPELINED = 16
"""Requests of a connection that wait for the response before theirs; more are not parsed before that."""
HEALTH_PATHS = frozenset((b"/health", b"/health/live", b"/health/ready"))
"""What is answered on a connection beyond the limits, too."""


@dataclass(frozen=True)
class ConnectionLimits:
    """What a client's connection may take, and how many of them a process may have open."""

    request_timeout_s: float = 30.0
    """Seconds for a whole request to arrive, and on a new connection for its first one."""
    send_timeout_s: float = 60.0
    """Seconds in which a client has to read at least some of what was sent to it."""
    linger_s: float = 5.0
    """Seconds that a client has to read the last response, and to stop sending."""
    reserve_s: float = 2.0
    """Seconds that a connection in the reserve has for its request to arrive."""
    connections: float = math.inf
    """Connections that this process may have open."""
    client_connections: float = math.inf
    """Connections that one client may have open at this process."""
    client_of: Callable[[str], str | None] = lambda address: address
    """The client that an address counts as, none for a proxy, which has many."""
    on_refused: Callable[[RefusedRequest], bytes] = lambda _: b""
    """Called for each request or connection that is refused; returns the id that the response tells."""


DEFAULT_LIMITS = ConnectionLimits()


class _Group:
    """A number of connections, which is bounded in all and for each client."""

    def __init__(self, limit: float, client_limit: float) -> None:
        self._limit = limit
        self._client_limit = client_limit
        self._size = 0
        self._of_client: Counter[str] = Counter()

    def refusal(self, client: str | None) -> Refusal | None:
        """Why one more is refused, if it is."""
        if client is not None and self._of_client[client] >= self._client_limit:
            return TOO_MANY_OF_CLIENT
        return TOO_MANY_CONNECTIONS if self._size >= self._limit else None

    def add(self, client: str | None) -> None:
        self._size += 1
        if client is not None:
            self._of_client[client] += 1

    def remove(self, client: str | None) -> None:
        self._size -= 1
        if client is not None:
            self._of_client[client] -= 1
            if not self._of_client[client]:
                del self._of_client[client]


@dataclass(frozen=True)
class Admission:
    """A place for a connection: within the limits, or beyond them for the reason of its refusal."""

    client: str | None
    refusal: Refusal | None = None
    group: _Group | None = None
    """None where even the reserve has no place."""


class OpenConnections:
    """The connections that a process has open, within its limits and in the reserve."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._client_of = limits.client_of
        self._within = _Group(limits.connections, limits.client_connections)
        self._reserve = _Group(MAX_REFUSALS, MAX_CLIENT_REFUSALS)

    def admit(self, address: str | None) -> Admission:
        """A place for a connection from an address; `release` gives it back."""
        client = self._client_of(address) if address else None
        refusal = self._within.refusal(client)
        group = self._within
        if refusal:
            if self._reserve.refusal(client):
                return Admission(client, refusal)
            group = self._reserve
        group.add(client)
        return Admission(client, refusal, group)

    @staticmethod
    def release(admission: Admission) -> None:
        """Give a place back."""
        if admission.group:
            admission.group.remove(admission.client)


class Timer:
    """Calls an action after some seconds, unless it is stopped before."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self._handle: asyncio.TimerHandle | None = None

    def start(self, action: Callable[[], None]) -> None:
        """Call an action in time, unless another is to be called already."""
        if self._handle is None:
            self._handle = self._loop.call_later(self._seconds, action)

    def stop(self) -> None:
        """Call nothing."""
        if self._handle:
            self._handle.cancel()
            self._handle = None
