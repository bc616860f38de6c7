"""What every peer has: an address to ask, a process tree to weigh, and an end by its process number only."""

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

HOST = "127.0.0.1"
START_SECONDS = 1800


class Unavailable(Exception):
    """A peer that takes no part, and why."""


@dataclass(frozen=True)
class Options:
    """What the command line says about peers: binaries or addresses by peer, and how to start kankei."""

    places: Mapping[str, str] = field(default_factory=dict)
    serve: Sequence[str] = ()
    venv: Path = Path("peers-venv")

    def binary(self, peer: str, default: str = "") -> Path:
        """The program of a peer: the one named by an option, else the default, where it is installed."""
        found = shutil.which(self.places.get(peer) or default)
        if not found:
            raise Unavailable(f"{self.places.get(peer) or default or 'it'} is not installed")
        return Path(found)

    def address(self, peer: str) -> "Peer | None":
        """The peer behind the address that an option names; none where it names a program."""
        url = urlsplit(self.places.get(peer, ""))
        if url.scheme != "http" or not url.hostname:
            return None
        return Peer(peer, url.port or 80, address=url.hostname, path=url.path or "/", version="at an address")


@dataclass(frozen=True)
class Peer:
    """A running server, as the load generator sees it."""

    name: str
    port: int
    path: str = "/sparql"
    parameters: str = ""
    address: str = HOST
    pid: int | None = None
    version: str = ""
    pages: bool = False
    files: bool = False

    def query(self, text: str) -> str:
        """The request target that asks a query by GET (SPARQL 1.1 Protocol, section 2.1.1)."""
        return f"{self.path}?query={quote_plus(text)}{self.parameters}"


@dataclass(frozen=True)
class Response:
    """One answer, read to its end."""

    status: int
    media_type: str
    server: str
    body: bytes
    seconds: float


def fetch(peer: Peer, target: str, accept: str, timeout: float) -> Response:
    """The answer to one GET on a connection of its own."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection(peer.address, peer.port, timeout=timeout)
    try:
        connection.request("GET", target, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    media_type = (answer.getheader("Content-Type") or "").partition(";")[0].strip()
    server = (answer.getheader("Server") or "").strip()
    return Response(answer.status, media_type, server, body, time.perf_counter() - started)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a folder, its output in `output.log` there; ended by its number when the block is left."""
    with (folder / "output.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def call(command: Sequence[str], folder: Path) -> str:
    """The output of a program that ran to its end; its last words are the reason where it failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Unavailable(f"{Path(command[0]).name} failed: {''.join(last)}")
    return done.stdout


def wait_until_ready(peer: Peer, process: "subprocess.Popen[bytes]", folder: Path, target: str) -> Response:
    """The first successful answer of a server that has just been started."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            last = (folder / "output.log").read_text(errors="replace").strip().splitlines()[-1:]
            raise Unavailable(f"it ended while starting: {''.join(last)}")
        try:
            answer = fetch(peer, target, "*/*", timeout=60)
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            if answer.status == 200:
                return answer
            raise Unavailable(f"it answered its first request with {answer.status}: {answer.body[:200]!r}")
    raise Unavailable(f"it was not ready after {START_SECONDS} s")
