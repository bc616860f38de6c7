"""Work in flight: shared by equal requests, and cancelled when its last client disconnects."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.types import Receive

from kankei.errors import KankeiError
from kankei.web.telemetry.request_record import note_cache

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")
_WATCH_AFTER_S = 0.01


@dataclass
class _Call(Generic[Result]):
    task: "asyncio.Task[Result]"
    waiters: int = 0


class SingleFlight(Generic[Key, Result]):
    """Runs one task for each key at a time, whose result all callers share."""

    def __init__(self) -> None:
        self._calls: dict[Key, _Call[Result]] = {}

    def __len__(self) -> int:
        return len(self._calls)

    async def run(self, key: Key, start: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the task for a key, started now unless it is in flight; it fails for all alike."""
        call = self._calls.get(key)
        if call is None:
            call = self._start(key, start)
        else:
            note_cache("shared")
        call.waiters += 1
        try:
            # Shielded, because a caller that is cancelled must not cancel the task of the others.
            return await asyncio.shield(call.task)
        finally:
            call.waiters -= 1
            if not call.waiters:
                call.task.cancel()
                # Later callers must not wait for a cancelled task.
                self._remove(key, call)

    def _start(self, key: Key, start: Callable[[], Awaitable[Result]]) -> _Call[Result]:
        async def work() -> Result:
            return await start()

        call = _Call(asyncio.create_task(work()))
        self._calls[key] = call
        call.task.add_done_callback(lambda _: self._remove(key, call))
        return call

    def _remove(self, key: Key, call: _Call[Result]) -> None:
        if self._calls.get(key) is call:
            del self._calls[key]


class ClientDisconnected(Exception):
    """The client closed its connection before the response was there."""


async def cancel_on_disconnect(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of an awaitable, which is cancelled once the client disconnects.

    Raises `ClientDisconnected` then, or what `receive` raises for a malformed body. To be called after the
    body of the request, if it has one, was read.
    """
    task = asyncio.current_task()
    watcher: asyncio.Task[None] | None = None
    interruption: Exception | None = None

    async def watch() -> None:
        nonlocal interruption
        try:
            await _disconnect(receive)
            interruption = ClientDisconnected()
        except KankeiError as error:
            interruption = error
        if task:
            task.cancel()

    def start_watching() -> None:
        nonlocal watcher
        watcher = asyncio.create_task(watch())

    # Most work is done before a task that watches would pay.
    timer = asyncio.get_running_loop().call_later(_WATCH_AFTER_S, start_watching)
    try:
        return await work
    except asyncio.CancelledError:
        # Cancelled from elsewhere as well: that cancellation goes on.
        if not (interruption and task and task.uncancel() == 0):
            raise
        raise interruption from None
    finally:
        timer.cancel()
        if watcher:
            watcher.cancel()


async def _disconnect(receive: Receive) -> None:
    """Wait until the client disconnects (ASGI, HTTP disconnect), past the end of an unread body."""
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body", False):
        message = await receive()
    if message["type"] == "http.request":
        message = await receive()
    if message["type"] != "http.disconnect":
        # The server breaks the protocol and may do so forever: wait until cancelled.
        await asyncio.get_running_loop().create_future()
