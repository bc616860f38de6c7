"""The compiled validator: a data graph in a store against a shapes graph, as a validation report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.validation import fallback
from kankei.validation.execution import Limits, Ran, run
from kankei.validation.graph import ShapesGraph, load_graph, rdf_format, shapes_files
from kankei.validation.plan import Plan, compile_plan, constraints
from kankei.validation.report import Report, Result
from kankei.validation.scope import Scope
from kankei.validation.shapes import Shapes
from kankei.validation.sparql_constraints import SHAPES_GRAPH
from kankei.validation.written import Writing

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Data:
    """A data graph, the default graph of a store, and how its literals stand there.

    A store that is its own may take the shapes graph beside the data, for queries that ask for it.
    """

    store: ox.Store
    writing: Writing = field(default_factory=Writing)
    is_own: bool = False

    def add_shapes(self, graph: ShapesGraph) -> None:
        """Lay a shapes graph beside the data."""
        name = ox.NamedNode(SHAPES_GRAPH[1:-1])
        self.store.remove_graph(name)
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in graph.triples())


@dataclass(frozen=True)
class Validation:
    """What a validation found, and how: the report, the shapes left to the reference, the malformed ones."""

    results: tuple[Result, ...]
    count: int
    plan: Plan
    ran: Sequence[Ran]
    dropped: Sequence[MalformedShapes]

    @property
    def report(self) -> Report:
        """The report, each result as often as it was found."""
        return Report.whole(self.results, self.count - len(self.results))


def load_data(files: Sequence[Path]) -> Data:
    """The data graph of some RDF files, whatever graphs they name, with literals as they stand there."""
    data = Data(ox.Store(), is_own=True)
    for file in files:
        text = file.read_bytes() if file.is_file() else b""
        quads = ox.parse(
            text, format=rdf_format(file), base_iri=file.absolute().as_uri(), rename_blank_nodes=True
        )
        data.store.bulk_extend(data.writing.quads(quads))
    return data


def validate(store: ox.Store, shapes: Path | Sequence[Path]) -> Report:
    """The report of a store's default graph against shapes, each result told once."""
    return Report.of(validate_data(Data(store), load_graph(shapes_files(shapes))).results)


def validate_data(
    data: Data,
    graph: ShapesGraph,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    skip_malformed: bool = False,
    progress: Progress = lambda done, of: None,  # noqa: ARG005
) -> Validation:
    """Validate a data graph against a shapes graph."""
    shapes = Shapes(graph, skip_malformed)
    if data.is_own:
        data.add_shapes(graph)
    scope = Scope(data.store, shapes, data.writing, constraints, has_shapes_graph=data.is_own)
    plan = compile_plan(scope)
    if not plan.steps and not plan.left and not shapes.found:
        raise MalformedShapes("the shapes graph has no shapes")
    ran = run(plan, data.store, limits, progress)
    found = [result for one in ran for result in one.results]
    count = sum(one.count for one in ran)
    if plan.left and not (limits.fail_fast and count):
        judged = fallback.judge(data.store, graph, plan.left)
        found, count = found + judged, count + len(judged)
    most = 1 if limits.fail_fast else limits.max_results
    return Validation(
        tuple(found if most is None else found[:most]), count, plan, ran, tuple(shapes.dropped.values())
    )
