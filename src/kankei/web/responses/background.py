"""Work of the processor that takes long, done in a thread: the event loop answers others meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
# Every thread that runs takes its turn with the event loop. With two, a page need not wait for a long one.
_EXECUTOR = ThreadPoolExecutor(2, "background")


async def in_background(work: Callable[[], Result]) -> Result:
    """What a function returns, which is called in one of few threads; its caller may be cancelled alone."""
    return await asyncio.get_running_loop().run_in_executor(_EXECUTOR, work)
