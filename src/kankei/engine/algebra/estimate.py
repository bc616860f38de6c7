"""How many rows a pattern is expected to have, and what they cost an engine that reads them one by one.

From counts of a release: triples, subjects and objects of each property, members of each class. Joins are
taken in the order of the fewest rows, as such an engine does. What Oxigraph takes for a condition, an
aggregate or a place in an order was measured at 1,000 programmes, in rows that it reads in that time.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Comparison,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Logical,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Slice,
    TriplePattern,
    Union,
    Values,
)
from kankei.engine.algebra.path_parser import TYPE
from kankei.engine.algebra.paths import Alternative, Closure, Inverse, Link, Optional, Path, Sequence
from kankei.engine.algebra.terms import Iri, Literal, Node, Variable
from kankei.engine.algebra.walk import operands

_Bound = Set[Variable]
_STEPS = 4.0
"""Nodes that a closure is expected to reach from one node."""
_ANY_PROPERTY = 20.0
"""Triples of one subject, or of one object, whatever the property."""
_SELECTED, _EQUAL = 0.7, 0.001
"""The part of the rows that a FILTER is expected to keep; and one by which two variables are equal."""
_EVALUATED = 4.0
"""What a condition, an expression or an aggregate costs a row, where to read a row costs 1."""
_SORTED = 25.0
"""What ORDER BY costs a row, which compares only what is comparable (`kankei.engine.query.ordering`)."""
_MOST_PARTS = 40
"""Joined parts beyond which their order is taken as written, since to look for it takes too long."""


class PropertyCounts(Protocol):
    """Triples with a property, and how many subjects and objects they have."""

    @property
    def triples(self) -> int: ...  # noqa: D102

    @property
    def subjects(self) -> int: ...  # noqa: D102

    @property
    def objects(self) -> int: ...  # noqa: D102


class Counts(Protocol):
    """Counts of a release."""

    @property
    def properties(self) -> Mapping[str, PropertyCounts]:
        """By the IRI of the property."""

    @property
    def classes(self) -> Mapping[str, int]:
        """Members by the IRI of the class."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Expected rows of a pattern, and what they cost: 1 for each row that is read."""

    rows: float
    work: float


ONE = Estimate(1.0, 0.0)


