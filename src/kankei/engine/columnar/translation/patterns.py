"""Graph patterns and solution modifiers become SELECTs (SPARQL 1.1 Query Language, section 18.5)."""

import re
from dataclasses import dataclass, replace

from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Distinct,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Slice,
    Union,
    Values,
)
from kankei.engine.algebra.terms import Iri, Variable
from kankei.engine.columnar.translation.aggregates import aggregated
from kankei.engine.columnar.translation.comparisons import sort_keys
from kankei.engine.columnar.translation.expressions import Scope, conditions, evaluated
from kankei.engine.columnar.translation.matching import GRAPH, Matching
from kankei.engine.columnar.translation.paths import ActiveGraph
from kankei.engine.columnar.translation.rows import (
    Ordering,
    Rows,
    agreement,
    derived,
    joined,
    union,
    unsure,
)
from kankei.engine.columnar.translation.substitution import (
    certain,
    contains,
    joins_like,
    mentioned,
    needs_triples,
)
from kankei.engine.columnar.translation.term_types import conjunction, disjunction
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import UNBOUND, Value, coalesced

_LITERAL = re.compile(r"-?[0-9.]+|'(?:[^']|'')*'|NULL|TRUE|FALSE")
"""What SQL does not sort by: it takes a number for the place of a column, and refuses others."""


