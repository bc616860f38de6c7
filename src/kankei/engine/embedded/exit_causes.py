"""Why a worker ended, as what to tell whose query it was answering."""

import os
import re
import signal

from kankei.errors import EngineFailed, KankeiError, OutOfMemory, TooSlow

_ALLOCATION = re.compile(rb"memory allocation of \d+ bytes failed|MemoryError|Cannot allocate memory")
_PANIC = re.compile(rb"panicked at [^\n]*\n(?P<reason>[^\n]+)")
_OVERFLOWS = (signal.SIGSEGV, signal.SIGBUS)


def timeout_error(timeout: float) -> TooSlow:
    """The error of a query at its deadline."""
    return TooSlow(f"the query was still running after the {timeout:g} s that it may take")


def exit_error(status: int, last_words: bytes, timeout: float) -> KankeiError:
    """The error of a query whose worker ended with a status by wait(2) and these words on its stderr."""
    killer = os.WTERMSIG(status) if status >= 0 and os.WIFSIGNALED(status) else 0
    if killer == signal.SIGALRM:
        return timeout_error(timeout)
    if _ALLOCATION.search(last_words):
        return OutOfMemory("the query wants more memory than one may have")
    if panic := _PANIC.search(last_words):
        return EngineFailed(f"the engine gave up on this query: {panic['reason'].decode(errors='replace')}")
    if killer in _OVERFLOWS:
        return EngineFailed("the query nests or chains more deeply than the engine can follow")
    if killer == signal.SIGKILL:
        return EngineFailed("the query was ended by the system, most likely for want of memory")
    return EngineFailed(f"the process answering the query ended unexpectedly, with status {status}")
