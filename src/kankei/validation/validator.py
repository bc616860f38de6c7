"""The compiled validator: a data graph in a store against a shapes graph, as a validation report."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation.components.compiler import Scope
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, Progress, Ran, Run, unheard
from kankei.validation.plan.plan import Plan, compile_plan, constraints
from kankei.validation.pyshacl import fallback
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.shape_index import Shapes
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files


class Validation:
    """A data graph on its way against a shapes graph: iterating finds the results, which can be done once.

    `plan.left` are the shapes left to the reference, `dropped` the malformed ones.
    """

    def __init__(
        self, data: DataGraph, shapes: Shapes, options: ExecutionOptions, progress: Progress = unheard
    ) -> None:
        data.add_shapes(shapes.graph)
        scope = Scope(data.store, shapes, data.writing, constraints, has_shapes_graph=data.is_own)
        self.plan: Plan = compile_plan(scope)
        if not self.plan.steps and not self.plan.left and not shapes.found:
            raise MalformedShapes("the shapes graph has no shapes")
        self.dropped: Sequence[MalformedShapes] = tuple(shapes.dropped.values())
        self._data = data
        self._limits = options
        self._run = Run(self.plan, data.store, options, progress)
        self._judged: list[Result] = []

    @property
    def ran(self) -> Sequence[Ran]:
        """What each step of the plan found."""
        return self._run.ran

    @property
    def count(self) -> int:
        """How many results there are, told or not; known when those that are told have been read."""
        found = self._run.count + len(self._judged)
        return min(found, 1) if self._limits.fail_fast else found

    def __iter__(self) -> Iterator[Result]:
        """The results that are told, in the order of the plan."""
        told = 0
        for result in self._run.results():
            yield result
            told += 1
        if self.plan.left and not (self._limits.fail_fast and told):
            graph = self.plan.scope.shapes.graph
            self._judged = fallback.judge(self._data.store, graph, self.plan.left)
        most = self._limits.result_limit
        yield from self._judged if most is None else self._judged[: most - told]

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results that are told, all held."""
        return tuple(self)

    @property
    def report(self) -> Report:
        """The report, each result as often as it was found."""
        return Report.whole(self.results, self.count - len(self.results))


def validate(store: ox.Store, shapes: Path | Sequence[Path]) -> Report:
    """The report of a store's default graph against shapes, each result told once."""
    return Report.of(validate_data(DataGraph(store), load_graph(shapes_files(shapes))).results)


def validate_data(
    data: DataGraph,
    graph: ShapesGraph,
    options: ExecutionOptions = ExecutionOptions(),  # noqa: B008 - frozen
    *,
    skip_malformed: bool = False,
) -> Validation:
    """Validate a data graph against a shapes graph, and hold the results."""
    validation = Validation(data, Shapes(graph, skip_malformed), options)
    _ = validation.results
    return validation
