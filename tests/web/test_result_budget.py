"""The budget of result bytes: what is refused, and that every way in which a response ends gives it back."""

import asyncio
import gc
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Scope

from kankei.engine.operation import Form, Operation, QueryResult
from kankei.engine.result_file import ResultFile
from kankei.errors import Overloaded
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.instrumentation import Instrumentation
from kankei.web.responses.large_representation import LargeRepresentation
from kankei.web.responses.representation import Representation
from kankei.web.responses.result_budget import HeldResponse, ResultBudget
from kankei.web.responses.single_flight import ClientDisconnected
from kankei.web.server_state import ServerState
from support.client import BROWSER, Client

GET: Scope = {"type": "http", "method": "GET"}
LARGE = b"0123456789abcdef" * (128 * 1024)
TARGET = "/sparql?query=SELECT%20*%20%7B%7D"


def representation(size: int) -> Representation:
    return Representation({}, bytes(size))


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 60)), max_size=12),
    st.integers(1, 100),
    st.integers(1, 50),
)
def test_no_client_and_no_sum_is_beyond_its_limit_unless_it_is_alone(
    steps: Sequence[tuple[str, int]], limit: int, own: int
) -> None:
    refused, sizes = list[str](), dict[str, list[int]]()
    budget = ResultBudget(limit, own, refused.append)
    with ExitStack() as responses:
        for client, size in steps:
            mine = sizes.setdefault(client, [])
            try:
                responses.enter_context(budget.holding(client, representation(size)))
                mine.append(size)
            except Overloaded:
                others = sum(map(sum, sizes.values()))
                assert (mine and sum(mine) + size > own) or others + size > limit
            everything = [held for each in sizes.values() for held in each]
            assert budget.held == sum(everything)
            assert sum(everything) <= limit or len(everything) == 1
            assert sum(mine) <= own or len(mine) == 1
    assert set(refused) <= {"results", "client-results"}
    assert budget == ResultBudget(limit, own, refused.append)


def test_a_result_with_several_readers_counts_once_in_all_and_for_each_of_them() -> None:
    shared, budget = representation(10), ResultBudget(10, 15)
    with budget.holding("a", shared):
        with budget.holding("b", shared):
            assert budget.held == 10
            with pytest.raises(Overloaded, match="a client"), budget.holding("b", shared):
                pass
        with pytest.raises(Overloaded, match="the server"), budget.holding("b", representation(1)):
            pass
        assert budget.held == 10
    assert budget.held == 0


class Reader:
    """A client that reads some messages of a response, then waits, fails, or is gone."""

    def __init__(self, messages: int, then: Callable[[], None] = lambda: None) -> None:
        self.messages, self.then = messages, then
        self.received: list[Message] = []
        self.waiting, self.gone = asyncio.Event(), asyncio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if len(self.received) == self.messages:
            self.then()
            self.waiting.set()
            await asyncio.Event().wait()
        self.received.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.received)


def in_file(body: bytes = LARGE) -> LargeRepresentation:
    return LargeRepresentation.of(representation(0), ResultFile.of([body]))


