"""Tasks of a build that need only files: each in a process of its own where there is much to write.

A process takes half a second to start, so a small build runs its tasks one after the other itself. A task
comes to a process pickled, on its standard input; unlike one of `multiprocessing` a process does not import
the script that builds.
"""

import gc
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from kankei.errors import BuildFailed

LARGE = 20_000_000
"""Bytes of N-Triples from which on tasks have processes."""

_PARENT_CHECK_S = 1.0
_PROGRAM = f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import run_task; run_task()"
Task = Callable[..., Any]
_COLLECTED_AFTER = (200_000, 50, 50)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Let the collector of cycles run rarely: a build makes none, but millions of objects to look through."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECTED_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Tasks:
    """Tasks by group; without processes they run when their group is finished."""

    def __init__(self, processes: "TaskProcesses | None" = None) -> None:
        self._processes = processes
        self._waiting: dict[str, list[Callable[[], Any]]] = {}

    def add(self, group: str, task: Task, *values: object) -> None:
        """Start a task, a function of a module, with values that can be pickled."""
        run = self._processes.start(task, values) if self._processes else lambda: task(*values)
        self._waiting.setdefault(group, []).append(run)

    def finish(self, group: str) -> list[Any]:
        """Run the tasks of a group, or wait for them; returns what they return, raises what one raises."""
        return [result() for result in self._waiting.pop(group, ())]


class TaskProcesses:
    """Processes for tasks, as many at a time as there are processors."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(processors())
        self._lock = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def start(self, task: Task, values: tuple[object, ...]) -> Callable[[], Any]:
        """Let a task wait for a process; returns what waits for its outcome."""
        return self._threads.submit(self._run, pickle.dumps((task, values))).result

    def close(self) -> None:
        """End what still runs."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()
        self._threads.shutdown(cancel_futures=True)

    def _run(self, task: bytes) -> Any:
        with self._lock:
            if self._closed:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
                [sys.executable, "-c", _PROGRAM, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._running.add(process)
        try:
            result, _ = process.communicate(task)
        finally:
            with self._lock:
                self._running.discard(process)
        if process.returncode:
            raise BuildFailed(f"a process of the build ended with {process.returncode}")
        value, error = pickle.loads(result)  # noqa: S301 - from our own process
        if error is not None:
            raise error
        return value


@contextmanager
def tasks_for(size: int) -> Iterator[Tasks]:
    """Tasks over so many bytes of N-Triples; none runs any more at the end."""
    if size < LARGE:
        yield Tasks()
        return
    processes = TaskProcesses()
    try:
        yield Tasks(processes)
    finally:
        processes.close()


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_task() -> None:
    """Run the task on standard input; write what it returns and what it raises to standard output."""
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    # Libraries in C write to the descriptor, whatever `sys.stdout` is.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    task, values = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that builds
    value = error = None
    try:
        with rare_collection():
            value = task(*values)
    except Exception as raised:
        error = raised
    with output:
        output.write(pickle.dumps((value, error)))


def _end_with(parent: int) -> None:
    """End this process once its parent, which would take the result, has been killed."""
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_S)
    os._exit(1)
