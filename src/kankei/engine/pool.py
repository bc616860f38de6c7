"""The embedded engine: a pool of workers, with a fast lane, a slow lane and a bounded queue before them."""

import asyncio
import math
import os
import socket
from collections import Counter, deque
from dataclasses import dataclass

from kankei.engine.crew import Crew
from kankei.engine.deaths import too_slow
from kankei.engine.guard import check
from kankei.engine.limits import MIB, Limits
from kankei.engine.link import Link
from kankei.engine.messages import Result, pack_operation
from kankei.engine.operation import Answer, Operation
from kankei.engine.spool import take, take_and_close
from kankei.errors import EngineFailed, KankeiError, MalformedQuery, Overloaded, TooLarge

_ROUND_S = 0.025  # how often the age of running and waiting queries is looked at
_GRACE_S = 1.0  # past its deadline a worker has been ended by its own timer; this is for one that has none
_AT_ONCE = MIB  # a spooled result above this is read in a thread, so that others do not wait for the copying
_WEIGHT_OF_NEWEST = 0.05


@dataclass(frozen=True)
class _Ticket:
    """One query's place in the queue."""

    worker: asyncio.Future[Link]
    since: float
    timeout: float


@dataclass(frozen=True)
class Load:
    """What a pool is doing, and how the queries so far have ended."""

    fast: int
    slow: int
    waiting: int
    idle: int
    processes: int
    outcomes: dict[str, int]


