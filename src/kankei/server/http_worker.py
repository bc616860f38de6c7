"""One process that answers requests: an event loop, the application, and a pool of the engine.

The master tells it in a word what to do: `retire`, which is to take no new connections and to end once the
clients have let go of theirs, or `stop`, which is to end within a bound; a master that is gone means stop.
It tells the master `ready`, or why it never will be.
"""

import asyncio
import contextlib
import ctypes
import gc
import math
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, cast

import uvicorn
import uvloop

from kankei.engine.embedded.pool import EngineProcess, WorkerPool
from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.errors import KankeiError
from kankei.release.reader import Release
from kankei.server.http_protocol import MAX_REFUSALS, ConnectionLimits, HttpProtocol
from kankei.web.app import create_app
from kankei.web.instrumentation import Instrumentation
from kankei.web.server_state import ServerState
from kankei.web.telemetry import metric_definitions
from kankei.web.telemetry.json_log import capture_logging, flush_streams

READY, FAILED = b"ready", b"failed "
RETIRE, STOP = b"retire\n", b"stop\n"
_PR_SET_PDEATHSIG = 1
_CHUNK = 1 << 16
_DESCRIPTORS = 256  # what a process opens beside its connections and the files that it sends over them
_LOG_S = 0.05  # how long the line of a request may wait for others to be written with
_PROBES = [Operation(query, {Form.BOOLEAN: SPARQL_JSON}) for query in ("ASK {}", "ASK { GRAPH ?g {} }")]
"""What an engine must be able to answer before it replaces another: from memory, and from disk."""


@dataclass(frozen=True)
class HttpWorker:
    """What a process that answers requests is made from, all of it immutable."""

    release: Release
    engine: EngineProcess
    index: int
    """Which of the engine's pools is its own."""
    examples: Mapping[str, str]
    state: ServerState
    listener: socket.socket
    control: socket.socket

    def run(self, master: int) -> NoReturn:
        """Be that process, after a fork, until told to end."""
        status = 1
        try:
            _part_from(master)
            capture_logging(self.state.log)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._live())
            status = 0
        except KankeiError as error:
            with contextlib.suppress(OSError):
                self.control.sendall(FAILED + error.message.encode())
        except BaseException:  # it must not unwind into the master's code
            traceback.print_exc()
        finally:
            flush_streams()
            # What the master would do at its end is not ours to do.
            os._exit(status)

    async def _live(self) -> None:
        pool, state = self.engine.pool(self.index), self.state
        state.available = lambda: not pool.lost.is_set()
        state.load = lambda: _load(pool)
        loop = asyncio.get_running_loop()
        state.log.schedule = lambda flush: loop.call_later(_LOG_S, flush)
        try:
            # While the engine reads its dataset.
            app = create_app(self.release, pool, self.examples, state)
            await pool.started()
            for probe in _PROBES:
                await pool.answer(probe)
            # What was made so far stays: nothing is won by looking through it for garbage time and again.
            gc.collect()
            gc.freeze()
            await _Server(app, pool, state, self.control).serve(sockets=[self.listener])
        finally:
            state.meter.clear_gauges()
            state.log.schedule = None
            state.log.flush()
            pool.close()


class _Server(uvicorn.Server):
    """Uvicorn's server, told what to do by a master instead of by signals."""

    def __init__(
        self, app: Instrumentation, pool: WorkerPool, state: ServerState, control: socket.socket
    ) -> None:
        super().__init__(_config(app, state))
        self._pool = pool
        self._state = state
        self._control = control
        self._retired_until: float | None = None
        self._unused = self._displaced = 0

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM as the master's word to stop; the rest is the master's."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        loop.add_reader(self._control.fileno(), self._hear)
        yield
        loop.remove_reader(self._control.fileno())

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and tell the master."""
        await super().startup(sockets)
        self._control.sendall(READY)

    async def on_tick(self, counter: int) -> bool:
        """Tell the figures of now; whether it is time to end."""
        meter, load = self._state.meter, self._pool.status
        for state, number in (("fast", load.fast), ("slow", load.slow), ("waiting", load.waiting)):
            meter.set(metric_definitions.ENGINE_QUERIES, state, to=number)
        meter.set(metric_definitions.ENGINE_PROCESSES, to=load.processes)
        meter.set(metric_definitions.CONNECTIONS, to=len(self.server_state.connections))
        displaced = load.outcomes.get("Displaced", 0)
        meter.count(metric_definitions.KILLS, "displaced", by=displaced - self._displaced)
        self._displaced = displaced
        entries, size = self._state.cache_usage()
        meter.set(metric_definitions.CACHE_ENTRIES, to=entries)
        meter.set(metric_definitions.CACHE_BYTES, to=size)
        meter.set(metric_definitions.HTTP_PROCESSES, to=1)
        return await super().on_tick(counter) or self._retired()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests under way end, unless there are none because the process was retired."""
        if self.should_exit or self.server_state.connections:
            await super().shutdown(sockets)

    def stop(self) -> None:
        """End: idle connections are closed, requests under way have some seconds."""
        self._state.stopping = True
        self.should_exit = True

    def retire(self) -> None:
        """Take no new connections; those there are get their answers, each with word that it is the last."""
        self._state.retired = True
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        self._retired_until = loop.time() + self._state.settings.drain_s

    def _retired(self) -> bool:
        if self._retired_until is None:
            return False
        # Twice, because a connection that was accepted a moment ago is not yet among them.
        self._unused = 0 if self.server_state.connections else self._unused + 1
        if asyncio.get_running_loop().time() > self._retired_until:
            self.stop()
        return self.should_exit or self._unused > 1

    def _hear(self) -> None:
        try:
            words = self._control.recv(_CHUNK)
        except OSError:
            words = b""
        if STOP in words or not words:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self.stop()
        elif RETIRE in words:
            self.retire()


def _config(app: Instrumentation, state: ServerState) -> uvicorn.Config:
    settings, meter = state.settings, state.meter
    limits = ConnectionLimits(
        settings.request_timeout_s,
        settings.send_timeout_s,
        connections=connection_limit(math.ceil(settings.connections / settings.workers)),
        on_refused=lambda: meter.count(metric_definitions.REFUSED_CONNECTIONS),
    )
    protocol = partial(HttpProtocol, limits=limits, cached_response=app.cached_response)
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", protocol),
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=math.ceil(settings.grace_s),
    )


def connection_limit(connections: int) -> int:
    """How many of so many connections this process has descriptors for, after getting what it may get."""
    # Each may have a file sent over it.
    wanted = 2 * connections + MAX_REFUSALS + _DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(connections, (soft - MAX_REFUSALS - _DESCRIPTORS) // 2))


def _load(pool: WorkerPool) -> dict[str, int]:
    load = pool.status
    return {
        "fast": load.fast,
        "slow": load.slow,
        "waiting": load.waiting,
        "idle": load.idle,
        "processes": load.processes,
    }


def _part_from(master: int) -> None:
    """Drop the master's handling of signals, and do not outlive it."""
    signal.set_wakeup_fd(-1)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for default in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(default, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != master:
        os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
