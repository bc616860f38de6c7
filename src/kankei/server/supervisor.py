"""The process that serves by having others serve: it has one thread, no event loop, and never a request.

It owns the signals, the listening socket and the choice of the release. SIGTERM and SIGINT end it; SIGHUP, a
moved link or the death of a process has it start a new generation, which takes over once all of it answers.
"""

import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kankei.errors import EngineFailed, KankeiError
from kankei.release.reader import Release
from kankei.server.release_watcher import ReleaseWatcher
from kankei.server.worker_group import Provisions, WorkerGroup
from kankei.web.telemetry import metric_definitions
from kankei.web.telemetry.json_log import JsonLog
from kankei.web.telemetry.metrics import Meter

_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_AT_ONCE = 3  # generations that may exist at the same time: one that ends, one that serves, one that starts
_HOPELESS = 3  # restarts in a row that failed, until the server gives up
_FIRST_DELAY_S = 0.1
_CHUNK = 4096


def slots_for(workers: int) -> int:
    """The slots of figures that so many processes a generation need, and one of the master's own."""
    return _AT_ONCE * workers + 1


class Supervisor:
    """Keeps a release served, until it is told to stop."""

    def __init__(
        self, place: ReleaseWatcher, provisions: Provisions, meter: Meter, announce: Callable[[Release], None]
    ) -> None:
        self._place = place
        self._provisions = provisions
        self._settings = provisions.settings
        self._meter = meter
        self._announce = announce
        self._log = JsonLog(lambda: meter.count(metric_definitions.LOST_LOG_LINES))
        self._serving: WorkerGroup | None = None
        self._starting: WorkerGroup | None = None
        self._former: list[WorkerGroup] = []
        self._stopping = self._asked = False
        self._failures = 0
        self._not_before = 0.0
        self._ears: tuple[socket.socket, socket.socket] = socket.socketpair()

    def run(self, release: Release) -> None:
        """Serve, beginning with a release; raises what kept it from ever answering."""
        with self._signals():
            try:
                self._start(release)
                while not self._stopping:
                    self._listen(self._patience())
                    self._advance()
            finally:
                self._end()

    @property
    def _generations(self) -> list[WorkerGroup]:
        present = (*self._former, self._serving, self._starting)
        return [generation for generation in present if generation is not None]

    def _listen(self, seconds: float) -> None:
        """Wait for a signal or a word of a child, for so long at most."""
        poll = select.poll()
        poll.register(self._ears[0], select.POLLIN)
        speakers = {}
        for generation in self._generations:
            for descriptor, child in generation.descriptors.items():
                speakers[descriptor] = generation, child
                poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll(seconds * 1000):
            if descriptor in speakers:
                generation, child = speakers[descriptor]
                generation.hear(child)
            else:
                self._heed(self._ears[0].recv(_CHUNK))
        for generation in self._generations:
            generation.bury()
        self._former = [generation for generation in self._former if not generation.gone]

    def _heed(self, signals: bytes) -> None:
        self._stopping |= signal.SIGTERM in signals or signal.SIGINT in signals
        self._asked |= signal.SIGHUP in signals

    def _patience(self) -> float:
        """How long nothing needs to be done unless somebody says so."""
        patience = self._settings.watch_s or 60.0
        if self._former:
            patience = min(patience, 1.0)
        if self._broken and not self._starting:
            patience = max(0.0, min(patience, self._not_before - time.monotonic()))
        return patience

    @property
    def _broken(self) -> bool:
        return self._serving is not None and not self._serving.whole

    def _advance(self) -> None:
        """Do what is due."""
        if self._starting and self._starting.ready:
            self._take_over(self._starting)
        elif self._starting and not self._starting.whole:
            self._give_up(self._starting)
        if self._starting or not self._serving:
            return
        if self._broken:
            self._restart(self._serving)
        elif not self._former and (self._asked or (self._settings.watch_s and self._place.moved())):
            self._move()

    def _take_over(self, generation: WorkerGroup) -> None:
        """Let a generation that answers be the one that serves."""
        former, self._serving, self._starting = self._serving, generation, None
        self._failures = 0
        self._meter.count(
            metric_definitions.RELEASE_CHANGES,
            "restarted" if self._restarts(former, generation) else "served",
        )
        version = generation.release.manifest.version
        if former is None:
            self._announce(generation.release)
            return
        former.retire(self._settings.drain_s + self._settings.grace_s)
        self._former.append(former)
        self._log.write("serving", release=version, former=former.release.manifest.version)

    def _restarts(self, former: WorkerGroup | None, generation: WorkerGroup) -> bool:
        return former is not None and former.release is generation.release

    def _give_up(self, generation: WorkerGroup) -> None:
        """End a generation that will never answer, and go on with the one that does, if there is one."""
        # Told rather than killed: those that are left may know the reason, and say it.
        generation.stop(0)
        while not generation.gone:
            self._listen(0.05)
        self._starting = None
        error = EngineFailed(generation.failure or "a process of the server ended before it could answer")
        if self._serving is None:
            raise error
        if generation.release is self._serving.release:
            self._failures += 1
            self._not_before = time.monotonic() + _FIRST_DELAY_S * 2**self._failures
            self._log.write("not restarted", "error", message=str(error))
            if self._failures >= _HOPELESS:
                raise error
        else:
            self._refuse(error)

    def _refuse(self, error: KankeiError) -> None:
        self._meter.count(metric_definitions.RELEASE_CHANGES, "refused")
        serving = self._serving.release.manifest.version if self._serving else None
        self._log.write("release refused", "error", message=str(error), serving=serving)

    def _restart(self, broken: WorkerGroup) -> None:
        """Replace a generation of which a process has ended."""
        if time.monotonic() < self._not_before:
            return
        self._log.write(
            "restarting",
            "error",
            message="a process of the server ended",
            release=broken.release.manifest.version,
        )
        self._start(broken.release)

    def _move(self) -> None:
        """Start to serve the release that is in place now, unless it is broken."""
        self._asked = False
        try:
            release = self._place.open()
        except (KankeiError, OSError) as error:
            self._refuse(error if isinstance(error, KankeiError) else EngineFailed(str(error)))
            return
        self._start(release)

    def _start(self, release: Release) -> None:
        while len(self._generations) >= _AT_ONCE:
            self._former[0].kill()
            self._listen(0.05)
        taken = {slot for generation in self._generations for slot in generation.slots}
        free = sorted({*range(1, self._provisions.metrics.slots)} - taken)
        slots = free[: self._settings.workers]
        self._starting = WorkerGroup.start(release, self._provisions, slots, self._forget)

    def _forget(self) -> None:
        """In a child: close what is ours."""
        for ear in self._ears:
            ear.close()
        for generation in self._generations:
            generation.forget()

    def _end(self) -> None:
        """End everything within a bound."""
        self._provisions.listener.close()
        if self._starting:
            self._starting.kill()
        for generation in self._generations:
            generation.stop(self._settings.grace_s)
        while not all(generation.gone for generation in self._generations):
            self._listen(0.5)
        for ear in self._ears:
            ear.close()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Hear signals as bytes between other things, instead of being interrupted by them."""
        for ear in self._ears:
            ear.setblocking(False)
        wakeup = signal.set_wakeup_fd(self._ears[1].fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, lambda *_: None) for number in _HANDLED}
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
