"""The process that holds the release's store and forks workers that share it.

It has one thread and no event loop, so that a fork copies nothing half-done. Each pool talks to it over a
socket of its own, a word and a worker's number at a time: ``fork 7`` (with the worker's three descriptors),
``slow 7``, ``kill 7``; it answers ``loaded confined`` or ``loaded open`` or ``failed why`` once, and
``ended 7 14`` with the status by wait(2). A pool that hangs up takes its workers along.
"""

import contextlib
import gc
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Store

from kankei.engine.embedded.framing import Frames, frame
from kankei.engine.embedded.seccomp import confine
from kankei.engine.embedded.store_access import StoreAccess, StoreFiles
from kankei.engine.embedded.worker import Descriptors, Worker
from kankei.engine.embedded.zygote_arguments import ZygoteArguments
from kankei.engine.limits import MIB

DESCRIPTORS_A_WORKER = 3
NOT_FORKED = -1
"""The status of a worker that could not be forked at all."""

_STACK_BYTES = 64 * MIB  # the engine recurses as a query nests; the kernel keeps 128 MiB free
_SLOW_NICENESS = 10
_CHUNK = 1 << 16


@dataclass
class _Pool:
    """One pool, as the zygote sees it."""

    connection: socket.socket
    frames: Frames = field(default_factory=Frames)
    descriptors: deque[int] = field(default_factory=deque)

    def tell(self, *words: object) -> None:
        with contextlib.suppress(OSError):  # a pool that is gone is noticed when we next read from it
            self.connection.sendall(frame(" ".join(map(str, words)).encode()))

    def hear(self) -> list[bytes] | None:
        """What the pool asks, or none once it has hung up; its descriptors are kept in their order."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.connection, _CHUNK, DESCRIPTORS_A_WORKER)
        except ConnectionError:
            return None
        self.descriptors.extend(descriptors)
        return self.frames.feed(data) if data else None


class _Zygote:
    """Forks, ends and buries the workers of some pools."""

    def __init__(self, pools: list[_Pool], worker: Worker) -> None:
        self._pools = {pool.connection.fileno(): pool for pool in pools}
        self._worker = worker
        self._children: dict[int, tuple[_Pool, int]] = {}

    def serve(self) -> None:
        """Do what the pools ask until the last of them has hung up."""
        poll = select.poll()
        for descriptor in self._pools:
            poll.register(descriptor, select.POLLIN)
        with _deaths() as deaths:
            poll.register(deaths, select.POLLIN)
            while self._pools:
                for descriptor, _ in poll.poll():
                    if descriptor == deaths:
                        os.read(deaths, _CHUNK)
                    elif not self._listen(self._pools[descriptor]):
                        poll.unregister(descriptor)
                        self._dismiss(self._pools.pop(descriptor))
                self._bury(os.WNOHANG)
            self._bury(0)

    def _listen(self, pool: _Pool) -> bool:
        asked = pool.hear()
        for message in asked or ():
            verb, number = message.split()
            self._obey(pool, verb, int(number))
        return asked is not None

    def _obey(self, pool: _Pool, verb: bytes, number: int) -> None:
        if verb == b"fork":
            descriptors = [pool.descriptors.popleft() for _ in range(DESCRIPTORS_A_WORKER)]
            self._fork(pool, number, Descriptors(*descriptors))
            for descriptor in descriptors:
                os.close(descriptor)
            return
        for child in self._pids(pool, number):
            if verb == b"kill":
                os.kill(child, signal.SIGKILL)
            else:
                os.setpriority(os.PRIO_PROCESS, child, _SLOW_NICENESS)

    def _fork(self, pool: _Pool, number: int, descriptors: Descriptors) -> None:
        zygote = os.getpid()
        try:
            child = os.fork()
        except OSError:
            pool.tell("ended", number, NOT_FORKED)
            return
        if child == 0:
            self._worker.run(descriptors, zygote)
        self._children[child] = pool, number

    def _pids(self, pool: _Pool, number: int) -> list[int]:
        """The process of a worker, unless it is buried: until then nobody else can have its number."""
        return [child for child, worker in self._children.items() if worker == (pool, number)]

    def _dismiss(self, pool: _Pool) -> None:
        for child, (owner, _) in self._children.items():
            if owner is pool:
                os.kill(child, signal.SIGKILL)
        pool.connection.close()

    def _bury(self, options: int) -> None:
        while self._children:
            child, status = os.waitpid(-1, options)
            if not child:
                return
            pool, number = self._children.pop(child)
            pool.tell("ended", number, status)


@contextlib.contextmanager
def _deaths() -> Iterator[int]:
    """A descriptor that becomes readable when a child has ended."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    yield readable
    signal.set_wakeup_fd(-1)


def _load(dataset: StoreFiles) -> Store | None:
    """What of the dataset is to be in memory, loaded by a thread that then ends.

    The engine keeps the state of its random numbers by thread and seeds it when first used, which loading
    blank nodes does. Had the main thread done it, all workers would draw the same UUIDs.
    """
    outcome: list[Store | Exception | None] = []

    def load() -> None:
        try:
            outcome.append(dataset.load())
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            outcome.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    thread.join()
    (loaded,) = outcome
    if isinstance(loaded, Exception):
        raise loaded
    return loaded


def _settle() -> None:
    """Leave the ending to the pools, and bound what a crash writes and how deep the stack grows."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    os.putenv("RUST_BACKTRACE", "0")  # a backtrace takes longer than the successor of the process it is of
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    room = _STACK_BYTES if most == resource.RLIM_INFINITY else min(_STACK_BYTES, most)
    resource.setrlimit(resource.RLIMIT_STACK, (room, most))


def main(argument: str) -> None:
    """Be a zygote until all pools have hung up."""
    _settle()
    order = ZygoteArguments.unpack(argument)
    pools = [_Pool(socket.socket(fileno=descriptor)) for descriptor in order.pools]
    confined = not order.network and confine()
    try:
        merged = _load(order.dataset)
    except Exception as error:  # whatever it is, only the pools can tell somebody
        for pool in pools:
            pool.tell("failed", error)
        return
    gc.freeze()
    for pool in pools:
        pool.tell("loaded", "confined" if confined else "open")
    statements = StoreAccess(merged, order.dataset.store)
    _Zygote(pools, Worker(statements, order.memory_bytes, order.result_bytes, order.services)).serve()


if __name__ == "__main__":
    main(sys.argv[1])
    # The store is as large as the release: the kernel frees it faster than its owner.
    os._exit(0)
