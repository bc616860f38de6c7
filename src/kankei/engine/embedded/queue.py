"""Queries that wait for a worker, first come, first served."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.errors import KankeiError


@dataclass(frozen=True, eq=False)
class _Ticket:
    worker: asyncio.Future[WorkerConnection]
    expires: float


class Queue:
    """A queue of bounded length; who gives up waiting leaves it."""

    def __init__(self, length: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._length = length
        self._tickets: deque[_Ticket] = deque()

    def __len__(self) -> int:
        return len(self._tickets)

    @property
    def full(self) -> bool:
        """Whether nobody else may wait."""
        return len(self._tickets) >= self._length

    async def wait(self, patience: float, give_back: Callable[[WorkerConnection], None]) -> WorkerConnection:
        """A worker, when it is one's turn; it is given back if one has gone at that very moment."""
        ticket = _Ticket(self._loop.create_future(), self._loop.time() + patience)
        self._tickets.append(ticket)
        try:
            return await ticket.worker
        except asyncio.CancelledError:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
            elif not (ticket.worker.cancelled() or ticket.worker.exception()):
                give_back(ticket.worker.result())
            raise

    def serve(self, link: WorkerConnection) -> bool:
        """Hand a worker to the first in the queue; whether there was anybody."""
        while self._tickets:
            ticket = self._tickets.popleft()
            if not ticket.worker.done():
                ticket.worker.set_result(link)
                return True
        return False

    def turn_away(self, error: KankeiError, now: float = float("inf")) -> None:
        """Fail those who have waited longer than they wanted to; without a time, everybody."""
        for ticket in [*self._tickets]:
            if ticket.expires < now:
                self._tickets.remove(ticket)
                if not ticket.worker.done():
                    ticket.worker.set_exception(error)
