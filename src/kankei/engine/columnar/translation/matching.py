"""Triples, paths and inline data matched against a graph of the dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.engine.algebra.operators import BasicGraphPattern, PathPattern, TriplePattern, Values
from kankei.engine.algebra.paths import (
    Alternative,
    Closure,
    Inverse,
    Link,
    NegatedSet,
    Optional,
    Path,
)
from kankei.engine.algebra.paths import (
    Sequence as PathSequence,
)
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.paths import ABSENT, ActiveGraph, pairs, reached, reversed_path
from kankei.engine.columnar.translation.rows import (
    Context,
    Rows,
    joined,
)
from kankei.engine.columnar.translation.term_types import Types
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import UNBOUND, identified

GRAPH = ".graph"
"""The variable of the graph that GRAPH with a variable matches against."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The default graph, and a condition that the named graphs meet, or none."""

    default: ActiveGraph
    named: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches against a graph; against each named graph where that is `None`."""

    context: Context
    dataset: Dataset
    graph: ActiveGraph | None

    def matched(self, pattern: BasicGraphPattern | PathPattern | Values) -> Rows:
        """Solutions of a pattern that contains no other."""
        match pattern:
            case BasicGraphPattern(triples):
                return self.basic(triples)
            case PathPattern(subject, path, end):
                return self.path(subject, path, end)
            case Values(variables, table):
                return self.inline(variables, table)

    def basic(self, triples: Sequence[TriplePattern]) -> Rows:
        """Solutions of a basic graph pattern."""
        rows = Rows(self.context)
        for triple in triples:
            self._triple(rows, triple)
        if not triples and self.graph is None:
            self.each_graph(rows)
        return rows

    def _triple(self, rows: Rows, triple: TriplePattern) -> None:
        alias = self.context.name("t")
        if self.graph is None or self.graph.condition:
            rows.inner.append(f"quads {alias}")
            if self.graph is None:
                self._bind(rows, GRAPH, f"{alias}.g", frozenset((types.IRI, types.BLANK)))
                rows.conditions += [self.dataset.named.replace("g ", f"{alias}.g ")] * bool(
                    self.dataset.named
                )
            else:
                rows.conditions.append(f"{alias}.{self.graph.condition}")
        else:
            by_object = not isinstance(triple.object, Variable) and isinstance(triple.subject, Variable)
            rows.inner.append(f"{self.graph.triples(by_object=by_object)} {alias}")
        objects = self.context.statistics.terms
        if isinstance(triple.property, Iri) and self.graph == ActiveGraph():
            objects = self.context.statistics.objects_of(self.context.identifiers[triple.property])
        subjects = self.context.statistics.subjects
        self._place(rows, triple.property, f"{alias}.p", frozenset((types.IRI,)))
        self._place(rows, triple.subject, f"{alias}.s", subjects)
        self._place(rows, triple.object, f"{alias}.o", objects)

    def _place(self, rows: Rows, node: Node, column: str, kinds: Types) -> None:
        """A column holds what a node of a pattern says."""
        if isinstance(node, Variable):
            self._bind(rows, node.name, column, kinds)
        else:
            identifier = self.context.identifiers[node]
            rows.conditions.append(f"{column} = {identifier}" if identifier >= 0 else "FALSE")

    def _bind(self, rows: Rows, name: str, column: str, kinds: Types) -> None:
        known = rows.lookup(name)
        if known.types:
            rows.conditions.append(f"{known.id} = {column}")
            kinds, column = kinds & known.types or kinds, known.id
        rows.values[name] = identified(column, kinds, rows, bound=True)

    def path(self, subject: Node, path: Path, end: Node) -> Rows:
        """Solutions of a property path between two nodes."""
        match path:
            case Link(iri):
                return self.basic((TriplePattern(subject, iri, end),))
            case Inverse(inner):
                return self.path(end, inner, subject)
            case PathSequence(left, right):
                middle = Variable(self.context.name(".path"))
                return joined(self.path(subject, left, middle), self.path(middle, right, end))
            case Alternative() | NegatedSet():
                raise NotTranslatable("a path of which Oxigraph drops duplicates")
            case _:
                return self._walked(subject, path, end)

    def _walked(self, subject: Node, path: Path, end: Node) -> Rows:
        if self.graph is None:
            raise NotTranslatable("a path of unknown length within GRAPH with a variable")
        rows, alias, context = Rows(self.context), self.context.name("w"), self.context
        every = context.statistics.terms
        if isinstance(path, Closure | Optional) and not (
            isinstance(subject, Variable) and isinstance(end, Variable)
        ):
            if isinstance(subject, Variable):
                return self._walked(end, reversed_path(path), subject)
            start = str(context.identifiers[subject])
            if context.identifiers[subject] < 0 and (isinstance(path, Optional) or path.reflexive):
                raise NotTranslatable(ABSENT)
            rows.inner.append(f"({reached(path, start, context, self.graph)}) {alias}")
            if isinstance(end, Variable):
                rows.values[end.name] = identified(f"{alias}.b", every, rows, bound=True)
            else:
                rows.conditions.append(f"{alias}.b = {context.identifiers[end]}")
            return rows
        rows.inner.append(f"({pairs(path, context, self.graph)}) {alias}")
        self._place(rows, subject, f"{alias}.a", every)
        self._place(rows, end, f"{alias}.b", every)
        return rows

    def each_graph(self, rows: Rows) -> None:
        """Join the named graphs."""
        alias = self.context.name("t")
        where = f" WHERE {self.dataset.named}" if self.dataset.named else ""
        rows.inner.append(f"(SELECT DISTINCT g FROM quads{where}) {alias}")
        kinds = frozenset((types.IRI, types.BLANK))
        rows.values[GRAPH] = identified(f"{alias}.g", kinds, rows, bound=True)

    def inline(self, variables: Sequence[Variable], table: Sequence[Sequence[object]]) -> Rows:
        """Inline data."""
        if self.graph is None:
            raise NotTranslatable("VALUES within GRAPH with a variable, which Oxigraph may leave unbound")
        rows = Rows(self.context)
        if not table:
            rows.conditions.append("FALSE")
            return rows
        alias, constants = (
            self.context.name("v"),
            [
                [UNBOUND if term is None else self.context.constant(term) for term in row]  # type: ignore[arg-type]
                for row in table
            ],
        )
        if len(table) == 1:
            rows.values |= {v.name: value for v, value in zip(variables, constants[0], strict=True)}
            return rows
        names = [self.context.name("c") for _ in variables]
        for place, (variable, column) in enumerate(zip(variables, names, strict=True)):
            values = [row[place] for row in constants]
            kinds: Types = frozenset().union(*(value.types for value in values))
            bound, local = all(v.bound for v in values), any(v.local for v in values)
            rows.values[variable.name] = (
                identified(f"{alias}.{column}", kinds, rows, bound=bound, local=local) if kinds else UNBOUND
            )
        cells = (f"({', '.join(value.id for value in row) or '1'})" for row in constants)
        columns = f"({', '.join(names)})" if names else ""
        rows.inner.append(f"(VALUES {', '.join(cells)}) {alias}{columns}")
        return rows


def _nodes(triple: TriplePattern) -> tuple[Node, Node, Node]:
    return triple.subject, triple.property, triple.object
