"""A client that has gone needs no answer."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import Receive

Result = TypeVar("Result")
_WORTHWHILE_S = 0.01


class ClientDisconnected(Exception):
    """The client has hung up before its answer was there."""


async def cancel_on_disconnect(receive: Receive, work: Awaitable[Result]) -> Result:
    """The result of some work, which is cancelled, with `ClientDisconnected`, once the client has hung up.

    To be called when the body of the request, if it has one, was read.
    """
    task = asyncio.current_task()
    watching: asyncio.Task[None] | None = None
    gone = False

    async def watch() -> None:
        nonlocal gone
        await _hung_up(receive)
        gone = True
        if task:
            task.cancel()

    def begin() -> None:
        nonlocal watching
        watching = asyncio.create_task(watch())

    # Most work is done before it is worth the while to watch.
    beginning = asyncio.get_running_loop().call_later(_WORTHWHILE_S, begin)
    try:
        return await work
    except asyncio.CancelledError:
        # It may have been cancelled from elsewhere as well: that goes on.
        if not (gone and task and task.uncancel() == 0):
            raise
        raise ClientDisconnected from None
    finally:
        beginning.cancel()
        if watching:
            watching.cancel()


async def _hung_up(receive: Receive) -> None:
    """Wait until the client has hung up (ASGI, HTTP disconnect), past the end of a body that nobody read."""
    message = await receive()
    while message["type"] == "http.request" and message.get("more_body", False):
        message = await receive()
    if message["type"] == "http.request":
        message = await receive()
    if message["type"] != "http.disconnect":
        # It breaks the protocol and may do so forever: from now on it is not listened to.
        await asyncio.get_running_loop().create_future()
