"""Attacks on the edges of HTTP and on processes, each a function that goes on until it is over.

The first line of a function says what it does; `ATTACKS` names them all. It returns how its requests were
answered: by status, or `none` where no response came. Started as a program it reads one line of JSON, then
attacks until its input ends:

    python attacks.py trailers < pipe
"""

import json
import os
import resource
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from data import Data
from peers.peer import Peer

Answers: TypeAlias = Counter[str]
Attack: TypeAlias = Callable[[Peer, Data, threading.Event], Answers]
PAUSE_S = 0.001
FLOODER = "127.0.0.2"
"""Loopback as well, and another client than the look-ups."""
NO_ANSWER = "none"
_PATIENCE_S = 5.0
_ALL = "SELECT * WHERE {{ ?s ?p ?o BIND({n} AS ?n) }}"
_MALFORMED = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n",
)


def upgrade_bodies(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Offer an upgrade with a body that is itself a request, sent in a second piece."""
    body = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    request = head("POST", peer.path, *offer, f"Content-Length: {len(body)}")
    return repeated(peer, over, lambda _: (request, body))


def trailers(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Send trailers without end after a chunked body."""
    line = b"".join(b"X-%d: %b\r\n" % (number, b"a" * 1000) for number in range(64))
    start = head("POST", peer.path, "Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\n"

    def endless(_: int) -> Iterator[bytes]:
        yield start
        while not over.is_set():
            yield line

    return repeated(peer, over, endless)


def hostile_determinism(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Post long texts that are slow to search for functions whose results differ from time to time."""
    body = b"now " + b"." * 1_000_000
    fields = ("Content-Type: application/sparql-query", f"Content-Length: {len(body)}")
    return repeated(peer, over, lambda _: (head("POST", peer.path, *fields), body))


def mixed_order(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Order all objects, terms of every kind, each time by another query."""
    query = "SELECT ?o {{ ?s ?p ?o }} ORDER BY ?o LIMIT {}"
    return repeated(
        peer,
        over,
        lambda number: (head("GET", peer.query(query.format(number + 1)), "Connection: close"),),
        timeout=10,
    )


def malformed(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Send heads that are no HTTP, and bodies whose chunks are broken."""
    return repeated(peer, over, lambda number: (_MALFORMED[number % len(_MALFORMED)],), timeout=1)


def large_heads(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Send heads of a megabyte: many fields, one field, a long address."""
    many = head("GET", "/", *(f"X-{number}: {'a' * 1000}" for number in range(1000)))
    one = head("GET", "/", f"X: {'a' * 1_000_000}")
    address = head("GET", f"/{'a' * 1_000_000}")
    return repeated(peer, over, lambda number: ((many, one, address)[number % 3],))


def slow_readers(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Ask for large results on many connections, and read only how they begin."""
    answers = Answers()
    with ExitStack() as clients:
        readers = list(filter(None, (opened(clients, peer, 10) for _ in range(20))))
        for number, client in enumerate(readers):
            with suppress(OSError):
                client.sendall(head("GET", peer.query(_ALL.format(n=number))))
        for client in readers:
            if not over.is_set():
                answers[exchange(client, [])] += 1
        over.wait()
    return answers


def pipelining(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Send thousands of requests behind a dump that is not read, on many connections."""
    answers = Answers()
    requests = head("GET", "/dumps/kankei.nt"), head("GET", "/health/live") * 7000
    with ExitStack() as clients:
        for _ in range(40):
            client = opened(clients, peer, 0.2)
            if client and not over.is_set():
                answers[exchange(client, requests)] += 1
        over.wait()
    return answers


def connection_flood(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Open connections from one address, as many as the server accepts, and send nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    answers = Answers()
    with ExitStack() as clients:
        while not over.is_set():
            answers["opened" if opened(clients, peer, 1, FLOODER) else NO_ANSWER] += 1
            over.wait(PAUSE_S)
    return answers


def failed_starts(peer: Peer, _data: Data, over: threading.Event) -> Answers:
    """Ask the server to open its release anew while its supervisor has no descriptor left."""
    pid, answers = peer.pid or 0, Answers()
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    in_use = max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 1, limits[1]))
    try:
        while not over.is_set():
            os.kill(pid, signal.SIGHUP)
            answers["signals"] += 1
            over.wait(0.1)
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    return answers


def cut_dump(peer: Peer, data: Data, over: threading.Event) -> Answers:
    """Cut the served dump to nothing, and ask for the documents in it; to be the last attack."""
    os.truncate(data.dump, 0)
    answers = repeated(
        peer, over, lambda number: (head("GET", f"/doc/{data.document(number)}.nt", "Connection: close"),)
    )
    if answers["200"]:
        raise AssertionError("a cut dump was served")
    return answers


ATTACKS: Sequence[Attack] = (
    upgrade_bodies,
    trailers,
    hostile_determinism,
    mixed_order,
    malformed,
    large_heads,
    slow_readers,
    pipelining,
    connection_flood,
    failed_starts,
    cut_dump,
)


def repeated(
    peer: Peer,
    over: threading.Event,
    request: Callable[[int], Sequence[bytes] | Iterator[bytes]],
    timeout: float = _PATIENCE_S,
) -> Answers:
    """Send one request after the other, each on a connection of its own and perhaps in several pieces."""
    answers, number = Answers(), 0
    while not over.is_set():
        with ExitStack() as clients:
            client = opened(clients, peer, timeout)
            answers[exchange(client, request(number)) if client else NO_ANSWER] += 1
        number += 1
    return answers


def exchange(client: socket.socket, pieces: Sequence[bytes] | Iterator[bytes]) -> str:
    """The status of the response to a request, of which no more is read."""
    with suppress(OSError):  # it may be answered, and the connection reset, before all is sent
        for piece in pieces:
            client.sendall(piece)
    with suppress(OSError):
        return client.recv(12, socket.MSG_WAITALL)[9:].decode("latin-1") or NO_ANSWER
    return NO_ANSWER


def opened(clients: ExitStack, peer: Peer, timeout: float, source: str = "") -> socket.socket | None:
    """A connection to the server from an address of this machine, or none if it is refused."""
    with suppress(OSError):
        address = (source, 0) if source else None
        return clients.enter_context(socket.create_connection((peer.address, peer.port), timeout, address))
    return None


def head(method: str, target: str, *fields: str) -> bytes:
    """A request's head."""
    return "\r\n".join((f"{method} {target} HTTP/1.1", "Host: a", *fields, "", "")).encode()


def description(peer: Peer, data: Data) -> str:
    """What an attack has to know, as a line for the program."""
    release = {"programmes": data.programmes, "release": str(data.release), "base": data.base}
    return json.dumps({"peer": asdict(peer), "data": release}) + "\n"


def _run(attack: Attack, known: Mapping[str, Mapping[str, str]]) -> Answers:
    """Attack until the standard input ends, which it does when the program that started this one is gone."""
    over = threading.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    release = {**known["data"], "release": Path(known["data"]["release"])}
    return attack(Peer(**known["peer"]), Data(**release), over)  # type: ignore[arg-type]


if __name__ == "__main__":
    (_chosen,) = (attack for attack in ATTACKS if attack.__name__ == sys.argv[1])
    sys.stdout.write("\n")  # it has started
    sys.stdout.flush()
    json.dump(_run(_chosen, json.loads(sys.stdin.readline())), sys.stdout)
