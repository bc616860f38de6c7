"""The workers of one pool: asked of the zygote, ended, replaced."""

import asyncio
import socket
from collections.abc import Callable

from kankei.engine.embedded.worker_connection import WorkerConnection
from kankei.engine.embedded.zygote_connection import ZygoteConnection
from kankei.errors import EngineFailed, KankeiError

_HOPELESS = 3  # workers in a row that ended before they were ready, until a start counts as failed
_FIRST_DELAY_S, _LONGEST_DELAY_S = 0.05, 5.0


class WorkerSet:
    """Has workers started and ended, and says when one was."""

    def __init__(self, connection: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._control = ZygoteConnection(connection, self)
        self.changed: Callable[[], None] = lambda: None
        """Called after a worker has started or ended, or the zygote is gone."""
        self._links: dict[int, WorkerConnection] = {}
        self._numbers = 0
        self._stillborn = 0
        self._delay: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lost: KankeiError | None = None
        self.idle: list[WorkerConnection] = []
        self.starting = 0
        self.confined = False
        """Whether the workers cannot open sockets, known once one has started."""
        self.first: asyncio.Future[None] = self._loop.create_future()
        """Done once a worker is ready; it fails with the reason if none ever will be."""
        self.lost = asyncio.Event()
        """Set when the zygote is gone: no worker will ever answer again."""

    @property
    def size(self) -> int:
        """The workers that have not ended yet."""
        return len(self._links)

    def hire(self, count: int) -> None:
        """Ask for some more workers; after failures not at once."""
        if self._delay or self._lost:
            return
        if self._stillborn:
            delay = min(_FIRST_DELAY_S * 2**self._stillborn, _LONGEST_DELAY_S)
            self._delay = self._loop.call_later(delay, self._resume)
            count = 1
        for _ in range(count):
            self._numbers += 1
            self.starting += 1
            task = self._loop.create_task(self._start(WorkerConnection(self._numbers)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def slow(self, link: WorkerConnection) -> None:
        """Lower a worker's priority, for good."""
        link.slow = True
        self._control.slow(link.number)

    def kill(self, link: WorkerConnection, error: KankeiError | None = None) -> None:
        """End a worker at once, and fail what waits for it."""
        link.fail(error or EngineFailed("the query was given up"))
        self._control.kill(link.number)
        link.hang_up()

    def dismiss(self, link: WorkerConnection) -> None:
        """Let an idle worker go."""
        link.hang_up()

    def close(self) -> None:
        """End all workers, and the zygote after its last pool."""
        self._lose(EngineFailed("the engine is closed"))
        self._control.close()

    def on_loaded(self, *, confined: bool) -> None:
        """Note whether the workers can open sockets."""
        self.confined = confined

    def on_ended(self, number: int, status: int) -> None:
        """Bury a worker and have it replaced."""
        link = self._links.pop(number, None)
        if link:
            if link in self.idle:
                self.idle.remove(link)
            link.ended(status)
            self.changed()

    def on_lost(self, reason: str) -> None:
        """Fail everything that waits for a worker."""
        self._lose(EngineFailed(f"the engine cannot answer: {reason}"))

    def _lose(self, error: KankeiError) -> None:
        if self._lost:
            return
        self._lost = error
        if self._delay:
            self._delay.cancel()
        for link in [*self._links.values()]:
            link.fail(error)
            link.hang_up()
            link.ended(0)
        self._links.clear()
        self.idle.clear()
        if not self.first.done():
            self.first.set_exception(error)
        self.lost.set()
        self.changed()

    async def _start(self, link: WorkerConnection) -> None:
        self._links[link.number] = link
        self._control.fork(link.number, link.descriptors)
        link.given()
        await self._loop.create_unix_connection(lambda: link, sock=link.near)
        try:
            await link.started
        except KankeiError as error:
            link.hang_up()
            self._stillborn += 1
            if self._stillborn >= _HOPELESS and not self.first.done():
                self.first.set_exception(error)
        else:
            self._stillborn = 0
            self.idle.append(link)
            if not self.first.done():
                self.first.set_result(None)
        finally:
            self.starting -= 1
            self.changed()

    def _resume(self) -> None:
        self._delay = None
        self.changed()
