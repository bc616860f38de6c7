"""Attacks on the edges of HTTP: each a function that goes on until it is told that it is over.

The first line of a function says what it does; `ATTACKS` names them all.
"""

import os
import resource
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import TypeAlias

from data import Data
from peers.peer import Peer

Attack: TypeAlias = Callable[[Peer, Data, threading.Event], None]
PAUSE_S = 0.001
FLOODER = "127.0.0.2"
"""Loopback as well, and another client than the look-ups."""
_ALL = "SELECT * WHERE {{ ?s ?p ?o BIND({n} AS ?n) }}"


def upgrade_bodies(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Offer an upgrade with a body that is itself a request, sent in a second piece."""
    body = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    while not over.is_set():
        with suppress(OSError), connect(peer) as client:
            client.sendall(head("POST", peer.path, *offer, f"Content-Length: {len(body)}"))
            client.sendall(body)
            client.recv(65536)


def trailers(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Send trailers without end after a chunked body."""
    line = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 1000) for number in range(64))
    while not over.is_set():
        with suppress(OSError), connect(peer) as client:
            client.sendall(head("POST", peer.path, "Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\n")
            while not over.is_set():
                client.sendall(line)


def hostile_determinism(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Post long texts that are slow to search for functions whose results differ from time to time."""
    body = b"now " + b"." * 1_000_000
    while not over.is_set():
        with suppress(OSError), connect(peer) as client:
            media_type = "Content-Type: application/sparql-query"
            client.sendall(head("POST", peer.path, media_type, f"Content-Length: {len(body)}") + body)
            client.recv(65536)


def mixed_order(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Order all objects, terms of every kind, each time by another query."""
    number = 0
    while not over.is_set():
        number += 1
        query = f"SELECT ?o {{ ?s ?p ?o }} ORDER BY ?o LIMIT {number}"
        with suppress(OSError), connect(peer) as client:
            client.sendall(head("GET", peer.query(query), "Connection: close"))
            while client.recv(65536):
                pass


def slow_readers(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Ask for large results on many connections, and read none."""
    with ExitStack() as clients:
        for number in range(20):
            with suppress(OSError):
                client = clients.enter_context(connect(peer))
                client.sendall(head("GET", peer.query(_ALL.format(n=number))))
        over.wait()


def pipelining(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Send thousands of requests behind a dump that is not read, on many connections."""
    with ExitStack() as clients:
        for _ in range(40):
            with suppress(OSError):
                client = clients.enter_context(connect(peer, 0.2))
                client.sendall(head("GET", "/dumps/kankei.nt") + head("GET", "/health/live") * 7000)
        over.wait()


def connection_flood(peer: Peer, _data: Data, over: threading.Event) -> None:
    """Open connections from one address, as many as the server accepts, and send nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as clients:
        while not over.is_set():
            with suppress(OSError):
                clients.enter_context(connect(peer, 1, FLOODER))
            over.wait(PAUSE_S)


def cut_dump(peer: Peer, data: Data, over: threading.Event) -> None:
    """Cut the served dump to nothing, and ask for the documents in it; to be the last attack."""
    os.truncate(data.dump, 0)
    number = 0
    while not over.is_set():
        number += 1
        with suppress(OSError), connect(peer) as client:
            client.sendall(head("GET", f"/doc/{data.document(number)}.nt"))
            if client.recv(65536).startswith(b"HTTP/1.1 200"):
                raise AssertionError("a cut dump was served")


ATTACKS: Sequence[Attack] = (
    upgrade_bodies,
    trailers,
    hostile_determinism,
    mixed_order,
    slow_readers,
    pipelining,
    connection_flood,
    cut_dump,
)


def connect(peer: Peer, timeout: float = 5, source: str = "") -> socket.socket:
    """A connection to the server, from an address of this machine."""
    return socket.create_connection((peer.address, peer.port), timeout, (source, 0) if source else None)


def head(method: str, target: str, *fields: str) -> bytes:
    """A request's head."""
    return "\r\n".join((f"{method} {target} HTTP/1.1", "Host: a", *fields, "", "")).encode()
