"""Connections to `HttpProtocol` without a server: over socket pairs, or over TCP where that matters."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from kankei.errors import KankeiError
from kankei.server.connection_limits import DEFAULT_LIMITS, ConnectionLimits, OpenConnections
from kankei.server.http_protocol import HttpProtocol
from kankei.server.request_cycle import Shortcuts

ANSWER = b"HTTP/1.1 200 OK"
PATIENCE_S = 60.0
GET = b"GET / HTTP/1.1\r\nHost: host.example\r\n\r\n"


IMPATIENT = ConnectionLimits(request_timeout_s=0.05, send_timeout_s=0.05, linger_s=0.05)
"""Time limits that a test can wait for."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with as many bytes as the path has digits for, or waits for the client to go."""
    if scope["path"] == "/head":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    if scope["path"] == "/refuse":
        await receive()
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": b"no"})
        return
    if scope["path"] == "/wait":
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    if scope["path"] == "/read":
        await read(receive, send)
        return
    size = 2 if scope["path"].startswith("/health") else int(scope["path"][1:] or 2)
    length = (b"content-length", str(size).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    for start in range(0, size, 65_536):
        piece = b"x" * min(65_536, size - start)
        await send({"type": "http.response.body", "body": piece, "more_body": start + 65_536 < size})


async def read(receive: Receive, send: Send) -> None:
    """Reads the body, and answers without one: 200, or the status of the error that the body ends in."""
    status = 200
    try:
        while (await receive()).get("more_body"):
            pass
    except KankeiError as error:
        status = error.status
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body"})


@asynccontextmanager
async def connected(
    limits: ConnectionLimits = DEFAULT_LIMITS,
    protocol: type[HttpProtocol] = HttpProtocol,
    date: bytes = b"",
    application: ASGIApp = app,
    shortcuts: Shortcuts | None = None,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config, state = uvicorn.Config(application, log_config=None, ws="none", lifespan="off"), ServerState()
    state.default_headers = [(b"date", date)] if date else []
    near, far = socket.socketpair()
    near.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(
        lambda: protocol(config, state, {}, limits=limits, shortcuts=shortcuts), far
    )
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
    details: dict[str, object] = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {details['status']} ".encode())
    return details


@asynccontextmanager
async def listening(limits: ConnectionLimits = DEFAULT_LIMITS) -> AsyncIterator[int]:
    """The port of a server, for what only TCP does: throw away what was sent when a connection is reset."""
    config, state = uvicorn.Config(app, log_config=None, ws="none", lifespan="off"), ServerState()
    loop = asyncio.get_running_loop()
    connections = OpenConnections(limits)
    server = await loop.create_server(
        lambda: HttpProtocol(config, state, {}, limits=limits, connections=connections), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await asyncio.gather(*state.tasks)


def sent_then_read(port: int, data: bytes) -> bytes:
    """What a client gets that reads nothing before it has sent everything."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as client:
        client.sendall(data)
        while piece := client.recv(65_536):
            answer += piece
    return bytes(answer)


@asynccontextmanager
async def client(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
