"""Tasks of a build that need only files: each in a process of its own where there is much to write.

A process takes half a second to start, so a small build runs its tasks one after the other itself.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

LARGE = 20_000_000
"""Bytes of N-Triples from which on tasks have processes."""

Task = Callable[..., None]


class Tasks:
    """Tasks by group; those without an executor run when their group is finished."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor
        self._waiting: dict[str, list[Callable[[], None]]] = {}

    def add(self, group: str, task: Task, *values: object) -> None:
        """Start a task, a function of a module, with values that can be pickled."""
        if self._executor is None:
            self._waiting.setdefault(group, []).append(lambda: task(*values))
        else:
            future: Future[None] = self._executor.submit(task, *values)
            self._waiting.setdefault(group, []).append(future.result)

    def finish(self, group: str) -> None:
        """Run the tasks of a group, or wait for them; raises what one of them raises."""
        for result in self._waiting.pop(group, ()):
            result()


@contextmanager
def tasks_for(size: int) -> Iterator[Tasks]:
    """Tasks over so many bytes of N-Triples; none runs any more at the end."""
    if size < LARGE:
        yield Tasks()
        return
    # Spawned, as a fork would take the threads of the store without their locks.
    executor = ProcessPoolExecutor(_processors(), get_context("spawn"))
    try:
        yield Tasks(executor)
    finally:
        executor.shutdown(cancel_futures=True)


def _processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
