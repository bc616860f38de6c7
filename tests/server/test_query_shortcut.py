"""Queries started without a request of ASGI: clients get over HTTP what ordinary requests give them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from kankei.errors import KankeiError, MalformedQuery, Overloaded, TooSlow
from kankei.release.reader import Release
from kankei.server.http_protocol import HttpProtocol
from kankei.server.request_cycle import QueryCycle
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.instrumentation import Instrumentation, QueryRequest
from kankei.web.resources import sparql_endpoint
from kankei.web.resources.query_starter import RunningQuery
from kankei.web.responses.single_flight import Call
from kankei.web.server_state import ServerState
from support.connections import connected
from support.garbage import collector_disabled, instances
from support.stub import BODY, StartingStub

JSON = "application/sparql-results+json"
LARGE = b'{"head":{"vars":["s"]},"results":{"bindings":[' + b" " * 70_000 + b"]}}"
SELECT = "SELECT * {}"


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """A client's end of a connection to an application."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def ask(self, target: str, *lines: str) -> None:
        head = "\r\n".join((f"GET {target} HTTP/1.1", "Host: a", "X-Request-Id: test", *lines, "", ""))
        self.writer.write(head.encode())

    async def response(self) -> Response:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return Response(int(status.split()[1]), headers, body)

    async def get(self, target: str, *lines: str) -> Response:
        self.ask(target, *lines)
        return await self.response()


@pytest.fixture
def serve(seed_release: Release) -> Callable[..., Instrumentation]:
    def serve(engine: StartingStub, **settings: int) -> Instrumentation:
        state = ServerState(settings=Settings(log_requests=False, **settings))  # type: ignore[arg-type]
        return create_app(seed_release, engine, {}, state)

    return serve


Serve = Callable[..., Instrumentation]