@dataclass(frozen=True)
class Estimator:
    """Estimates patterns over one release."""

    counts: Counts
    _variables: dict[int, frozenset[Variable]] = field(default_factory=dict, compare=False)
    """Of the patterns that were asked for, by their identity: they live as long as the query."""

    @property
    def triples(self) -> float:
        """Triples of the default graph."""
        return float(sum(counts.triples for counts in self.counts.properties.values()))

    def of(self, pattern: Pattern, bound: _Bound = frozenset()) -> Estimate:
        """What a pattern is expected to cost for each solution that binds some of its variables."""
        match pattern:
            case BasicGraphPattern() | Join():
                return self._joined(parts(pattern), bound)
            case PathPattern(subject, path, target):
                rows = self._path(path, is_known(subject, bound), is_known(target, bound))
                return Estimate(rows, rows)
            case LeftJoin(left, right, condition):
                outer = self.of(left, bound)
                inner = self.of(right, bound | self.variables(left))
                asked = 0.0 if condition is None else self._asked(condition, bound)
                work = outer.work + outer.rows * (inner.work + asked + self._rebuilt(right))
                return Estimate(outer.rows * max(1.0, inner.rows), work)
            case Union(left, right):
                first, second = self.of(left, bound), self.of(right, bound)
                return Estimate(first.rows + second.rows, first.work + second.work)
            case Minus(left, right):
                kept, removed = self.of(left, bound), self.of(right)
                return Estimate(kept.rows, kept.work + removed.work)
            case Filter(condition, inner_pattern):
                inner = self.of(inner_pattern, bound)
                each = _EVALUATED + self._asked(condition, bound | self.variables(inner_pattern))
                return Estimate(inner.rows * kept_by(condition), inner.work + inner.rows * each)
            case Values(_, rows_of_data):
                return Estimate(float(len(rows_of_data)), float(len(rows_of_data)))
            case Group(inner_pattern, keys, aggregates):
                inner = self.of(inner_pattern)
                each = 1.0 + _EVALUATED * sum(value.operand is not None for _, value in aggregates)
                return Estimate(inner.rows**0.5 if keys else 1.0, inner.work + inner.rows * each)
            case Slice(inner_pattern, offset, limit):
                return self._sliced(inner_pattern, offset, limit, bound)
            case Extend(inner_pattern, _, expression):
                inner = self.of(inner_pattern, bound)
                each = self._asked(expression, bound | self.variables(inner_pattern))
                each += 0.0 if isinstance(expression, Variable) else _EVALUATED
                return Estimate(inner.rows, inner.work + inner.rows * each)
            case OrderBy(inner_pattern, conditions):
                inner = self.of(inner_pattern, bound)
                return Estimate(inner.rows, inner.work + inner.rows * _SORTED * len(conditions))
            case Graph(_, inner_pattern) | Project(inner_pattern, _):
                return self.of(inner_pattern, bound)
            case Distinct(inner_pattern, _):
                inner = self.of(inner_pattern, bound)
                return Estimate(inner.rows**0.5, inner.work) if self._drops(inner_pattern) else inner

    def _rebuilt(self, right: Pattern) -> float:
        """What is read anew for each solution: OPTIONAL within OPTIONAL is not asked for what is known."""
        match right:
            case LeftJoin(outer, inner, _):
                return self._rebuilt(outer) + (self.of(inner).work if len(parts(inner)) > 1 else 0.0)
            case Filter(_, inner):
                return self._rebuilt(inner)
            case _:
                return 0.0

    def _sliced(self, pattern: Pattern, offset: int, limit: int | None, bound: _Bound) -> Estimate:
        """LIMIT ends the reading early, unless all has to be read before the first row."""
        inner = self.of(pattern, bound)
        if limit is None or limit + offset >= inner.rows:
            return inner
        kept = limit + offset
        below = pattern.pattern if isinstance(pattern, Project) else pattern
        streams = not isinstance(below, OrderBy | Group | Extend | Distinct)
        work = inner.work * kept / inner.rows if streams else inner.work
        return Estimate(kept, work)

    def _joined(self, remaining: list[Pattern | TriplePattern], bound: _Bound) -> Estimate:
        """Parts in the order of the fewest rows, those first that share a variable with what is read."""
        total, known = ONE, set(bound)
        in_order = len(remaining) > _MOST_PARTS
        while remaining:
            connected = [part for part in remaining if in_order or self.variables(part) & known]
            candidates = connected or remaining
            part = (
                candidates[0] if in_order else min(candidates, key=lambda each: self._part(each, known).rows)
            )
            remaining = [other for other in remaining if other is not part]
            each = self._part(part, known)
            total = Estimate(total.rows * each.rows, total.work + total.rows * max(each.work, 1.0))
            known |= self.variables(part)
        return total

    def _part(self, part: Pattern | TriplePattern, bound: _Bound) -> Estimate:
        if not isinstance(part, TriplePattern):
            return self.of(part, bound)
        rows = self._triple(part, bound)
        return Estimate(rows, rows)

    def _triple(self, triple: TriplePattern, bound: _Bound) -> float:
        has_subject, has_object = is_known(triple.subject, bound), is_known(triple.object, bound)
        if isinstance(triple.property, Iri):
            if triple.property == TYPE and isinstance(triple.object, Iri) and not has_subject:
                return float(self.counts.classes.get(triple.object.value, 0))
            return self._link(triple.property, has_subject, has_object)
        if has_subject and has_object:
            return 1.0
        return _ANY_PROPERTY if has_subject or has_object else self.triples

    def _link(self, iri: Iri, has_subject: bool, has_object: bool) -> float:
        counts = self.counts.properties.get(iri.value)
        if counts is None:
            return 0.0
        by_subject = counts.triples / max(1, counts.subjects)
        by_object = counts.triples / max(1, counts.objects)
        if has_subject and has_object:
            return min(1.0, by_subject, by_object)
        if has_subject:
            return by_subject
        return by_object if has_object else float(counts.triples)

    def _path(self, path: Path, has_subject: bool, has_object: bool) -> float:
        match path:
            case Link(iri):
                return self._link(iri, has_subject, has_object)
            case Inverse(inner):
                return self._path(inner, has_object, has_subject)
            case Sequence(left, right):
                if has_object and not has_subject:
                    return self._path(right, False, True) * self._path(left, False, True)
                return self._path(left, has_subject, False) * self._path(right, True, has_object)
            case Alternative(left, right):
                return self._path(left, has_subject, has_object) + self._path(right, has_subject, has_object)
            case Closure(inner, reflexive):
                rows = self._path(inner, has_subject, has_object)
                if has_subject or has_object:
                    return 1.0 + rows * _STEPS
                return rows * _STEPS + (self.triples if reflexive else 0.0)
            case Optional(inner):
                rows = self._path(inner, has_subject, has_object)
                return rows + (1.0 if has_subject or has_object else self.triples)
            case _:
                return _ANY_PROPERTY if has_subject or has_object else self.triples

    def _asked(self, expression: Expression, bound: _Bound) -> float:
        """Rows read for the patterns of EXISTS in an expression, once a row."""
        if isinstance(expression, Exists):
            return self.of(expression.pattern, bound).work + 1.0
        return sum(self._asked(operand, bound) for operand in operands(expression))

    def _drops(self, pattern: Pattern) -> bool:
        """Whether a projection leaves out a variable that the query names, so that rows may become equal."""
        if not isinstance(pattern, Project):
            return False
        named = {variable for variable in self.variables(pattern.pattern) if not variable.is_hidden}
        return not named <= set(pattern.variables)

    def variables(self, pattern: Pattern | TriplePattern) -> frozenset[Variable]:
        """The variables that a pattern may bind."""
        known = self._variables.get(id(pattern))
        if known is None:
            known = self._variables[id(pattern)] = frozenset(self._bound_by(pattern))
        return known

    def _bound_by(self, pattern: Pattern | TriplePattern) -> Iterable[Variable]:
        match pattern:
            case TriplePattern(subject, link, target):
                return (node for node in (subject, link, target) if isinstance(node, Variable))
            case PathPattern(subject, _, target):
                return (node for node in (subject, target) if isinstance(node, Variable))
            case BasicGraphPattern(triples):
                return (variable for triple in triples for variable in self.variables(triple))
            case Join() | Union() | LeftJoin():
                return self.variables(pattern.left) | self.variables(pattern.right)
            case Minus(left, _):
                return self.variables(left)
            case Extend(inner, variable, _):
                return self.variables(inner) | {variable}
            case Graph(name, inner):
                return self.variables(inner) | ({name} if isinstance(name, Variable) else set())
            case Values(named, _) | Project(_, named):
                return named
            case Group(_, keys, aggregates):
                return (*keys, *(variable for variable, _ in aggregates))
            case Filter(_, inner) | OrderBy(inner, _) | Distinct(inner, _) | Slice(inner, _, _):
                return self.variables(inner)


def parts(pattern: Pattern) -> list[Pattern | TriplePattern]:
    """What is joined, triple patterns one by one."""
    match pattern:
        case Join(left, right):
            return parts(left) + parts(right)
        case BasicGraphPattern(triples):
            return list(triples)
        case _:
            return [pattern]


def kept_by(condition: Expression) -> float:
    """The part of the rows that a condition is expected to keep."""
    match condition:
        case Logical("&&", left, right):
            return kept_by(left) * kept_by(right)
        case Comparison("=", Variable(), Variable()):
            return _EQUAL
        case _:
            return _SELECTED


def is_known(node: Node, bound: _Bound) -> bool:
    """Whether a place is a constant, or a variable that is bound before."""
    return isinstance(node, Iri | Literal) or node in bound
