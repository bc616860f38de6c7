"""Attacks on the edges of HTTP, each for a moment; `tests/benchmarks/abuse.py --attacks` goes on longer."""

import shutil
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kankei.release.reader import Release
from support.paths import TESTS
from support.serving import PATIENCE_S, Server, serving, until

# The scripts beside the attacks find one another by the folder that they are started from.
sys.path.append(str(TESTS / "benchmarks"))

from abuse import attacking
from attacks import ATTACKS, NO_ANSWER, Attack
from data import Data
from peers.peer import Peer
from processes import http_processes

REQUESTS = 10
HTTP_BYTES = 300e6
REFUSED = {NO_ANSWER, "400", "413", "415", "431", "503"}
EXPECTED = {
    "mixed_order": {"200"},
    "malformed": {"501", "505"},
    "large_heads": {"414"},
    "slow_readers": {"200"},
    "pipelining": {"200"},
    "connection_flood": {"opened"},
    "failed_starts": {"signals"},
    "cut_dump": {"404", "500"},
}
"""What else an attacker may be answered; a body that was run as a request would be 200."""


@pytest.fixture(scope="module")
def server(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("attacked")
    release = Path(shutil.copytree(seed_release.path, folder / seed_release.path.name))
    with serving(release, folder, "--rate", "0", "--connections", "200") as running:
        yield running


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_others_are_answered_beside_an_attack(server: Server, attack: Attack) -> None:
    port = urlsplit(server.address).port
    assert port
    data, over = Data(1, next(server.log.parent.glob("*-*-*"))), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        attacker = pool.submit(attack, Peer("kankei", port, pid=server.process.pid), data, over)
        try:
            for _ in range(REQUESTS):
                assert server.get("sparql?query=ASK%7B%7D").status_code in {200, 503}
            most = max(http_processes(server.process.pid, port).values())
        finally:
            over.set()
        answers = attacker.result()
    assert answers
    assert set(answers) <= REFUSED | EXPECTED.get(attack.__name__, set())
    assert most < HTTP_BYTES
    assert server.get("health").status_code in {200, 503}
    assert server.process.poll() is None


def test_an_attack_from_a_process_of_its_own_ends_when_it_is_told_to(server: Server) -> None:
    port = urlsplit(server.address).port
    assert port
    data = Data(1, next(server.log.parent.glob("*-*-*")))
    series = 'kankei_refusals_total{reason="address"}'
    before = server.metric(series)
    with attacking(Peer("kankei", port, pid=server.process.pid), data, "large_heads") as answers:
        until(lambda: server.metric(series) > before)
    assert set(answers) <= {NO_ANSWER, "414", "431"}
    assert answers["414"]


def test_slow_readers_of_large_results_are_bounded_and_others_are_answered(
    seed_release: Release, tmp_path: Path
) -> None:
    held = 6 << 20
    options = ("--rate", "0", "--client-held-bytes", str(held), "--cache-bytes", "0")
    with serving(seed_release.path, tmp_path, *options) as server, ExitStack() as clients:
        port = urlsplit(server.address).port
        assert port
        before = max(http_processes(server.process.pid, port).values())
        statuses = Counter(first_bytes(port, number, clients) for number in range(READERS))
        assert statuses[b"200"] >= 1
        assert statuses[b"503"] >= READERS - 3
        assert set(statuses) == {b"200", b"503"}
        assert max(http_processes(server.process.pid, port).values()) - before < held
        assert 0 < server.metric("kankei_held_bytes") <= held
        assert server.metric('kankei_refusals_total{reason="client-results"}') == statuses[b"503"]
        assert server.get("sparql?query=ASK%7B%7D").status_code == 200
        with socket.create_connection(("127.0.0.1", port), 60, ("127.0.0.3", 0)) as other:
            other.sendall(large_request(READERS))
            assert other.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
        clients.close()
        until(lambda: server.metric("kankei_held_bytes") == 0)
        assert first_bytes(port, READERS + 1, clients) == b"200"


READERS = 20


def large_request(number: int) -> bytes:
    """A request for a result of 4.6 MiB, each time another: more than the kernel takes for a socket."""
    query = f"SELECT ('{number:0240}' AS ?text) {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 20000"
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n".encode()


def first_bytes(port: int, number: int, clients: ExitStack) -> bytes:
    """The status of the response to a client that reads no more of it."""
    client = clients.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(PATIENCE_S)
    client.connect(("127.0.0.1", port))
    client.sendall(large_request(number))
    return client.recv(12, socket.MSG_WAITALL)[9:]
