"""The embedded engine: a zygote process is started once, and each event loop has a pool of its workers."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

from kankei.engine.embedded.messages import WorkerResult
from kankei.engine.embedded.result_spool import read_and_close_spool, read_spool
from kankei.engine.embedded.scheduler import Displaced, Scheduler
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.embedded.worker_connection import Deadline, WorkerConnection
from kankei.engine.embedded.worker_set import WorkerSet
from kankei.engine.embedded.zygote import ZygoteArguments
from kankei.engine.limits import MIB, Limits
from kankei.engine.operation import Operation, QueryResult
from kankei.engine.query.service_guard import check_length
from kankei.errors import KankeiError

_READ_AT_ONCE = MIB  # a larger result is read from its spool in a thread, so that others need not wait
_EXIT_TIMEOUT_S = 10.0
# glibc then asks for memory in pages of 2 MB, where the kernel lends such to programs that ask, for its main
# arena. A store in memory is read at random: aggregates take a seventh less time, and forks copy less.
_TUNABLES = "GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"


@dataclass(frozen=True)
class PoolStatus:
    """How many queries run and wait, and how many workers there are."""

    fast: int
    slow: int
    waiting: int
    idle: int
    processes: int


class WorkerPool:
    """Answers queries in worker processes (implements `kankei.engine.operation.Engine`)."""

    def __init__(self, connection: socket.socket, limits: Limits, identity: str) -> None:
        self.identity = identity
        """The kind and version of this engine."""
        self._limits = limits
        self._workers = WorkerSet(connection)
        self._scheduler = Scheduler(self._workers, limits)
        self.outcomes: Counter[str] = Counter()
        """How the queries so far have ended, by the name of their error."""
        self.lost = self._workers.lost
        """Set when the pool can answer no more, because its zygote has ended or it was closed."""

    @property
    def status(self) -> PoolStatus:
        """What the pool is doing now."""
        scheduler = self._scheduler
        return PoolStatus(
            fast=len(scheduler.fast),
            slow=len(scheduler.slow),
            waiting=len(scheduler.waiting) + len(scheduler.displaced),
            idle=len(self._workers.idle),
            processes=len(self._workers),
        )

    async def started(self) -> None:
        """Wait for the first worker; raises `EngineFailed` if none can be started."""
        await self._workers.first

    async def answer(self, operation: Operation) -> QueryResult:
        """The whole result, or the error that says why there is none; a cancelled wait ends the query."""
        try:
            result = await self._answer(operation)
        except asyncio.CancelledError:
            self.outcomes["Cancelled"] += 1
            raise
        except KankeiError as error:
            self.outcomes[type(error).__name__] += 1
            raise
        self.outcomes["Answered"] += 1
        return result

    def close(self) -> None:
        """End all workers; queries under way fail."""
        self._scheduler.close()
        self._workers.close()

    async def _answer(self, operation: Operation) -> QueryResult:
        check_length(operation.query, self._limits.query_bytes)
        requested = self._limits.timeout_s if operation.timeout is None else operation.timeout
        # One for waiting, running, being displaced and running again.
        deadline = Deadline.after(min(self._limits.timeout_s, requested))
        try:
            return await self._run(operation, deadline, await self._scheduler.acquire(deadline))
        except Displaced:
            self.outcomes["Displaced"] += 1
        return await self._run(operation, deadline, await self._scheduler.reacquire(deadline))

    async def _run(self, operation: Operation, deadline: Deadline, worker: WorkerConnection) -> QueryResult:
        try:
            reply = await worker.send(operation, deadline)
            if isinstance(reply, KankeiError):
                raise reply
            body = await _body(reply, worker.spool)
            return QueryResult(reply.form, operation.media_types[reply.form], body)
        except asyncio.CancelledError:
            self._workers.kill(worker)
            raise
        finally:
            self._scheduler.release(worker)


@dataclass(frozen=True)
class EngineProcess:
    """A running zygote, and our ends of its pools' sockets, which a forked process inherits."""

    process: subprocess.Popen[bytes]
    connections: tuple[socket.socket, ...]
    limits: Limits
    identity: str

    def pool(self, index: int = 0) -> WorkerPool:
        """The engine, which can answer once it has `started`; each index is for one event loop."""
        return WorkerPool(self.connections[index], self.limits.divided(len(self.connections)), self.identity)

    async def connect(self, index: int = 0) -> WorkerPool:
        """The engine, once it can answer."""
        pool = self.pool(index)
        try:
            await pool.started()
        except BaseException:
            pool.close()
            raise
        return pool

    def close_connections(self, except_index: int | None = None) -> None:
        """Close our ends of the pools' sockets, which belong to other processes, but for one of them."""
        for index, connection in enumerate(self.connections):
            if index != except_index:
                connection.close()

    def close(self) -> None:
        """Disconnect, and wait until the process and all its workers have ended."""
        self.close_connections()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_EXIT_TIMEOUT_S)
            return
        self.process.kill()
        self.process.wait()


def start_engine(
    files: StoreFiles, limits: Limits | None = None, pools: int = 1, *, network: bool | None = None
) -> EngineProcess:
    """Start the process that holds a store, for so many pools; it is loaded when `connect` returns.

    It is a new program and no fork of ours, so that it does not matter which threads we have. Its processes
    have the network only where `limits` name services to call, unless `network` says otherwise.
    """
    limits = limits or Limits()
    pairs = [socket.socketpair() for _ in range(pools)]
    zygote_ends = tuple(pair[1].fileno() for pair in pairs)
    has_network = bool(limits.services) if network is None else network
    paths = str(files.triples), str(files.store), files.in_memory
    sizes = limits.worker_memory_bytes, limits.result_bytes
    arguments = json.dumps(ZygoteArguments(*paths, zygote_ends, *sizes, limits.services, has_network))
    module = (sys.executable, "-P", "-m", "kankei.engine.embedded.zygote")
    command = ("/usr/bin/env", _TUNABLES, *module, arguments)
    try:
        process = subprocess.Popen(command, pass_fds=zygote_ends, stdin=subprocess.DEVNULL)  # noqa: S603
    finally:
        for pair in pairs:
            pair[1].close()
    return EngineProcess(process, tuple(pair[0] for pair in pairs), limits, files.identity)


async def _body(result: WorkerResult, spool: int) -> bytes:
    if not result.spooled:
        return result.body
    if result.spooled <= _READ_AT_ONCE:
        return read_spool(spool, result.spooled)
    # A copy of the descriptor, since the worker may end, and ours be closed, while the thread reads.
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, read_and_close_spool, os.dup(spool), result.spooled)
