"""Rate limit: a token bucket for each client, reported by ``RateLimit`` headers; and trusted proxies.

The headers are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` states the limit,
``RateLimit`` the remaining tokens. A bucket holds the tokens of one minute and refills steadily, so that
bursts are possible. Responses from the cache, and 304, take no token.
"""

import ctypes
import hashlib
import math
import mmap
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic

from kankei.errors import TooManyRequests, UsageError

WINDOW_S = 60
CLIENTS = 65_536
"""Number of buckets; when all are used, one long unused is reset, which favours its client."""

_WIDTH = 8
"""Buckets of a set, in which a client's bucket is searched and the longest unused one replaced."""

_MAX_HOPS = 32
_IPV6_SITE = 64  # the smallest prefix of a subscriber, whose addresses count as one client


@dataclass(frozen=True)
class Quota:
    """A client's quota after a request: whole tokens, and seconds until its bucket is full again."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The ``RateLimit`` fields."""
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


class RateLimiter:
    """A bucket for each client with `per_minute` tokens, by a clock in seconds that all processes share.

    The buckets are in memory that processes forked later share. It takes no lock: at worst, two processes
    that take from one bucket at the same moment take one token.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = monotonic, clients: int = CLIENTS
    ) -> None:
        self._limit = per_minute
        self._clock = clock
        self._width = min(_WIDTH, clients)
        self._sets = clients // self._width
        self._secret = os.urandom(16)
        size = self._sets * self._width
        self._names = (ctypes.c_uint64 * size).from_buffer(mmap.mmap(-1, size * 8))
        self._tokens = (ctypes.c_double * size).from_buffer(mmap.mmap(-1, size * 8))
        self._since = (ctypes.c_double * size).from_buffer(mmap.mmap(-1, size * 8))

    def __len__(self) -> int:
        return sum(1 for name in self._names if name)

    def take(self, client: str) -> Quota:
        """Take a token out of a client's bucket, if there is one."""
        now, rate = self._clock(), self._limit / WINDOW_S
        place, known = self._place(client)
        tokens, since = (self._tokens[place], self._since[place]) if known else (float(self._limit), now)
        tokens = min(self._limit, tokens + max(0.0, now - since) * rate)
        allowed = tokens >= 1
        tokens -= allowed
        self._tokens[place], self._since[place] = tokens, now
        reset = math.ceil((self._limit - tokens) / rate)
        wait = math.ceil(max(0.0, 1 - tokens) / rate)
        return Quota(allowed, self._limit, int(tokens), reset, max(wait, 1))

    def _place(self, client: str) -> tuple[int, bool]:
        """The index of a client's bucket, and whether it had one; else the longest unused of its set.

        The set follows from a keyed hash, so that a client cannot choose whose bucket it replaces.
        """
        digest = hashlib.blake2b(client.encode(), key=self._secret, digest_size=8).digest()
        name = int.from_bytes(digest) or 1
        first = name % self._sets * self._width
        places = range(first, first + self._width)
        for place in places:
            if self._names[place] == name:
                return place, True
        place = min(places, key=self._since.__getitem__)
        self._names[place] = name
        return place, False


@dataclass(frozen=True)
class TrustedProxies:
    """The proxies in front of this server whose ``X-Forwarded-For`` is trusted."""

    networks: Sequence[IPv4Network | IPv6Network] = ()

    @classmethod
    def of(cls, names: Sequence[str]) -> "TrustedProxies":
        """The proxies at some addresses and networks; raises `UsageError`."""
        try:
            return cls([ip_network(name.strip(), strict=False) for name in names])
        except ValueError as error:
            message = f"a proxy is named by its address or network: {error}"
            raise UsageError(message, "--trusted-proxy") from error

    def client(self, peer: str | None, forwarded_for: str | None) -> str:
        """The client of a request: the nearest address that is no trusted proxy, or its IPv6 site.

        `forwarded_for` is read from its end, and only as far as trusted proxies wrote it.
        """
        hops = forwarded_for.rsplit(",", _MAX_HOPS)[-_MAX_HOPS:] if forwarded_for else []
        client = _site(peer or "")
        address = peer or ""
        while hops and self._trusts(address):
            address = _without_port(hops.pop().strip())
            if not _site(address):
                break  # a proxy that forwards an invalid address counts as the client
            client = _site(address)
        return client or "unknown"

    def client_of_connection(self, address: str) -> str | None:
        """Whom a connection from an address counts for: its client, or nobody if that is a trusted proxy."""
        return None if self._trusts(address) else _site(address) or address

    def _trusts(self, name: str) -> bool:
        address = _address(name)
        return address is not None and any(address in network for network in self.networks)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _site(name: str) -> str:
    """An IPv4 address as it is, the site of an IPv6 address, or nothing for what is neither."""
    address = _address(name)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), _IPV6_SITE), strict=False))
    return str(address) if address else ""


def _without_port(hop: str) -> str:
    """An address as some proxies write it: ``192.0.2.1:4711``, ``[2001:db8::1]:4711``."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
