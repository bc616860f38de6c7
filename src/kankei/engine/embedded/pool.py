"""The embedded engine: a zygote process is started once, and each event loop has a pool of its workers."""

import asyncio
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

import pyoxigraph

from kankei.engine.embedded.messages import Reply, WorkerResult
from kankei.engine.embedded.result_spool import read_spool
from kankei.engine.embedded.scheduler import Displaced, Scheduler, Waiter
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.embedded.worker_connection import Deadline, WorkerConnection
from kankei.engine.embedded.worker_set import WorkerSet
from kankei.engine.embedded.zygote import ZygoteArguments
from kankei.engine.limits import MIB, Limits
from kankei.engine.operation import Operation, Outcome, QueryResult
from kankei.engine.query.service_guard import check_length
from kankei.engine.result_file import ResultFile
from kankei.errors import EngineFailed, EngineUnavailable, KankeiError

_LOGGER = logging.getLogger(__name__)
LARGE = MIB
"""Bytes above which a result stays in its file."""
_EXIT_TIMEOUT_S = 10.0
# glibc then asks for memory in pages of 2 MB, where the kernel lends such to programs that ask, for its main
# arena. A store in memory is read at random: aggregates take a seventh less time, and forks copy less.
_TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1"


@dataclass(frozen=True)
class PoolStatus:
    """How many queries run and wait, and how many workers there are."""

    fast: int
    slow: int
    waiting: int
    idle: int
    processes: int


class WorkerPool:
    """Answers queries in worker processes (implements `kankei.engine.operation.StartingEngine`)."""

    def __init__(self, connection: socket.socket, limits: Limits, identity: str) -> None:
        self.identity = identity
        """The kind and version of this engine."""
        self._limits = limits
        self._workers = WorkerSet(connection)
        self._scheduler = Scheduler(self._workers, limits)
        self.outcomes: Counter[str] = Counter()
        """How the queries so far have ended, by the name of their error."""
        self.lost = self._workers.lost
        """Set while the pool cannot answer, because its zygote has ended or it was closed."""

    @property
    def can_answer(self) -> bool:
        """Whether there are processes that answer queries, or will be in a moment."""
        return self._workers.can_answer

    def on_lost(self, callback: Callable[[str], None]) -> None:
        """Have a function called with the reason when the zygote has ended."""
        self._workers.on_lost = callback

    def reconnect(self, connection: socket.socket) -> None:
        """Go on with another zygote; queries that wait, and those that the former was answering, go to it."""
        self._workers.reconnect(connection)

    @property
    def kills(self) -> Mapping[str, int]:
        """Workers that ended before their query did, by the class of its error; `Cancelled` if given up."""
        return self._workers.kills

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
        return await self._counted(self._answer(operation))

    @property
    def has_room(self) -> bool:
        """Whether a query gets a worker or a place in the queue."""
        return self._scheduler.has_room

    def start(self, operation: Operation, on_end: Callable[[Outcome], None]) -> Callable[[], None]:
        """Start a query, and have its outcome passed to a function, later.

        Returns what ends the query without an outcome. Raises `TooLarge` and `Overloaded`.
        """
        deadline = self._deadline(operation)
        query = _StartedQuery(self, operation, deadline, on_end)
        query.waiter = self._scheduler.request(deadline, query.run)
        return query.cancel

    def close(self) -> None:
        """End all workers; queries under way fail."""
        self._scheduler.close()
        self._workers.close()

    async def finish(
        self, operation: Operation, deadline: Deadline, worker: WorkerConnection, reply: Reply
    ) -> QueryResult:
        """The result of a started query, whose worker has sent a reply."""
        return await self._counted(
            self._with_retries(operation, deadline, self._result(operation, worker, reply))
        )

    def finish_at_once(
        self, operation: Operation, worker: WorkerConnection, reply: WorkerResult
    ) -> QueryResult:
        """The same for a result that came with the reply."""
        self._scheduler.release(worker)
        self.outcomes["Answered"] += 1
        return QueryResult(reply.form, operation.media_types[reply.form], reply.body, engine=reply.engine)

    def count_failure(self, error: KankeiError) -> None:
        """Count a started query that got no worker."""
        self.outcomes[type(error).__name__] += 1

    def give_up(self, worker: WorkerConnection | None, waiter: Waiter | None) -> None:
        """End a started query, which has no reply yet."""
        if worker:
            self._workers.kill(worker)
            self._scheduler.release(worker)
        elif waiter:
            self._scheduler.withdraw(waiter)
        self.outcomes["Cancelled"] += 1

    async def _counted(self, result: Awaitable[QueryResult]) -> QueryResult:
        try:
            answer = await result
        except asyncio.CancelledError:
            self.outcomes["Cancelled"] += 1
            raise
        except KankeiError as error:
            self.outcomes[type(error).__name__] += 1
            raise
        self.outcomes["Answered"] += 1
        return answer

    def _deadline(self, operation: Operation) -> Deadline:
        """One for waiting, running, being displaced and running again."""
        check_length(operation.query, self._limits.query_bytes)
        requested = self._limits.timeout_s if operation.timeout is None else operation.timeout
        return Deadline.after(min(self._limits.timeout_s, requested))

    async def _answer(self, operation: Operation) -> QueryResult:
        deadline = self._deadline(operation)
        return await self._with_retries(operation, deadline, self._run_fast(operation, deadline))

    async def _with_retries(
        self, operation: Operation, deadline: Deadline, first: Awaitable[QueryResult]
    ) -> QueryResult:
        """The result of a first run, or of a further one, where that was ended for reasons of others."""
        try:
            return await self._unless_displaced(operation, deadline, first)
        except EngineUnavailable:
            # Asked again, once: a query only reads, and no query has ended the zygote by itself.
            if self._workers.closed or asyncio.get_running_loop().time() >= deadline.at:
                raise
        return await self._unless_displaced(operation, deadline, self._run_fast(operation, deadline))

    async def _unless_displaced(
        self, operation: Operation, deadline: Deadline, run: Awaitable[QueryResult]
    ) -> QueryResult:
        try:
            return await run
        except Displaced:
            self.outcomes["Displaced"] += 1
        return await self._run(operation, deadline, await self._scheduler.reacquire(deadline))

    async def _run_fast(self, operation: Operation, deadline: Deadline) -> QueryResult:
        return await self._run(operation, deadline, await self._scheduler.acquire(deadline))

    async def _run(self, operation: Operation, deadline: Deadline, worker: WorkerConnection) -> QueryResult:
        try:
            reply = await worker.ask(operation, deadline)
        except asyncio.CancelledError:
            self._workers.kill(worker)
            self._scheduler.release(worker)
            raise
        return await self._result(operation, worker, reply)

    async def _result(self, operation: Operation, worker: WorkerConnection, reply: Reply) -> QueryResult:
        """The result in a reply, whose worker is then released; raises the error in it."""
        try:
            if isinstance(reply, KankeiError):
                raise reply
            return await _result(operation, reply, worker)
        except asyncio.CancelledError:
            self._workers.kill(worker)
            raise
        finally:
            self._scheduler.release(worker)


