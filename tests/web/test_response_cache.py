"""The cache's bound, work that is done once for all who wait, and encoding of one large body at a time."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from kankei.errors import TooSlow
from kankei.release.profile_views import CPSV_AP
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.http.negotiation import NEGOTIATED
from kankei.web.responses.representation import Representation, Variant
from kankei.web.responses.response_cache import LruCache, ResponseCache, request_key
from kankei.web.responses.single_flight import ClientDisconnected, SingleFlight, cancel_on_disconnect
from support.client import Client
from support.stub import StubEngine


@dataclass(frozen=True)
class Thing:
    size: int


@given(
    st.integers(0, 400),
    st.lists(st.tuples(st.sampled_from("abcdefghij"), st.integers(0, 100) | st.none()), max_size=60),
)
def test_the_bound_is_never_exceeded_and_what_was_used_last_stays(
    most: int, steps: list[tuple[str, int | None]]
) -> None:
    cache: LruCache[str, Thing] = LruCache(most)
    model: dict[str, Thing] = {}  # in order of last use
    for key, size in steps:
        if size is None:
            assert cache.get(key) == model.get(key)
            if key in model:
                model[key] = model.pop(key)
        else:
            model.pop(key, None)
            cache.put(key, Thing(size), size)
            if size * 8 <= most:
                model[key] = Thing(size)
            while sum(thing.size for thing in model.values()) > most:
                del model[next(iter(model))]
        assert cache.bytes == sum(thing.size for thing in model.values()) <= most
        assert len(cache) == len(model)
    for key in "abcdefghij":
        assert cache.get(key) == model.get(key)


def test_what_is_larger_than_an_eighth_is_not_kept() -> None:
    cache: LruCache[str, Thing] = LruCache(800)
    cache.put("a", Thing(100), 100)
    cache.put("b", Thing(101), 101)
    assert (cache.get("a"), cache.get("b")) == (Thing(100), None)
    cache.put("a", Thing(101), 101)
    assert cache.get("a") is None
    assert (cache.bytes, len(cache)) == (0, 0)


class Work:
    """Work that says when it began, ends when told to, and notes if it was given up."""

    def __init__(self, outcome: int | Exception = 7) -> None:
        self.outcome = outcome
        self.begun, self.end, self.given_up = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        self.begun.set()
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def test_work_for_many_is_done_once() -> None:
    async def run() -> None:
        flights: SingleFlight[str, int] = SingleFlight()
        work = Work()
        waiters = [asyncio.create_task(flights.run("a", work)) for _ in range(5)]
        await work.begun.wait()
        work.end.set()
        assert await asyncio.gather(*waiters) == [7] * 5
        assert (work.times, len(flights)) == (1, 0)
        assert await flights.run("a", work) == 7
        assert work.times == 2

    asyncio.run(run())


def test_one_who_gives_up_takes_the_work_from_nobody_else() -> None:
    async def run() -> None:
        flights: SingleFlight[str, int] = SingleFlight()
        work = Work()
        first, second = (asyncio.create_task(flights.run("a", work)) for _ in range(2))
        await work.begun.wait()
        first.cancel()
        await asyncio.wait([first])
        assert not work.given_up.is_set()
        work.end.set()
        assert await second == 7

    asyncio.run(run())


def test_work_that_nobody_waits_for_is_given_up_and_begun_anew_for_the_next() -> None:
    async def run() -> None:
        flights: SingleFlight[str, int] = SingleFlight()
        work, again = Work(), Work(8)
        waiters = [asyncio.create_task(flights.run("a", work)) for _ in range(2)]
        await work.begun.wait()
        for waiter in waiters:
            waiter.cancel()
        await asyncio.wait(waiters)
        again.end.set()
        assert await flights.run("a", again) == 8
        await work.given_up.wait()
        assert len(flights) == 0

    asyncio.run(run())


def test_work_that_fails_fails_for_all_with_the_same_error() -> None:
    async def run() -> None:
        flights: SingleFlight[str, int] = SingleFlight()
        error = TooSlow("too slow")
        work = Work(error)
        waiters = [asyncio.create_task(flights.run("a", work)) for _ in range(3)]
        await work.begun.wait()
        work.end.set()
        assert await asyncio.gather(*waiters, return_exceptions=True) == [error] * 3
        assert len(flights) == 0

    asyncio.run(run())


class Connection:
    """A client's end, which hangs up when told to."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)
        self.hung_up = asyncio.Event()

    async def receive(self) -> Message:
        if self.messages:
            return self.messages.pop(0)
        await self.hung_up.wait()
        return {"type": "http.disconnect"}


BODY: list[Message] = [{"type": "http.request", "more_body": True}, {"type": "http.request"}]


