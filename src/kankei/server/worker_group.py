"""One release being served: the engine's process and the processes that answer requests, born together.

Nothing in a generation ever changes. To serve another release, or to replace a process that has died, is to
start a new generation and to retire the old one.
"""

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kankei.engine.embedded.pool import EngineProcess, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.release.reader import Release
from kankei.server.http_worker import FAILED, READY, RETIRE, STOP, HttpWorker
from kankei.settings import Settings
from kankei.web.server_state import ServerState
from kankei.web.sparql.rate_limit import RateLimiter
from kankei.web.telemetry.metrics import SharedMetrics

_CHUNK = 1 << 16
_KILL_AFTER_S = 3.0  # how much longer than it may take a process is given before it is killed


@dataclass(frozen=True)
class Provisions:
    """What every generation is given."""

    listener: socket.socket
    examples: Mapping[str, str]
    settings: Settings
    metrics: SharedMetrics
    rate_limiter: RateLimiter | None


@dataclass
class _Child:
    pid: int
    control: socket.socket
    ready: bool = False
    alive: bool = True


@dataclass
class WorkerGroup:
    """The processes of one release, as their master sees them."""

    release: Release
    engine: EngineProcess
    slots: Sequence[int]
    deadline: float = float("inf")
    """When those of its processes that still run are killed."""
    failure: str = ""
    """Why it never became ready, in the words of one of its processes."""
    retired: bool = False
    children: list[_Child] = field(default_factory=list)

    @classmethod
    def start(
        cls, release: Release, provisions: Provisions, slots: Sequence[int], forget: Callable[[], None]
    ) -> "WorkerGroup":
        """Start the processes for a release; a child of ours calls `forget` to close what is the master's."""
        settings = provisions.settings
        dataset = StoreFiles.of(release, settings.in_memory)
        engine = start_engine(dataset, Limits.of(settings), pools=settings.workers)
        generation = cls(release, engine, slots)
        try:
            for index in range(settings.workers):
                generation._fork(index, provisions, forget)
        except BaseException:
            generation.kill()
            raise
        finally:
            engine.close_connections()
        return generation

    @property
    def descriptors(self) -> dict[int, _Child]:
        """The children by the descriptor over which they talk."""
        return {child.control.fileno(): child for child in self.children if child.control.fileno() >= 0}

    @property
    def ready(self) -> bool:
        """Whether every process answers."""
        return self.whole and all(child.ready for child in self.children)

    @property
    def whole(self) -> bool:
        """Whether no process has ended."""
        return all(child.alive for child in self.children) and self.engine.process.returncode is None

    @property
    def gone(self) -> bool:
        """Whether every process has ended."""
        ended = not any(child.alive for child in self.children)
        return ended and self.engine.process.returncode is not None

    def hear(self, child: _Child) -> None:
        """Take in what a child says."""
        try:
            words = child.control.recv(_CHUNK)
        except OSError:
            words = b""
        if not words:
            child.control.close()
        elif words.startswith(FAILED):
            self.failure = words.removeprefix(FAILED).decode(errors="replace")
        elif words == READY:
            child.ready = True

    def retire(self, seconds: float) -> None:
        """Have the children take no new connections, and end once they have none."""
        self._tell(RETIRE, seconds)

    def stop(self, seconds: float) -> None:
        """Have the children end within some seconds."""
        self._tell(STOP, seconds)

    def kill(self) -> None:
        """End everything at once."""
        self.deadline = 0
        for child in self.children:
            if child.alive:
                os.kill(child.pid, signal.SIGKILL)
        if self.engine.process.poll() is None:
            self.engine.process.kill()

    def bury(self) -> None:
        """Note which processes have ended, and kill what is overdue."""
        for child in self.children:
            if child.alive and os.waitpid(child.pid, os.WNOHANG)[0]:
                child.alive = False
                if child.control.fileno() >= 0:
                    self.hear(child)
                child.control.close()
        self.engine.process.poll()
        if time.monotonic() > self.deadline and not self.gone:
            self.kill()

    def forget(self, index: int | None = None) -> None:
        """In a child: close what is the master's, but for the pool of that index."""
        for child in self.children:
            child.control.close()
        self.engine.close_connections(except_index=index)

    def _tell(self, words: bytes, seconds: float) -> None:
        self.retired = True
        self.deadline = time.monotonic() + seconds + _KILL_AFTER_S
        for child in self.children:
            with contextlib.suppress(OSError):
                child.control.sendall(words)

    def _fork(self, index: int, provisions: Provisions, forget: Callable[[], None]) -> None:
        near, far = socket.socketpair()
        master = os.getpid()
        # A signal that came before the child has handlers of its own would be handled as the master's.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        pid = os.fork()
        if pid == 0:
            try:
                near.close()
                forget()
                self.forget(index)
                self._child(index, provisions, far).run(master)
            finally:
                # Whatever happens, nothing of the master's may be done twice.
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        far.close()
        self.children.append(_Child(pid, near))

    def _child(self, index: int, provisions: Provisions, control: socket.socket) -> HttpWorker:
        state = ServerState(
            provisions.settings, provisions.metrics, self.slots[index], provisions.rate_limiter
        )
        release, engine, examples = self.release, self.engine, provisions.examples
        return HttpWorker(release, engine, index, examples, state, provisions.listener, control)
