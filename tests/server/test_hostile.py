"""What hostile clients send to one running server, and that it serves the next client as ever.

Each file of `tests/hostile` is one operation: a query, which is posted, or a request as it goes over the
wire. Its first lines say in comments what it is, what it is expected to get, and, if it is out of the
ordinary, what its client does. The rest is a template (Jinja, between « and »), since some are large;
``LISTENER`` stands for an address of this machine to which nothing may ever connect.

`expect` is one or more statuses, and words of the answer; or ``hung up``: the connection ends without an
answer; or ``nothing``: nobody is there for one. A client ``repeats`` its last piece for ever, ``reads
nothing``, ``hangs up`` at once, or ``shuts`` its side of the connection.
"""

import re
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import jinja2
import pytest

from kankei.release.reader import Release
from kankei.web.telemetry.metrics import CONNECTIONS
from support.oxigraph_service import serving_store, store_of
from support.paths import TESTS
from support.serving import PATIENCE_S, Server, alive, serving, until

CASES = sorted((TESTS / "hostile").iterdir())
TIMEOUT_S = 0.5
LONGEST_S = 30.0
"""Far above every limit, since other processes may have the processors meanwhile."""
SMALL = (
    *("--timeout", str(TIMEOUT_S), "--arrival", "0.5", "--reading", "0.5", "--rate", "0"),
    *("--memory", str(256 << 20), "--result-bytes", str(1 << 20)),
)
LISTENER = "LISTENER"
TEMPLATES = jinja2.Environment(
    variable_start_string="«",
    variable_end_string="»",
    block_start_string="«%",
    block_end_string="%»",
    comment_start_string="«#",
    comment_end_string="#»",
    keep_trailing_newline=True,
    autoescape=False,
)
POST = (
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    b"Accept: application/sparql-results+json, text/turtle\r\n"
    b"Content-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n%b"
)


@dataclass(frozen=True)
class Case:
    """An operation: what is sent, by what kind of client, and what it should get."""

    name: str
    expected: str
    client: str
    data: bytes

    @classmethod
    def read(cls, file: Path, listener: str) -> "Case":
        text = file.read_text(encoding="utf-8")
        head = re.match(r"(?:#.*\n)+", text)
        assert head, file
        fields = dict(re.findall(r"^# (expect|client): (.*)$", head[0], re.MULTILINE))
        body = text if file.suffix == ".rq" else text[head.end() :]
        content = TEMPLATES.from_string(body).render().replace(LISTENER, listener)
        if file.suffix == ".rq":
            query = content.encode("utf-8", "surrogatepass")
            return cls(file.name, fields["expect"], fields.get("client", ""), POST % (len(query), query))
        before, blank, after = content.partition("\n\n")
        if "Content-Length" not in before or "chunked" in before:
            after = after.replace("\n", "\r\n")
        wire = (before + blank).replace("\n", "\r\n") + after
        return cls(file.name, fields["expect"], fields.get("client", ""), wire.encode("latin-1"))

    @property
    def repeated(self) -> bytes:
        """What a client that repeats says over and over: the last piece of a body, or of the line."""
        return self.data.partition(b"\r\n\r\n")[2] or b"a" * 65_536


def sent(server: Server, connection: socket.socket, case: Case) -> bytes:
    """Send an operation and see what comes back; empty if the connection ends without an answer."""
    with suppress(ConnectionError):  # it may be refused, and hung up on, before all of it is sent
        connection.sendall(case.data)
        while case.client == "repeats" and not select.select([connection], [], [], 0)[0]:
            connection.sendall(case.repeated)
        if case.client == "shuts":
            connection.shutdown(socket.SHUT_WR)
    if case.client == "hangs up":
        return b""
    if case.client == "reads nothing":
        # Its own kernel tells it of the end only behind what it has not read.
        until(lambda: server.metric(CONNECTIONS) <= 1)
        return b""
    answer = bytearray()
    with suppress(ConnectionError):
        while data := connection.recv(1 << 20):
            answer += data
    return bytes(answer)


def verdict(case: Case, answer: bytes) -> str:
    """What is wrong with an answer; nothing if it is as expected."""
    if case.expected == "nothing":
        return ""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head[9:12].decode() if answer else "hung up"
    statuses, excerpt = re.fullmatch(r"([\d|]*(?:\|?hung up)?) ?(.*)", case.expected).groups()  # type: ignore[union-attr]
    text = body.decode("utf-8", "replace").replace("\\n", "\n")
    if status not in statuses.split("|") or (status == statuses[:3] and excerpt not in text):
        return f"{status} {text[:200]}"
    if answer.count(b"HTTP/1.1 ") > 1:
        return "two answers to one request"
    if status.isdigit() and int(status) >= 400 and b"problem+json" not in head:
        return "no problem document"
    return ""


def looked_up(server: Server, name: str) -> None:
    """Ask what nobody has asked before."""
    query = quote(f"SELECT ?p {{ <https://w3id.org/kankei/id/dataset> ?p ?o }} # {name}")
    answer = server.get(f"sparql?query={query}", Accept="application/sparql-results+json")
    assert answer.status_code == 200, f"after {name}: {answer.text}"
    assert answer.json()["results"]["bindings"]


@contextmanager
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as held:
        yield held


def connected(held: socket.socket) -> bool:
    """Whether anybody waits to be accepted."""
    return bool(select.select([held], [], [], 0)[0])


def test_there_are_enough() -> None:
    assert len(CASES) >= 60
    assert len({case.name[:4] for case in CASES}) == len(CASES), "each has its own number"


@pytest.mark.parametrize("engine", ["embedded", "remote"])
def test_each_gets_its_status_within_its_limit_and_the_next_client_is_served(
    seed_release: Release, tmp_path: Path, engine: str
) -> None:
    wrong, cases, options = list[str](), CASES, [*SMALL]
    with ExitStack() as stack:
        held = stack.enter_context(listener())
        if engine == "remote":
            url = stack.enter_context(serving_store(store_of(seed_release, tmp_path / "store")))
            # How requests are read has nothing to do with the engine. Two engines share a query's time, which
            # may be up where one would have answered.
            cases, options = [case for case in CASES if case.suffix == ".rq"], [*SMALL, "--engine", url]
        server = stack.enter_context(serving(seed_release.path, tmp_path, *options))
        address = tuple(server.address.removeprefix("http://").strip("/").split(":"))
        looked_up(server, "nothing")
        processes = server.descendants
        for file in cases:
            case = Case.read(file, "{}:{}".format(*held.getsockname()))
            begun = time.monotonic()
            with closing(socket.create_connection((address[0], int(address[1])), PATIENCE_S)) as connection:
                mistake = verdict(case, sent(server, connection, case))
            if engine == "remote" and mistake.startswith("504") and "still running" in mistake:
                mistake = ""
            took = time.monotonic() - begun
            looked_up(server, case.name)
            assert not connected(held), case.name
            if mistake:
                wrong.append(f"{case.name}: expected {case.expected}, got {mistake}")
            if took > LONGEST_S:
                wrong.append(f"{case.name}: took {took:.1f} s")
        until(lambda: server.get("health").json()["engine"]["slow"] == 0)
        assert sum(map(alive, processes)) >= 2, "the zygote and the process that speaks HTTP are the same"
        # The proof that the listener would have noticed.
        with closing(socket.create_connection(held.getsockname())):
            assert connected(held)
    assert not wrong, "\n".join(wrong)
