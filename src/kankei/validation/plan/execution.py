"""Execution of a plan: its queries in threads, their results in the order of the plan as they are found."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation.components.compilation import FunctionRegistry
from kankei.validation.plan.plan import Plan, Step
from kankei.validation.plan.results import failed_components, result_of
from kankei.validation.report.report import Result

Progress = Callable[[int, int], None]
"""Called with the number of steps that are done, and of all."""

_QUEUE_SIZE = 256
"""Results of one step that wait to be read before its query waits too, so that memory is bounded."""


def no_progress(done: int, of: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True)
class ExecutionOptions:
    """How a plan is executed: number of threads, limit of results, whether the first result ends it."""

    threads: int = 2
    max_results: int | None = None
    fail_fast: bool = False

    @property
    def result_limit(self) -> int | None:
        """How many results are yielded at most; None for all."""
        return 1 if self.fail_fast else self.max_results


@dataclass
class StepRun:
    """The execution of one step: how many results it has, those not read yet, and its duration."""

    step: Step
    count: int = 0
    seconds: float = 0.0
    queue: "Queue[Result | None]" = field(default_factory=lambda: Queue(_QUEUE_SIZE))


class PlanRun:
    """The execution of a plan over a store."""

    def __init__(
        self, plan: Plan, store: ox.Store, options: ExecutionOptions, progress: Progress = no_progress
    ) -> None:
        self.step_runs = [StepRun(step) for step in plan.steps]
        self._store = store
        self._options = options
        self._functions = plan.context.functions
        self._progress = progress
        self._stopped = Event()

    @property
    def count(self) -> int:
        """How many results have been found; complete after `results` has ended."""
        return sum(run.count for run in self.step_runs)

    def results(self) -> Iterator[Result]:
        """The results in the order of the plan, up to the limit; to be iterated once, and to the end."""
        with ThreadPoolExecutor(self._options.threads) as pool:
            try:
                results = self._read([pool.submit(self._run, run) for run in self.step_runs])
                yield from islice(results, self._options.result_limit)
                for _ in results:
                    pass
            finally:
                self._stopped.set()

    def _read(self, futures: list[Future[None]]) -> Iterator[Result]:
        for number, (run, future) in enumerate(zip(self.step_runs, futures, strict=True), 1):
            while (result := run.queue.get()) is not None:
                yield result
            future.result()
            self._functions.check()
            self._progress(number, len(futures))

    def _run(self, run: StepRun) -> None:
        began = time.perf_counter()
        try:
            if not self._stopped.is_set():
                self._query(run)
        finally:
            run.seconds = time.perf_counter() - began
            self._put(run, None)

    def _query(self, run: StepRun) -> None:
        limit = self._options.result_limit
        for row in _rows(run.step, self._store, self._functions):
            for component in failed_components(run.step, row):
                run.count += 1
                if limit is None or run.count <= limit:
                    self._put(run, result_of(run.step, row, component))
            if self._options.fail_fast and run.count:
                self._stopped.set()
            if self._stopped.is_set():
                return

    def _put(self, run: StepRun, result: Result | None) -> None:
        """Put a result into the queue when there is room, unless the run is stopped."""
        while True:
            try:
                return run.queue.put(result, timeout=0.1)
            except Full:
                if self._stopped.is_set():
                    return None


def _rows(step: Step, store: ox.Store, functions: FunctionRegistry) -> Iterator[Any]:
    try:
        return iter(store.query(step.query, custom_functions=functions.functions))  # type: ignore[arg-type]
    except SyntaxError as error:
        raise MalformedShapes(f"its query does not parse: {error.msg}", step.shape.name) from error
