"""Zygote process: holds the release's store and forks workers that share it.

It has one thread and no event loop, so that a fork copies nothing half-done. Whoever started it sends it each
pool's socket as a descriptor over the control socket. Each pool sends it requests over a socket of its own, a
verb and a worker's number each: ``fork 7`` (with the worker's three descriptors), ``slow 7``, ``kill 7``. It
sends ``failed why`` if the store cannot be loaded, and ``ended 7 14`` with the status by wait(2) of a worker.
When a pool closes its socket, its workers are killed; the zygote ends after the control socket and all pools.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store

from kankei.engine.columnar.planned_query import ColumnQueries
from kankei.engine.embedded.messages import NOT_FORKED, FrameParser, frame
from kankei.engine.embedded.sandbox import deny_network
from kankei.engine.embedded.store_access import StoreAccess, StoreFiles
from kankei.engine.embedded.worker import Worker, WorkerDescriptors
from kankei.engine.limits import MIB
from kankei.errors import KankeiError

_DESCRIPTORS_PER_WORKER = 3
_STACK_BYTES = 64 * MIB  # the engine recurses as a query nests; the kernel keeps 128 MiB free
_SLOW_NICENESS = 10
_RECEIVE_BYTES = 1 << 16


class ZygoteArguments(NamedTuple):
    """The store's files, the descriptor of the control socket, and the limits of each worker."""

    triples: str
    store: str
    in_memory: bool
    views: Sequence[str]
    control: int
    memory_bytes: int
    result_bytes: int
    services: Sequence[str]
    network: bool
    syntax_only: bool
    columns: str


@dataclass
class _PoolConnection:
    """The zygote's end of its socket to one pool."""

    connection: socket.socket
    parser: FrameParser = field(default_factory=FrameParser)
    descriptors: deque[list[int]] = field(default_factory=deque)
    """Received and not yet passed to a worker: those of each request to fork, none where some got lost."""

    def send(self, *fields: object) -> None:
        with contextlib.suppress(OSError):  # a pool that is gone is noticed when we next read from it
            self.connection.sendall(frame(" ".join(map(str, fields)).encode()))

    def receive(self) -> list[bytes] | None:
        """The requests that have arrived, or none once the pool has closed the connection."""
        try:
            data, descriptors, flags, _ = socket.recv_fds(
                self.connection, _RECEIVE_BYTES, _DESCRIPTORS_PER_WORKER
            )
        except ConnectionError:
            return None
        # The kernel drops those for which this process has no room, and hands over the rest (unix(7)).
        truncated = bool(flags & socket.MSG_CTRUNC)
        if truncated:
            _close_all(descriptors)
        if descriptors or truncated:
            self.descriptors.append([] if truncated else descriptors)
        return self.parser.feed(data) if data else None


class _Zygote:
    """Forks, kills and reaps the workers of some pools."""

    def __init__(self, control: socket.socket, worker: Worker) -> None:
        self._control = control
        self._pools: dict[int, _PoolConnection] = {}
        self._worker = worker
        self._children: dict[int, tuple[_PoolConnection, int]] = {}

    def serve(self) -> None:
        """Execute the pools' requests until they and the control socket are closed."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        with _child_exits() as exits:
            poll.register(exits, select.POLLIN)
            while self._pools or self._control.fileno() >= 0:
                for descriptor, _ in poll.poll():
                    if descriptor == exits:
                        os.read(exits, _RECEIVE_BYTES)
                    elif descriptor == self._control.fileno():
                        self._add_pools(poll)
                    elif not self._handle_requests(self._pools[descriptor]):
                        poll.unregister(descriptor)
                        self._remove(self._pools.pop(descriptor))
                self._reap(os.WNOHANG)
            self._reap(0)

    def _add_pools(self, poll: select.poll) -> None:
        """Add the pool that the control socket has received, or close that socket at its end."""
        pools = _receive_pools(self._control)
        if pools is None:
            poll.unregister(self._control)
            self._control.close()
        for pool in pools or ():
            self._pools[pool.connection.fileno()] = pool
            poll.register(pool.connection, select.POLLIN)

    def _handle_requests(self, pool: _PoolConnection) -> bool:
        """Execute the requests that have arrived; whether the connection is still open."""
        requests = pool.receive()
        for request in requests or ():
            verb, number = request.split()
            self._execute(pool, verb, int(number))
        return requests is not None

    def _execute(self, pool: _PoolConnection, verb: bytes, number: int) -> None:
        if verb == b"fork":
            descriptors = pool.descriptors.popleft()
            if descriptors:
                self._fork(pool, number, WorkerDescriptors(*descriptors))
            else:
                pool.send("ended", number, NOT_FORKED)
            _close_all(descriptors)
            return
        # Until a child is reaped, no other process can have its id.
        for child in [child for child, worker in self._children.items() if worker == (pool, number)]:
            if verb == b"kill":
                os.kill(child, signal.SIGKILL)
            else:
                os.setpriority(os.PRIO_PROCESS, child, _SLOW_NICENESS)

    def _fork(self, pool: _PoolConnection, number: int, descriptors: WorkerDescriptors) -> None:
        zygote = os.getpid()
        try:
            child = os.fork()
        except OSError:
            pool.send("ended", number, NOT_FORKED)
            return
        if child == 0:
            self._worker.run(descriptors, zygote)
        self._children[child] = pool, number

    def _remove(self, pool: _PoolConnection) -> None:
        for child, (owner, _) in self._children.items():
            if owner is pool:
                os.kill(child, signal.SIGKILL)
        pool.connection.close()

    def _reap(self, options: int) -> None:
        while self._children:
            child, status = os.waitpid(-1, options)
            if not child:
                return
            pool, number = self._children.pop(child)
            pool.send("ended", number, status)


def _receive_pools(control: socket.socket) -> list[_PoolConnection] | None:
    """The pool whose socket has arrived, if its descriptor did; `None` at the control socket's end."""
    try:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    except ConnectionError:
        return None
    return [_PoolConnection(socket.socket(fileno=each)) for each in descriptors] if data else None


