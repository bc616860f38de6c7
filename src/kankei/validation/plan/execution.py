"""Execution of a plan: its queries in threads, their results in the order of the plan as they are found."""

import re
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from queue import Full, Queue
from threading import Event
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import SH
from kankei.validation.components.compilation import FunctionRegistry, QueryTest, component
from kankei.validation.plan.plan import Plan, Step
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path, prefixed_name
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.literals import decode

Progress = Callable[[int, int], None]
"""Called with the number of steps that are done, and of all."""

_QUEUE_SIZE = 256
"""Results of one step that wait to be read before its query waits too, so that memory is bounded."""

_SPARQL = component("SPARQL")
_DEMANDS = tomllib.loads((files(__package__) / "demands.toml").read_text(encoding="utf-8"))
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


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
        self, plan: Plan, store: ox.Store, options: ExecutionOptions, progress: Progress | None = None
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
            if self._progress:
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
            for component_iri in _failed_components(run.step, row):
                run.count += 1
                if limit is None or run.count <= limit:
                    self._put(run, _result(run.step, row, component_iri))
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


def _failed_components(step: Step, row: Any) -> Iterator[str]:
    """The components that a row is a result of."""
    return (name for variable, name in step.tests if not variable or _is_true(row[variable[1:]]))


def _result(step: Step, row: Any, component_iri: str) -> Result:
    """The result of a row for one component; raises `MalformedShapes` where the query reports a failure."""
    shape, origin = step.shape, step.origin
    focus = decode(row[step.focus[1:]])
    value = row[step.value[1:]] if step.value else None
    source = ""
    if isinstance(origin, QueryTest):
        if value is None and shape.path is None:
            value = focus
        if "failure" in origin.variables and _is_true(row["failure"]):  # SHACL, section 5.3.2
            raise MalformedShapes(f"its query reports a failure at {focus}", shape.name)
        if component_iri == _SPARQL:
            source = origin.source
    path = row[step.path[1:]] if step.path else None
    return Result(
        focus_node=focus,
        path=Path.predicate(path.value) if isinstance(path, ox.NamedNode) else shape.path,
        value=None if value is None else decode(value),
        component=component_iri,
        source_shape=shape.name,
        source_constraint=source,
        severity=shape.severity,
        messages=_messages(step, row, component_iri),
    )


def _messages(step: Step, row: Any, component_iri: str) -> Mapping[str, str]:
    """The constraint's own messages, else its shape's, else a default; placeholders filled from the row."""
    origin = step.origin
    messages = (origin.messages if origin else {}) or step.shape.messages
    if not messages:
        return _default_message(step.shape, component_iri)
    if origin is None or not any("{" in text for text in messages.values()):
        return messages
    names = dict(origin.parameters)
    if isinstance(origin, QueryTest):
        names |= {name: _text(row[name]) for name in origin.variables if name != "this"}
    names |= {"this": _text(row[step.focus[1:]])}
    return {
        language: _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)
        for language, text in messages.items()
    }


def _default_message(shape: Shape, component_iri: str) -> Mapping[str, str]:
    """An English sentence of what a component demands of a shape's nodes."""
    name = component_iri.removeprefix(SH).removesuffix("ConstraintComponent")
    if name not in _DEMANDS:
        return {"en": f"The data satisfies {prefixed_name(component_iri)}."}
    return {"en": f"Expected: {_DEMANDS[name].format(**shape.parameters)}."}


def _text(term: Term | None) -> str:
    return "" if term is None else decode(term).value


def _is_true(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.value == "true"
