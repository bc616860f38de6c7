"""The examples of tests/shapes/, and the approval of their reports.

Approve by `PYTHONPATH=tests python -m support.shape_cases`.

`<class>/valid.*.ttl` conforms to shapes/<class>.ttl; `<class>/invalid.<why>.ttl` has one thing wrong, and
`invalid.<why>.expected.txt` holds the approved report. Read the difference before you commit it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from kankei.namespaces import KK, SH, SKOS
from kankei.namespaces import SHAPES as SHAPE
from kankei.validation.data_graph import DataGraph
from kankei.validation.plan.execution import ExecutionOptions, PlanRun
from kankei.validation.plan.plan import Plan
from kankei.validation.pyshacl.reference import RdflibGraph, load_shapes, rdflib_graph, results
from kankei.validation.report.report import Report, Result
from kankei.validation.shapes.paths import prefixed_name
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import Term, load_graph
from kankei.validation.validator import compile_for
from support.paths import TESTS

HERE = TESTS / "shapes"
ROOT = HERE.parent.parent
SHAPES = ROOT / "shapes"

# Shapes over schemes and ontology see their example only; the others need classes and concepts as well.
_CONTEXT_FILES = (ROOT / "ontology" / "kankei.ttl", *(ROOT / "ontology" / "schemes").glob("*.ttl"))
_ALONE = {"catalogue", "concept", "ontology", "rule"}


@dataclass(frozen=True, order=True)
class Case:
    """One example graph, with the file of its approved report."""

    file: Path

    @property
    def name(self) -> str:
        """Folder and file name, as the test's name."""
        return f"{self.file.parent.name}/{self.file.stem}"

    @property
    def expected(self) -> Path:
        """The file of the approved report."""
        return self.file.with_suffix(".expected.txt")

    @cache  # noqa: B019 - one report for each of the examples, which live as long as the tests
    def compiled(self) -> Report:
        """The report of the compiled validator."""
        plan, context = _plan(self.file.parent.name)
        own = {quad.triple for quad in ox.parse(path=self.file, format=ox.RdfFormat.TURTLE)} - context
        quads = list(plan.context.encoder.encode_quads(own))
        store = plan.context.store
        # Added and taken away again: to compile the shapes for each example takes ten times as long.
        store.extend(quads)
        try:
            return Report.of(PlanRun(plan, store, ExecutionOptions(), None).results())
        finally:
            for quad in quads:
                store.remove(quad)

    @cache  # noqa: B019 - one report for each of the examples, which live as long as the tests
    def report(self) -> Report:
        """The report of this example against the shapes file of its folder."""
        graph = RdflibGraph() if self.file.parent.name in _ALONE else _context()
        own = _triples(self.file) - graph
        # Added and taken away again: a copy of the context takes a fifth of the time.
        for triple in own:
            graph.add(triple)
        try:
            return Report.of(results(graph, rdflib_shapes(self.file.parent.name)))
        finally:
            for triple in own:
                graph.remove(triple)


def cases(pattern: str) -> list[Case]:
    """The examples whose file matches a pattern, by folder and name."""
    return sorted(Case(file) for file in HERE.glob(f"*/{pattern}"))


def approved_form(report: Report) -> str:
    """A report as text that people can read and compare: one block for each result."""
    blocks = ["\n".join(_fields(result)) for result in report.results]
    return "\n\n".join([f"conforms: {str(report.conforms).lower()}", *blocks]) + "\n"


def approve() -> Iterator[Path]:
    """Write the reports of all invalid examples; yields the files that changed."""
    stale = set(HERE.glob("*/*.expected.txt"))
    for case in cases("invalid.*.ttl"):
        stale.discard(case.expected)
        text = approved_form(case.report())
        if not case.expected.exists() or case.expected.read_text(encoding="utf-8") != text:
            case.expected.write_text(text, encoding="utf-8")
            yield case.expected
    for file in stale:
        file.unlink()
        yield file


