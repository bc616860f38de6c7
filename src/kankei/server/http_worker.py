"""HTTP worker process: an event loop, the application, and a pool of the engine.

The supervisor sends it `retire`, to accept no new connections and to end once clients have closed theirs,
`stop`, to end within a bound, or `engine` with a connection to another engine process; a supervisor that is
gone means stop. The worker sends `ready` at its start and for each such connection, `failed` with the reason
why it never will be ready, or `lost` with the reason why it needs another connection. A packet is a message.
"""

import asyncio
import contextlib
import gc
import math
import os
import resource
import signal
import socket
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import NoReturn, cast

import uvicorn
import uvloop

from kankei.engine.embedded.pool import LARGE, EngineProcess, WorkerPool
from kankei.engine.embedded.sandbox import die_with_parent
from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.engine.remote.engine import RemoteEngine
from kankei.engine.remote.graph_names import GraphNames
from kankei.errors import KankeiError
from kankei.release.reader import Release
from kankei.server.connection_limits import MAX_REFUSALS, ConnectionLimits, OpenConnections
from kankei.server.http_protocol import HttpProtocol
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.instrumentation import Instrumentation
from kankei.web.server_state import ServerState
from kankei.web.sparql.rate_limit import RateLimiter
from kankei.web.telemetry import metrics
from kankei.web.telemetry.json_log import capture_logging
from kankei.web.telemetry.metrics import SharedMetrics

READY, FAILED, LOST = b"ready", b"failed", b"lost"
RETIRE, STOP, ENGINE = b"retire", b"stop", b"engine"
_RECEIVE_BYTES = 1 << 16
_RESERVED_DESCRIPTORS = 256  # for all that is not a connection or a file sent over it
_LOG_DELAY_S = 0.05  # how long the line of a request may wait for others to be written with
_IDLE_AFTER_RETIREMENT_S = 5.0  # how long a connection that waits for a request keeps a retired process
_GC_THRESHOLDS = 5_000, 10, 10
"""Above Python's own: a full collection visits everything in the caches, which takes some 100 ms."""
_PROBES = [Operation(query, {Form.BOOLEAN: SPARQL_JSON}) for query in ("ASK {}", "ASK { GRAPH ?g {} }")]
"""What an engine must be able to answer before it replaces another: from memory, and from disk."""


@dataclass(frozen=True)
class ServerResources:
    """What all worker groups share."""

    listener: socket.socket
    examples: Mapping[str, str]
    settings: Settings
    metrics: SharedMetrics
    rate_limiter: RateLimiter | None
    started_s: float = field(default_factory=time.time)
    """When the server was started, in seconds since 1970."""


@dataclass(frozen=True)
class HttpWorker:
    """What a process that answers requests is made from."""

    release: Release
    engine: EngineProcess
    connection: socket.socket
    """Connection to the engine's process."""
    slot: int
    """Which slot of the shared metrics is its own."""
    resources: ServerResources
    control: socket.socket
    """Connection to the supervisor."""

    def run(self, supervisor: int) -> NoReturn:
        """Be that process, after a fork, until told to end."""
        status = 1
        resources = self.resources
        try:
            _separate_from_supervisor(supervisor)
            state = ServerState(
                resources.settings,
                resources.metrics,
                self.slot,
                resources.rate_limiter,
                resources.started_s,
            )
            capture_logging(state.log)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve(state))
            status = 0
        except KankeiError as error:
            with contextlib.suppress(OSError):
                self.control.sendall(b"%b %b" % (FAILED, error.message.encode()))
        except BaseException:  # it must not unwind into the supervisor's code
            traceback.print_exc()
        finally:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
            # What the supervisor would do at its end is not ours to do.
            os._exit(status)

    async def _serve(self, state: ServerState) -> None:
        pool = self.engine.pool(self.connection)
        engine = self._engine(pool, state)
        state.available = lambda: engine.can_answer
        loop = asyncio.get_running_loop()
        state.log.schedule = lambda flush: loop.call_later(_LOG_DELAY_S, flush)
        try:
            # While the engine reads its store.
            app = create_app(self.release, engine, self.resources.examples, state)
            await engine.started()
            for probe in _PROBES:
                await engine.answer(probe)
            # What exists by now stays: searching it for garbage again and again would only cost time.
            gc.set_threshold(*_GC_THRESHOLDS)
            gc.collect()
            gc.freeze()
            server = _Server(app, pool, state, self.control, engine=engine)
            await server.serve(sockets=[self.resources.listener])
        finally:
            state.meter.clear_gauges()
            state.log.schedule = None
            state.log.flush()
            engine.close()

    def _engine(self, pool: WorkerPool, state: ServerState) -> WorkerPool | RemoteEngine:
        """The engine that answers: the pool, or remote ones whose queries it parses."""
        urls = self.resources.settings.engines
        state.load = lambda: asdict(pool.status)
        if not urls:
            return pool

        def count(number: int, outcome: str) -> None:
            state.meter.count(metrics.REMOTE_QUERIES, str(number), outcome)

        names = GraphNames.of(self.release.manifest)
        engine = RemoteEngine.of(pool, urls, names, self.engine.limits, on_asked=count)
        state.load = lambda: {**asdict(pool.status), "remote": len(urls), "remote_up": sum(engine.up)}
        return engine


