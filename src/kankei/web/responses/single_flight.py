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
class Call(Generic[Result]):
    """One computation under way: its result to come, what ends it, and for how many callers it goes on."""

    result: "asyncio.Future[Result]"
    cancel: Callable[[], object]
    waiters: int = 0
    joined: bool = False
    """Whether anybody awaits `result`."""


class SingleFlight(Generic[Key, Result]):
    """Runs one computation for each key at a time, whose result all callers share."""

    def __init__(self) -> None:
        self._calls: dict[Key, Call[Result]] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def __contains__(self, key: Key) -> bool:
        return key in self._calls

    @property
    def waiters(self) -> int:
        """Callers that wait for a result."""
        return sum(call.waiters for call in self._calls.values())

    async def run(self, key: Key, start: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the computation for a key, begun now if none is in flight; it fails for all alike."""
        call = self._calls.get(key)
        if call is None:
            call = self._start(key, start)
        else:
            note_cache("shared")
        call.waiters += 1
        call.joined = True
        try:
            # Shielded, because a caller that is cancelled must not cancel the task of the others.
            return await asyncio.shield(call.result)
        finally:
            self.leave(key, call)

    def open(self, key: Key, cancel: Callable[[], object]) -> Call[Result]:
        """A computation that the caller makes, and which `run` joins until the caller calls `close`."""
        call = self._calls[key] = Call(asyncio.get_running_loop().create_future(), cancel, 1)
        return call

    def close(self, key: Key, call: Call[Result], outcome: Result | KankeiError) -> None:
        """End a computation that was opened."""
        self._remove(key, call)
        if call.joined and not call.result.done():
            if isinstance(outcome, KankeiError):
                call.result.set_exception(outcome)
            else:
                call.result.set_result(outcome)

    def leave(self, key: Key, call: Call[Result]) -> None:
        """Wait for a result no longer; the last one cancels the computation."""
        call.waiters -= 1
        if not (call.waiters or call.result.done()):
            call.cancel()
            # Later callers must not wait for a cancelled computation.
            self._remove(key, call)

    def _start(self, key: Key, start: Callable[[], Awaitable[Result]]) -> Call[Result]:
        task = asyncio.ensure_future(start())
        call = self._calls[key] = Call(task, task.cancel)
        task.add_done_callback(lambda _: self._remove(key, call))
        return call

    def _remove(self, key: Key, call: Call[Result]) -> None:
        if self._calls.get(key) is call:
            del self._calls[key]


class ClientDisconnected(Exception):
    """The client closed its connection before the response was there."""


async def cancel_on_disconnect(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of an awaitable, which is cancelled once the client disconnects.

    Raises `ClientDisconnected` then, or what `receive` raises for a body that breaks off. To be called after
    the body of the request, if it has one, was read.
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
        interruption = None  # it refers to this frame, and so to all that its callers hold


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
