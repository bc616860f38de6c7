"""The load process: as many connections as told, each sending its next request when the last is answered.

    python load.py < spec.json > outcome.json

A minimal HTTP/1.1 client on bare protocols, which costs little beside the server it shares a machine with.
What counts as a failure: any status but 2xx, a refused or broken connection, a response cut short, silence.
"""

import asyncio
import json
import sys
import time
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

END = b"\r\n\r\n"


@dataclass(frozen=True)
class Spec:
    """What to send: the targets of a file, one a line, in turn, for some seconds or so many requests.

    One in `every` is taken from the hostile targets instead.
    """

    address: str
    port: int
    targets: str
    connections: int = 1
    seconds: float = 0
    requests: int = 0
    accept: str = "*/*"
    timeout: float = 60
    hostile: Sequence[str] = ()
    every: int = 0


@dataclass(frozen=True)
class Tally:
    """What came of one kind of request; times in milliseconds."""

    requests: int
    failures: int
    statuses: Mapping[str, int]
    p50: float
    p99: float
    most: float


@dataclass(frozen=True)
class Outcome:
    """What came of a load."""

    elapsed: float
    bytes: int
    polite: Tally
    hostile: Tally
    repeated: bool
    client: str = "python"

    @property
    def throughput(self) -> float:
        """Successful requests a second."""
        return (self.polite.requests - self.polite.failures) / self.elapsed if self.elapsed else 0.0


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that a share of an ordered sample does not exceed (nearest rank); 0 of none."""
    return ordered[max(0, -(-int(share * 10_000) * len(ordered) // 10_000) - 1)] if ordered else 0.0


@dataclass
class Count:
    """Outcomes of one kind of request in the making: statuses, or what went wrong, and seconds."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: "array[float]" = field(default_factory=lambda: array("d"))

    def tally(self) -> Tally:
        """The count, summed up."""
        ordered = sorted(second * 1000 for second in self.seconds)
        total = self.statuses.total()
        good = sum(count for status, count in self.statuses.items() if status.startswith("2"))
        median, high = quantile(ordered, 0.5), quantile(ordered, 0.99)
        return Tally(total, total - good, dict(self.statuses), median, high, ordered[-1] if ordered else 0.0)


