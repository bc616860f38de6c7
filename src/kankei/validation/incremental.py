"""Validation of what a change can have touched, given the report of the data before it.

A step of the plan knows the predicates that it reads, and the paths from its focus nodes to where it reads
them. Changed triples that lie there lead back to focus nodes, in the data before or after; only these are
validated again, and the results of all others are kept. Where the way back is unknown (a query that compares
strangers, a focus node below another, a blank node), all focus nodes of the source shape are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kankei.namespaces import RDFS
from kankei.validation.components.compiler import Scope
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, Run
from kankei.validation.plan.plan import Plan, compile_plan, constraints
from kankei.validation.plan.steps import Step
from kankei.validation.pyshacl import fallback
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path
from kankei.validation.shapes.shape_index import Shapes
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term
from kankei.validation.sparql.lexical_forms import as_written
from kankei.validation.sparql.read_set import ANY, Read

MOST_FOCUS_NODES = 1_000
"""Beyond so many, validating all of a shape's focus nodes costs no more than naming the touched."""


@dataclass(frozen=True)
class Revalidation:
    """The results of the data as it is now; how many steps there are, ran, and ran on named nodes only."""

    results: tuple[Result, ...]
    steps: int
    ran: int
    narrowed: int


def revalidate(
    before: DataGraph,
    results: Sequence[Result],
    after: DataGraph,
    graph: ShapesGraph,
    *,
    options: ExecutionOptions = ExecutionOptions(),  # noqa: B008
    changed: Collection[ox.Triple] | None = None,
) -> Revalidation:
    """The results of a data graph, given another that is near to it and its results, as often as found.

    `changed` are the triples that only one of the two graphs has; where it is not given, every triple of
    both is looked at.
    """
    after.add_shapes(graph)
    scope = Scope(after.store, Shapes(graph), after.writing, constraints, has_shapes_graph=after.is_own)
    plan = compile_plan(scope)
    if changed is None:
        changed = difference(before.store, after.store)
    touched = _Touched((before.store, after.store), changed)
    again: list[Step] = []
    kept: list[Result] = []
    by_shape = _by_shape(results)
    narrowed = 0
    for name, steps in _steps_by_shape(plan).items():
        nodes = touched.focus_nodes(steps)
        if nodes is None:
            again += steps
            continue
        spoken_of = {as_written(node) for node in nodes}
        kept += [result for result in by_shape.get(name, ()) if result.focus_node not in spoken_of]
        if nodes:
            again += [step.narrowed(nodes) for step in steps]
            narrowed += len(steps)
    run = Run(replace(plan, steps=tuple(again)), after.store, options)
    kept += run.results()
    if plan.left:
        kept += fallback.judge(after.store, graph, plan.left)
    return Revalidation(tuple(kept), len(plan.steps), len(again), narrowed)


def _by_shape(results: Sequence[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.source_shape, []).append(result)
    return found


def _steps_by_shape(plan: Plan) -> dict[str, list[Step]]:
    """The steps by the shape that their results name; they are validated again together."""
    found: dict[str, list[Step]] = {}
    for step in plan.steps:
        found.setdefault(step.shape.name, []).append(step)
    return found


class _Touched:
    """The triples that only one of two stores has, and the focus nodes that they lead back to."""

    def __init__(self, stores: tuple[ox.Store, ox.Store], changed: Collection[ox.Triple]) -> None:
        self.stores = stores
        self.changed = changed
        self.predicates = {triple.predicate.value for triple in changed}

    def focus_nodes(self, steps: Sequence[Step]) -> Collection[Term] | None:
        """The focus nodes of some steps that must be validated again; none known: all of them."""
        found = set[Term]()
        if RDFS + "subClassOf" in self.predicates:
            return None
        for step in steps:
            if not self._touches(step.reading.predicates):
                continue
            if self._touches(step.reading.whole) or step.focus != "?this":
                return None
            for read in step.reading.reads:
                nodes = self._behind(read)
                if nodes is None or len(found := found | nodes) > MOST_FOCUS_NODES:
                    return None
        return found

    def _touches(self, predicates: Collection[str]) -> bool:
        return bool(self.changed) and (ANY in predicates or not self.predicates.isdisjoint(predicates))

    def _behind(self, read: Read) -> set[Term] | None:
        """The nodes from which a changed triple is read; none where one of them has no name to ask by."""
        ends: set[Any] = {
            triple.subject if read.forward else triple.object
            for triple in self.changed
            if read.predicate in {ANY, triple.predicate.value}
        }
        if len(ends) > MOST_FOCUS_NODES or any(isinstance(end, ox.BlankNode) for end in ends):
            return None
        if not ends or read.before is None:
            return ends
        back = Path("^", steps=(read.before,)).pattern("?end", "?focus")
        query = f"SELECT DISTINCT ?focus {{ VALUES ?end {{ {' '.join(map(str, ends))} }} {back} }}"
        rows: Iterator[Any] = (row for store in self.stores for row in store.query(query))  # type: ignore[union-attr]
        found: set[Any] = {row[0] for row in rows}
        return None if any(isinstance(node, ox.BlankNode) for node in found) else found


def difference(before: ox.Store, after: ox.Store) -> list[ox.Triple]:
    """The triples that only one of two stores has in its default graph."""
    return [*_missing(before, after), *_missing(after, before)]


def _missing(here: ox.Store, there: ox.Store) -> Iterator[ox.Triple]:
    quads = here.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return (quad.triple for quad in quads if quad not in there)
