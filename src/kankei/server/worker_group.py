"""Worker group: the engine's process and the HTTP workers of one release, started and ended together.

To serve another release, a new group is started and the old one is retired. A process that has died is
replaced alone: a new HTTP worker is connected to the engine, and a new engine to the HTTP workers.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import NoReturn

from kankei.engine.embedded.pool import EngineProcess, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.release.reader import Release
from kankei.server.http_worker import ENGINE, FAILED, LOST, READY, HttpWorker, ServerResources
from kankei.server.memory_budget import engine_limits

_RECEIVE_BYTES = 1 << 16
_KILL_AFTER_S = 3.0  # how much longer than its deadline a process may take before it is killed


@dataclass
class _Child:
    """An HTTP worker, as the supervisor sees it."""

    pid: int
    control: socket.socket
    slot: int
    """Its slot of the shared metrics."""
    ready: bool = False
    alive: bool = True
    connected: bool = True
    """Whether it has a connection to an engine, as far as it has reported."""
    reconnecting: bool = False
    """Whether it has yet to take the connection that it was sent: what it reported lost is the former one."""

    @property
    def works(self) -> bool:
        return self.alive and self.connected


@dataclass
class WorkerGroup:
    """The processes of one release, as the supervisor sees them."""

    release: Release
    resources: ServerResources
    engine: EngineProcess
    slots: Sequence[int]
    """The metric slots of its HTTP workers."""
    deadline: float = float("inf")
    """When those of its processes that still run are killed."""
    failure: str = ""
    """Why one of its processes cannot answer, as it reported last."""
    children: list[_Child] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        release: Release,
        resources: ServerResources,
        slots: Sequence[int],
        close_in_child: Callable[[], None],
    ) -> "WorkerGroup":
        """Start the processes for a release; each calls `close_in_child` for the supervisor's descriptors.

        Raises `OSError` where the system has no process or descriptor left; nothing is left of it then.
        """
        group = cls(release, resources, _start_engine(release, resources), slots)
        try:
            for slot in slots:
                group.children.append(group._fork(slot, close_in_child))
        except BaseException:
            group._end_now()
            raise
        return group

    def repair(self, close_in_child: Callable[[], None]) -> None:
        """Replace each process that has ended; raises `OSError` where that cannot be done now."""
        if self.engine.process.poll() is not None:
            former, self.engine = self.engine, _start_engine(self.release, self.resources)
            former.close_connections()
            for child in self.children:
                child.connected = False
        for child in self.children:
            if child.alive and not child.connected:
                # A child that is ending is replaced once it has ended.
                with self.engine.take_connection() as connection, suppress(OSError):
                    socket.send_fds(child.control, [ENGINE], [connection.fileno()])
                child.connected = child.reconnecting = True
        for index, child in enumerate(self.children):
            if not child.alive:
                self.children[index] = self._fork(child.slot, close_in_child)

    @property
    def descriptors(self) -> dict[int, _Child]:
        """The children by the descriptor of their control socket."""
        return {child.control.fileno(): child for child in self.children if child.control.fileno() >= 0}

    @property
    def ready(self) -> bool:
        """Whether every process answers."""
        return self.complete and all(child.ready for child in self.children)

    @property
    def complete(self) -> bool:
        """Whether no process has ended, and none lacks the engine."""
        return all(child.works for child in self.children) and self.engine.process.returncode is None

    @property
    def answers(self) -> bool:
        """Whether one of the processes that answer requests still runs."""
        return any(child.alive and child.ready for child in self.children)

    @property
    def ended(self) -> bool:
        """Whether every process has ended."""
        alive = any(child.alive for child in self.children)
        return not alive and self.engine.process.returncode is not None

    def receive(self, child: _Child) -> bool:
        """Process a child's message; whether there was one."""
        try:
            message = child.control.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except OSError:
            message = b""
        verb, _, reason = message.partition(b" ")
        if not message:
            child.control.close()
        elif verb == READY:
            child.ready, child.reconnecting = True, False
        elif verb in (FAILED, LOST):
            self.failure = reason.decode(errors="replace")
            child.connected = child.reconnecting
        return bool(message)

    def send(self, message: bytes, seconds: float) -> None:
        """Make the children retire or stop, as the message says, and end within some seconds."""
        # The engine ends after its last pool.
        self.engine.close_connections()
        self.deadline = time.monotonic() + seconds + _KILL_AFTER_S
        for child in self.children:
            with suppress(OSError):
                child.control.sendall(message)

    def kill(self) -> None:
        """End everything at once."""
        self.deadline = 0
        for child in self.children:
            if child.alive:
                os.kill(child.pid, signal.SIGKILL)
        if self.engine.process.poll() is None:
            self.engine.process.kill()

    def reap(self) -> None:
        """Record which processes have ended, and kill those whose deadline has passed."""
        for child in self.children:
            if child.alive and os.waitpid(child.pid, os.WNOHANG)[0]:
                self._record_end(child)
        self.engine.process.poll()
        if time.monotonic() > self.deadline and not self.ended:
            self.kill()

    def close_in_child(self) -> None:
        """In a forked child: close the supervisor's descriptors."""
        for child in self.children:
            child.control.close()
        self.engine.close_connections()

    def _record_end(self, child: _Child) -> None:
        """Record that a child has ended, with what it reported before."""
        child.alive = False
        while child.control.fileno() >= 0 and self.receive(child):
            pass
        child.control.close()
        # A process that was killed cannot do this itself.
        self.resources.metrics.meter(child.slot).clear_gauges()

    def _end_now(self) -> None:
        """End everything at once, and wait until it has ended."""
        self.kill()
        for child in self.children:
            if child.alive:
                os.waitpid(child.pid, 0)
                self._record_end(child)
        self.engine.process.wait()
        self.engine.close_connections()

    def _fork(self, slot: int, close_in_child: Callable[[], None]) -> _Child:
        """Start an HTTP worker."""
        with ExitStack() as opened:
            connection = opened.enter_context(self.engine.take_connection())
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            undo = opened.enter_context(ExitStack())
            undo.callback(near.close)
            opened.callback(far.close)
            supervisor = os.getpid()
            # Or a signal before the child has handlers of its own would be handled as the supervisor's.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            try:
                pid = os.fork()
                if pid == 0:
                    near.close()
                    worker = HttpWorker(self.release, self.engine, connection, slot, self.resources, far)
                    self._run_child(worker, supervisor, close_in_child)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            undo.pop_all()
        return _Child(pid, near, slot)

    def _run_child(self, worker: HttpWorker, supervisor: int, close_in_child: Callable[[], None]) -> NoReturn:
        """Be an HTTP worker, in a process that was just forked."""
        try:
            close_in_child()
            self.close_in_child()
            worker.run(supervisor)
        finally:
            # Whatever happens, nothing of the supervisor's may be done twice.
            os._exit(1)


def _start_engine(release: Release, resources: ServerResources) -> EngineProcess:
    settings = resources.settings
    # With remote engines queries are only parsed here.
    files = StoreFiles.none() if settings.engines else StoreFiles.of(release, settings.in_memory)
    return start_engine(files, engine_limits(settings), pools=settings.workers)