@dataclass(frozen=True, slots=True)
class Patterns(Matching):
    """Translates patterns; within EXISTS with the scope around that."""

    outer: Scope | None = None

    def solutions(self, pattern: Pattern) -> Rows:
        """The solutions of a pattern that is part of another: their order is lost."""
        rows = self.modified(pattern)
        rows.order, rows.keys = [], []
        return rows

    def modified(self, pattern: Pattern) -> Rows:
        """The solutions of a pattern, with the order that they are to be in."""
        match pattern:
            case BasicGraphPattern() | PathPattern() | Values():
                return self.matched(pattern)
            case Join(left, right):
                return joined(self.solutions(left), self.solutions(right))
            case LeftJoin(left, right, condition):
                return self._optional(self.solutions(left), self.solutions(right), condition)
            case Union():
                return union(self.context, [self.solutions(branch) for branch in _branches(pattern)])
            case Minus(left, right):
                return self._minus(self.solutions(left), self.solutions(right))
            case Filter(condition, inner):
                rows = self.solutions(inner)
                rows.conditions += conditions(condition, self._scope(rows))
                return rows
            case Extend(inner, variable, expression):
                rows = self.solutions(inner)
                rows.values[variable.name] = value = evaluated(expression, self._scope(rows))
                # A condition of a join with a subquery would join all with all.
                return derived(rows) if self.outer is None and value.asks else rows
            case Graph(name, inner):
                return self._named(name, inner)
            case _:
                return self._modifier(pattern)

    def _modifier(self, pattern: Pattern) -> Rows:
        if self.graph is None and not isinstance(pattern, Project | OrderBy):
            raise NotTranslatable("a modifier of solutions within GRAPH with a variable")
        match pattern:
            case Group():
                return self._group(pattern)
            case OrderBy(inner, by):
                rows = self.solutions(inner)
                rows.order = [Ordering(key, descending, dict(rows.values)) for key, descending in by]
                return rows
            case Project(inner, variables):
                rows = self.modified(inner)
                hidden = {GRAPH: rows.values[GRAPH]} if GRAPH in rows.values else {}
                rows.values = {variable.name: rows.lookup(variable.name) for variable in variables} | hidden
                return rows
            case Distinct(inner, reduced):
                rows = self.modified(inner)
                return rows if reduced else self._distinct(rows)
            case Slice(inner, offset, limit):
                rows = self.modified(inner)
                tail = f" LIMIT {limit}" if limit is not None else ""
                tail += f" OFFSET {offset}" if offset else ""
                return derived(rows, keys=self.sorting(rows), tail=tail)
            case _:
                raise NotTranslatable(f"the pattern {type(pattern).__name__}")

    def sorting(self, rows: Rows) -> list[tuple[str, bool]]:
        """SQL of what solutions are ordered by, with whether each descends."""
        return [
            (key, ordering.descending)
            for ordering in rows.order
            for value in [evaluated(ordering.expression, replace(self._scope(rows), values=ordering.values))]
            if value.types and mentioned(ordering.expression)
            for key in sort_keys(value)
            if not _LITERAL.fullmatch(key)
        ]

    def _scope(self, rows: Rows) -> Scope:
        return Scope(rows, rows.values, self._exists, self.outer)

    def _optional(self, left: Rows, right: Rows, condition: Expression | None) -> Rows:
        named = mentioned(condition)
        shared = {name for name in left.values if right.lookup(name).types and left.lookup(name).types}
        if any(not left.lookup(name).bound for name in shared & named):
            raise NotTranslatable("a condition of OPTIONAL on a variable that may be bound on either side")
        right = derived(right, nullable=True, export=named & set(right.values) - shared)
        joined = len(left.outer)
        tests = [agreement(left.values, right.values)]
        if condition is not None:
            values = right.values | {name: value for name, value in left.values.items() if value.types}
            tests += conditions(condition, replace(self._scope(left), values=values))
        left.join_optionally(right, conjunction(tests), since=joined)
        for name, value in right.values.items():
            known = left.lookup(name)
            if not known.bound and value.types:
                left.values[name] = coalesced([known, unsure(value)], left)
            else:
                left.values.setdefault(name, value)
        return left

    def _minus(self, left: Rows, right: Rows) -> Rows:
        if self.graph is None:
            raise NotTranslatable("MINUS within GRAPH with a variable")
        shared = [name for name, value in left.values.items() if value.types and right.lookup(name).types]
        if not shared:
            return left
        pairs_ = [(left.values[name], right.values[name]) for name in shared]
        right.restrict(agreement(left.values, right.values))
        if not any(one.bound and another.bound for one, another in pairs_):
            right.conditions.append(
                disjunction(conjunction((one.present, another.present)) for one, another in pairs_)
            )
        left.conditions.append(f"NOT EXISTS (SELECT 1{right.body()})")
        return left

    def _exists(self, pattern: Pattern, scope: Scope) -> str:
        known: dict[str, Value] = {}
        around: Scope | None = scope
        while around is not None:
            known = {name: value for name, value in around.values.items() if value.types} | known
            around = around.outer
        if not joins_like(pattern, known.keys()):
            raise NotTranslatable("EXISTS where a join differs from substitution")
        if (mentioned(pattern) & self.context.variables) - known.keys():
            raise NotTranslatable(
                "EXISTS with a variable that is bound elsewhere: Oxigraph may know its value"
            )
        rows = replace(self, outer=scope).solutions(pattern)
        rows.restrict(agreement(known, rows.values))
        return f"EXISTS (SELECT 1{rows.body()})"

    def _named(self, name: Iri | Variable, pattern: Pattern) -> Rows:
        if isinstance(name, Iri):
            identifier = self.context.identifiers[name]
            graph = ActiveGraph(f"g = {identifier}")
            rows = replace(self, graph=graph).solutions(pattern)
            named = f" AND {self.dataset.named}" if self.dataset.named else ""
            if not needs_triples(pattern) and contains(pattern, (Values, Group)):
                raise NotTranslatable("GRAPH around what has solutions without a triple")
            if named or not needs_triples(pattern):
                rows.conditions.append(f"EXISTS (SELECT 1 FROM quads WHERE g = {identifier}{named})")
            return rows
        if self.graph is None:
            raise NotTranslatable("GRAPH within GRAPH with a variable")
        if name.name in mentioned(pattern) - certain(pattern):
            raise NotTranslatable("GRAPH with a variable that an expression within it refers to")
        rows = replace(self, graph=None).solutions(pattern)
        graph_term = rows.values.pop(GRAPH, UNBOUND)
        if not graph_term.bound:
            raise NotTranslatable("GRAPH with a variable around patterns that match no triple")
        within = rows.lookup(name.name)
        rows.restrict(agreement({"": graph_term}, {"": within}))
        rows.values[name.name] = graph_term
        return rows

    def _group(self, group: Group) -> Rows:
        rows = self.solutions(group.pattern)
        scope, keys = self._scope(rows), [key.name for key in group.keys]
        values = {key: rows.lookup(key) for key in keys}
        for variable, aggregate in group.aggregates:
            values[variable.name] = aggregated(aggregate, scope, keys=bool(keys))
        rows.values = values
        return derived(rows, nullable=True, grouped=keys)

    def _distinct(self, rows: Rows) -> Rows:
        if not all(mentioned(ordering.expression) <= set(rows.values) for ordering in rows.order):
            raise NotTranslatable("DISTINCT of solutions ordered by what is left out")
        result = derived(rows, select="SELECT DISTINCT")
        result.order = [replace(ordering, values=result.values) for ordering in rows.order]
        result.keys = []
        return result


def _branches(pattern: Pattern) -> list[Pattern]:
    if isinstance(pattern, Union):
        return [*_branches(pattern.left), *_branches(pattern.right)]
    return [pattern]