def memory_files() -> int:
    """How many files of results this process has open."""
    entries = [entry for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    return sum("memfd:" in str(entry.readlink()) for entry in entries)


def held_response(budget: ResultBudget) -> HeldResponse:
    return HeldResponse(in_file(), budget, "client")


def test_a_response_that_is_read_gives_its_bytes_back() -> None:
    async def run() -> None:
        reader, budget = Reader(100), ResultBudget(1 << 30, 1 << 30)
        await held_response(budget)(GET, reader.receive, reader.send)
        assert reader.body == LARGE
        assert max(len(message.get("body", b"")) for message in reader.received) <= 64 * 1024
        assert not reader.received[-1]["more_body"]
        assert budget.held == 0

    asyncio.run(run())


def test_a_head_holds_nothing() -> None:
    async def run() -> None:
        reader, budget = Reader(2), ResultBudget(0, 0)
        with budget.holding("client", in_file()):
            await held_response(budget)({**GET, "method": "HEAD"}, reader.receive, reader.send)
        assert dict(reader.received[0]["headers"])[b"content-length"] == str(len(LARGE)).encode()

    asyncio.run(run())


def fail() -> None:
    raise ConnectionError


@pytest.mark.parametrize("end", ["gone", "cancelled", "failed"])
def test_a_response_that_breaks_off_gives_its_bytes_and_its_file_back(end: str) -> None:
    async def run() -> None:
        gc.collect()
        before, budget = memory_files(), ResultBudget(1 << 30, 1 << 30)
        reader = Reader(3, fail if end == "failed" else lambda: None)
        outcomes = list[type[BaseException]]()

        async def respond() -> None:
            try:  # as the router does; `pytest.raises` would keep the exception and all that its frames hold
                await held_response(budget)(GET, reader.receive, reader.send)
            except (ClientDisconnected, asyncio.CancelledError, ConnectionError) as error:
                outcomes.append(type(error))

        task = asyncio.create_task(respond())
        if end != "failed":
            await reader.waiting.wait()
            assert (budget.held, memory_files()) == (len(LARGE), before + 1)
        if end == "gone":
            reader.gone.set()
        if end == "cancelled":
            task.cancel()
        await task
        assert len(outcomes) == 1
        assert budget.held == 0
        # Without the search for cycles, which may be long in coming.
        assert memory_files() == before

    gc.disable()
    try:
        asyncio.run(run())
    finally:
        gc.enable()


class FileEngine:
    """An engine whose results are large, and in files where they may be."""

    identity = "files 1"

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def answer(self, operation: Operation) -> QueryResult:
        """Always the same."""
        media_type = operation.media_types[Form.SOLUTIONS]
        assert operation.takes_file
        return QueryResult(Form.SOLUTIONS, media_type, b"", ResultFile.of([self.body]))

    def close(self) -> None:
        """Nothing to let go of."""


def app_of(release: Release, body: bytes = LARGE, **settings: Any) -> Instrumentation:
    return create_app(release, FileEngine(body), {}, ServerState(settings=Settings(**settings)))


@pytest.mark.parametrize("caching", [0, 1 << 28])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_a_result_in_a_file_is_sent_whole_in_each_coding(
    seed_release: Release, caching: int, method: str, coding: str
) -> None:
    client = Client(app_of(seed_release, cache_bytes=caching))

    def ask() -> httpx.Response:
        headers = {"Accept-Encoding": coding}
        if method == "GET":
            return client.request("GET", TARGET, "text/csv", headers)
        headers["Content-Type"] = "application/sparql-query"
        return client.request("POST", "/sparql", "text/csv", headers, b"SELECT * {}")

    first, second = ask(), ask()
    for answer in (first, second):
        assert answer.status_code == 200
        assert answer.content == LARGE
        assert answer.headers.get("content-encoding", "identity") == coding
        assert ("etag" in answer.headers) == (method == "GET")
    assert first.headers["content-length"] == second.headers["content-length"]
    if method == "GET":
        assert first.headers["etag"] == second.headers["etag"]
        known = client.get(TARGET, "text/csv", accept_encoding=coding, if_none_match=first.headers["etag"])
        assert known.status_code == 304


def test_beyond_the_share_of_a_client_it_is_refused_and_others_are_answered(seed_release: Release) -> None:
    app = app_of(seed_release, client_held_bytes=len(LARGE) + 1, cache_bytes=0)

    async def run() -> None:
        reader = Reader(2)
        scope = scope_of("192.0.2.1")
        reading = asyncio.create_task(app(scope, reader.receive, reader.send))
        await reader.waiting.wait()
        refused, other = Reader(100), Reader(100)
        await app(scope_of("192.0.2.1"), refused.receive, refused.send)
        await app(scope_of("192.0.2.2"), other.receive, other.send)
        assert other.body == LARGE
        assert refused.received[0]["status"] == 503
        headers = dict(refused.received[0]["headers"])
        assert headers[b"retry-after"] == b"5"
        problem = json.loads(refused.body)
        assert (problem["status"], problem["title"]) == (503, "Service Unavailable")
        assert "a client has not read yet" in problem["detail"]
        assert "client-results" in figures(app)
        reader.gone.set()
        await reading
        again = Reader(100)
        await app(scope_of("192.0.2.1"), again.receive, again.send)
        assert again.body == LARGE

    asyncio.run(run())


def figures(app: Instrumentation) -> str:
    metrics = app.state.metrics
    return "".join(
        str(labels)
        for family in metrics.families
        for labels, numbers in metrics.samples(family)
        if family.name == "kankei_refusals_total" and any(numbers)
    )


def scope_of(client: str) -> Scope:
    path, _, query = TARGET.partition("?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"accept", b"text/csv")],
        "client": (client, 1),
    }


def test_a_page_of_a_result_in_a_file_shows_its_first_rows(seed_release: Release) -> None:
    rows = [{"s": {"type": "literal", "value": f"value {number}"}} for number in range(200_000)]
    result = {"head": {"vars": ["s"]}, "results": {"bindings": rows}}
    body = json.dumps(result, separators=(",", ":"))
    page = Client(app_of(seed_release, body.encode())).get(TARGET, BROWSER)
    assert page.status_code == 200
    assert "value 499" in page.text
    assert "value 501" not in page.text
