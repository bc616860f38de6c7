"""A pool's end of its connection to one worker."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from typing import NamedTuple, Self, cast

from kankei.engine.embedded.engine_errors import exit_error
from kankei.engine.embedded.messages import (
    NEW_SPOOL,
    READY,
    FrameParser,
    Reply,
    WorkerResult,
    frame,
    pack_operation,
    unpack_reply,
)
from kankei.engine.limits import KIB
from kankei.engine.operation import Operation
from kankei.engine.result_file import anonymous_file
from kankei.errors import EngineUnavailable, KankeiError, Overloaded

_STDERR_BYTES = 64 * KIB
_LOGGER = logging.getLogger(__name__)
_FAULTS: set[str] = set()
"""Kinds of failures that this process has told of."""


class Deadline(NamedTuple):
    """When a query has to end, by the loop's clock, and how many seconds it has had by then."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The deadline in so many seconds from now."""
        return cls(asyncio.get_running_loop().time() + seconds, seconds)


def report_fault(fault: str) -> None:
    """Log a failure of our own that a query has got over; once for each kind, which precedes a colon."""
    kind = fault.partition(":")[0]
    if kind not in _FAULTS:
        _FAULTS.add(kind)
        _LOGGER.error("columns have failed, and Oxigraph has answered (told once for each kind): %s", fault)


class WorkerConnection(asyncio.Protocol):
    """One worker: starting until it sends that it is ready, then idle or busy, at last ended.

    `on_crash` is called with the error where it ends before its query does, and was not told to. Raises
    `OSError` where there are no descriptors for it.
    """

    def __init__(self, number: int, on_crash: Callable[[KankeiError], None]) -> None:
        self.number = number
        self._on_crash = on_crash
        self.low_priority = False
        """Whether its priority was lowered, which an ordinary user cannot undo."""
        self.queries = 0
        """How many queries it was sent."""
        self.busy_since = 0.0
        """When it was last leased or sent a query, by the loop's clock."""
        self.deadline: Deadline | None = None
        """That of the query it was last sent; none once it is leased again."""
        self.alive = True
        with contextlib.ExitStack() as opened:
            self.spool = anonymous_file()
            opened.callback(os.close, self.spool)
            self._stderr = anonymous_file()
            opened.callback(os.close, self._stderr)
            self.socket, self._worker_socket = socket.socketpair()
            opened.pop_all()
        self._loop = asyncio.get_running_loop()
        self.started: asyncio.Future[None] = self._loop.create_future()
        """Done once the worker is ready; fails with the cause if the worker ends before."""
        self._parser = FrameParser()
        self._transport: asyncio.Transport | None = None
        self._disconnected = False
        self._status: int | None = None
        self._on_reply: Callable[[Reply], None] | None = None

    @property
    def descriptors(self) -> tuple[int, int, int]:
        """The descriptors to pass to the worker, once."""
        return self._worker_socket.fileno(), self.spool, self._stderr

    def discard(self) -> None:
        """Close all descriptors of a worker to which there is no connection."""
        self.alive = False
        self.socket.close()
        self._worker_socket.close()
        os.close(self.spool)
        os.close(self._stderr)

    def close_worker_end(self) -> None:
        """Close our copy of the worker's end of the socket, or its end would never be noticed."""
        self._worker_socket.close()

    def ask(self, operation: Operation, deadline: Deadline) -> asyncio.Future[Reply]:
        """The reply to an operation, to come; an error, if the worker ends before it replies."""
        reply: asyncio.Future[Reply] = self._loop.create_future()
        self.send(operation, deadline, lambda value: None if reply.done() else reply.set_result(value))
        return reply

    def send(self, operation: Operation, deadline: Deadline, on_reply: Callable[[Reply], None]) -> None:
        """Send an operation, and have its reply passed to a function later; an error, if the worker ends."""
        self._on_reply = on_reply
        self.busy_since, self.deadline = self._loop.time(), deadline
        self.queries += 1
        if self._transport is None or self._disconnected:
            error = EngineUnavailable("the process that was to answer the query has ended")
            self._loop.call_soon(self.fail, error)
        else:
            # To a timer, zero would mean never.
            remaining = max(deadline.at - self.busy_since, 0.001)
            self._transport.write(frame(pack_operation(operation, remaining)))

    def detach_spool(self) -> int:
        """The descriptor of the file with the last result, now the caller's; the worker gets another.

        Raises `Overloaded` where there is no descriptor for that.
        """
        try:
            spool, self.spool = self.spool, anonymous_file()
        except OSError as error:
            raise Overloaded("the server has no descriptor left for the result") from error
        try:
            # Idle, it has read all that it was sent, so that there is room for this.
            socket.send_fds(self.socket, [frame(NEW_SPOOL)], [self.spool], socket.MSG_DONTWAIT)
        except OSError:
            self.disconnect()  # it must not write to the file again
        return spool

    def fail(self, error: KankeiError) -> None:
        """Fail whatever waits for this worker."""
        self.alive = False
        if not self.started.done():
            self.started.set_exception(error)
        self._pass_on(error)

    def _pass_on(self, reply: Reply) -> None:
        on_reply, self._on_reply = self._on_reply, None
        if on_reply:
            on_reply(reply)

    def disconnect(self) -> None:
        """Close the connection; an idle worker then ends by itself."""
        self.alive = False
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to write to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Pass each message on to what waits for it."""
        for message in self._parser.feed(data):
            if message == READY:
                self.started.set_result(None)
            else:
                reply = unpack_reply(message)
                if isinstance(reply, WorkerResult) and reply.fault:
                    report_fault(reply.fault)
                self._pass_on(reply)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 the exit status says more
        """Record that everything the worker wrote has been read."""
        self._disconnected = True
        self.alive = False
        self._clean_up()

    def exited(self, status: int) -> None:
        """Record the worker's status by wait(2)."""
        self._status = status
        self.alive = False
        self._clean_up()

    def _clean_up(self) -> None:
        """Close everything once the worker has ended and all that it wrote has been read."""
        if self._status is None or not self._disconnected:
            return
        timeout = self.deadline.seconds if self.deadline else 0.0
        error = exit_error(self._status, self._end_of_stderr(), timeout)
        if self._on_reply:
            self._on_crash(error)
        self.fail(error)
        if self.started.done() and not self.started.cancelled():
            self.started.exception()  # retrieved, whether or not anything was waiting for it
        os.close(self.spool)
        os.close(self._stderr)

    def _end_of_stderr(self) -> bytes:
        size = os.fstat(self._stderr).st_size
        return os.pread(self._stderr, _STDERR_BYTES, max(0, size - _STDERR_BYTES))
