"""The remote engines of a server: asked in turn, taken out when they fail, taken in when they are well."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias, TypeVar

from kankei.engine.limits import Limits
from kankei.engine.operation import Form
from kankei.engine.remote.http_client import CONNECT_S, Response
from kankei.engine.remote.query_text import RemoteQuery
from kankei.engine.remote.remote_errors import BadAnswer, OtherRelease, Unreachable
from kankei.engine.remote.replica import Replica
from kankei.errors import EngineUnavailable, KankeiError, TooSlow

_LOGGER = logging.getLogger(__name__)
HEALTH_S = 5.0
"""Seconds between two looks at each engine."""
_START_S = 60.0
"""Seconds in which an engine counts the statements of the release, at the start or when it is back."""
EXPANSION = 4
"""Times the bytes of a result that the engine's own format of it may have."""
_RETRY_AFTER_S = 5

T = TypeVar("T")
Read: TypeAlias = Callable[[Response], Awaitable[tuple[T, bool]]]
"""Reads a result from an answer, and tells whether it is empty; raises `BadAnswer`."""
OnAsked: TypeAlias = Callable[[int, str], None]
"""Called with the number of an engine and how a query to it ended."""


class ReplicaSet:
    """Engines that hold the same release."""

    def __init__(
        self,
        replicas: Sequence[Replica],
        limits: Limits,
        on_asked: OnAsked = lambda _number, _outcome: None,
        health_s: float = HEALTH_S,
    ) -> None:
        self._replicas = replicas
        self._limits = limits
        self._on_asked = on_asked
        self._health_s = health_s
        self._next = 0
        self._health: asyncio.Task[None] | None = None

    @property
    def up(self) -> Sequence[bool]:
        """Which of the engines are asked, in their order."""
        return [replica.is_up for replica in self._replicas]

    async def started(self) -> None:
        """Wait until an engine has proved that it holds the release; raises `EngineUnavailable`."""
        await asyncio.gather(*map(self._take_in, self._replicas))
        if not any(self.up):
            reasons = "; ".join(f"{replica.address.url}: {replica.failure}" for replica in self._replicas)
            message = f"no engine holds this release, which `kankei push` writes to one: {reasons}"
            raise EngineUnavailable(message)
        self._health = asyncio.get_running_loop().create_task(self._watch())

    async def ask(
        self, query: RemoteQuery, form: Form, read: Read[T], deadline: float, *, limit: int | None = None
    ) -> T:
        """The result of a query, from the first engine that gives one before a time of the loop's clock.

        `limit` is how many bytes the answer may have, if not as many as that of any result.

        Raises `EngineUnavailable`, `BadAnswer`, `TooLarge`, `TooSlow` or what `read` raises.
        """
        failure: KankeiError = EngineUnavailable("no engine can be reached now", retry_after=_RETRY_AFTER_S)
        for replica in self._in_turn():
            try:
                return await self._ask_one(replica, query, form, read, deadline, limit=limit)
            except (Unreachable, OtherRelease) as error:
                self._take_out(replica, error)
                failure = EngineUnavailable(error.message, retry_after=_RETRY_AFTER_S)
            except BadAnswer as error:
                _LOGGER.warning("engine %d: %s", replica.number, error.message)
                failure = error
        raise failure

    def close(self) -> None:
        """Close all connections."""
        if self._health:
            self._health.cancel()
        for replica in self._replicas:
            replica.close()

    async def _ask_one(
        self,
        replica: Replica,
        query: RemoteQuery,
        form: Form,
        read: Read[T],
        deadline: float,
        *,
        limit: int | None,
    ) -> T:
        outcome = "Cancelled"
        try:
            response = await replica.ask(
                query, form, limit or self._limits.result_bytes * EXPANSION, deadline
            )
            result, is_empty = await read(response)
            if is_empty:
                # As it would be where the graphs of the release were removed a moment ago.
                await replica.prove(deadline)
            outcome = "Answered"
        except KankeiError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._on_asked(replica.number, outcome)
        return result

    def _in_turn(self) -> list[Replica]:
        """The engines that are up, another one first each time."""
        up = [replica for replica in self._replicas if replica.is_up]
        if len(up) > 1:
            self._next = (self._next + 1) % len(up)
            return up[self._next :] + up[: self._next]
        return up

    def _take_out(self, replica: Replica, error: KankeiError) -> None:
        if replica.is_up:
            _LOGGER.error("engine %d is taken out: %s", replica.number, error.message)
            replica.take_out(error)

    async def _take_in(self, replica: Replica) -> None:
        """Ask an engine from now on if it holds the whole release."""
        deadline = asyncio.get_running_loop().time() + _START_S
        try:
            await replica.prove(deadline)
            await replica.count(deadline)
        except KankeiError as error:
            replica.take_out(error)
        else:
            replica.take_in()

    async def _watch(self) -> None:
        """Look at each engine from time to time."""
        while True:
            await asyncio.sleep(self._health_s)
            await asyncio.gather(*map(self._look_at, self._replicas))

    async def _look_at(self, replica: Replica) -> None:
        if not replica.is_up:
            await self._take_in(replica)
            if replica.is_up:
                _LOGGER.warning("engine %d is taken in", replica.number)
            return
        # So late that a service which takes no connection fails by that.
        deadline = asyncio.get_running_loop().time() + max(self._limits.timeout_s, 2 * CONNECT_S)
        try:
            await replica.prove(deadline)
        except TooSlow:  # it may be busy with queries: that is their timeouts' to end
            return
        except KankeiError as error:
            self._take_out(replica, error)
