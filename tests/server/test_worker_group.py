"""Worker group: starts that fail leave nothing behind, and processes that die are replaced alone."""

import errno
import os
import resource
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from kankei.engine.embedded.pool import EngineProcess
from kankei.release.reader import Release
from kankei.server.http_worker import ServerResources
from kankei.server.serve import listen
from kankei.server.worker_group import WorkerGroup, _Child
from kankei.settings import Settings
from kankei.web.pages import METRICS
from kankei.web.telemetry.metrics import CONNECTIONS, LOST_LOG_LINES, SharedMetrics


@pytest.fixture
def resources() -> Iterator[ServerResources]:
    with listen("127.0.0.1", 0) as listener:
        settings = Settings(workers=2)
        yield ServerResources(listener, {}, settings, SharedMetrics(METRICS, 3), None)


def descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


def children() -> set[str]:
    lists = Path("/proc/self/task").glob("*/children")
    return {child for file in lists for child in file.read_text().split()}


def test_a_fork_that_fails_leaves_nothing_behind(
    seed_release: Release, resources: ServerResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fork() -> int:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", fork)
    before = descriptors(), children(), signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with pytest.raises(BlockingIOError):
        WorkerGroup.start(seed_release, resources, (1, 2), lambda: None)
    assert (descriptors(), children(), signal.pthread_sigmask(signal.SIG_BLOCK, [])) == before


def test_want_of_descriptors_leaves_nothing_behind(
    seed_release: Release, resources: ServerResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are left: for the engine's sockets, for its process, for the second HTTP worker."""
    monkeypatch.setattr(os, "fork", lambda: os.posix_spawn("/proc/self/exe", ["python", "-c", ""], {}))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = descriptors(), children()
    highest = max(map(int, before[0]))
    try:
        for room in range(12):
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + room, hard))
            try:
                WorkerGroup.start(seed_release, resources, (1, 2), lambda: None)._end_now()
            except OSError as error:
                assert error.errno == errno.EMFILE  # noqa: PT017
            assert (descriptors(), children()) == before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Engine:
    """An engine whose process has not ended."""

    class process:  # noqa: N801
        returncode = None
        poll = staticmethod(lambda: None)

    def __init__(self) -> None:
        self.close_connections = lambda: None


def test_a_process_that_was_killed_leaves_no_gauges(
    seed_release: Release, resources: ServerResources
) -> None:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = _Child(os.posix_spawn("/bin/sh", ["sh", "-c", "kill -9 $$"], {}), near, slot=2)
    group = WorkerGroup(seed_release, resources, cast("EngineProcess", Engine()), (2,), children=[child])
    meter = resources.metrics.meter(2)
    meter.set(CONNECTIONS, to=7)
    meter.count(LOST_LOG_LINES)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    group.reap()
    assert not child.alive
    figures = {
        family.name: [numbers for _, numbers in resources.metrics.samples(family)]
        for family in METRICS
        if family.name in (CONNECTIONS, LOST_LOG_LINES)
    }
    assert [*figures.values()] == [[(0.0,)], [(1.0,)]]
    far.close()


def test_what_a_child_lost_before_it_took_another_connection_counts_once(
    seed_release: Release, resources: ServerResources
) -> None:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = _Child(os.getpid(), near, slot=1, ready=True)
    group = WorkerGroup(seed_release, resources, cast("EngineProcess", Engine()), (1,), children=[child])
    with near, far:
        child.reconnecting = True
        for message, connected in ((b"lost why", True), (b"ready", True), (b"lost again", False)):
            far.send(message)
            group.receive(child)
            assert (child.connected, group.complete) == (connected, connected)
    assert group.failure == "again"