class _Server(uvicorn.Server):
    """Uvicorn's server, controlled by a supervisor instead of by signals."""

    def __init__(
        self,
        app: Instrumentation,
        pool: WorkerPool,
        state: ServerState,
        control: socket.socket,
        *,
        engine: WorkerPool | RemoteEngine,
    ) -> None:
        super().__init__(_config(app, state))
        self._pool = pool
        self._engine = engine
        self._state = state
        self._control = control
        self._drain_deadline: float | None = None
        self._ticks_without_connections = 0
        self._kills: Counter[str] = Counter()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM; other signals are the supervisor's."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        loop.add_reader(self._control.fileno(), self._receive)
        yield
        loop.remove_reader(self._control.fileno())

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, and report that to the supervisor."""
        await super().startup(sockets)
        self._control.sendall(READY)
        self._pool.on_lost(self._report_lost)
        if self._pool.lost.is_set():
            self._report_lost("the process that holds the dataset is gone")

    async def on_tick(self, counter: int) -> bool:
        """Set the gauges; whether it is time to end."""
        meter, status = self._state.meter, self._pool.status
        for lane in ("fast", "slow", "waiting"):
            meter.set(metrics.ENGINE_QUERIES, lane, to=getattr(status, lane))
        kills = Counter(self._pool.kills)
        for error, cause in metrics.KILL_CAUSES.items():
            meter.count(metrics.KILLS, cause, by=kills[error] - self._kills[error])
        self._kills = kills
        if isinstance(self._engine, RemoteEngine):
            for number, is_up in enumerate(self._engine.up, 1):
                meter.set(metrics.REMOTE_UP, str(number), to=is_up)
        entries, size = self._state.cache_usage()
        gauges = {
            metrics.ENGINE_PROCESSES: status.processes,
            metrics.CONNECTIONS: len(self.server_state.connections),
            metrics.CACHE_ENTRIES: entries,
            metrics.CACHE_BYTES: size,
            metrics.HELD_BYTES: self._state.held_bytes(),
            metrics.HTTP_PROCESSES: 1,
        }
        for name, value in gauges.items():
            meter.set(name, to=value)
        return await super().on_tick(counter) or self._is_drained()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests under way end, unless there are none because the process was retired."""
        if self.should_exit or self.server_state.connections:
            await super().shutdown(sockets)

    def stop(self) -> None:
        """End: idle connections are closed, requests under way have some seconds."""
        self._state.stopping = True
        self.should_exit = True

    def retire(self) -> None:
        """Accept no new connections; the next response of each open one closes it."""
        self._state.retired = True
        for server in self.servers:
            server.close()
        for connection in self.server_state.connections:
            cast("HttpProtocol", connection).end_idle(_IDLE_AFTER_RETIREMENT_S)
        self._drain_deadline = asyncio.get_running_loop().time() + self._state.settings.drain_s

    def _is_drained(self) -> bool:
        if self._drain_deadline is None:
            return False
        # Twice, because a connection that was accepted a moment ago is not yet among them.
        idle = not self.server_state.connections
        self._ticks_without_connections = self._ticks_without_connections + 1 if idle else 0
        if asyncio.get_running_loop().time() > self._drain_deadline:
            self.stop()
        return self.should_exit or self._ticks_without_connections > 1

    def _receive(self) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, _RECEIVE_BYTES, 1)
        except OSError:
            message, descriptors = b"", []
        if message == STOP or not message:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self.stop()
        elif message == RETIRE:
            self.retire()
        elif descriptors:
            self._control.sendall(READY)
            self._pool.reconnect(socket.socket(fileno=descriptors[0]))
        else:
            self._control.sendall(READY)
            self._report_lost("this process has no descriptor left")

    def _report_lost(self, reason: str) -> None:
        """Ask the supervisor for another connection to an engine."""
        with contextlib.suppress(OSError):  # a supervisor that is gone is noticed when we next read from it
            self._control.sendall(b"%b %b" % (LOST, reason.encode()))


def _config(app: Instrumentation, state: ServerState) -> uvicorn.Config:
    settings = state.settings
    limits = ConnectionLimits(
        settings.request_timeout_s,
        settings.send_timeout_s,
        connections=connection_limit(
            math.ceil(settings.connections / settings.workers), settings.cache_bytes // LARGE
        ),
        client_connections=math.ceil(settings.client_connections / settings.workers),
        client_of=state.proxies.client_of_connection,
        on_refused=app.refused,
    )
    protocol = partial(
        HttpProtocol,
        limits=limits,
        connections=OpenConnections(limits),
        shortcuts=app,
    )
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
        timeout_keep_alive=math.ceil(settings.keep_alive_s),
        timeout_graceful_shutdown=math.ceil(settings.grace_s),
    )


def connection_limit(connections: int, cached_files: int = 0) -> int:
    """How many of so many connections this process has descriptors for, after raising its limit if it may.

    `cached_files` are those that it may have open beside.
    """
    reserved = MAX_REFUSALS + _RESERVED_DESCRIPTORS + cached_files
    needed = 2 * connections + reserved  # each may have a file sent over it
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(connections, (soft - reserved) // 2))


def _separate_from_supervisor(supervisor: int) -> None:
    """Drop the supervisor's signal handlers, and end when it does."""
    signal.set_wakeup_fd(-1)
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for default in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(default, signal.SIG_DFL)
    die_with_parent(supervisor)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
