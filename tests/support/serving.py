"""What the tests of a running server share: `kankei serve` as a process, and clients that never retry."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from support.launcher import Process, start

PATIENCE_S = 120.0
"""A limit for what never comes about; long, since other processes may have the processors meanwhile."""
_PAUSE_S = 0.002
_CLIENT = httpx.Client(
    verify=False, trust_env=False, timeout=PATIENCE_S, limits=httpx.Limits(max_keepalive_connections=0)
)
"""A connection for each request, so that each may be answered by another process."""


@dataclass(frozen=True)
class Server:
    """A server that runs, its address and what it logs."""

    process: Process
    address: str
    log: Path

    def get(self, path: str, **headers: str) -> httpx.Response:
        return _CLIENT.get(f"{self.address}{path}", headers=headers)

    def request(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        return _CLIENT.request(method, f"{self.address}{path}", headers=headers, content=content)

    def metric(self, series: str) -> float:
        """The figure of a series, 0 where it is not told."""
        lines = self.get("metrics").text.splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{series} ")), 0.0)

    def events(self, name: str) -> list[dict[str, Any]]:
        """What was logged of one kind."""
        events = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [event for event in events if event["event"] == name]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    @property
    def descendants(self) -> set[int]:
        """The processes that came of it, as long as it lives."""
        descendants, pending = set[int](), [self.process.pid]
        while pending:
            parent = pending.pop()
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                children = {int(child) for child in task.read_text().split()}
                pending += children - descendants
                descendants |= children
        return descendants


@contextmanager
def serving(release: Path, folder: Path, *options: str) -> Iterator[Server]:
    """A running `kankei serve` that is gone afterwards, whatever happens; `folder` takes its log."""
    log = folder / "log"
    readable, writable = os.pipe()
    with os.fdopen(readable, encoding="utf-8") as printed:
        with os.fdopen(writable, "wb") as stdout, log.open("wb") as stderr:
            command = (str(release), "--port", "0", *options)
            process = start("serve", *command, stdout=stdout.fileno(), stderr=stderr.fileno())
        try:
            line = printed.readline()
            assert line, log.read_text(encoding="utf-8")
            yield Server(process, line.split()[-1], log)
        finally:
            process.kill()


def until(true: Callable[[], bool]) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """Whether a process runs: a dead one whose parent has not looked does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before the file was opened, or read
        return False


@dataclass
class Load:
    """Clients that ask without pause and never retry."""

    address: str
    path: str
    failures: list[str] = field(default_factory=list)
    answers: int = 0
    over: bool = False

    async def ask(self, keep_alive: bool) -> None:
        """Ask until it is over, over one connection as long as the server lets it or a new one each time.

        A client pauses between requests, or it would take the processors that the processes need to start.
        """
        host, _, port = self.address.removeprefix("http://").rstrip("/").rpartition(":")
        reader = writer = None
        while not self.over:
            try:
                if writer is None or reader is None:
                    reader, writer = await asyncio.open_connection(host, int(port))
                if await self._once(reader, writer, keep_alive):
                    writer.close()
                    writer = None
                await asyncio.sleep(_PAUSE_S)
            except (OSError, asyncio.IncompleteReadError) as error:
                self.failures.append(repr(error))
                writer = None
        if writer:
            writer.close()

    async def _once(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keep_alive: bool
    ) -> bool:
        """Ask once; whether the connection is over."""
        connection = "keep-alive" if keep_alive else "close"
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: h\r\nConnection: {connection}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        if not head.startswith(b"http/1.1 200"):
            self.failures.append(head.partition(b"\r\n")[0].decode())
        self.answers += 1
        return b"connection: close" in head
