"""Work that several wait for is done once, and given up when the last of them has gone."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kankei.web.telemetry.request_record import note_cache

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


@dataclass
class _Call(Generic[Result]):
    work: "asyncio.Task[Result]"
    waiting: int = 0


class SingleFlight(Generic[Key, Result]):
    """Work under way, by what it is for."""

    def __init__(self) -> None:
        self._flights: dict[Key, _Call[Result]] = {}
        self.joined = 0
        """Those who found what they variant already under way."""

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: Key, start: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the work for a key, begun now unless it is under way; it fails for all alike."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._begin(key, start)
        else:
            self.joined += 1
            note_cache("shared")
        flight.waiting += 1
        try:
            # A shield, because one who gives up must not take the work from the others.
            return await asyncio.shield(flight.work)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                flight.work.cancel()
                # Whoever comes from now on must not wait for work that was given up.
                self._land(key, flight)

    def _begin(self, key: Key, start: Callable[[], Awaitable[Result]]) -> _Call[Result]:
        async def work() -> Result:
            return await start()

        flight = _Call(asyncio.create_task(work()))
        self._flights[key] = flight
        flight.work.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: Key, flight: _Call[Result]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
