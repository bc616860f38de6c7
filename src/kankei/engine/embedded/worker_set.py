"""The workers of one pool: started and killed by the zygote, and replaced. Its messages: see `zygote`."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Callable, Sequence

from kankei.engine.embedded.messages import NOT_FORKED, FrameParser, frame
from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.errors import EngineFailed, EngineUnavailable, KankeiError

_MAX_FAILED_STARTS = 3  # workers in a row that ended before they were ready: then the engine has failed
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.05, 5.0
_RECEIVE_BYTES = 1 << 16


class ZygoteConnection:
    """A pool's connection to the zygote, inside a running event loop."""

    def __init__(
        self, connection: socket.socket, on_ended: Callable[[int, int], None], on_lost: Callable[[str], None]
    ) -> None:
        self._connection = connection
        self._on_ended = on_ended
        self._on_lost = on_lost
        self._parser = FrameParser()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection.fileno(), self._receive)

    def fork(self, number: int, descriptors: Sequence[int]) -> None:
        """Request a worker with these descriptors, of which the caller may then close its own.

        Raises `OSError` if the request cannot be sent.
        """
        socket.send_fds(self._connection, [frame(b"fork %d" % number)], descriptors)

    def request(self, verb: bytes, number: int) -> None:
        """Have a worker's priority lowered (``slow``) or end it at once (``kill``)."""
        # The socket blocks, so that nothing is lost; its buffer holds thousands, and a worker needs three.
        with contextlib.suppress(OSError):
            self._connection.sendall(frame(b"%b %d" % (verb, number)))

    def close(self) -> None:
        """Disconnect: the zygote kills all workers of this pool, and ends after the last pool."""
        if self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection.fileno())
            self._connection.close()

    def _receive(self) -> None:
        try:
            data = self._connection.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self._on_lost("the process that holds the dataset is gone")
        for message in self._parser.feed(data):
            verb, _, rest = message.decode(errors="replace").partition(" ")
            if verb == "ended":
                number, status = map(int, rest.split())
                self._on_ended(number, status)
            else:
                self._on_lost(rest)


class WorkerSet:
    """Starts workers, and kills and replaces them; after its zygote has ended, those of another one."""

    def __init__(self, connection: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._zygote = ZygoteConnection(connection, self._on_ended, self._on_lost)
        self.on_lost: Callable[[str], None] = lambda _: None
        """Called with the reason when the zygote has ended."""
        self.on_change: Callable[[], None] = lambda: None
        """Called after a worker has started or ended, or the zygote has."""
        self._workers: dict[int, WorkerConnection] = {}
        self._last_number = 0
        self._failed_starts = 0
        self._delay: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.idle: list[WorkerConnection] = []
        self.starting = 0
        self.first: asyncio.Future[None] = self._loop.create_future()
        """Done once a worker is ready; fails with the reason if none ever will be."""
        self.lost = asyncio.Event()
        """Set while there is no zygote, until `reconnect`."""
        self.closed = False
        self.kills: Counter[str] = Counter()
        """Workers that ended before their query did, by the class of its error; `Cancelled` if given up."""

    def __len__(self) -> int:
        return len(self._workers)

    @property
    def can_answer(self) -> bool:
        """Whether there is a worker, or will be as soon as one has started."""
        return not self.lost.is_set() and (len(self._workers) > self.starting or not self._failed_starts)

    def reconnect(self, connection: socket.socket) -> None:
        """Go on with the workers of another zygote."""
        self._fail_all(EngineUnavailable("the process that holds the dataset was replaced"))
        self._zygote.close()
        self._zygote = ZygoteConnection(connection, self._on_ended, self._on_lost)
        self.first = self._loop.create_future()
        self._failed_starts = 0
        self.lost.clear()
        self.on_change()

    def start(self, count: int) -> None:
        """Start some more workers; after failures with a delay."""
        if self._delay or self.lost.is_set() or count <= 0:
            return
        if self._failed_starts:
            self._start_delay()
            count = 1
        for _ in range(count):
            self._last_number += 1
            try:
                worker = WorkerConnection(self._last_number, self._on_crash)
            except OSError as error:
                self._start_failed(EngineFailed(f"a query's process cannot be started: {error.strerror}"))
                self._start_delay()
                return
            task = self._loop.create_task(self._start(worker))
            self.starting += 1
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def lower_priority(self, worker: WorkerConnection) -> None:
        """Lower a worker's priority, for good."""
        worker.low_priority = True
        self._zygote.request(b"slow", worker.number)

    def kill(self, worker: WorkerConnection, error: KankeiError | None = None) -> None:
        """End a worker at once, and fail whatever waits for it."""
        self.kills[type(error).__name__ if error else "Cancelled"] += 1
        worker.fail(error or EngineFailed("the query was given up"))
        self._zygote.request(b"kill", worker.number)
        worker.disconnect()

    def close(self) -> None:
        """End all workers, and the zygote after its last pool."""
        self.closed = True
        self._fail_all(EngineFailed("the engine is closed"))
        self._zygote.close()

    def _on_ended(self, number: int, status: int) -> None:
        if worker := self._workers.pop(number, None):
            if worker in self.idle:
                self.idle.remove(worker)
            worker.exited(status)
            self.on_change()

    def _on_crash(self, error: KankeiError) -> None:
        self.kills[type(error).__name__] += 1

    def _on_lost(self, reason: str) -> None:
        if not self.lost.is_set():
            self._fail_all(EngineUnavailable(f"the engine cannot answer: {reason}"))
            self.on_lost(reason)

    def _fail_all(self, error: KankeiError) -> None:
        if self.lost.is_set():
            return
        self.lost.set()
        if self._delay:
            self._delay.cancel()
            self._delay = None
        for worker in [*self._workers.values()]:
            worker.fail(error)
            worker.disconnect()
            worker.exited(0)
        self._workers.clear()
        self.idle.clear()
        if not self.first.done():
            self.first.set_exception(error)
        self.on_change()

    async def _start(self, worker: WorkerConnection) -> None:
        try:
            await self._fork(worker)
            await worker.started
        except KankeiError as error:
            worker.disconnect()
            self._start_failed(error)
        else:
            self._failed_starts = 0
            self.idle.append(worker)
            if not self.first.done():
                self.first.set_result(None)
        finally:
            self.starting -= 1
            self.on_change()

    async def _fork(self, worker: WorkerConnection) -> None:
        """Connect to a worker, and have the zygote fork it."""
        self._workers[worker.number] = worker
        try:
            await self._loop.create_unix_connection(lambda: worker, sock=worker.socket)
            if worker.alive:
                self._request_fork(worker)
        except OSError as error:
            self._workers.pop(worker.number, None)
            worker.discard()
            raise EngineFailed(f"a query's process cannot be reached: {error.strerror}") from error
        finally:
            worker.close_worker_end()

    def _request_fork(self, worker: WorkerConnection) -> None:
        try:
            self._zygote.fork(worker.number, worker.descriptors)
        except OSError:
            self._on_ended(worker.number, NOT_FORKED)

    def _start_failed(self, error: KankeiError) -> None:
        self._failed_starts += 1
        if self._failed_starts >= _MAX_FAILED_STARTS and not self.first.done():
            self.first.set_exception(error)

    def _start_delay(self) -> None:
        """Start no worker for some time, the longer the more starts have failed."""
        if not self._delay:
            delay = min(_FIRST_DELAY_S * 2**self._failed_starts, _LONGEST_DELAY_S)
            self._delay = self._loop.call_later(delay, self._resume)

    def _resume(self) -> None:
        self._delay = None
        self.on_change()
