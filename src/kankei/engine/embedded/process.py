"""The embedded engine from outside: started as a process of its own, then connected to from event loops."""

import contextlib
import socket
import subprocess
import sys
from dataclasses import dataclass

from kankei.engine.embedded.pool import WorkerPool
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.embedded.zygote_arguments import ZygoteArguments
from kankei.engine.limits import Limits

_PATIENCE_S = 10.0
# glibc then asks for memory in pages of 2 MB, where the kernel lends such to who asks, for its main arena. A
# store in memory is looked up all over the place: aggregates take a seventh less time, forks list fewer.
_TUNABLES = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"
_LARGE_PAGES = ("/usr/bin/env", _TUNABLES) if sys.platform == "linux" else ()


@dataclass(frozen=True)
class EngineProcess:
    """A zygote that is running, and our ends of its pools' sockets, which a forked process inherits."""

    process: subprocess.Popen[bytes]
    connections: tuple[socket.socket, ...]
    limits: Limits
    identity: str

    def pool(self, index: int = 0) -> WorkerPool:
        """The engine, which can answer once it has `started`; each index is for one event loop."""
        return WorkerPool(self.connections[index], self.limits.among(len(self.connections)), self.identity)

    async def connect(self, index: int = 0) -> WorkerPool:
        """The engine, once it can answer."""
        pool = self.pool(index)
        try:
            await pool.started()
        except BaseException:
            pool.close()
            raise
        return pool

    def keep(self, index: int | None) -> None:
        """Close our ends of all pools' sockets but one, or of all: they belong to other processes."""
        for other, connection in enumerate(self.connections):
            if other != index:
                connection.close()

    def close(self) -> None:
        """Hang up, and wait for the process to have ended with all its workers."""
        self.keep(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE_S)
            return
        self.process.kill()
        self.process.wait()


def start_engine(
    dataset: StoreFiles, limits: Limits | None = None, pools: int = 1, *, network: bool | None = None
) -> EngineProcess:
    """Start the process that holds a dataset, for so many pools; it is loaded when `connect` returns.

    It is a new program and no fork of ours, so that it does not matter which threads we have. Its processes
    have the network only where `limits` name services to call, unless `network` says otherwise.
    """
    limits = limits or Limits()
    pairs = [socket.socketpair() for _ in range(pools)]
    far = tuple(pair[1].fileno() for pair in pairs)
    order = ZygoteArguments(
        dataset,
        far,
        limits.worker_memory_bytes,
        limits.result_bytes,
        limits.services,
        bool(limits.services) if network is None else network,
    )
    command = [*_LARGE_PAGES, sys.executable, "-P", "-m", "kankei.engine.embedded.zygote", order.pack()]
    try:
        process = subprocess.Popen(command, pass_fds=far, stdin=subprocess.DEVNULL)  # noqa: S603
    finally:
        for pair in pairs:
            pair[1].close()
    return EngineProcess(process, tuple(pair[0] for pair in pairs), limits, dataset.identity)
