"""A process that answers one query at a time, and that the kernel ends where a limit says so.

The limits need no help from the evaluation, which cannot be interrupted: the timer's signal is left to its
default action, which ends the process inside the engine's code; an allocation beyond the limit aborts it.
"""

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from pyoxigraph import Store

from kankei.engine.embedded.evaluation import evaluate
from kankei.engine.embedded.framing import Channel
from kankei.engine.embedded.messages import READY, Reply, Result, pack_reply, unpack_operation
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.store_access import StoreAccess
from kankei.engine.operation import Operation
from kankei.engine.query.service_guard import check
from kankei.errors import EngineFailed, KankeiError, OutOfMemory, TooLarge

_PR_SET_PDEATHSIG = 1
_ORPHANED, _BROKEN = 1, 70
_FIRST_VICTIM = "500"  # of -1000 to 1000: the kernel, out of memory, ends a worker before the server


@dataclass(frozen=True)
class Descriptors:
    """What a worker is given: its connection to a pool, its spool, and where it writes its last words."""

    connection: int
    spool: int
    last_words: int


@dataclass(frozen=True)
class Worker:
    """What all workers of a zygote have in common."""

    statements: StoreAccess
    memory_bytes: int
    result_bytes: int
    services: frozenset[str]

    def run(self, descriptors: Descriptors, zygote: int) -> NoReturn:
        """Be a worker, in a process that was just forked, until the pool hangs up."""
        status = _BROKEN
        try:
            _leave_the_zygote(descriptors, zygote)
            self._converse(descriptors)
            status = 0
        except BaseException:  # there is nobody else to tell, and it must not unwind into the zygote
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            # A normal exit would run the zygote's own: after a fork the engine's crashes.
            os._exit(status)

    def _converse(self, descriptors: Descriptors) -> None:
        if not self.statements.in_memory:
            self.statements.open()
        _limit_memory(self.memory_bytes)
        with socket.socket(fileno=descriptors.connection) as connection:
            channel = Channel(connection)
            channel.send(READY)
            while (message := channel.receive()) is not None:
                channel.send(pack_reply(self._reply(message, descriptors.spool)))

    def _reply(self, message: bytes, descriptor: int) -> Reply:
        operation, timeout = unpack_operation(message)
        spool = Spool(descriptor, self.result_bytes)
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            check(operation.query, self.services)
            form = evaluate(self._store(operation), operation, spool)
        except KankeiError as error:
            return error
        except MemoryError:
            return OutOfMemory("the query wants more memory than one may have")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if spool.overflown:
            return TooLarge(f"the result is larger than the {self.result_bytes} bytes that one may have")
        return Result(form, spool.spooled, spool.body)

    def _store(self, operation: Operation) -> Store:
        if not self.statements.at_hand(operation):
            # The address space that a store takes is not the query's.
            _limit_memory(None)
            try:
                self.statements.open()
            except (OSError, RuntimeError) as error:
                raise EngineFailed(f"the store cannot be opened: {error}") from error
            _limit_memory(self.memory_bytes)
        return self.statements.store(operation)


def _leave_the_zygote(descriptors: Descriptors, zygote: int) -> None:
    """Drop what the fork brought along: signal handlers, descriptors, and life beyond the zygote's."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        Path("/proc/self/oom_score_adj").write_text(_FIRST_VICTIM, encoding="ascii")
    if os.getppid() != zygote:
        os._exit(_ORPHANED)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.dup2(descriptors.last_words, sys.stderr.fileno())
    _close_all_but({0, 1, 2, descriptors.connection, descriptors.spool})
    gc.freeze()


def _close_all_but(kept: Iterable[int]) -> None:
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    for below, above in pairwise((*sorted(kept), highest)):
        os.closerange(below + 1, above)


def _limit_memory(allowance: int | None) -> None:
    """Let the process grow by an allowance beyond what it holds now, the stores; or by whatever it wants."""
    if sys.platform != "linux":
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (most if allowance is None else held + allowance, most))