class _StartedQuery:
    """A query that waits for a worker and runs, without a task unless one is needed after the reply."""

    waiter: Waiter | None = None
    _worker: WorkerConnection | None = None
    _task: asyncio.Task[None] | None = None
    _cancelled = False

    def __init__(
        self,
        pool: WorkerPool,
        operation: Operation,
        deadline: Deadline,
        on_end: Callable[[Outcome], None],
    ) -> None:
        self._pool = pool
        self._operation = operation
        self._deadline = deadline
        self._on_end = on_end

    def run(self, worker: WorkerConnection | KankeiError) -> bool:
        """Send the query to a worker; returns true."""
        self.waiter = None  # it refers to this query: such a cycle would be left to the garbage collector
        if isinstance(worker, KankeiError):
            self._pool.count_failure(worker)
            self._on_end(worker)
        else:
            self._worker = worker
            worker.send(self._operation, self._deadline, partial(self._receive, worker))
        return True

    def cancel(self) -> None:
        """End the query."""
        self._cancelled = True
        if self._task:
            self._task.cancel()
        else:
            self._pool.give_up(self._worker, self.waiter)

    def _receive(self, worker: WorkerConnection, reply: Reply) -> None:
        if self._cancelled:
            return
        if isinstance(reply, WorkerResult) and not reply.spooled:
            self._on_end(self._pool.finish_at_once(self._operation, worker, reply))
        else:
            self._task = asyncio.get_running_loop().create_task(self._finish(worker, reply))

    async def _finish(self, worker: WorkerConnection, reply: Reply) -> None:
        outcome: Outcome
        try:
            outcome = await self._pool.finish(self._operation, self._deadline, worker, reply)
        except KankeiError as error:
            outcome = error
        except Exception as error:  # nobody awaits this task, and a client waits for its outcome
            _LOGGER.exception("a query's result could not be taken over")
            outcome = EngineFailed(f"the result could not be taken over: {error}")
        self._on_end(outcome)