def _report_failure(control: socket.socket, error: Exception) -> None:
    """Tell the pools that were announced so far why there will be no worker."""
    control.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while (pools := _receive_pools(control)) is not None:
            for pool in pools:
                pool.send("failed", error)


def _close_all(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@contextlib.contextmanager
def _child_exits() -> Iterator[int]:
    """A descriptor that becomes readable when a child has ended."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    yield readable
    signal.set_wakeup_fd(-1)


def _load(files: StoreFiles) -> Store | None:
    """The part of the store that is to be in memory, loaded by a thread that then ends.

    The engine keeps the state of its random numbers by thread and seeds it when first used, which loading
    blank nodes does. Had the main thread done it, all workers would draw the same UUIDs.
    """
    outcome: list[Store | Exception | None] = []

    def load() -> None:
        try:
            outcome.append(files.load())
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            outcome.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    thread.join()
    (loaded,) = outcome
    if isinstance(loaded, Exception):
        raise loaded
    return loaded


def _open_columns(arguments: ZygoteArguments) -> ColumnQueries | None:
    """The release's columns in memory, if there are any; without them its store answers alone."""
    if not arguments.columns:
        return None
    try:
        # Loaded only here, since DuckDB is large and no other process of the server needs it.
        from kankei.engine.columnar.evaluation import ColumnarEvaluation  # noqa: PLC0415

        return ColumnarEvaluation.of_release(Path(arguments.columns), arguments.memory_bytes)
    except (ImportError, KankeiError, OSError, MemoryError) as error:
        sys.stderr.write(f"queries are answered without columns: {error}\n")
        return None


def _prepare_process() -> None:
    """Ignore the signals that the server handles, and limit core dumps and the stack."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.putenv("RUST_BACKTRACE", "0")  # a backtrace takes longer than starting the next worker
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, maximum = resource.getrlimit(resource.RLIMIT_STACK)
    size = _STACK_BYTES if maximum == resource.RLIM_INFINITY else min(_STACK_BYTES, maximum)
    resource.setrlimit(resource.RLIMIT_STACK, (size, maximum))


def main(argument: str) -> None:
    """Be a zygote, by its arguments in JSON, until the control socket and all pools are closed."""
    _prepare_process()
    arguments = ZygoteArguments(*json.loads(argument))
    views = tuple(map(Path, arguments.views))
    paths = Path(arguments.triples), Path(arguments.store)
    files = StoreFiles(*paths, arguments.in_memory, views, syntax_only=arguments.syntax_only)
    control = socket.socket(fileno=arguments.control)
    if not arguments.network:
        deny_network()
    try:
        merged = _load(files)
    except Exception as error:  # whatever it is, only the pools can report it
        _report_failure(control, error)
        return
    columns = _open_columns(arguments)
    gc.freeze()
    stores = StoreAccess(merged, files.store, syntax_only=files.syntax_only)
    worker = Worker(stores, arguments.memory_bytes, arguments.result_bytes, arguments.services, columns)
    _Zygote(control, worker).serve()


if __name__ == "__main__":
    main(sys.argv[1])
    # The store is as large as the release: the kernel frees it faster than its owner.
    os._exit(0)
