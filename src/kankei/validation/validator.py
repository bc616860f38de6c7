"""Validation of a data graph against a shapes graph, whole or incremental: only what a change can affect.

Each step of the plan has a read set: the predicates it reads, and the paths from its focus nodes to them. A
changed triple in it leads back to focus nodes, in the data before or after; only these are validated again,
and the results of all others are taken over. All focus nodes of a shape are validated again where the way
back is unknown: from predicates read at nodes that are not reachable from the focus node, from focus nodes
below another one, and from blank nodes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import RDFS
from kankei.validation.components.compilation import Compilation
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, PlanRun, Progress, StepRun
from kankei.validation.plan.plan import Plan, Step, compile_plan, constraints
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import Path as PropertyPath
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, load_graph, shapes_files
from kankei.validation.sparql.literals import decode
from kankei.validation.sparql.read_set import ANY, TripleRead

MAX_FOCUS_NODES = 1_000
"""Beyond so many, all focus nodes of a shape are validated, which costs no more than naming some."""

_Item = TypeVar("_Item")


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
        self, data: DataGraph, shapes: ShapeIndex, options: ExecutionOptions, progress: Progress | None = None
    ) -> None:
        self.plan: Plan = compile_for(data, shapes)
        if not self.plan.steps and not self.plan.uncompiled and not shapes.shapes:
            raise MalformedShapes("the shapes graph has no shapes")
        self.skipped: Sequence[MalformedShapes] = tuple(shapes.malformed.values())
        self._data = data
        self._options = options
        self._run = PlanRun(self.plan, data.store, options, progress)
        self.step_runs: Sequence[StepRun] = self._run.step_runs
        self._uncompiled_results: list[Result] = []

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
            self._uncompiled_results = _validate_uncompiled(self._data.store, graph, self.plan.uncompiled)
        limit = self._options.result_limit
        yield from self._uncompiled_results[: None if limit is None else limit - yielded]

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results up to the limit, all in memory."""
        return tuple(self)


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


@dataclass(frozen=True)
class Revalidation:
    """The results of the data after a change; how many steps there are, ran, and ran on some nodes only."""

    results: tuple[Result, ...]
    steps: int
    ran: int
    restricted: int


def revalidate(
    before: DataGraph,
    results: Sequence[Result],
    after: DataGraph,
    graph: ShapesGraph,
    *,
    changed: Collection[ox.Triple] | None = None,
    options: ExecutionOptions = ExecutionOptions(),  # noqa: B008 - frozen
) -> Revalidation:
    """The results of a data graph, given those of the data before a change, as often as found.

    `changed` are the triples that only one of the two graphs has; by default the graphs are compared.
    """
    plan = compile_for(after, ShapeIndex(graph))
    if changed is None:
        changed = [*_missing(before.store, after.store), *_missing(after.store, before.store)]
    change = _Change((before.store, after.store), changed)
    by_shape = _group(results, lambda result: result.source_shape)
    to_run, unchanged, restricted = list[Step](), list[Result](), 0
    for name, steps in _group(plan.steps, lambda step: step.shape.name).items():
        nodes = change.focus_nodes(steps)
        if nodes is None:
            to_run += steps
            continue
        validated = {decode(node) for node in nodes}
        unchanged += [result for result in by_shape.get(name, ()) if result.focus_node not in validated]
        if nodes:
            to_run += [step.restricted_to(nodes) for step in steps]
            restricted += len(steps)
    run = PlanRun(replace(plan, steps=tuple(to_run)), after.store, options)
    uncompiled = _validate_uncompiled(after.store, graph, plan.uncompiled) if plan.uncompiled else ()
    return Revalidation((*unchanged, *run.results(), *uncompiled), len(plan.steps), len(to_run), restricted)


def _validate_uncompiled(store: ox.Store, graph: ShapesGraph, shapes: Collection[Shape]) -> list[Result]:
    """The results of shapes that do not compile."""
    # pySHACL and rdflib take longer to import than a build to validate, and are rarely needed.
    from kankei.validation.pyshacl.reference import results_of_shapes  # noqa: PLC0415

    return results_of_shapes(store, graph, shapes)


def _group(items: Iterable[_Item], key: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    """Items by the shape that they name, in order; the steps of a shape are validated again together."""
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


class _Change:
    """The triples that only one of two stores has, and the focus nodes that read them."""

    def __init__(self, stores: tuple[ox.Store, ox.Store], triples: Collection[ox.Triple]) -> None:
        self.stores = stores
        self.triples = triples
        self.predicates = {triple.predicate.value for triple in triples}

    def focus_nodes(self, steps: Sequence[Step]) -> Collection[Term] | None:
        """The focus nodes of some steps that must be validated again, or None for all of them."""
        nodes = set[Term]()
        if RDFS + "subClassOf" in self.predicates:
            return None
        for step in steps:
            if not self._affects(step.read_set.predicates):
                continue
            if self._affects(step.read_set.anywhere) or step.focus != "?this":
                return None
            for read in step.read_set.reads:
                readers = self._readers(read)
                if readers is None or len(nodes := nodes | readers) > MAX_FOCUS_NODES:
                    return None
        return nodes

    def _affects(self, predicates: Collection[str]) -> bool:
        return bool(self.triples) and (ANY in predicates or not self.predicates.isdisjoint(predicates))

    def _readers(self, read: TripleRead) -> set[Term] | None:
        """The focus nodes that read a changed triple, or None where a blank node is in between."""
        ends: set[Any] = {
            triple.subject if read.forward else triple.object
            for triple in self.triples
            if read.predicate in {ANY, triple.predicate.value}
        }
        if len(ends) > MAX_FOCUS_NODES or any(isinstance(end, ox.BlankNode) for end in ends):
            return None
        if not ends or read.path is None:
            return ends
        back = PropertyPath("^", steps=(read.path,)).pattern("?end", "?focus")
        query = f"SELECT DISTINCT ?focus {{ VALUES ?end {{ {' '.join(map(str, ends))} }} {back} }}"
        rows: Iterator[Any] = (row for store in self.stores for row in store.query(query))  # type: ignore[union-attr]
        nodes: set[Any] = {row[0] for row in rows}
        return None if any(isinstance(node, ox.BlankNode) for node in nodes) else nodes


def _missing(here: ox.Store, there: ox.Store) -> Iterator[ox.Triple]:
    """The triples of a default graph that another store lacks."""
    quads = here.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return (quad.triple for quad in quads if quad not in there)
