"""Queries per client and minute: a token bucket each, told by ``RateLimit`` headers.

The headers are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` says what is allowed,
``RateLimit`` what is left. A bucket holds a minute's worth of tokens and refills steadily, so that a client
may come in bursts. What is answered from the cache, or by a 304, costs nothing: it costs us next to nothing.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from kankei.errors import TooManyRequests, UsageError

WINDOW_S = 60
CLIENTS = 65_536
"""Buckets that are kept; beyond them the one longest unused is forgotten, which is in its client's favour."""

_MOST_HOPS = 32
_IPV6_SITE = 64  # what one subscriber is given at least: its addresses are one client
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Quota:
    """What is left to a client after a request: whole tokens, and seconds until the bucket is full again."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields that tell the client."""
        return {
            "RateLimit-Policy": f'"queries";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"queries";r={self.remaining};t={self.reset}',
        }

    def check(self) -> None:
        """Raise `TooManyRequests` if there was no token."""
        if not self.allowed:
            raise TooManyRequests(
                f"each client may have {self.limit} queries a minute answered here",
                retry_after=self.retry_after,
            )


class Buckets:
    """A bucket for each client; `per_minute` queries each, by a clock in seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float], clients: int = CLIENTS) -> None:
        self._limit = per_minute
        self._clock = clock
        self._clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: str) -> Quota:
        """Take a token out of a client's bucket, if there is one."""
        now, rate = self._clock(), self._limit / WINDOW_S
        tokens, since = self._buckets.pop(client, (float(self._limit), now))
        tokens = min(self._limit, tokens + max(0.0, now - since) * rate)
        allowed = tokens >= 1
        tokens -= allowed
        self._buckets[client] = (tokens, now)
        if len(self._buckets) > self._clients:
            self._buckets.popitem(last=False)
        reset = math.ceil((self._limit - tokens) / rate)
        wait = math.ceil(max(0.0, 1 - tokens) / rate)
        return Quota(allowed, self._limit, int(tokens), reset, max(wait, 1))


@dataclass(frozen=True)
class Proxies:
    """The proxies in front of this server, whose word about a client is believed."""

    networks: Sequence[Network] = field(default=())

    @classmethod
    def of(cls, names: Sequence[str]) -> "Proxies":
        """The proxies at some addresses and networks."""
        try:
            return cls([ip_network(name.strip(), strict=False) for name in names])
        except ValueError as error:
            message = f"a proxy is named by its address or network: {error}"
            raise UsageError(message, "--trusted-proxy") from error

    def client(self, peer: str | None, forwarded_for: str | None) -> str:
        """Whose bucket a request takes from: the nearest address that is no trusted proxy.

        `forwarded_for` is read from its end, and only as far as trusted proxies wrote it: what stands before
        an address that nobody vouches for may be invented.
        """
        hops = forwarded_for.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:] if forwarded_for else []
        client = _site(peer or "")
        address = peer or ""
        while hops and self._trusts(address):
            address = _without_port(hops.pop().strip())
            if not _site(address):
                break  # a proxy that passes on nonsense is the client itself, as far as anybody can tell
            client = _site(address)
        return client or "unknown"

    def _trusts(self, name: str) -> bool:
        try:
            address = ip_address(name)
        except ValueError:
            return False
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self.networks)


def _site(name: str) -> str:
    """An IPv4 address as it is, the site of an IPv6 address, or nothing for what is neither."""
    try:
        address = ip_address(name)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _IPV6_SITE), strict=False))


def _without_port(hop: str) -> str:
    """An address as some proxies write it: ``192.0.2.1:4711``, ``[2001:db8::1]:4711``."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
