"""Scheduler: a fast lane for all queries, a slow lane for those that take long, a queue before each."""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from kankei.engine.embedded.engine_errors import timeout_error
from kankei.engine.embedded.worker_connection import Deadline, WorkerConnection
from kankei.engine.embedded.worker_set import WorkerSet
from kankei.engine.limits import Limits
from kankei.errors import EngineFailed, EngineUnavailable, KankeiError, Overloaded

_TICK_S = 0.025  # how often the age of running and waiting queries is checked
_GRACE_S = 1.0  # a worker has been ended by its own timer by then; this is for one whose timer failed
_WEIGHT_OF_NEWEST = 0.05


class Displaced(KankeiError):
    """A slow query is ended in favour of others, to start again in the slow lane."""


OnWorker: TypeAlias = Callable[[WorkerConnection | KankeiError], bool]
"""Called with the worker that a query gets, or with why it gets none; returns whether it takes the worker."""


@dataclass(frozen=True, eq=False)
class Waiter:
    """A query that waits for a worker."""

    on_worker: OnWorker
    deadline: float


class _Queue:
    """Queries that wait for a worker, first in, first out; at most `length`."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._waiters: deque[Waiter] = deque()

    def __len__(self) -> int:
        return len(self._waiters)

    @property
    def full(self) -> bool:
        return len(self._waiters) >= self._length

    def add(self, deadline: Deadline, on_worker: OnWorker) -> Waiter:
        waiter = Waiter(on_worker, deadline.at)
        self._waiters.append(waiter)
        return waiter

    def remove(self, waiter: Waiter) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)

    def hand_over(self, worker: WorkerConnection) -> bool:
        """Give a worker to the first in the queue that takes it; whether there was one."""
        while self._waiters:
            if self._waiters.popleft().on_worker(worker):
                return True
        return False

    def expire(self, error: KankeiError, now: float = float("inf")) -> None:
        """Fail those whose deadline has passed; without a time, all."""
        for waiter in [*self._waiters]:
            if waiter.deadline < now:
                self._waiters.remove(waiter)
                waiter.on_worker(error)


class Scheduler:
    """Leases workers to queries.

    A query older than `slow_after_s` moves to the slow lane. Where that is full, it goes on until others wait
    for the fast lane; then it is ended, and starts again once there is room. One older than `lowered_after_s`
    loses its priority besides, which costs its worker: an ordinary user cannot restore it, and a successor
    has to copy every page of the store in memory that it reads, since reading writes locks beside the data.
    So however many slow queries come, a quick one waits for no more than a few times `slow_after_s`.
    """

    def __init__(self, workers: WorkerSet, limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._workers = workers
        self._limits = limits
        self._timer: asyncio.TimerHandle | None = None
        self._mean_s = 0.0
        self.fast: set[WorkerConnection] = set()
        self.slow: set[WorkerConnection] = set()
        self.waiting = _Queue(limits.queue_length)
        self.displaced = _Queue(limits.queue_length)
        workers.on_change = self.dispatch
        self.dispatch()

    @property
    def has_room(self) -> bool:
        """Whether a query gets a worker or a place in the queue."""
        return not (self.waiting.full or self._workers.closed)

    def request(self, deadline: Deadline, on_worker: OnWorker) -> Waiter | None:
        """Have a function called with a worker in the fast lane: at once, or after those that wait already.

        Then returns what `withdraw` takes. Raises `Overloaded` where the queue is full.
        """
        worker = None if self.waiting else self._lease(self.fast, self._limits.workers)
        if worker:
            on_worker(worker)
            return None
        return self._enqueue(self.waiting, deadline, on_worker)

    def withdraw(self, waiter: Waiter) -> None:
        """Have a function called no longer."""
        self.waiting.remove(waiter)

    async def acquire(self, deadline: Deadline) -> WorkerConnection:
        """A worker in the fast lane, after the queries that wait already."""
        worker = None if self.waiting else self._lease(self.fast, self._limits.workers)
        return worker or await self._wait(self.waiting, deadline)

    async def reacquire(self, deadline: Deadline) -> WorkerConnection:
        """A worker in the slow lane, after the queries that were displaced before."""
        worker = None if self.displaced else self._lease(self.slow, self._limits.slow_workers)
        return worker or await self._wait(self.displaced, deadline)

    def release(self, worker: WorkerConnection) -> None:
        """Make a worker idle again, or end it if it lost its priority or has answered enough queries."""
        self._mean_s += (self._loop.time() - worker.busy_since - self._mean_s) * _WEIGHT_OF_NEWEST
        self.fast.discard(worker)
        self.slow.discard(worker)
        if worker.alive and (worker.low_priority or worker.queries >= self._limits.queries_per_worker):
            worker.disconnect()
        elif worker.alive:
            self._workers.idle.append(worker)
            # The one that has been idle longest has the fewest pages of its own.
            if len(self._workers.idle) > self._limits.workers + self._limits.spares:
                self._workers.idle.pop(0).disconnect()
        self.dispatch()

    def dispatch(self) -> None:
        """Hand idle workers to waiting queries, and start those that the fast lane and the spares lack."""
        if self._workers.closed:
            for queue in (self.waiting, self.displaced):
                queue.expire(EngineFailed("the engine has ended"))
        self._serve(self.waiting, self.fast, self._limits.workers)
        self._serve(self.displaced, self.slow, self._limits.slow_workers)
        missing = self._limits.workers + self._limits.spares - len(self.fast) - len(self._workers.idle)
        self._workers.start(missing - self._workers.starting)

    def close(self) -> None:
        """Check no query's age any more."""
        if self._timer:
            self._timer.cancel()

    def _overloaded(self, message: str) -> Overloaded:
        """The refusal of a query, with an estimate of when there will be room."""
        ahead = (len(self.waiting) + len(self.displaced) + 1) * self._mean_s / self._limits.workers
        return Overloaded(message, retry_after=max(1, math.ceil(ahead)))

    def _late(self) -> KankeiError:
        """The refusal of a query that has waited until its deadline."""
        if self._workers.can_answer:
            return self._overloaded("the query has waited as long as it may take")
        return EngineUnavailable("the processes that answer queries ended, and no others have started yet")

    async def _wait(self, queue: _Queue, deadline: Deadline) -> WorkerConnection:
        """The next worker in turn; it is released if the wait is cancelled after it was handed over."""
        future: asyncio.Future[WorkerConnection] = self._loop.create_future()

        def receive(worker: WorkerConnection | KankeiError) -> bool:
            if future.done():
                return False
            if isinstance(worker, KankeiError):
                future.set_exception(worker)
            else:
                future.set_result(worker)
            return True

        waiter = self._enqueue(queue, deadline, receive)
        try:
            return await future
        except asyncio.CancelledError:
            queue.remove(waiter)
            if future.done() and not (future.cancelled() or future.exception()):
                self.release(future.result())
            raise

    def _enqueue(self, queue: _Queue, deadline: Deadline, on_worker: OnWorker) -> Waiter:
        if self._workers.closed:
            raise EngineFailed("the engine is closed")
        if queue.full:
            raise self._overloaded("as many queries are waiting as the queue holds")
        self._schedule_tick()
        return queue.add(deadline, on_worker)

    def _serve(self, queue: _Queue, lane: set[WorkerConnection], size: int) -> None:
        while queue and (worker := self._lease(lane, size)):
            if not queue.hand_over(worker):
                lane.discard(worker)
                self._workers.idle.append(worker)

    def _lease(self, lane: set[WorkerConnection], size: int) -> WorkerConnection | None:
        """An idle worker, moved to a lane that has room."""
        while len(lane) < size and self._workers.idle:
            worker = self._workers.idle.pop()
            if worker.alive:
                worker.busy_since, worker.deadline = self._loop.time(), None
                lane.add(worker)
                self._schedule_tick()
                return worker
        return None

    def _schedule_tick(self) -> None:
        if not self._timer:
            self._timer = self._loop.call_later(_TICK_S, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        for worker in (*self.fast, *self.slow):
            if worker.deadline and now > worker.deadline.at + _GRACE_S:
                self._workers.kill(worker, timeout_error(worker.deadline.seconds))
            if not worker.low_priority and now - worker.busy_since > self._limits.lowered_after_s:
                self._workers.lower_priority(worker)
        self._move_slow(
            [worker for worker in self.fast if now - worker.busy_since > self._limits.slow_after_s]
        )
        for queue in (self.waiting, self.displaced):
            queue.expire(self._late(), now)
        self.dispatch()
        if self.fast or self.slow or self.waiting or self.displaced:
            self._schedule_tick()

    def _move_slow(self, overdue: list[WorkerConnection]) -> None:
        """Move slow queries to the slow lane; where it is full, displace as many as wait for the fast one."""
        overdue.sort(key=lambda worker: worker.busy_since)
        room = 0 if self.displaced else max(0, self._limits.slow_workers - len(self.slow))
        for worker in overdue[:room]:
            self.fast.discard(worker)
            self.slow.add(worker)
        # The youngest first: they have the least to lose.
        for worker in overdue[room:][::-1][: len(self.waiting)]:
            if not self.displaced.full:
                self._workers.kill(worker, Displaced("the query has to give way"))
