"""Evaluates a query over the arrays of a release, column by column."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from kankei.engine.algebra.operators import (
    Distinct,
    Expression,
    Extend,
    Filter,
    Group,
    OrderBy,
    Pattern,
    Project,
    Query,
    Slice,
    TriplePattern,
)
from kankei.engine.algebra.terms import Iri, Variable
from kankei.engine.algebra.walk import variables_of
from kankei.engine.columnar.arrays.agreement import agreeing
from kankei.engine.columnar.arrays.conditions import holds
from kankei.engine.columnar.arrays.counts import end_counts, property_counts
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.dependencies import Dependencies
from kankei.engine.columnar.arrays.groups import Grouping
from kankei.engine.columnar.arrays.matching import Matching
from kankei.engine.columnar.arrays.order import distinct, order_of
from kankei.engine.columnar.arrays.shape import Basic, basic, check_shape
from kankei.engine.columnar.arrays.table import ONE, Table
from kankei.engine.columnar.arrays.term_arrays import TermArrays
from kankei.engine.columnar.solutions import Row
from kankei.engine.columnar.translation.translated import NotTranslatable


@dataclass(frozen=True, slots=True)
class Answer:
    """The solutions of a query, and the steps that led to them."""

    variables: tuple[str, ...]
    table: Table
    terms: TermArrays
    steps: str

    def rows(self) -> Iterator[Row]:
        """The solutions as `kankei.engine.columnar.solutions` writes them."""
        return self.table.rows(self.variables, self.terms)


def answered(query: Query, data: ReleaseArrays) -> Answer:
    """The solutions of a query; raises `NotTranslatable` where arrays do not give them exactly."""
    check_shape(query)
    evaluation = _Evaluation(data)
    table = evaluation.solutions(query.pattern)
    pattern = query.pattern
    while not isinstance(pattern, Project):
        pattern = pattern.pattern  # type: ignore[union-attr]
    variables = tuple(variable.name for variable in pattern.variables)
    return Answer(variables, table, data.terms, evaluation.report)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of an evaluation: what it was, the rows after it, and when it had ended."""

    kind: str
    rows: int
    ended: float


@dataclass(slots=True)
class _Evaluation:
    data: ReleaseArrays
    steps: list[_Step] = field(default_factory=lambda: [_Step("", 0, time.perf_counter())])

    @property
    def report(self) -> str:
        """Rows and time of each step."""
        return "\n".join(
            f"{step.kind}: {step.rows} rows, {(step.ended - before.ended) * 1000:.3f} ms"
            for before, step in zip(self.steps, self.steps[1:], strict=False)
        )

    def solutions(self, pattern: Pattern) -> Table:
        """The solutions of a pattern."""
        if triples := basic(pattern):
            return self._matched(triples)
        if isinstance(pattern, Group):
            return self._ended("group", self._grouped(pattern))
        if isinstance(pattern, Filter | Extend | OrderBy | Project | Distinct | Slice):
            return self._modified(pattern, self.solutions(pattern.pattern))
        raise NotTranslatable("arrays do not evaluate it")

    def _modified(self, modifier: Pattern, table: Table) -> Table:
        match modifier:
            case Filter(condition, _):
                table = self._ended("filter", table.keep(holds(condition, table, self.data)))
            case Extend(_, variable, Variable() as renamed) if renamed.name in table.columns:
                table = Table(table.length, {**table.columns, variable.name: table.columns[renamed.name]})
            case OrderBy(_, conditions):
                table = self._ended("order", table.take(order_of(table, conditions, self.data)))
            case Project(_, variables):
                names = {variable.name for variable in variables}
                kept = {name: column for name, column in table.columns.items() if name in names}
                table = Table(table.length, kept)
            case Distinct(_, reduced=False):
                table = self._ended("distinct", distinct(table))
            case Slice(_, offset, limit):
                end = table.length if limit is None else min(table.length, offset + limit)
                table = table.take(np.arange(min(offset, end), end))
        return table

    def _ended(self, kind: str, table: Table) -> Table:
        self.steps.append(_Step(kind, table.length, time.perf_counter()))
        return table

    def _matched(self, pattern: Basic) -> Table:
        matching = Matching.of(self.data, pattern.triples)
        remaining, table, conditions = list(pattern.triples), ONE, list(pattern.conditions)
        while remaining:
            triple = matching.next(remaining, table)
            remaining.remove(triple)
            table = self._ended(_named(triple), matching.matched(table, triple))
            table, conditions = self._filtered(table, conditions)
        if conditions:
            raise NotTranslatable("a condition on a variable that is not bound")
        for match in pattern.matches:
            agrees = agreeing(table, self._matched(match.pattern), needs_shared=match.needs_shared)
            table = self._ended("agree", table.keep(agrees if match.is_wanted else ~agrees))
        return table

    def _filtered(self, table: Table, conditions: list[Expression]) -> tuple[Table, list[Expression]]:
        """The solutions that meet the conditions whose variables are known, and the other conditions."""
        later = []
        for condition in conditions:
            if {variable.name for variable in variables_of(condition)} <= table.columns.keys():
                table = self._ended("filter", table.keep(holds(condition, table, self.data)))
            else:
                later.append(condition)
        return table, later

    def _grouped(self, group: Group) -> Table:
        triples = basic(group.pattern)
        if triples is None:
            raise NotTranslatable("groups of what is not matched")
        counted = None
        if not triples.conditions and not triples.matches:
            counted = property_counts(group, triples.triples, self.data.triples)
            counted = counted or end_counts(group, triples.triples, self.data)
        if counted is not None:
            return counted
        determined = Dependencies.of(triples.triples, self.data).determined
        return Grouping(self._matched(triples), self.data, group.keys, determined).grouped(group.aggregates)


def _named(triple: TriplePattern) -> str:
    return f"match {triple.property.value if isinstance(triple.property, Iri) else 'any property'}"
