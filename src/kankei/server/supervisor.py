"""Supervisor process: owns the listening socket and the signals, and restarts and replaces worker groups.

It has one thread and no event loop, and answers no request. SIGTERM and SIGINT end it; SIGHUP or a moved link
make it start a new worker group, which takes over once all its processes answer. A process that has died is
replaced alone. Whatever fails in this is logged and tried again later, while the others answer.
"""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kankei.errors import EngineFailed, KankeiError, UsageError
from kankei.namespaces import Base
from kankei.release.manifest import MANIFEST, check_hashes
from kankei.release.reader import Release
from kankei.server.http_worker import RETIRE, STOP, ServerResources
from kankei.server.memory_budget import engine_limits, total_claim
from kankei.server.restart_backoff import RestartBackoff
from kankei.server.worker_group import WorkerGroup
from kankei.web.telemetry import metrics
from kankei.web.telemetry.json_log import JsonLog

_HASHED_BYTES = 64 << 20
"""Bytes of a release that are hashed before it is served, unless all are."""


@dataclass
class ReleaseWatcher:
    """A release's folder, or a link such as ``current`` that is moved from one release to the next."""

    path: Path
    base: Base | None = None
    """What a release must have as its base, if anything."""
    verify: bool = False
    """Whether all files of a release are hashed."""
    _opened: tuple[str, int, int] | None = None
    _files: frozenset[tuple[str, int, int, int]] = frozenset()
    _refused: bool = False

    def open(self) -> Release:
        """The release that is here now, the sizes of its files checked, and hashes of the smallest or all."""
        self._opened, self._files, self._refused = self._fingerprint(), self._state_of_files(), False
        release = Release.open(self.path)
        check_hashes(release.path, release.manifest, None if self.verify else _HASHED_BYTES)
        base = release.manifest.base
        if self.base and base != self.base:
            message = f"the release was built for {base.iri}, not for {self.base.iri}"
            raise UsageError(f"{message}; build another with: kankei build --base {self.base.iri}", "--base")
        return release

    def refuse(self) -> None:
        """Record that the release last opened is not served; it has changed once any of its files has."""
        self._refused = True

    def changed(self) -> bool:
        """Whether another release is here than was last opened, or that one was refused and has changed."""
        fingerprint = self._fingerprint()
        if fingerprint is None:
            return False
        return fingerprint != self._opened or (self._refused and self._state_of_files() != self._files)

    def _fingerprint(self) -> tuple[str, int, int] | None:
        """The link's target and its manifest's inode and time, or none while there is no manifest."""
        try:
            manifest = (self.path / MANIFEST).stat()
            return os.path.realpath(self.path), manifest.st_ino, manifest.st_mtime_ns
        except OSError:
            return None

    def _state_of_files(self) -> frozenset[tuple[str, int, int, int]]:
        """Name, inode, size and time of each file; of a release in the making those that are there."""
        states = set()
        with contextlib.suppress(OSError):
            for file in Path(os.path.realpath(self.path)).rglob("*"):
                state = file.stat()
                states.add((str(file), state.st_ino, state.st_size, state.st_mtime_ns))
        return frozenset(states)


_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
MAX_GROUPS = 3  # at the same time: one that ends, one that serves, one that starts
_RECEIVE_BYTES = 4096


