"""Validation of a data graph against a shapes graph: by compiled queries, else by pySHACL."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation.components.compilation import Compilation
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, PlanRun, Progress, StepRun, no_progress
from kankei.validation.plan.plan import Plan, compile_plan, constraints
from kankei.validation.pyshacl.reference import results_of_shapes
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files


def compile_for(data: DataGraph, shapes: ShapeIndex) -> Plan:
    """The plan of a shapes graph for a data graph, to whose store it is added if nobody else uses that."""
    data.add_shapes(shapes.graph)
    return compile_plan(
        Compilation(data.store, shapes, data.encoder, constraints, has_shapes_graph=data.is_own)
    )


class Validation:
    """A running validation: iterating yields the results, which can be done once.

    `plan.uncompiled` are the shapes that pySHACL validates, `skipped` the malformed ones.
    """

    def __init__(
        self, data: DataGraph, shapes: ShapeIndex, options: ExecutionOptions, progress: Progress = no_progress
    ) -> None:
        self.plan: Plan = compile_for(data, shapes)
        if not self.plan.steps and not self.plan.uncompiled and not shapes.shapes:
            raise MalformedShapes("the shapes graph has no shapes")
        self.skipped: Sequence[MalformedShapes] = tuple(shapes.malformed.values())
        self._data = data
        self._options = options
        self._run = PlanRun(self.plan, data.store, options, progress)
        self._uncompiled_results: list[Result] = []

    @property
    def step_runs(self) -> Sequence[StepRun]:
        """The execution of each step of the plan."""
        return self._run.step_runs

    @property
    def count(self) -> int:
        """How many results there are, also beyond the limit; known after iteration."""
        count = self._run.count + len(self._uncompiled_results)
        return min(count, 1) if self._options.fail_fast else count

    def __iter__(self) -> Iterator[Result]:
        """The results up to the limit, in the order of the plan."""
        yielded = 0
        for result in self._run.results():
            yield result
            yielded += 1
        if self.plan.uncompiled and not (self._options.fail_fast and yielded):
            graph = self.plan.context.shapes.graph
            self._uncompiled_results = results_of_shapes(self._data.store, graph, self.plan.uncompiled)
        limit = self._options.result_limit
        yield from self._uncompiled_results[: None if limit is None else limit - yielded]

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results up to the limit, all in memory."""
        return tuple(self)

    @property
    def report(self) -> Report:
        """The report, each result as often as it was found."""
        return Report.with_duplicates(self.results, self.count - len(self.results))


def validate(store: ox.Store, shapes: Path | Sequence[Path]) -> Report:
    """The report of a store's default graph against shapes, without duplicate results."""
    return Report.of(validate_data(DataGraph(store), load_graph(shapes_files(shapes))).results)


def validate_data(
    data: DataGraph,
    graph: ShapesGraph,
    options: ExecutionOptions = ExecutionOptions(),  # noqa: B008 - frozen
    *,
    skip_malformed: bool = False,
) -> Validation:
    """The finished validation of a data graph against a shapes graph."""
    validation = Validation(data, ShapeIndex(graph, skip_malformed), options)
    _ = validation.results
    return validation