class Load:
    """One run: the shared supply of requests, and what came of them."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        head = f" HTTP/1.1\r\nHost: {spec.address}:{spec.port}\r\nAccept: {spec.accept}\r\n\r\n"
        self.head = head.encode()
        self.targets = Path(spec.targets).read_bytes().splitlines()
        self.hostile = [target.encode() for target in spec.hostile]
        self.sent = self.bytes = 0
        self.started = time.perf_counter()
        self.counts = (Count(), Count())
        self.connections = [Connection(self) for _ in range(spec.connections)]

    def next(self) -> tuple[bytes, bool] | None:
        """The next request, and whether it is a hostile one; none when it is time to stop."""
        if self.spec.requests and self.sent >= self.spec.requests:
            return None
        if self.spec.seconds and time.perf_counter() - self.started >= self.spec.seconds:
            return None
        self.sent += 1
        if self.spec.every and self.sent % self.spec.every == 0:
            return b"GET " + self.hostile[self.sent // self.spec.every % len(self.hostile)] + self.head, True
        return b"GET " + self.targets[(self.sent - 1) % len(self.targets)] + self.head, False

    def record(self, hostile: bool, status: str, since: float) -> None:
        """Note what came of a request."""
        count = self.counts[hostile]
        count.statuses[status] += 1
        count.seconds.append(time.perf_counter() - since)

    async def run(self) -> Outcome:
        """Send everything."""
        self.started = time.perf_counter()
        watch = asyncio.create_task(self.watch())
        await asyncio.gather(*(connection.run() for connection in self.connections))
        watch.cancel()
        elapsed = time.perf_counter() - self.started
        polite, hostile = (count.tally() for count in self.counts)
        return Outcome(elapsed, self.bytes, polite, hostile, polite.requests > len(self.targets))

    async def watch(self) -> None:
        """End what takes longer than the timeout."""
        while True:
            await asyncio.sleep(0.2)
            for connection in self.connections:
                connection.end_if_late()


class Connection(asyncio.Protocol):
    """One connection, opened again whenever the server closes it."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.transport: asyncio.Transport | None = None
        self.body: Body | None = None
        self.buffer = b""
        self.busy = self.hostile = self.late = False
        self.since = 0.0
        self.closed = asyncio.Event()

    async def run(self) -> None:
        """Send requests until the load says stop."""
        loop, spec = asyncio.get_running_loop(), self.load.spec
        while (request := self.load.next()) is not None:
            self.since, self.late = time.perf_counter(), False
            try:
                await loop.create_connection(lambda: self, spec.address, spec.port)
            except OSError:
                self.load.record(request[1], "refused", self.since)
                await asyncio.sleep(0.05)
                continue
            self.send(*request)
            await self.closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin afresh."""
        self.transport = cast("asyncio.Transport", transport)
        self.buffer, self.body = b"", None
        self.closed.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a request that was under way as failed, unless its end is that of the connection."""
        if self.busy:
            whole = self.body is not None and self.body.until_close and exc is None and not self.late
            self.finish(self.status() if whole else "timeout" if self.late else "broken")
        self.transport = None
        self.closed.set()

    def send(self, request: bytes, hostile: bool) -> None:
        """Send a request; the clock runs from here, or from when its connection was asked for."""
        self.hostile, self.busy = hostile, True
        if self.transport is None:
            self.finish("broken")
        else:
            self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read on; when the response is whole, send the next request."""
        self.load.bytes += len(data)
        if self.body is None:
            self.buffer += data
            end = self.buffer.find(END)
            if end < 0:
                return
            self.body = Body(self.buffer[:end].lower())
            data = self.buffer[end + len(END) :]
        if self.body.feed(data):
            self.answered(self.body)

    def answered(self, body: "Body") -> None:
        """Count the response and go on, on the same connection if it stays open."""
        self.finish(self.status())
        self.buffer, self.body = b"", None
        request = None if body.close else self.load.next()
        if request is not None:
            self.since = time.perf_counter()
            self.send(*request)
        elif self.transport is not None:
            self.transport.close()

    def status(self) -> str:
        return self.buffer[9:12].decode("latin-1")

    def finish(self, status: str) -> None:
        self.busy = False
        self.load.record(self.hostile, status, self.since)

    def end_if_late(self) -> None:
        """Break the connection off when its response is overdue."""
        if self.busy and self.transport and time.perf_counter() - self.since > self.load.spec.timeout:
            self.late = True
            self.transport.abort()


class Body:
    """How far a response's body has come (RFC 9112, section 6), without keeping it; fields in lower case."""

    def __init__(self, head: bytes) -> None:
        fields = head + b"\r\n"
        length = _field(fields, b"content-length")
        self.chunked = _field(fields, b"transfer-encoding") == b"chunked"
        self.left = int(length or 0)
        self.until_close = not self.chunked and length is None and head[9:12] not in (b"204", b"304")
        self.close = self.until_close or _field(fields, b"connection") == b"close"
        self.rest = b""
        self.last = False

    def feed(self, data: bytes) -> bool:
        """Whether the body is whole with this piece."""
        if self.chunked:
            return self._chunks(data)
        self.left -= len(data)
        return self.left <= 0 and not self.until_close

    def _chunks(self, data: bytes) -> bool:
        """Skip chunks (RFC 9112, section 7.1); `left` counts a chunk's data with the line end after it."""
        at = 0
        if self.rest:
            data, self.rest = self.rest + data, b""
        while at < len(data):
            step = min(self.left, len(data) - at)
            self.left, at = self.left - step, at + step
            if self.left or (at == len(data) and not self.last):
                break
            if self.last:
                return True
            end = data.find(b"\r\n", at)
            if end < 0:
                self.rest = data[at:]
                return False
            size = int(data[at:end].partition(b";")[0], 16)
            self.left, self.last, at = size + 2, size == 0, end + 2
        return self.last and not self.left


def _field(fields: bytes, name: bytes) -> bytes | None:
    _, found, rest = fields.partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip() if found else None


def load(spec: Spec) -> Outcome:
    """Send a load from this process."""

    async def main() -> Outcome:
        return await Load(spec).run()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


if __name__ == "__main__":
    json.dump(asdict(load(Spec(**json.load(sys.stdin)))), sys.stdout)