class Pool:
    """Answers queries in worker processes (implements `kankei.engine.operation.Engine`)."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._limits = limits
        self._fast: set[Link] = set()
        self._slow: set[Link] = set()
        self._waiting: deque[_Ticket] = deque()
        self._served_at = 0.0
        self._mean_s = 0.0
        self._round: asyncio.TimerHandle | None = None
        self._closing = False
        self._quiet = asyncio.Event()
        self._outcomes: Counter[str] = Counter()
        self._crew = Crew(connection, self._advance)
        self._advance()

    @property
    def confined(self) -> bool:
        """Whether the kernel keeps the workers from opening sockets."""
        return self._crew.confined

    @property
    def lost(self) -> asyncio.Event:
        """Set when the pool can answer no more, because its zygote has ended or it was closed."""
        return self._crew.lost

    @property
    def load(self) -> Load:
        """What the pool is doing now."""
        return Load(
            fast=len(self._fast),
            slow=len(self._slow),
            waiting=len(self._waiting),
            idle=len(self._crew.idle),
            processes=self._crew.size,
            outcomes=dict(self._outcomes),
        )

    async def started(self) -> None:
        """Wait for the first worker; raises `EngineFailed` if none can be had."""
        await self._crew.first

    async def answer(self, operation: Operation) -> Answer:
        """The whole answer, or the error that says why there is none; a cancelled wait ends the query."""
        timeout = self._timeout(operation)
        try:
            answer = await self._run(operation, self._request(operation, timeout), timeout)
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
        if self._fast or self._slow or self._waiting:
            await self._quiet.wait()

    def close(self) -> None:
        """End all workers; what is under way fails."""
        self._closing = True
        if self._round:
            self._round.cancel()
        self._crew.close()

    def _timeout(self, operation: Operation) -> float:
        wanted = self._limits.timeout_s if operation.timeout is None else operation.timeout
        # To a timer, zero would mean never.
        return max(min(self._limits.timeout_s, wanted), 0.001)

    def _request(self, operation: Operation, timeout: float) -> bytes:
        most = self._limits.query_bytes
        if len(operation.query) > most or len(_utf8(operation.query)) > most:
            raise TooLarge(f"the query is longer than the {most} bytes that one may have")
        check(operation.query)
        return pack_operation(operation, timeout)

    async def _run(self, operation: Operation, request: bytes, timeout: float) -> Answer:
        link = self._worker() if not self._waiting and not self._closing else None
        link = link or await self._turn(timeout)
        try:
            reply = await link.ask(request, timeout)
            if isinstance(reply, KankeiError):
                raise reply
            return Answer(reply.form, operation.media_types[reply.form], await self._body(reply, link.spool))
        except asyncio.CancelledError:
            self._crew.kill(link)
            raise
        finally:
            self._release(link)

    async def _body(self, result: Result, spool: int) -> bytes:
        if not result.spooled:
            return result.body
        if result.spooled <= _AT_ONCE:
            return take(spool, result.spooled)
        # A copy of the descriptor, since the worker may end, and ours be closed, while the thread reads.
        return await self._loop.run_in_executor(None, take_and_close, os.dup(spool), result.spooled)

    async def _turn(self, timeout: float) -> Link:
        """A worker, once those who waited before have had theirs."""
        if self._crew.lost.is_set():
            raise EngineFailed("the engine cannot answer: the process that holds the dataset is gone")
        if self._closing:
            raise self._overloaded("the server is going down")
        if len(self._waiting) >= self._limits.queue_length:
            raise self._overloaded("as many queries are waiting as the queue holds")
        ticket = _Ticket(self._loop.create_future(), self._loop.time(), timeout)
        self._waiting.append(ticket)
        self._watch()
        try:
            return await ticket.worker
        except asyncio.CancelledError:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            elif not ticket.worker.exception():
                self._release(ticket.worker.result())
            raise

    def _worker(self) -> Link | None:
        """An idle worker for the fast lane, if both have room."""
        while len(self._fast) < self._limits.workers and self._crew.idle:
            link = self._crew.idle.pop()
            if link.alive:
                link.since = self._loop.time()
                self._fast.add(link)
                self._watch()
                return link
        return None

    def _release(self, link: Link) -> None:
        self._mean_s += (self._loop.time() - link.since - self._mean_s) * _WEIGHT_OF_NEWEST
        self._fast.discard(link)
        self._slow.discard(link)
        if link.alive and (link.slow or link.answered >= self._limits.queries_per_worker):
            self._crew.dismiss(link)
        elif link.alive:
            self._crew.idle.append(link)
        self._advance()

    def _advance(self) -> None:
        """Give idle workers to who waits, and have as many as the fast lane and the spares ask for."""
        while self._waiting:
            if self._waiting[0].worker.done():  # its client has gone
                self._waiting.popleft()
            elif link := self._worker():
                self._served_at = link.since
                self._waiting.popleft().worker.set_result(link)
            else:
                break
        if self._crew.lost.is_set():
            self._expire(self._loop.time(), EngineFailed("the engine has ended"))
        missing = self._limits.workers + self._limits.spares - len(self._fast) - len(self._crew.idle)
        self._crew.hire(missing - self._crew.starting)
        if not (self._fast or self._slow or self._waiting):
            self._quiet.set()

    def _watch(self) -> None:
        self._quiet.clear()
        if not self._round:
            self._round = self._loop.call_later(_ROUND_S, self._look_round)

    def _look_round(self) -> None:
        """Move what has become slow, end what is overdue, refuse what has waited too long."""
        self._round = None
        now = self._loop.time()
        for link in sorted(self._fast, key=lambda link: link.since):
            if now - link.since > self._limits.slow_after_s:
                self._move_aside(link)
        for link in (*self._fast, *self._slow):
            if link.timeout and now - link.since > link.timeout + _GRACE_S:
                self._crew.kill(link, too_slow(link.timeout))
        self._make_way(now)
        self._expire(now, self._overloaded("the query has waited as long as it may take"))
        self._advance()
        if self._fast or self._slow or self._waiting:
            self._watch()

    def _move_aside(self, link: Link) -> None:
        if not link.slow:
            self._crew.slow(link)
        if len(self._slow) < self._limits.slow_workers:
            self._fast.discard(link)
            self._slow.add(link)

    def _make_way(self, now: float) -> None:
        """While slow queries fill both lanes and nobody is served, end the oldest of the fast lane."""
        stuck = len(self._fast) >= self._limits.workers and all(link.slow for link in self._fast)
        if not (stuck and self._waiting):
            return
        if now - max(self._waiting[0].since, self._served_at) > self._limits.patience_s:
            self._served_at = now
            oldest = min(self._fast, key=lambda link: link.since)
            self._crew.kill(oldest, self._overloaded("too many slow queries are running"))

    def _expire(self, now: float, error: KankeiError) -> None:
        """Refuse those who have waited too long: all of them, if nobody will ever be served."""
        hopeless = self._crew.lost.is_set()
        for ticket in [*self._waiting]:
            if hopeless or now - ticket.since > ticket.timeout:
                self._waiting.remove(ticket)
                if not ticket.worker.done():
                    ticket.worker.set_exception(error)

    def _overloaded(self, message: str) -> Overloaded:
        ahead = (len(self._waiting) + 1) * self._mean_s / self._limits.workers
        return Overloaded(message, retry_after=max(1, math.ceil(ahead)))


def _utf8(query: str) -> bytes:
    try:
        return query.encode()
    except UnicodeEncodeError as error:
        raise MalformedQuery(f"the query is not Unicode text: {error.reason}") from error