@dataclass(frozen=True)
class EngineProcess:
    """A running zygote, as the process that started it sees it."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    """Connection to the zygote, which ends after it and all pools."""
    connections: list[socket.socket]
    """Our ends of the sockets of pools that nobody has taken yet."""
    limits: Limits
    """The limits of each pool."""
    identity: str

    def take_connection(self) -> socket.socket:
        """Our end of the socket of a pool; raises `OSError` where none can be made."""
        return self.connections.pop() if self.connections else _announce_pool(self.control)

    def pool(self, connection: socket.socket) -> WorkerPool:
        """The engine of the running event loop, which can answer once it has `started`."""
        return WorkerPool(connection, self.limits, self.identity)

    async def connect(self) -> WorkerPool:
        """The engine, once it can answer."""
        pool = self.pool(self.take_connection())
        try:
            await pool.started()
        except BaseException:
            pool.close()
            raise
        return pool

    def close_connections(self) -> None:
        """Close what connects us to the zygote, which goes on for the pools that others have."""
        for connection in (self.control, *self.connections):
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
    have the network only where `limits` name services to call, unless `network` says otherwise. Raises
    `OSError` where the system has no process or descriptor left for it, and then leaves nothing behind.
    """
    limits = limits or Limits()
    has_network = bool(limits.services) if network is None else network
    paths = str(files.triples), str(files.store), files.in_memory, tuple(map(str, files.views))
    sizes = limits.worker_memory_bytes, limits.result_bytes
    with contextlib.ExitStack() as opened:
        control, zygote_end = socket.socketpair()
        opened.callback(control.close)
        with zygote_end:
            # Announced before the zygote starts, so that all of them hear why it cannot load the store.
            connections = []
            for _ in range(pools):
                connections.append(_announce_pool(control))
                opened.callback(connections[-1].close)
            descriptor = zygote_end.fileno()
            services, columns = limits.services, str(files.columns or "")
            permissions = has_network, files.syntax_only
            arguments = json.dumps(
                ZygoteArguments(*paths, descriptor, *sizes, services, *permissions, columns)
            )
            command = (sys.executable, "-P", "-m", "kankei.engine.embedded.zygote", arguments)
            # The interpreter reads them before any code of ours runs.
            os.putenv("GLIBC_TUNABLES", _TUNABLES)
            try:
                process = subprocess.Popen(command, pass_fds=(descriptor,), stdin=subprocess.DEVNULL)  # noqa: S603
            finally:
                os.unsetenv("GLIBC_TUNABLES")
        opened.pop_all()
    return EngineProcess(process, control, connections, limits.divided(pools), engine_identity(files))


def engine_identity(files: StoreFiles) -> str:
    """Kind and version of what evaluates queries: memory and disk give rows in different orders."""
    columns = f" duckdb {version('duckdb')}" if files.columns else ""
    return f"oxigraph-{'memory' if files.in_memory else 'disk'} {pyoxigraph.__version__}{columns}"


def _announce_pool(control: socket.socket) -> socket.socket:
    """Our end of a new pool's socket, whose other end is sent to the zygote."""
    connection, zygote_end = socket.socketpair()
    try:
        with zygote_end:
            socket.send_fds(control, [b"p"], [zygote_end.fileno()])
    except BaseException:
        connection.close()
        raise
    return connection


async def _result(operation: Operation, reply: WorkerResult, worker: WorkerConnection) -> QueryResult:
    media_type = operation.media_types[reply.form]
    if reply.spooled <= LARGE:
        body = read_spool(worker.spool, reply.spooled) if reply.spooled else reply.body
        return QueryResult(reply.form, media_type, body, engine=reply.engine)
    file = ResultFile(worker.detach_spool(), reply.spooled)
    if operation.takes_file:
        return QueryResult(reply.form, media_type, b"", file, reply.engine)
    # In a thread, so that others need not wait.
    body = await asyncio.get_running_loop().run_in_executor(None, file.read, 0, file.size)
    return QueryResult(reply.form, media_type, body, engine=reply.engine)
