"""Worker group: the engine's process and the HTTP workers of one release, started and ended together.

A group never changes: to serve another release, or to replace a process that has died, a new group is started
and the old one is retired.
"""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kankei.engine.embedded.pool import EngineProcess, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.release.reader import Release
from kankei.server.http_worker import FAILED, READY, HttpWorker, ServerResources

_RECEIVE_BYTES = 1 << 16
_KILL_AFTER_S = 3.0  # how much longer than its deadline a process may take before it is killed


@dataclass
class _Child:
    pid: int
    control: socket.socket
    ready: bool = False
    alive: bool = True


@dataclass
class WorkerGroup:
    """The processes of one release, as the supervisor sees them."""

    release: Release
    engine: EngineProcess
    slots: Sequence[int]
    """The metric slots of its HTTP workers."""
    deadline: float = float("inf")
    """When those of its processes that still run are killed."""
    failure: str = ""
    """Why it never became ready, as one of its processes reported."""
    children: list[_Child] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        release: Release,
        resources: ServerResources,
        slots: Sequence[int],
        close_in_child: Callable[[], None],
    ) -> "WorkerGroup":
        """Start the processes for a release; each calls `close_in_child` for the supervisor's descriptors."""
        settings = resources.settings
        files = StoreFiles.of(release, settings.in_memory)
        engine = start_engine(files, Limits.of(settings), pools=settings.workers)
        group = cls(release, engine, slots)
        try:
            for index in range(settings.workers):
                group._fork(index, resources, close_in_child)
        except BaseException:
            group.kill()
            raise
        finally:
            engine.close_connections()
        return group

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
        """Whether no process has ended."""
        return all(child.alive for child in self.children) and self.engine.process.returncode is None

    @property
    def ended(self) -> bool:
        """Whether every process has ended."""
        alive = any(child.alive for child in self.children)
        return not alive and self.engine.process.returncode is not None

    def receive(self, child: _Child) -> None:
        """Process a child's message."""
        try:
            message = child.control.recv(_RECEIVE_BYTES)
        except OSError:
            message = b""
        if not message:
            child.control.close()
        elif message.startswith(FAILED):
            self.failure = message.removeprefix(FAILED).decode(errors="replace")
        elif message == READY:
            child.ready = True

    def send(self, message: bytes, seconds: float) -> None:
        """Make the children retire or stop, as the message says, and end within some seconds."""
        self.deadline = time.monotonic() + seconds + _KILL_AFTER_S
        for child in self.children:
            with contextlib.suppress(OSError):
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
                child.alive = False
                if child.control.fileno() >= 0:
                    self.receive(child)
                child.control.close()
        self.engine.process.poll()
        if time.monotonic() > self.deadline and not self.ended:
            self.kill()

    def close_in_child(self, except_index: int | None = None) -> None:
        """In a forked child: close the supervisor's descriptors, but for the engine's pool of that index."""
        for child in self.children:
            child.control.close()
        self.engine.close_connections(except_index)

    def _fork(self, index: int, resources: ServerResources, close_in_child: Callable[[], None]) -> None:
        near, far = socket.socketpair()
        supervisor = os.getpid()
        # A signal that came before the child has handlers of its own would be handled as the supervisor's.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pid = os.fork()
        if pid == 0:
            try:
                near.close()
                close_in_child()
                self.close_in_child(except_index=index)
                HttpWorker(self.release, self.engine, index, self.slots[index], resources, far).run(
                    supervisor
                )
            finally:
                # Whatever happens, nothing of the supervisor's may be done twice.
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        far.close()
        self.children.append(_Child(pid, near))
