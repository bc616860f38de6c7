"""Attacks on the edges of HTTP, each for a moment; `tests/benchmarks/abuse.py --attacks` goes on longer."""

import shutil
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kankei.release.reader import Release
from support.paths import TESTS
from support.serving import Server, serving

# The scripts beside the attacks find one another by the folder that they are started from.
sys.path.append(str(TESTS / "benchmarks"))

from attacks import ATTACKS, Attack
from data import Data
from peers.peer import Peer
from processes import http_processes

REQUESTS = 10
HTTP_BYTES = 300e6


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
        attacker.result()
    assert most < HTTP_BYTES
    assert server.get("health").status_code in {200, 503}
    assert server.process.poll() is None
