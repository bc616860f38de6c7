"""Worker process: answers one query at a time, and is ended by the kernel at a limit.

The limits need no help from the evaluation, which cannot be interrupted: the timer's signal is left to its
default action, which ends the process inside the engine's code; an allocation beyond the limit aborts it.
"""

import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, NoReturn

from pyoxigraph import Store

from kankei.engine.columnar.planned_query import ColumnQueries, SqlFailed
from kankei.engine.embedded.evaluation import evaluate, evaluate_columns, parse_only
from kankei.engine.embedded.explanation import explain, explain_remote
from kankei.engine.embedded.messages import (
    NEW_SPOOL,
    READY,
    Channel,
    Reply,
    WorkerResult,
    pack_reply,
    unpack_operation,
)
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.sandbox import close_descriptors_except, die_with_parent, limit_memory
from kankei.engine.embedded.store_access import StoreAccess
from kankei.engine.operation import COLUMNS, OXIGRAPH, Form, Operation
from kankei.engine.query.service_guard import check_query
from kankei.errors import EngineFailed, KankeiError, OutOfMemory, TooLarge

_FAILED = 70
_FAULT = 1000
"""Characters that are told of a failure."""
_COLUMNS_SHARE = 0.5
"""The part of a query's time that columns may take before Oxigraph has the rest."""
_OOM_SCORE = "500"  # of -1000 to 1000: the kernel, out of memory, ends a worker before the server


class WorkerDescriptors(NamedTuple):
    """A worker's connection to its pool, its spool, and the file that becomes its stderr."""

    connection: int
    spool: int
    stderr: int


@dataclass(frozen=True)
class Worker:
    """What all workers of a zygote have in common."""

    stores: StoreAccess
    memory_bytes: int
    result_bytes: int
    services: Sequence[str]
    columns: ColumnQueries | None = None

    def run(self, descriptors: WorkerDescriptors, zygote: int) -> NoReturn:
        """Be a worker, in a process that was just forked, until the pool closes the connection."""
        status = _FAILED
        try:
            _separate_from_zygote(descriptors, zygote)
            self._serve(descriptors)
            status = 0
        except BaseException:  # it must not unwind into the zygote; the pool reads stderr
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            # A normal exit would run the zygote's own: after a fork the engine's crashes.
            os._exit(status)

    def _serve(self, descriptors: WorkerDescriptors) -> None:
        if self.stores.merged is None:
            self.stores.open()
        limit_memory(self.memory_bytes)
        with socket.socket(fileno=descriptors.connection) as connection:
            channel = Channel(connection)
            channel.send(READY)
            while (message := channel.receive()) is not None:
                if message == NEW_SPOOL:
                    _replace_descriptor(descriptors.spool, channel.take_descriptor())
                else:
                    channel.send(pack_reply(self._reply(message, descriptors.spool)))

    def _reply(self, message: bytes, descriptor: int) -> Reply:
        operation, timeout = unpack_operation(message)
        spool = Spool(descriptor, self.result_bytes)
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            check_query(operation.query, self.services)
            result = self._evaluate(operation, spool, _COLUMNS_SHARE * timeout)
        except KankeiError as error:
            return error
        except MemoryError:
            return OutOfMemory("the query wants more memory than one may have")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if spool.overflowed:
            return TooLarge(f"the result is larger than the {self.result_bytes} bytes that one may have")
        return result

    def _evaluate(self, operation: Operation, spool: Spool, limit: float) -> WorkerResult:
        """Evaluate a query, for some seconds by columns; its result is in the spool unless it is short."""
        fault = ""
        try:
            form, engine = self._written(operation, spool, self.columns, limit)
        except SqlFailed as error:
            fault = str(error)
            form, engine = self._written(operation, spool, None, limit)
        return WorkerResult(form, spool.spooled, spool.body, engine, fault[:_FAULT])

    def _written(
        self, operation: Operation, spool: Spool, columns: ColumnQueries | None, limit: float
    ) -> tuple[Form, str]:
        """Write the result of a query to a spool; its form, and what has evaluated the query."""
        if operation.explains:
            if self.stores.syntax_only:
                return explain_remote(self._store(operation), operation, spool), OXIGRAPH
            return explain(self._store(operation), columns, operation, spool)
        if self.stores.syntax_only:
            return parse_only(self._store(operation), operation, spool), OXIGRAPH
        if columns and (form := evaluate_columns(columns, operation, spool, limit)):
            return form, COLUMNS
        return evaluate(self._store(operation), operation, spool), OXIGRAPH

    def _store(self, operation: Operation) -> Store:
        if not self.stores.is_open(operation):
            # The address space that a store takes is not the query's.
            limit_memory(None)
            try:
                self.stores.open()
            except (OSError, RuntimeError) as error:
                raise EngineFailed(f"the store cannot be opened: {error}") from error
            limit_memory(self.memory_bytes)
        return self.stores.store(operation)


def _replace_descriptor(number: int, replacement: int) -> None:
    os.dup2(replacement, number)
    os.close(replacement)


def _separate_from_zygote(descriptors: WorkerDescriptors, zygote: int) -> None:
    """Drop the signal handlers and descriptors that the fork copied, and end when the zygote does."""
    die_with_parent(zygote)
    Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.dup2(descriptors.stderr, sys.stderr.fileno())
    close_descriptors_except({0, 1, 2, descriptors.connection, descriptors.spool})
    gc.freeze()