class Supervisor:
    """Keeps a release served until SIGTERM or SIGINT; `announce` is called once it first answers."""

    def __init__(
        self, watcher: ReleaseWatcher, resources: ServerResources, announce: Callable[[], None]
    ) -> None:
        self._watcher = watcher
        self._resources = resources
        self._settings = resources.settings
        self._meter = resources.metrics.meter()
        limits = engine_limits(self._settings)
        memory = total_claim(limits, self._settings.workers)
        self._meter.set(metrics.ENGINE_MEMORY, to=memory)
        self._announce = announce
        self._log = JsonLog(lambda: self._meter.count(metrics.LOST_LOG_LINES))
        self._current: WorkerGroup | None = None
        self._starting: WorkerGroup | None = None
        self._retired: list[WorkerGroup] = []
        self._stopping = self._reload_requested = False
        self._backoff = RestartBackoff()
        self._moves = RestartBackoff()
        """Of moves that failed for another reason than the release."""
        self._move_again = False
        self._signals, self._wakeup = socket.socketpair()

    def run(self, release: Release) -> None:
        """Serve, beginning with a release; raises what kept it from ever answering."""
        with self._signal_handlers():
            try:
                self._start_first(release)
                while not self._stopping:
                    self._wait(self._timeout())
                    self._advance()
            finally:
                self._stop_all()

    @property
    def _groups(self) -> list[WorkerGroup]:
        groups = (*self._retired, self._current, self._starting)
        return [group for group in groups if group is not None]

    def _wait(self, seconds: float) -> None:
        """Wait for a signal or a message of a child, for so long at most."""
        poll = select.poll()
        poll.register(self._signals, select.POLLIN)
        senders = {}
        for group in self._groups:
            for descriptor, child in group.descriptors.items():
                senders[descriptor] = group, child
                poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll(seconds * 1000):
            if descriptor in senders:
                group, child = senders[descriptor]
                group.receive(child)
            else:
                received = self._signals.recv(_RECEIVE_BYTES)
                self._stopping |= signal.SIGTERM in received or signal.SIGINT in received
                self._reload_requested |= signal.SIGHUP in received
        for group in self._groups:
            group.reap()
        self._retired = [group for group in self._retired if not group.ended]

    def _timeout(self) -> float:
        """Seconds after which there may be something to do without a signal or message."""
        timeout = self._settings.watch_s or 60.0
        if self._retired:
            timeout = min(timeout, 1.0)
        if self._current and not self._current.complete:
            timeout = max(0.0, min(timeout, self._backoff.retry_at - time.monotonic()))
        return timeout

    def _advance(self) -> None:
        """Do what is due: take over, give up, replace processes or move to another release."""
        if self._starting and self._starting.ready:
            self._take_over(self._starting)
        elif self._starting and not self._starting.complete:
            self._give_up(self._starting)
        if self._current and not self._current.complete:
            self._repair(self._current)
        if (
            not self._starting
            and not self._retired
            and (self._reload_requested or (self._settings.watch_s and self._is_move_due()))
        ):
            self._open_release()

    def _is_move_due(self) -> bool:
        """Whether another release is here, or it is time to try one again that could not be started."""
        return self._watcher.changed() or (self._move_again and time.monotonic() >= self._moves.retry_at)

    def _take_over(self, group: WorkerGroup) -> None:
        """Make a group that answers the current one."""
        former, self._current, self._starting = self._current, group, None
        self._backoff, self._moves = RestartBackoff(), RestartBackoff()
        self._meter.count(metrics.RELEASE_CHANGES, "served")
        if former is None:
            self._announce()
            return
        former.send(RETIRE, self._settings.drain_s + self._settings.grace_s)
        self._retired.append(former)
        versions = {"release": group.release.manifest.version, "former": former.release.manifest.version}
        self._log.write("serving", **versions)

    def _give_up(self, group: WorkerGroup) -> None:
        """End a group that will never answer, and keep the current one, if there is one."""
        # Stopped rather than killed: the processes that still run may know the reason, and send it.
        group.send(STOP, 0)
        while not group.ended:
            self._wait(0.05)
        self._starting = None
        error = EngineFailed(group.failure or "a process of the server ended before it could answer")
        if self._current is None:
            raise error
        self._refuse(error)

    def _refuse(self, error: KankeiError) -> None:
        """Go on with the current release; one that could not be started is tried again for some minutes."""
        self._watcher.refuse()
        # What is pushed to a remote engine may take long to be there.
        exhausted = self._moves.exhausted and not self._settings.engines
        self._move_again = isinstance(error, EngineFailed) and not exhausted
        if self._move_again:
            self._moves.restart(time.monotonic())
        self._meter.count(metrics.RELEASE_CHANGES, "refused")
        serving = self._current.release.manifest.version if self._current else None
        self._log.write("release refused", "error", message=str(error), serving=serving)

    def _repair(self, group: WorkerGroup) -> None:
        """Replace the processes of the current group that have ended, unless that was tried a moment ago.

        Raises why nothing answers any more, once that has been tried for minutes.
        """
        now = time.monotonic()
        if now < self._backoff.retry_at:
            return
        reason = group.failure or "a process of the server ended"
        if self._backoff.exhausted and not group.answers:
            raise EngineFailed(reason)
        self._backoff.restart(now)
        version = group.release.manifest.version
        self._log.write("restarting", "error", message=reason, release=version)
        try:
            group.repair(self._close_in_child)
        except (OSError, KankeiError) as error:
            self._log.write("not restarted", "error", message=str(error), release=version)
        else:
            self._meter.count(metrics.RELEASE_CHANGES, "restarted")

    def _open_release(self) -> None:
        """Start to serve the release that is in place now; refuse it if it is broken or cannot be started."""
        self._reload_requested = self._move_again = False
        try:
            self._start(self._watcher.open())
        except KankeiError as error:
            self._refuse(error)
        except Exception as error:  # whatever it is, the release that is served goes on
            self._refuse(EngineFailed(f"{type(error).__name__}: {error}"))

    def _start_first(self, release: Release) -> None:
        try:
            self._start(release)
        except OSError as error:
            raise EngineFailed(f"the processes of the server cannot be started: {error.strerror}") from error

    def _start(self, release: Release) -> None:
        while len(self._groups) >= MAX_GROUPS:
            self._retired[0].kill()
            self._wait(0.05)
        used = {slot for group in self._groups for slot in group.slots}
        free = sorted({*range(1, self._resources.metrics.slots)} - used)
        slots = free[: self._settings.workers]
        self._starting = WorkerGroup.start(release, self._resources, slots, self._close_in_child)

    def _close_in_child(self) -> None:
        """In a forked child: close the supervisor's descriptors."""
        self._signals.close()
        self._wakeup.close()
        for group in self._groups:
            group.close_in_child()

    def _stop_all(self) -> None:
        self._resources.listener.close()
        if self._starting:
            self._starting.kill()
        for group in self._groups:
            group.send(STOP, self._settings.grace_s)
        while not all(group.ended for group in self._groups):
            self._wait(0.5)
        self._signals.close()
        self._wakeup.close()

    @contextmanager
    def _signal_handlers(self) -> Iterator[None]:
        """Receive signals as bytes of a socket, instead of being interrupted by them."""
        self._signals.setblocking(False)
        self._wakeup.setblocking(False)
        wakeup = signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, lambda *_: None) for number in _HANDLED}
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