def _fields(result: Result) -> Iterator[str]:
    yield f"focus node: {_shown(result.focus_node)}"
    if result.path:
        yield f"path: {result.path.readable}"
    if result.value not in {None, result.focus_node}:
        yield f"value: {_shown(result.value)}"
    yield f"component: {prefixed_name(result.component)}"
    yield f"shape: shapes:{(result.source_constraint or result.source_shape).removeprefix(SHAPE)}"
    yield f"severity: {prefixed_name(result.severity)}"
    for language in sorted(result.messages, reverse=True):
        yield f"message ({language}): {result.messages[language]}"


def _shown(term: Term | None) -> str:
    return prefixed_name(term.value) if isinstance(term, ox.NamedNode) else str(term)


@cache
def rdflib_shapes(name: str) -> RdflibGraph:
    """The shapes of one file, as rdflib has them."""
    return load_shapes([SHAPES / "prefixes.ttl", SHAPES / f"{name}.ttl"])


@cache
def _triples(file: Path) -> RdflibGraph:
    return rdflib_graph(ox.parse(path=file, format=ox.RdfFormat.TURTLE))


@cache
def _plan(name: str) -> tuple[Plan, frozenset[ox.Triple]]:
    """The plan of one file's shapes, over a store that holds the context; and the context."""
    data = DataGraph(ox.Store())
    context = [] if name in _ALONE else _context_triples()
    data.store.extend(data.encoder.encode_quads(context))
    shapes = ShapeIndex(load_graph([SHAPES / "prefixes.ttl", SHAPES / f"{name}.ttl"]))
    plan = compile_for(data, shapes)
    assert not plan.uncompiled
    return plan, frozenset(context)


@cache
def _context() -> RdflibGraph:
    return rdflib_graph(_context_triples())


@cache
def _context_triples() -> list[ox.Triple]:
    """What every example may refer to: which class is below which, which concept is in which scheme."""
    quads = (quad for file in _CONTEXT_FILES for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE))
    return [quad.triple for quad in quads if _is_context(quad.triple)]


def _is_context(triple: ox.Triple) -> bool:
    kind = str(triple.object)[1:-1] if triple.predicate.value == str(RDF.type) else ""
    is_class_of_concept = kind.startswith(KK) and kind != KK + "Evidence"
    return triple.predicate.value in {str(RDFS.subClassOf), SKOS + "inScheme"} or is_class_of_concept


def constraints(shapes: Graph) -> set[tuple[str, str]]:
    """Each constraint that can have results: shape and component, or the SPARQL constraint and its component.

    Shapes that only serve others, in sh:node, sh:or, sh:not, sh:xone or qualified, have none of their own.
    """
    found = set()
    for shape in _reported(shapes):
        for parameter, value in shapes.predicate_objects(shape):
            name = str(parameter).removeprefix(SH)
            if name == "sparql":
                found.add((str(value), f"{SH}SPARQLConstraintComponent"))
            elif name in _PARAMETERS:
                found.add((str(shape), f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"))
    return found


# fmt: off
_PARAMETERS = frozenset((
    "and", "class", "closed", "datatype", "disjoint", "equals", "hasValue", "in", "languageIn",
    "lessThan", "lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount",
    "minExclusive", "minInclusive", "minLength", "node", "nodeKind", "not", "or", "pattern",
    "qualifiedMaxCount", "qualifiedMinCount", "uniqueLang", "xone",
))
# fmt: on
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


def _reported(shapes: Graph) -> set[Node]:
    targeted = {shape for name in _TARGETS for shape in shapes.subjects(URIRef(SH + name), None)}
    return targeted | {p for shape in targeted for p in shapes.objects(shape, URIRef(SH + "property"))}


if __name__ == "__main__":
    sys.stdout.writelines([f"{file.relative_to(ROOT)}\n" for file in approve()])
