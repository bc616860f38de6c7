"""The server itself: sockets, signals, what it loads."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import rdflib
from SPARQLWrapper import SPARQLWrapper

from kankei.errors import PortTaken
from kankei.model.inputs import packaged
from kankei.release.reader import Release
from kankei.web.server import listen

_SERVE = """
import sys
from pathlib import Path
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.server import serve
release, examples = map(Path, sys.argv[1:])
serve(Release.open(release), Settings(port=0), examples, lambda line: print(line, flush=True))
print("stopped", flush=True)
"""


@contextmanager
def serving(release: Release) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", _SERVE, str(release.path), str(packaged().competency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_announces_its_address_and_stops_when_told(seed_release: Release, number: int) -> None:
    with serving(seed_release) as (process, address):
        answer = httpx.get(f"{address}doc/org/mlit", headers={"Accept": "text/turtle"})
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert httpx.head(f"{address}dumps/kankei.nt").status_code == 200
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=20)
        assert (out, err, process.returncode) == ("stopped\n", "", 0)


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}: cannot listen here"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_told_too() -> None:
    with pytest.raises(PortTaken):
        listen("192.0.2.1", 0)


def test_no_socket_is_left_open_by_a_failure() -> None:
    with listen("127.0.0.1", 0) as taken:
        assert taken.family == socket.AF_INET


def test_a_server_process_loads_nothing_of_the_build_side() -> None:
    code = (
        "import sys, kankei.web.server; "
        "print([m for m in sys.modules if m.split('.')[0] in ('rdflib', 'pyshacl')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_common_clients_get_what_they_expect(seed_release: Release) -> None:
    with serving(seed_release) as (_, address):
        client = SPARQLWrapper(f"{address}sparql")
        for query, formats in (
            ("SELECT * { ?s a <https://w3id.org/kankei/ns#Programme> }", ("json", "xml", "csv", "tsv")),
            (
                "CONSTRUCT WHERE { ?s a <https://w3id.org/kankei/ns#Programme> }",
                ("turtle", "n3", "xml", "json-ld"),
            ),
            ("ASK { ?s a <https://w3id.org/kankei/ns#Programme> }", ("json", "xml")),
        ):
            client.setQuery(query)
            for method in ("GET", "POST"):
                client.setMethod(method)
                for name in formats:
                    client.setReturnFormat(name)
                    with client.query().response as response:
                        assert response.status == 200
                        assert b"ht" in response.read() or query.startswith("ASK")
        assert len(rdflib.Graph().parse(f"{address}id/programme/two-region-living")) > 100