@pytest.mark.parametrize("messages", [[], BODY[1:], BODY])
def test_a_client_that_hangs_up_ends_the_work(messages: list[Message]) -> None:
    async def run() -> None:
        connection, work = Connection(*messages), Work()
        waiting = asyncio.create_task(cancel_on_disconnect(connection.receive, work()))
        await work.begun.wait()
        connection.hung_up.set()
        with pytest.raises(ClientDisconnected):
            await waiting
        assert work.given_up.is_set()

    asyncio.run(run())


def test_a_client_that_stays_gets_the_result_or_the_error() -> None:
    async def run() -> None:
        for outcome in (7, TooSlow("too slow")):
            work = Work(outcome)
            work.end.set()
            (found,) = await asyncio.gather(
                cancel_on_disconnect(Connection().receive, work()), return_exceptions=True
            )
            assert found == outcome

    asyncio.run(run())


def test_a_server_that_ends_is_no_client_that_has_gone() -> None:
    async def run() -> None:
        work = Work()
        waiting = asyncio.create_task(cancel_on_disconnect(Connection().receive, work()))
        await work.begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(run())


def test_a_connection_that_breaks_the_protocol_is_not_listened_to_for_ever() -> None:
    async def run() -> None:
        work = Work()
        waiting = asyncio.create_task(cancel_on_disconnect(Connection(*BODY[1:] * 3).receive, work()))
        await work.begun.wait()
        work.end.set()
        assert await waiting == 7

    asyncio.run(run())


class SlowEncoding:
    """Encodings that last until they are told to end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.end, self.running, self.most = threading.Event(), 0, 0
        encoded = Representation.encoded

        def encode(representation: Representation, coding: str) -> Representation:
            self.running += 1
            self.most = max(self.most, self.running)
            self.end.wait()
            self.running -= 1
            return encoded(representation, coding)

        monkeypatch.setattr(Representation, "encoded", encode)


def asked(cache: ResponseCache, name: str, codings: str = "gzip, identity;q=0.5") -> "asyncio.Task[str]":
    """Ask for a large representation; the coding that it is sent in."""

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def make() -> Representation:
        return Representation({}, b"a" * 100_000, tag)

    async def ask() -> str:
        response = await cache.answer(request, Variant(tag, {}, "text/plain"), make)
        assert isinstance(response, Representation)
        return response.coding

    tag = f'"{name}"'
    headers = [(b"accept-encoding", codings.encode())]
    scope = {"type": "http", "method": "GET", "path": f"/{name}", "query_string": b"", "headers": headers}
    request = Request(scope, receive)
    return asyncio.create_task(ask())


async def ticks(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_one_large_body_is_encoded_at_a_time_and_others_are_sent_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ask_all() -> None:
        cache, encoding = ResponseCache(10_000_000), SlowEncoding(monkeypatch)
        first = asked(cache, "a")
        await ticks(lambda: encoding.running == 1)
        assert [await asked(cache, name) for name in "bcb"] == ["identity"] * 3
        waiting = [asked(cache, name, "gzip, identity;q=0") for name in "de"]
        encoding.end.set()
        assert [await first, *(await asyncio.gather(*waiting))] == ["gzip"] * 3
        assert [await asked(cache, name) for name in "ab"] == ["gzip"] * 2
        assert encoding.most == 1

    asyncio.run(ask_all())


def test_an_encoding_that_nobody_waits_for_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask_all() -> None:
        cache, encoding = ResponseCache(10_000_000), SlowEncoding(monkeypatch)
        first = asked(cache, "a")
        await ticks(lambda: encoding.running == 1)
        first.cancel()
        await asyncio.wait([first])
        assert await asked(cache, "b") == "identity"
        encoding.end.set()
        await ticks(lambda: encoding.running == 0)
        while await asked(cache, "b") == "identity":
            await asyncio.sleep(0.001)

    asyncio.run(ask_all())


def test_whatever_chooses_a_representation_is_part_of_the_key() -> None:
    keys = {
        request_key(b"/", [(name.lower().encode(), value)]).parts
        for name in NEGOTIATED
        for value in (b"a", b"b")
    }
    assert len({*keys, request_key(b"/", []).parts}) == 2 * len(NEGOTIATED) + 1


def test_a_profile_is_not_found_by_a_request_without_it(seed_release: Release) -> None:
    app = create_app(seed_release, StubEngine(), {})
    accept, profile = (b"accept", b"text/turtle"), (b"accept-profile", f"<{CPSV_AP.iri}>".encode())
    path = "/doc/programme/two-region-living"
    answer = Client(app).raw(path, [accept, profile])
    assert answer.status == 200
    cached = app.router.cache.lookup(request_key(path.encode(), [accept, profile]))
    assert cached
    assert cached.body == answer.body
    assert app.router.cache.lookup(request_key(path.encode(), [accept])) is None
