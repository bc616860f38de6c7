"""Incremental validation: only the focus nodes that a change can affect, given the results before it.

Each step of the plan has a read set: the predicates it reads, and the paths from its focus nodes to them. A
changed triple in it leads back to focus nodes, in the data before or after; only these are validated again,
and the results of all others are taken over. All focus nodes of a shape are validated again where the way
back is unknown: from predicates read at nodes that are not reachable from the focus node, from focus nodes
below another one, and from blank nodes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pyoxigraph as ox

from kankei.namespaces import RDFS
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, PlanRun
from kankei.validation.plan.plan import Step
from kankei.validation.pyshacl.reference import results_of_shapes
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term
from kankei.validation.sparql.literals import decode
from kankei.validation.sparql.read_set import ANY, TripleRead
from kankei.validation.validator import compile_for

MAX_FOCUS_NODES = 1_000
"""Beyond so many, all focus nodes of a shape are validated, which costs no more than naming some."""

_Item = TypeVar("_Item")


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
    uncompiled = results_of_shapes(after.store, graph, plan.uncompiled) if plan.uncompiled else ()
    return Revalidation((*unchanged, *run.results(), *uncompiled), len(plan.steps), len(to_run), restricted)


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
        back = Path("^", steps=(read.path,)).pattern("?end", "?focus")
        query = f"SELECT DISTINCT ?focus {{ VALUES ?end {{ {' '.join(map(str, ends))} }} {back} }}"
        rows: Iterator[Any] = (row for store in self.stores for row in store.query(query))  # type: ignore[union-attr]
        nodes: set[Any] = {row[0] for row in rows}
        return None if any(isinstance(node, ox.BlankNode) for node in nodes) else nodes


def _missing(here: ox.Store, there: ox.Store) -> Iterator[ox.Triple]:
    """The triples of a default graph that another store lacks."""
    quads = here.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return (quad.triple for quad in quads if quad not in there)
