"""The embedded engine: queries in, answers out, in worker processes."""

import asyncio
import os
import socket
from collections import Counter
from dataclasses import dataclass

from kankei.engine.embedded.messages import Result, pack_operation
from kankei.engine.embedded.result_spool import take, take_and_close
from kankei.engine.embedded.scheduler import Displaced, Scheduler
from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.engine.embedded.worker_set import WorkerSet
from kankei.engine.limits import MIB, Limits
from kankei.engine.operation import Operation, QueryResult
from kankei.errors import KankeiError, MalformedQuery, TooLarge

_AT_ONCE = MIB  # a spooled result above this is read in a thread, so that others do not wait for the copying


@dataclass(frozen=True)
class PoolStatus:
    """What a pool is doing, and how the queries so far have ended."""

    fast: int
    slow: int
    waiting: int
    idle: int
    processes: int
    outcomes: dict[str, int]


class WorkerPool:
    """Answers queries in worker processes (implements `kankei.engine.operation.Engine`)."""

    def __init__(self, connection: socket.socket, limits: Limits, identity: str) -> None:
        self.identity = identity
        """The kind and version of this engine."""
        self._limits = limits
        self._crew = WorkerSet(connection)
        self._lanes = Scheduler(self._crew, limits)
        self._closing = False
        self._outcomes: Counter[str] = Counter()

    @property
    def confined(self) -> bool:
        """Whether the kernel keeps the workers from opening sockets."""
        return self._crew.confined

    @property
    def lost(self) -> asyncio.Event:
        """Set when the pool can answer no more, because its zygote has ended or it was closed."""
        return self._crew.lost

    @property
    def status(self) -> PoolStatus:
        """What the pool is doing now."""
        lanes = self._lanes
        return PoolStatus(
            fast=len(lanes.fast),
            slow=len(lanes.slow),
            waiting=len(lanes.waiting) + len(lanes.displaced),
            idle=len(self._crew.idle),
            processes=self._crew.size,
            outcomes=dict(self._outcomes),
        )

    async def started(self) -> None:
        """Wait for the first worker; raises `EngineFailed` if none can be had."""
        await self._crew.first

    async def answer(self, operation: Operation) -> QueryResult:
        """The whole answer, or the error that says why there is none; a cancelled wait ends the query."""
        try:
            answer = await self._answer(operation)
        except asyncio.CancelledError:
            self._outcomes["Cancelled"] += 1
            raise
        except KankeiError as error:
            self._outcomes[type(error).__name__] += 1
            raise
        self._outcomes["Answered"] += 1
        return answer

    async def drain(self) -> None:
        """Take no more queries, and wait until those under way have ended: at the deadline, at the latest."""
        self._closing = True
        await self._lanes.quiet.wait()

    def close(self) -> None:
        """End all workers; what is under way fails."""
        self._closing = True
        self._lanes.close()
        self._crew.close()

    async def _answer(self, operation: Operation) -> QueryResult:
        if self._closing:
            raise self._lanes.overloaded("the server is going down")
        timeout = self._timeout(operation)
        request = self._request(operation, timeout)
        try:
            return await self._run(operation, request, timeout, await self._lanes.enter(timeout))
        except Displaced:
            self._outcomes["Displaced"] += 1
        return await self._run(operation, request, timeout, await self._lanes.enter_again(timeout))

    def _timeout(self, operation: Operation) -> float:
        wanted = self._limits.timeout_s if operation.timeout is None else operation.timeout
        # To a timer, zero would mean never.
        return max(min(self._limits.timeout_s, wanted), 0.001)

    def _request(self, operation: Operation, timeout: float) -> bytes:
        most = self._limits.query_bytes
        if len(operation.query) > most or len(_utf8(operation.query)) > most:
            raise TooLarge(f"the query is longer than the {most} bytes that one may have")
        return pack_operation(operation, timeout)

    async def _run(
        self, operation: Operation, request: bytes, timeout: float, link: WorkerConnection
    ) -> QueryResult:
        try:
            reply = await link.ask(request, timeout)
            if isinstance(reply, KankeiError):
                raise reply
            return QueryResult(reply.form, operation.media_types[reply.form], await _body(reply, link.spool))
        except asyncio.CancelledError:
            self._crew.kill(link)
            raise
        finally:
            self._lanes.leave(link)


async def _body(result: Result, spool: int) -> bytes:
    if not result.spooled:
        return result.body
    if result.spooled <= _AT_ONCE:
        return take(spool, result.spooled)
    # A copy of the descriptor, since the worker may end, and ours be closed, while the thread reads.
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, take_and_close, os.dup(spool), result.spooled)


def _utf8(query: str) -> bytes:
    try:
        return query.encode()
    except UnicodeEncodeError as error:
        raise MalformedQuery(f"the query is not Unicode text: {error.reason}") from error
