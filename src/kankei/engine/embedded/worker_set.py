"""The workers of one pool: started and killed by the zygote, and replaced. Its messages: see `zygote`."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence

from kankei.engine.embedded.messages import FrameParser, frame
from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.errors import EngineFailed, KankeiError

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
        """Request a worker with these descriptors, of which the caller may then close its own."""
        with contextlib.suppress(OSError):  # a zygote that is gone is noticed when we next read from it
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
    """Starts workers, and kills and replaces them."""

    def __init__(self, connection: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._zygote = ZygoteConnection(connection, self._on_ended, self._on_lost)
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
        """Set when the zygote has ended: no worker will ever answer again."""

    def __len__(self) -> int:
        return len(self._workers)

    def start(self, count: int) -> None:
        """Start some more workers; after failures with a delay."""
        if self._delay or self.lost.is_set():
            return
        if self._failed_starts:
            delay = min(_FIRST_DELAY_S * 2**self._failed_starts, _LONGEST_DELAY_S)
            self._delay = self._loop.call_later(delay, self._resume)
            count = 1
        for _ in range(count):
            self._last_number += 1
            task = self._loop.create_task(self._start(WorkerConnection(self._last_number)))
            self.starting += 1
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def lower_priority(self, worker: WorkerConnection) -> None:
        """Lower a worker's priority, for good."""
        worker.low_priority = True
        self._zygote.request(b"slow", worker.number)

    def kill(self, worker: WorkerConnection, error: KankeiError | None = None) -> None:
        """End a worker at once, and fail whatever waits for it."""
        worker.fail(error or EngineFailed("the query was given up"))
        self._zygote.request(b"kill", worker.number)
        worker.disconnect()

    def close(self) -> None:
        """End all workers, and the zygote after its last pool."""
        self._fail_all(EngineFailed("the engine is closed"))
        self._zygote.close()

    def _on_ended(self, number: int, status: int) -> None:
        if worker := self._workers.pop(number, None):
            if worker in self.idle:
                self.idle.remove(worker)
            worker.exited(status)
            self.on_change()

    def _on_lost(self, reason: str) -> None:
        self._fail_all(EngineFailed(f"the engine cannot answer: {reason}"))

    def _fail_all(self, error: KankeiError) -> None:
        if self.lost.is_set():
            return
        self.lost.set()
        if self._delay:
            self._delay.cancel()
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
        self._workers[worker.number] = worker
        self._zygote.fork(worker.number, worker.descriptors)
        worker.close_worker_end()
        await self._loop.create_unix_connection(lambda: worker, sock=worker.socket)
        try:
            await worker.started
        except KankeiError as error:
            worker.disconnect()
            self._failed_starts += 1
            if self._failed_starts >= _MAX_FAILED_STARTS and not self.first.done():
                self.first.set_exception(error)
        else:
            self._failed_starts = 0
            self.idle.append(worker)
            if not self.first.done():
                self.first.set_result(None)
        finally:
            self.starting -= 1
            self.on_change()

    def _resume(self) -> None:
        self._delay = None
        self.on_change()
