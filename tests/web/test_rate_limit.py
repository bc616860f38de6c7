"""Token buckets, and whose they are."""

import asyncio
import os
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.errors import TooManyRequests, UsageError
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from kankei.web.sparql.rate_limit import RateLimiter, TrustedProxies
from support.client import BROWSER, Client
from support.stub import StubEngine


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_come_in_a_burst_and_then_steadily() -> None:
    clock = Clock()
    buckets = RateLimiter(60, clock)
    assert [buckets.take("a").allowed for _ in range(61)] == [True] * 60 + [False]
    quota = buckets.take("a")
    assert (quota.remaining, quota.retry_after, quota.reset) == (0, 1, 60)
    with pytest.raises(TooManyRequests, match="60 queries a minute") as told:
        quota.check()
    assert told.value.retry_after == 1
    assert buckets.take("b").allowed
    clock.now += 1
    assert [buckets.take("a").allowed for _ in range(2)] == [True, False]
    clock.now += 3600
    quota = buckets.take("a")
    assert quota.headers == {
        "RateLimit-Policy": '"queries";q=60;w=60',
        "RateLimit": '"queries";r=59;t=1',
    }


@given(st.integers(1, 1000), st.lists(st.floats(0, 100), max_size=50))
def test_nobody_gets_more_than_a_burst_and_the_rate(limit: int, pauses: list[float]) -> None:
    clock = Clock()
    buckets = RateLimiter(limit, clock)
    got = 0
    for pause in pauses:
        clock.now += pause
        quota = buckets.take("a")
        got += quota.allowed
        assert 0 <= quota.remaining <= limit
        assert 0 <= quota.reset <= 60
        assert quota.retry_after >= 1
    assert got <= limit + sum(pauses) * limit / 60 + 1e-6


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    clock = Clock()
    buckets = RateLimiter(60, clock)
    buckets.take("a")
    clock.now -= 100
    assert buckets.take("a").remaining == 58


def test_the_number_of_buckets_is_bounded_and_the_longest_unused_goes_first() -> None:
    clock = Clock()
    buckets = RateLimiter(1, clock, clients=2)
    for client in ("a", "b", "a", "c"):
        buckets.take(client)
        clock.now += 0.001
    assert len(buckets) == 2
    assert not buckets.take("a").allowed
    assert buckets.take("b").allowed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes that are forked")
def test_processes_take_from_the_same_buckets() -> None:
    buckets = RateLimiter(2, Clock())
    child = os.fork()
    if not child:
        os._exit(0 if buckets.take("a").allowed else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert [buckets.take("a").allowed for _ in range(2)] == [True, False]


def test_clients_that_come_in_turn_do_not_drive_each_other_out() -> None:
    buckets = RateLimiter(1, Clock())
    clients = [str(number) for number in range(5000)]
    assert all(buckets.take(client).allowed for client in clients)
    assert sum(buckets.take(client).allowed for client in clients) == 0


PROXIES = ("10.0.0.0/8", "2001:db8:1::/48")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # nobody vouches for it
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first may be invented
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::/64"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("10.0.0.1", "," * 100_000, "10.0.0.1"),
        ("2001:db8:1::5", "2001:db8:2:3:4:5:6:7", "2001:db8:2:3::/64"),
        ("2001:db8:2:3::1", None, "2001:db8:2:3::/64"),
        ("2001:db8:2:3:ffff::9", None, "2001:db8:2:3::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("not an address", "198.51.100.7", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_whose_bucket_it_is(peer: str | None, forwarded_for: str | None, client: str) -> None:
    assert TrustedProxies.of(PROXIES).client(peer, forwarded_for) == client


@given(st.text() | st.lists(st.ip_addresses().map(str)).map(", ".join))
def test_who_is_trusted_with_nothing_cannot_change_whose_bucket_it_is(forwarded_for: str) -> None:
    assert TrustedProxies.of(()).client("10.0.0.1", forwarded_for) == "10.0.0.1"
    assert TrustedProxies.of(PROXIES).client("192.0.2.1", forwarded_for) == "192.0.2.1"
    assert TrustedProxies.of(PROXIES).client("10.0.0.1", forwarded_for)


@pytest.mark.parametrize("names", [("nonsense",), ("10.0.0.0/33",), ("",)])
def test_a_proxy_is_named_by_its_address(names: Sequence[str]) -> None:
    with pytest.raises(UsageError, match="address or network"):
        TrustedProxies.of(names)


def test_processes_share_a_limiter_that_nobody_has_used_yet() -> None:
    shared = RateLimiter(2)
    settings = Settings(queries_per_minute=2)
    states = [ServerState(settings, rate_limiter=shared) for _ in range(2)]
    for state in states:
        pid = os.fork()
        if pid == 0:
            took = state.rate_limiter is not None and state.rate_limiter.take("a").allowed
            os._exit(0 if took else 1)
        assert os.waitpid(pid, 0)[1] == 0
    assert not shared.take("a").allowed


@pytest.mark.parametrize(
    "address",
    ["/?on={}", "/pictures?on={}", "/programmes?on={}", "/doc/programme/two-region-living?on={}"],
)
def test_pages_of_any_day_take_a_token_each(seed_release: Release, address: str) -> None:
    state = ServerState(rate_limiter=RateLimiter(2, Clock()))
    web = Client(create_app(seed_release, StubEngine(), {}, state))
    statuses = [web.get(address.format(f"2100-01-0{day}"), BROWSER).status_code for day in range(1, 5)]
    assert [status == 429 for status in statuses] == [False, False, True, True]
    plain = web.get(address.partition("?")[0], BROWSER)
    assert plain.status_code != 429


SERVICES = (
    ("GET", "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22{}%22%7D%7D", b""),
    ("GET", "/reconcile/suggest/entity?prefix={}", b""),
    ("GET", "/lookup?identifier=10{}", b""),
    ("POST", "/lookup", b'[{"identifier": "10%d"}]'),
    ("POST", "/mcp", b'{"jsonrpc": "2.0", "id": %d, "method": "tools/list"}'),
    ("GET", "/search?q={}", b""),
)


@pytest.mark.parametrize(("method", "address", "body"), SERVICES, ids=lambda value: str(value)[:20])
def test_services_take_a_token_for_each_question(
    seed_release: Release, method: str, address: str, body: bytes
) -> None:
    state = ServerState(rate_limiter=RateLimiter(2, Clock()))
    headers, accept = {"Content-Type": "application/json"}, "application/json, text/event-stream"
    with asyncio.Runner() as runner:
        web = Client(create_app(seed_release, StubEngine(), {}, state), runner)
        statuses = [
            web.request(method, address.format(number), accept, headers, body and body % number).status_code
            for number in range(3, 6)
        ]
    assert statuses[2] == 429
    assert max(statuses[:2]) < 400, statuses


def test_further_pages_of_a_document_take_a_token_each_where_they_differ(seed_release: Release) -> None:
    state = ServerState(rate_limiter=RateLimiter(2, Clock()))
    web = Client(create_app(seed_release, StubEngine(), {}, state))
    path = "/doc/programme/two-region-living?page={}"
    pages = [web.get(path.format(page), BROWSER) for page in range(1, 5)]
    assert len({page.headers["etag"] for page in pages}) == 1
    assert not any("ratelimit" in page.headers for page in pages)
    answers = [web.get(path.format(page), "text/turtle").status_code for page in range(1, 5)]
    assert answers == [200, 404, 404, 429]
