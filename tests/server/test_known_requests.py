"""Requests that are known by their bytes: answered without being parsed, and in no other way than before."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kankei.release.reader import Release
from kankei.server.http_protocol import HttpProtocol
from kankei.server.request_parser import RequestParser
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.instrumentation import Instrumentation
from kankei.web.responses.representation import SENT_WHOLE
from kankei.web.responses.result_budget import SMALLEST_HELD
from kankei.web.server_state import ServerState
from server.test_query_shortcut import Connection, Response, Serve, address, connection
from support.stub import StartingStub

LINES = ("Accept: application/sparql-results+json",)
KNOWN = f"GET {address()} HTTP/1.1\r\nHost: a\r\nX-Request-Id: test\r\n{LINES[0]}\r\n\r\n".encode()


@pytest.fixture
def serve(seed_release: Release) -> Serve:
    settings = Settings(log_requests=False)
    return lambda engine: create_app(seed_release, engine, {}, ServerState(settings=settings))


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What was given to the parser."""
    fed: list[bytes] = []
    feed_data = RequestParser.feed_data

    def noted(self: RequestParser, data: bytes) -> None:
        fed.append(data)
        feed_data(self, data)

    monkeypatch.setattr(RequestParser, "feed_data", noted)
    return fed


@asynccontextmanager
async def informed(app: Instrumentation) -> AsyncIterator[tuple[Connection, Response]]:
    """A connection whose protocol knows the request, and the response to it."""
    async with connection(app) as client:
        for _ in range(3):  # evaluated, from the cache, known
            client.ask(address(), *LINES)
            response = await client.response()
        assert KNOWN in app.known
        yield client, response


async def sent(client: Connection, *pieces: bytes) -> None:
    """Send pieces that arrive one by one."""
    for piece in pieces:
        client.writer.write(piece)
        await client.writer.drain()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def test_a_known_request_is_not_parsed_but_counted_and_logged(
    seed_release: Release, parsed: list[bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    state = ServerState(settings=Settings())
    app = create_app(seed_release, StartingStub(), {}, state)

    async def run() -> None:
        async with informed(app) as (client, response):
            count = len(parsed)
            for _ in range(2):
                client.ask(address(), *LINES)
                assert await client.response() == response
            assert len(parsed) == count

    asyncio.run(run())
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    requests = [{**line, "time": "", "ms": 0} for line in lines if line["event"] == "request"]
    assert len(requests) == 5
    assert requests[1] == requests[2] == requests[3] == requests[4]
    assert [requests[4][name] for name in ("path", "cache", "request_id")] == ["/sparql", "hit", "test"]
    families = {family.name: family for family in state.metrics.families}
    (counted,) = state.metrics.samples(families["kankei_requests_total"])
    assert counted == (("sparql", "read", "200"), (5.0,))


def test_known_bytes_in_a_body_are_no_request(serve: Serve) -> None:
    async def run() -> None:
        engine = StartingStub()
        async with informed(serve(engine)) as (client, response):
            lines = ("Content-Type: application/sparql-query", f"Content-Length: {len(KNOWN)}", "", "")
            head = "\r\n".join(("POST /sparql HTTP/1.1", "Host: a", LINES[0], *lines))
            await sent(client, head.encode(), KNOWN)
            assert (await client.response()).status == 200
            assert [operation.query for operation in engine.asked] == [KNOWN.decode()]
            client.ask(address(), *LINES)
            assert await client.response() == response

    asyncio.run(run())


@pytest.mark.parametrize("beginning", [b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"G", b"GET / HTTP/1.1\r\nH"])
def test_known_bytes_behind_the_beginning_of_a_head_are_its_end(serve: Serve, beginning: bytes) -> None:
    async def run() -> None:
        async with informed(serve(StartingStub())) as (client, _):
            whole = beginning + KNOWN
            await sent(client, beginning, KNOWN)
            first = await client.response()
        async with connection(serve(StartingStub())) as other:
            await sent(other, whole)
            assert (await other.response()).status == first.status == 400

    asyncio.run(run())


def test_line_breaks_before_a_known_request_change_nothing(serve: Serve) -> None:
    async def run() -> None:
        async with informed(serve(StartingStub())) as (client, response):
            await sent(client, b"\r\n", KNOWN)
            assert await client.response() == response

    asyncio.run(run())


def test_several_requests_at_once_are_not_known_as_one(serve: Serve) -> None:
    async def run() -> None:
        app = serve(StartingStub())
        async with informed(app) as (client, response):
            known = len(app.known)
            for _ in range(2):
                client.writer.write(KNOWN + KNOWN)
                assert [await client.response(), await client.response()] == [response, response]
            assert len(app.known) == known

    asyncio.run(run())


def test_what_is_no_longer_cached_is_evaluated_again(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        engine = StartingStub()
        app = serve(engine)
        async with informed(app) as (client, response):
            monkeypatch.setattr(app.router.cache, "_representations", type(app.known)(1 << 20))
            client.ask(address(), *LINES)
            assert (await client.response()).body == response.body
            assert len(engine.started) == 2

    asyncio.run(run())


def test_a_retired_process_closes_the_connection_with_its_response(serve: Serve) -> None:
    async def run() -> None:
        app = serve(StartingStub())
        async with informed(app) as (client, _):
            app.state.retired = True
            client.ask(address(), *LINES)
            assert (await client.response()).headers["connection"] == "close"

    asyncio.run(run())


def test_a_client_that_reads_nothing_gets_no_known_response(serve: Serve, parsed: list[bytes]) -> None:
    async def run() -> None:
        async with informed(serve(StartingStub())) as (client, _):
            (protocol,) = client.protocols  # type: ignore[attr-defined]
            count = len(parsed)
            protocol.flow.pause_writing()
            client.ask(address(), *LINES)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert len(parsed) == count + 1
            protocol.flow.resume_writing()
            assert (await client.response()).status == 200

    asyncio.run(run())


def test_known_requests_keep_their_connection(serve: Serve) -> None:
    async def run() -> None:
        async with informed(serve(StartingStub())) as (client, response):
            protocol: HttpProtocol = client.protocols[0]  # type: ignore[attr-defined]
            client.ask(address(), *LINES)
            await client.response()
            protocol.timeout_keep_alive_handler()  # too early: a request came in between
            client.ask(address(), *LINES)
            assert await client.response() == response
            protocol.timeout_keep_alive = 0
            protocol.timeout_keep_alive_handler()
            assert await client.reader.read() == b""

    asyncio.run(run())


def test_a_page_of_some_size_is_known_but_a_result_that_counts_is_not(serve: Serve) -> None:
    async def run() -> None:
        app = serve(StartingStub(b" " * SMALLEST_HELD))
        async with connection(app) as client:
            for target, line in (("/openapi.json", "Accept: */*"), (address(), LINES[0])):
                bodies = set()
                for _ in range(4):
                    client.ask(target, line)
                    bodies.add((await client.response()).body)
                (body,) = bodies
                assert SMALLEST_HELD <= len(body) <= SENT_WHOLE, target
        assert len(app.known) == 1

    asyncio.run(run())