@asynccontextmanager
async def connection(app: Instrumentation, *, shortcut: bool = True) -> AsyncIterator[Connection]:
    protocols = list[HttpProtocol]()

    class Noted(HttpProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            protocols.append(self)
            super().connection_made(transport)

    shortcuts = app if shortcut else None
    async with connected(protocol=Noted, application=app, shortcuts=shortcuts) as (reader, writer):
        connection = Connection(reader, writer)
        connection.protocols = protocols  # type: ignore[attr-defined]
        yield connection


def address(query: str = SELECT, **parameters: str) -> str:
    return f"/sparql?{urlencode({'query': query, **parameters})}"


HEADER_LINES = (
    (),
    (f"Accept: {JSON}",),
    ("Accept: text/csv", "Accept: text/html;q=0.1"),
    (f"Accept: {JSON}", "Accept-Encoding: gzip"),
    ("Accept-Encoding: identity;q=0, zstd",),
    ("Accept: text/html",),
    ("Accept: image/png",),
    ("Accept-Encoding: *;q=0",),
    ('If-Match: "a"',),
    ('If-None-Match: "a"',),
    ("If-None-Match: *",),
)
TARGETS = (
    "/sparql",
    "/sparql?",
    "/sparql?query=",
    "/sparql?query=%FF",
    "/sparql?a=b",
    "/sparql?update=a",
    address("SELECT (RAND() AS ?r) {}"),
    address("ASK {} # now"),
    address(format="csv"),
    address(timeout="0"),
    address(timeout="2.5"),
    address(**{"default-graph-uri": "http://host.example/"}),
    address() + "&query=ASK%7B%7D",
    address("ASK {} #" + "a" * 100_000),
    "/",
    "/sparqlx?query=ASK%7B%7D",
)


@pytest.mark.parametrize("body", [BODY, LARGE, BODY + b" " * 2000])
@pytest.mark.parametrize("error", [None, MalformedQuery("line 1: no"), TooSlow("it took too long")])
def test_the_response_is_that_of_an_ordinary_request(
    serve: Serve, body: bytes, error: KankeiError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql_endpoint, "perf_counter", lambda: 0.0)  # a page says how long it took

    async def responses(*, shortcut: bool) -> list[Response]:
        app = serve(StartingStub(body, error), queries_per_minute=0)
        async with connection(app, shortcut=shortcut) as client:
            return [
                await client.get(address(f"ASK {{}} # {number}"), *lines)
                for number, lines in enumerate(HEADER_LINES)
                for _ in range(2)
            ]

    async def run() -> None:
        for by_shortcut, ordinary in zip(
            await responses(shortcut=True), await responses(shortcut=False), strict=True
        ):
            assert by_shortcut == ordinary

    asyncio.run(run())


def test_any_address_is_answered_as_by_an_ordinary_request(serve: Serve) -> None:
    async def responses(*, shortcut: bool) -> list[Response]:
        result = []
        app = serve(StartingStub(), query_bytes=50_000, queries_per_minute=0)
        for target in TARGETS:
            async with connection(app, shortcut=shortcut) as client:
                result.append(await client.get(target, f"Accept: {JSON}"))
        return result

    async def run() -> None:
        for target, by_shortcut, ordinary in zip(
            TARGETS, await responses(shortcut=True), await responses(shortcut=False), strict=True
        ):
            assert by_shortcut == ordinary, target

    asyncio.run(run())


def test_a_small_result_is_evaluated_once_by_the_shortcut_and_then_cached(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub()
        app = serve(engine)
        async with connection(app) as client:
            for _ in range(3):
                assert (await client.get(address(), f"Accept: {JSON}")).body == BODY
        assert (len(engine.started), len(engine.asked)) == (1, 0)
        metrics = app.state.metrics
        figures = {family.name: dict(metrics.samples(family)) for family in metrics.families}
        assert figures["kankei_cache_total"] == {("hit",): (2.0,), ("miss",): (1.0,)}
        assert figures["kankei_queries_total"] == {("Answered",): (1.0,)}
        assert figures["kankei_requests_total"] == {("sparql", "read", "200"): (3.0,)}

    asyncio.run(run())


@pytest.mark.parametrize("outcome", [TooSlow("it took too long"), None])
def test_what_needs_an_ordinary_request_is_evaluated_and_charged_once(
    serve: Serve, outcome: KankeiError | None
) -> None:
    async def run() -> None:
        engine = StartingStub(LARGE, outcome)
        async with connection(serve(engine, queries_per_minute=60)) as client:
            response = await client.get(address(), f"Accept: {JSON}")
            assert response.status == (504 if outcome else 200)
            assert response.headers["ratelimit"].startswith('"queries";r=59')
        assert (len(engine.started), len(engine.asked)) == (1, 0)

    asyncio.run(run())


@pytest.mark.parametrize("kind", [QueryCycle, QueryRequest, RunningQuery, Call])
def test_an_answered_query_is_freed_without_garbage_collection(serve: Serve, kind: type) -> None:
    """A full collection visits everything that is cached, and all requests wait meanwhile."""

    async def run() -> None:
        async with connection(serve(StartingStub(), queries_per_minute=0)) as client:
            for number in range(5):
                await client.get(address(f"ASK {{}} # {number}"), f"Accept: {JSON}")
            # The last one is still known to its connection.
            assert instances(kind) - before <= 1

    with collector_disabled():
        before = instances(kind)
        asyncio.run(run())


def test_a_client_beyond_its_rate_is_refused(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub()
        async with connection(serve(engine, queries_per_minute=2)) as client:
            statuses = [(await client.get(address(f"ASK {{}} #{i}"))).status for i in range(3)]
        assert statuses == [200, 200, 429]
        assert len(engine.started) == 2

    asyncio.run(run())


def test_an_engine_without_room_and_a_retired_process_start_nothing(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub(has_room=False)
        app = serve(engine)
        async with connection(app) as client:
            assert (await client.get(address())).body == BODY
            engine.has_room = app.state.retired = True
            response = await client.get(address("ASK {}"))
            assert response.headers["connection"] == "close"
        assert not engine.started

    asyncio.run(run())


def test_equal_requests_share_one_query(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub(held=True)
        app = serve(engine)
        async with connection(app) as first, connection(app) as second, connection(app) as third:
            for client in (first, second, third):
                client.ask(address(), f"Accept: {JSON}")
                await asyncio.sleep(0)
            while app.router.cache.waiting < 3:
                await asyncio.sleep(0)
            engine.finish()
            for client in (first, second, third):
                assert (await client.response()).body == BODY
        assert (len(engine.started), len(engine.asked)) == (1, 0)

    asyncio.run(run())


@pytest.mark.parametrize("shared", [False, True])
def test_a_query_ends_with_its_last_client(serve: Serve, *, shared: bool) -> None:
    async def run() -> None:
        engine = StartingStub(held=True)
        app = serve(engine)
        async with connection(app) as first, connection(app) as second:
            first.ask(address())
            while not engine.started:
                await asyncio.sleep(0)
            if shared:
                second.ask(address())
                while app.router.cache.waiting < 2:
                    await asyncio.sleep(0)
            first.writer.close()
            while app.router.cache.waiting > shared:
                await asyncio.sleep(0)
            assert len(engine.cancelled) == (0 if shared else 1)
            if shared:
                engine.finish()
                assert (await second.response()).body == BODY
        assert not engine.asked

    asyncio.run(run())


def test_pipelined_requests_are_answered_in_their_order(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub(held=True)
        async with connection(serve(engine)) as client:
            client.ask(address())
            client.ask("/health/live")
            client.ask(address("ASK {}"))
            while not engine.started:
                await asyncio.sleep(0)
            engine.finish()
            assert (await client.response()).body == BODY
            assert (await client.response()).headers["content-type"] != JSON
            while not engine.asked:
                await asyncio.sleep(0)
            assert (await client.response()).body == BODY

    asyncio.run(run())


def test_a_server_that_ends_waits_for_the_query_and_closes(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub(held=True)
        app = serve(engine)
        async with connection(app) as client:
            client.ask(address())
            while not engine.started:
                await asyncio.sleep(0)
            client.protocols[0].shutdown()  # type: ignore[attr-defined]
            while app.router.cache.waiting < 2:
                await asyncio.sleep(0)
            engine.finish()
            response = await client.response()
            assert response.body == BODY
            assert response.headers["connection"] == "close"
            assert await client.reader.read() == b""
        assert (len(engine.started), len(engine.asked)) == (1, 0)

    asyncio.run(run())


def test_a_subscriber_of_ipv6_has_one_bucket(serve: Serve) -> None:
    app = serve(StartingStub(held=True), queries_per_minute=1)
    peers = ("2001:db8:0:1::5", "2001:db8:0:1::6", "2001:db8:0:2::5", "::ffff:192.0.2.1", "192.0.2.1")

    async def run() -> None:
        for number, peer in enumerate(peers):
            request = app.read(address(f"ASK {{}} # {number}").encode(), [(b"accept", JSON.encode())])
            query = app.start_query(request, (peer, 1), lambda *_: None)
            assert (query is None) == (peer in {"2001:db8:0:1::6", "192.0.2.1"}), peer

    asyncio.run(run())


def test_bytes_of_a_query_are_counted_not_characters(serve: Serve) -> None:
    async def run() -> None:
        async with connection(serve(StartingStub(), query_bytes=1000)) as client:
            response = await client.get(address("あ" * 400), f"Accept: {JSON}")
            assert response.status == 413
            assert (await client.get(address(), f"Accept: {JSON}")).status == 200

    asyncio.run(run())


def test_an_engine_that_refuses_to_start_leaves_it_to_an_ordinary_request(serve: Serve) -> None:
    class Refusing(StartingStub):
        def start(self, *_: object) -> Callable[[], None]:
            raise Overloaded("too many queries")

    async def run() -> None:
        async with connection(serve(Refusing())) as client:
            assert (await client.get(address(), f"Accept: {JSON}")).status == 200

    asyncio.run(run())


def test_a_failure_of_the_shortcut_is_logged_and_answered(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(StartingStub):
        def start(self, *_: object) -> Callable[[], None]:
            raise RuntimeError("a bug")

    async def run() -> None:
        async with connection(serve(Failing())) as client:
            response = await client.get(address(), f"Accept: {JSON}")
            assert response.status == 500
            assert b"its log says why" in response.body

    asyncio.run(run())
    assert "a bug" in caplog.text
