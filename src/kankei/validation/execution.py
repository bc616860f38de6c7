"""Running a plan: its queries in threads, their rows as results."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation.constraint import PatternTest, QueryTest
from kankei.validation.functions import Functions
from kankei.validation.graph import Term
from kankei.validation.messages import default_message
from kankei.validation.paths import Path
from kankei.validation.plan import Plan
from kankei.validation.report import Result
from kankei.validation.steps import Step
from kankei.validation.written import as_written

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Limits:
    """How a plan is run: in how many threads, how many results are kept, whether the first one ends it."""

    threads: int = 2
    max_results: int | None = None
    fail_fast: bool = False


@dataclass
class Ran:
    """What one step found: how many results, those that are kept, and how long it took."""

    step: Step
    results: list[Result] = field(default_factory=list)
    count: int = 0
    seconds: float = 0.0


def run(plan: Plan, store: ox.Store, limits: Limits, progress: Callable[[int, int], None]) -> Sequence[Ran]:
    """Run all steps of a plan, or until the first result where that is enough."""
    stopped = Event()
    with ThreadPoolExecutor(limits.threads) as pool:
        started = [
            pool.submit(_run, step, store, plan.scope.functions, limits, stopped) for step in plan.steps
        ]
        done = []
        try:
            for number, future in enumerate(started, 1):
                done.append(future.result())
                progress(number, len(started))
        except BaseException:
            stopped.set()
            raise
    plan.scope.functions.check()
    return done


def _run(step: Step, store: ox.Store, functions: Functions, limits: Limits, stopped: Event) -> Ran:
    ran, began = Ran(step), time.perf_counter()
    if stopped.is_set():
        return ran
    most = 1 if limits.fail_fast else limits.max_results
    for row in _rows(step, store, functions):
        for result in _results(step, row):
            ran.count += 1
            if most is None or len(ran.results) < most:
                ran.results.append(result)
        if limits.fail_fast and ran.count:
            stopped.set()
        if stopped.is_set():
            break
    ran.seconds = time.perf_counter() - began
    return ran


def _rows(step: Step, store: ox.Store, functions: Functions) -> Iterator[Any]:
    try:
        return iter(store.query(step.query, custom_functions=functions.registered))  # type: ignore[arg-type]
    except SyntaxError as error:
        raise MalformedShapes(f"its query does not parse: {error.msg}", step.shape.name) from error


def _results(step: Step, row: Any) -> Iterator[Result]:
    for variable, component in step.tests:
        if not variable or _is_true(row[variable[1:]]):
            yield _result(step, row, component)


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
