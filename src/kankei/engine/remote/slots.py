"""A bound on how many queries are sent at once, and how many wait for that."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kankei.errors import Overloaded, TooSlow


class Slots:
    """So many places, which those who wait get in their order."""

    def __init__(self, places: int, queue_length: int) -> None:
        self._places = places
        self._queue_length = queue_length
        self._taken = 0
        self._waiting: OrderedDict[asyncio.Future[None], None] = OrderedDict()

    @property
    def has_room(self) -> bool:
        """Whether there is a place, or room to wait for one."""
        return self._taken < self._places or len(self._waiting) < self._queue_length

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._taken

    def check(self) -> None:
        """Raise `Overloaded` where there is no room."""
        if not self.has_room:
            raise Overloaded("too many queries wait for the engine")

    @asynccontextmanager
    async def place(self, deadline: float) -> AsyncIterator[None]:
        """A place, before a time of the loop's clock; raises `Overloaded` or `TooSlow`."""
        if self._taken >= self._places:
            await self._wait(deadline)
        else:
            self._taken += 1
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, deadline: float) -> None:
        self.check()
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except BaseException as error:
            self._waiting.pop(turn, None)
            if turn.done() and not turn.cancelled():
                self._pass_on()
            if isinstance(error, TimeoutError):
                raise TooSlow("the query waited too long") from error
            raise

    def _pass_on(self) -> None:
        """Give a place to whoever has waited longest."""
        while self._waiting:
            turn, _ = self._waiting.popitem(last=False)
            if not turn.done():
                turn.set_result(None)
                return
        self._taken -= 1
