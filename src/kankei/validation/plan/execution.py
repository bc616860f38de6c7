"""Running a plan: its queries in threads, their rows as results, read while they are found."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation.components.constraint import PatternTest, QueryTest
from kankei.validation.plan.plan import Plan
from kankei.validation.plan.steps import Step
from kankei.validation.report.messages import default_message
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.functions import Functions
from kankei.validation.sparql.lexical_forms import as_written

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""


def unheard(done: int, of: int) -> None:
    """Progress that nobody is told."""


_AHEAD = 256
"""So many results of a step wait to be read, then its query waits too: memory does not grow with results."""

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class ExecutionOptions:
    """How a plan is run: in how many threads, how many results are told, whether the first one ends it."""

    threads: int = 2
    max_results: int | None = None
    fail_fast: bool = False

    @property
    def result_limit(self) -> int | None:
        """How many results are told at most."""
        return 1 if self.fail_fast else self.max_results


@dataclass
class Ran:
    """What one step found: how many results, those that wait to be read, and how long it took."""

    step: Step
    count: int = 0
    seconds: float = 0.0
    waiting: "Queue[Result | None]" = field(default_factory=lambda: Queue(_AHEAD))


class Run:
    """A plan on its way over a store."""

    def __init__(
        self, plan: Plan, store: ox.Store, options: ExecutionOptions, progress: Progress = unheard
    ) -> None:
        self.ran = [Ran(step) for step in plan.steps]
        self._store = store
        self._limits = options
        self._functions = plan.scope.functions
        self._progress = progress
        self._stopped = Event()

    @property
    def count(self) -> int:
        """How many results have been found; all, when they have been read."""
        return sum(one.count for one in self.ran)

    def results(self) -> Iterator[Result]:
        """The results that are told, in the order of the plan; to be read once, and to their end."""
        with ThreadPoolExecutor(self._limits.threads) as pool:
            try:
                found = self._read([pool.submit(self._run, one) for one in self.ran])
                yield from islice(found, self._limits.result_limit)
                for _ in found:
                    pass
            finally:
                self._stopped.set()

    def _read(self, futures: list[Future[None]]) -> Iterator[Result]:
        for number, (one, future) in enumerate(zip(self.ran, futures, strict=True), 1):
            while (result := one.waiting.get()) is not None:
                yield result
            future.result()
            self._functions.check()
            self._progress(number, len(futures))

    def _run(self, one: Ran) -> None:
        began = time.perf_counter()
        try:
            if not self._stopped.is_set():
                self._find(one)
        finally:
            one.seconds = time.perf_counter() - began
            self._put(one, None)

    def _find(self, one: Ran) -> None:
        most = self._limits.result_limit
        for row in _rows(one.step, self._store, self._functions):
            for component in _failed(one.step, row):
                one.count += 1
                if most is None or one.count <= most:
                    self._put(one, _result(one.step, row, component))
            if self._limits.fail_fast and one.count:
                self._stopped.set()
            if self._stopped.is_set():
                return

    def _put(self, one: Ran, result: Result | None) -> None:
        """Lay a result where it is read, when there is room; never, where nobody reads any more."""
        while True:
            try:
                return one.waiting.put(result, timeout=0.1)
            except Full:
                if self._stopped.is_set():
                    return None


def _rows(step: Step, store: ox.Store, functions: Functions) -> Iterator[Any]:
    try:
        return iter(store.query(step.query, custom_functions=functions.registered))  # type: ignore[arg-type]
    except SyntaxError as error:
        raise MalformedShapes(f"its query does not parse: {error.msg}", step.shape.name) from error


def _failed(step: Step, row: Any) -> Iterator[str]:
    """The components that a row is a result of."""
    return (name for variable, name in step.tests if not variable or _is_true(row[variable[1:]]))


def _result(step: Step, row: Any, component: str) -> Result:
    shape, origin = step.shape, step.origin
    focus = as_written(row[step.focus[1:]])
    value = row[step.value[1:]] if step.value else None
    if value is None and isinstance(origin, QueryTest) and shape.path is None:
        value = focus
    if isinstance(origin, QueryTest) and "failure" in origin.variables and _is_true(row["failure"]):
        raise MalformedShapes(f"its query reports a failure at {focus}", shape.name)
    path = row[step.path[1:]] if step.path else None
    own = component.endswith("#SPARQLConstraintComponent") and isinstance(origin, QueryTest)
    return Result(
        focus_node=focus,
        path=Path.predicate(path.value) if isinstance(path, ox.NamedNode) else shape.path,
        value=None if value is None else as_written(value),
        component=component,
        source_shape=shape.name,
        source_constraint=origin.source if own and isinstance(origin, QueryTest) else "",
        severity=shape.severity,
        messages=_messages(step, row, component),
    )


def _messages(step: Step, row: Any, component: str) -> Mapping[str, str]:
    """The constraint's own messages, else its shape's, else one that says what the component demands."""
    origin = step.origin
    found = (origin.messages if origin else {}) or step.shape.messages
    if not found:
        return default_message(step.shape, component)
    if not isinstance(origin, QueryTest | PatternTest) or not any("{" in text for text in found.values()):
        return found
    names = dict(origin.parameters)
    names |= {name: _shown(row[name]) for name in getattr(origin, "variables", ()) if name != "this"}
    names |= {"this": _shown(row[step.focus[1:]])}
    return {
        language: _PLACEHOLDER.sub(lambda m: names.get(m[1], m[0]), text) for language, text in found.items()
    }


def _shown(term: Term | None) -> str:
    return "" if term is None else as_written(term).value


def _is_true(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.value == "true"
