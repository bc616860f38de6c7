"""Which query runs when: a fast lane for all, a slow lane for those that take long, a queue before each."""

import asyncio
import math

from kankei.engine.embedded.exit_causes import timeout_error
from kankei.engine.embedded.queue import Queue
from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.engine.embedded.worker_set import WorkerSet
from kankei.engine.limits import Limits
from kankei.errors import EngineFailed, KankeiError, Overloaded

_ROUND_S = 0.025  # how often the age of running and waiting queries is looked at
_GRACE_S = 1.0  # a worker has been ended by its own timer by then; this is for one whose timer failed
_WEIGHT_OF_NEWEST = 0.05


class Displaced(KankeiError):
    """A slow query had to give way to others and is to start again in the slow lane, in its turn."""


class Scheduler:
    """Leases workers to queries.

    A query older than `slow_after_s` moves to the slow lane. Where that is full, it goes on until others wait
    for the fast lane; then it is ended, and starts again once there is room. One older than `lowered_after_s`
    loses its priority besides, which costs its worker: an ordinary user cannot give it back, and a successor
    has to copy every page of the store in memory that it reads, since reading writes locks beside the data.
    So however many slow queries come, a quick one waits for no more than a few times `slow_after_s`.
    """

    def __init__(self, crew: WorkerSet, limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._crew = crew
        self._limits = limits
        self._round: asyncio.TimerHandle | None = None
        self._mean_s = 0.0
        self.fast: set[WorkerConnection] = set()
        self.slow: set[WorkerConnection] = set()
        self.waiting = Queue(limits.queue_length)
        self.displaced = Queue(limits.queue_length)
        self.quiet = asyncio.Event()
        """Set while nothing runs and nobody waits."""
        crew.changed = self.advance
        self.advance()

    @property
    def busy(self) -> bool:
        """Whether anything runs or anybody waits."""
        return bool(self.fast or self.slow or self.waiting or self.displaced)

    async def enter(self, patience: float) -> WorkerConnection:
        """A worker in the fast lane, after those who came before."""
        link = None if self.waiting else self._idle(self.fast, self._limits.workers)
        return link or await self._wait(self.waiting, patience)

    async def enter_again(self, patience: float) -> WorkerConnection:
        """A worker in the slow lane, after those who were displaced before."""
        link = None if self.displaced else self._idle(self.slow, self._limits.slow_workers)
        return link or await self._wait(self.displaced, patience)

    def leave(self, link: WorkerConnection) -> None:
        """The query is over; its worker rests, or goes if it lost its priority or has worked long enough."""
        self._mean_s += (self._loop.time() - link.since - self._mean_s) * _WEIGHT_OF_NEWEST
        self.fast.discard(link)
        self.slow.discard(link)
        if link.alive and (link.slow or link.answered >= self._limits.queries_per_worker):
            self._crew.dismiss(link)
        elif link.alive:
            self._crew.idle.append(link)
            # The one that has rested longest has the fewest pages of its own.
            if len(self._crew.idle) > self._limits.workers + self._limits.spares:
                self._crew.dismiss(self._crew.idle.pop(0))
        self.advance()

    def advance(self) -> None:
        """Give idle workers to who waits, and have as many more as the fast lane and the spares ask for."""
        if self._crew.lost.is_set():
            for queue in (self.waiting, self.displaced):
                queue.turn_away(EngineFailed("the engine has ended"))
        self._serve(self.waiting, self.fast, self._limits.workers)
        self._serve(self.displaced, self.slow, self._limits.slow_workers)
        wanted = self._limits.workers + self._limits.spares
        self._crew.hire(wanted - len(self.fast) - len(self._crew.idle) - self._crew.starting)
        if not self.busy:
            self.quiet.set()

    def overloaded(self, message: str) -> Overloaded:
        """The refusal of a query, with a guess at when there will be room."""
        ahead = (len(self.waiting) + len(self.displaced) + 1) * self._mean_s / self._limits.workers
        return Overloaded(message, retry_after=max(1, math.ceil(ahead)))

    def close(self) -> None:
        """Look at nobody's age any more."""
        if self._round:
            self._round.cancel()

    async def _wait(self, queue: Queue, patience: float) -> WorkerConnection:
        if self._crew.lost.is_set():
            raise EngineFailed("the engine cannot answer: the process that holds the dataset is gone")
        if queue.full:
            raise self.overloaded("as many queries are waiting as the queue holds")
        self._watch()
        return await queue.wait(patience, self.leave)

    def _serve(self, queue: Queue, lane: set[WorkerConnection], room: int) -> None:
        while queue and (link := self._idle(lane, room)):
            if not queue.serve(link):
                self.fast.discard(link)
                self.slow.discard(link)
                self._crew.idle.append(link)

    def _idle(self, lane: set[WorkerConnection], room: int) -> WorkerConnection | None:
        """An idle worker, moved to a lane that has room."""
        while len(lane) < room and self._crew.idle:
            link = self._crew.idle.pop()
            if link.alive:
                link.since = self._loop.time()
                lane.add(link)
                self._watch()
                return link
        return None

    def _watch(self) -> None:
        self.quiet.clear()
        if not self._round:
            self._round = self._loop.call_later(_ROUND_S, self._look_round)

    def _look_round(self) -> None:
        self._round = None
        now = self._loop.time()
        for link in (*self.fast, *self.slow):
            if link.timeout and now - link.since > link.timeout + _GRACE_S:
                self._crew.kill(link, timeout_error(link.timeout))
        for link in (*self.fast, *self.slow):
            if not link.slow and now - link.since > self._limits.lowered_after_s:
                self._crew.slow(link)
        self._sort_out([link for link in self.fast if now - link.since > self._limits.slow_after_s])
        for queue in (self.waiting, self.displaced):
            queue.turn_away(self.overloaded("the query has waited as long as it may take"), now)
        self.advance()
        if self.busy:
            self._watch()

    def _sort_out(self, overdue: list[WorkerConnection]) -> None:
        """Move slow queries to the slow lane; of those without room there, displace what others wait for."""
        overdue.sort(key=lambda link: link.since)
        room = 0 if self.displaced else max(0, self._limits.slow_workers - len(self.slow))
        for link in overdue[:room]:
            self.fast.discard(link)
            self.slow.add(link)
        # The youngest first: they have the least to lose.
        for link in overdue[room:][::-1][: len(self.waiting)]:
            if not self.displaced.full:
                self._crew.kill(link, Displaced("the query has to give way"))
