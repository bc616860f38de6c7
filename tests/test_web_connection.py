"""Connections of clients that are slow, too large, or no HTTP: over sockets of this machine."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from kankei.web.connection import MAX_HEAD, Connection

ANSWER = b"HTTP/1.1 200 OK"
GET = b"GET / HTTP/1.1\r\nHost: host.example\r\n\r\n"


class Impatient(Connection):
    """A connection whose patience a test can wait for."""

    request_s = 0.05
    reading_s = 0.05


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with as many bytes as the path has digits for, or waits for the client to go."""
    if scope["path"] == "/head":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    if scope["path"] == "/wait":
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    size = int(scope["path"][1:] or 2)
    length = (b"content-length", str(size).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    for start in range(0, size, 65_536):
        piece = b"x" * min(65_536, size - start)
        await send({"type": "http.response.body", "body": piece, "more_body": start + 65_536 < size})


@asynccontextmanager
async def connected(
    kind: Callable[..., Connection] = Connection,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config, state = uvicorn.Config(app, log_config=None, ws="none", lifespan="off"), ServerState()
    near, far = socket.socketpair()
    near.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(lambda: kind(config, state, {}), far)
    reader, writer = await asyncio.open_connection(sock=near)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        await asyncio.gather(*state.tasks)


async def tell(writer: asyncio.StreamWriter, *data: bytes) -> None:
    for piece in data:
        writer.write(piece)
    with suppress(ConnectionError):  # it may have hung up already, as it should
        await writer.drain()


def problem(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert f"content-length: {len(body)}".encode() in head
    found: dict[str, object] = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {found['status']} ".encode())
    return found


def test_requests_are_answered_one_after_another_and_in_pieces() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            for data in ((GET,), (GET, GET), (GET[:5], GET[5:])):
                await tell(writer, *data)
                for _ in range(b"".join(data).count(b"GET")):
                    assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
                    assert await reader.readexactly(2) == b"xx"

    asyncio.run(run())


def test_a_head_does_not_wait_for_a_body_that_takes_its_time() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, b"GET /head HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)

    asyncio.run(run())


@pytest.mark.parametrize("size", [1, 65_536, 65_537, 3_000_001])
def test_a_body_of_any_size_arrives_whole_and_in_its_order(size: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            for _ in range(3):
                await tell(writer, b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % size)
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
                assert await reader.readexactly(size) == b"x" * size

    asyncio.run(run())


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /?" + b"a" * 61_441 + b" HTTP/1.1\r\n\r\n", 200),
        (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /" + b"a" * MAX_HEAD * 2, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD * 2, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * MAX_HEAD, 431),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    ],
)
def test_what_is_too_large_or_no_request_is_told_so(data: bytes, status: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, data)
            if status == 200:
                assert (await reader.readline()).startswith(ANSWER)
                return
            told = problem(await reader.read())
            assert told["status"] == status
            assert str(told["detail"])

    asyncio.run(run())


@pytest.mark.parametrize("data", [b"", GET[:-2], b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"])
def test_a_request_that_does_not_arrive_ends_the_connection(data: bytes) -> None:
    async def run() -> None:
        async with connected(Impatient) as (reader, writer):
            await tell(writer, data)
            answer = await reader.read()
            if b"POST" in data:
                # Its head was there, and was answered: more words would pass for the answer's rest.
                assert answer.startswith(ANSWER)
                assert answer.count(b"HTTP/1.1") == 1
            elif data:
                assert problem(answer)["status"] == 408
            else:
                assert answer == b""

    asyncio.run(run())


def test_a_request_that_was_answered_leaves_its_client_in_peace() -> None:
    async def run() -> None:
        async with connected(Impatient) as (reader, writer):
            await tell(writer, b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.2)

    asyncio.run(run())


def test_a_client_that_reads_nothing_is_hung_up_on() -> None:
    async def run() -> None:
        lost = asyncio.Event()

        class Watched(Impatient):
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                lost.set()

        async with connected(Watched) as (reader, writer):
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            await tell(writer, b"GET /50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            await lost.wait()
            reader._transport.resume_reading()  # type: ignore[attr-defined]
            answer = await reader.read()
            # A broken transfer: shorter than it said.
            assert b"content-length: 50000000" in answer
            assert len(answer) < 50_000_000

    asyncio.run(run())


def test_nonsense_in_the_middle_of_a_response_is_not_answered_into_it() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", b"\x00\x01\r\n\r\n")
            with suppress(ConnectionError):
                assert await reader.read() == b""

    asyncio.run(run())
