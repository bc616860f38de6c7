"""Graph patterns and solution modifiers become SELECTs (SPARQL 1.1 Query Language, section 18.5)."""

from collections.abc import Sequence
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
    TriplePattern,
    Union,
    Values,
)
from kankei.engine.algebra.paths import (
    Alternative,
    Closure,
    Inverse,
    Link,
    Optional,
    Path,
    Sequence as PathSequence,
)
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.aggregates import aggregated
from kankei.engine.columnar.translation.comparisons import sort_keys
from kankei.engine.columnar.translation.expressions import Scope, conditions, evaluated
from kankei.engine.columnar.translation.paths import ActiveGraph, pairs, reached, reversed_path
from kankei.engine.columnar.translation.rows import (
    Context,
    Ordering,
    Rows,
    agreement,
    derived,
    union,
    unsure,
)
from kankei.engine.columnar.translation.substitution import joins_like, mentioned
from kankei.engine.columnar.translation.term_types import Types, conjunction, disjunction
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import UNBOUND, Value, coalesced, identified

GRAPH = ".graph"
"""The variable of the graph that GRAPH with a variable matches against."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The default graph, and a condition that the named graphs meet, or none."""

    default: ActiveGraph = ActiveGraph()
    named: str = ""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Translates patterns that are matched against one graph; against each named graph where `graph` is `None`."""

    context: Context
    dataset: Dataset
    graph: ActiveGraph | None
    outer: Scope | None = None

    def solutions(self, pattern: Pattern) -> Rows:
        """The solutions of a pattern that is part of another: their order is lost."""
        rows = self.modified(pattern)
        rows.order, rows.keys = [], []
        return rows

    def modified(self, pattern: Pattern) -> Rows:
        """The solutions of a pattern, with the order that they are to be in."""
        match pattern:
            case BasicGraphPattern(triples):
                return self._basic(triples)
            case PathPattern(subject, path, end):
                return self._path(subject, path, end)
            case Join(left, right):
                return self._join(self.solutions(left), self.solutions(right))
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
                rows.values[variable.name] = evaluated(expression, self._scope(rows))
                return rows
            case Graph(name, inner):
                return self._named(name, inner)
            case Values(variables, table):
                return self._values(variables, table)
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
            if value.types
            for key in sort_keys(value)
        ]

    def _scope(self, rows: Rows) -> Scope:
        return Scope(rows, rows.values, self._exists, self.outer)

    def _basic(self, triples: Sequence[TriplePattern]) -> Rows:
        rows = Rows(self.context)
        for triple in triples:
            self._triple(rows, triple)
        if not triples and self.graph is None:
            self._each_graph(rows)
        return rows

    def _triple(self, rows: Rows, triple: TriplePattern) -> None:
        alias = self.context.name("t")
        if self.graph is None or (self.graph.condition and not self.graph.merged):
            rows.inner.append(f"quads {alias}")
            if self.graph is None:
                self._bind(rows, GRAPH, f"{alias}.g", frozenset((types.IRI, types.BLANK)))
                rows.conditions += [self.dataset.named.replace("g ", f"{alias}.g ")] * bool(self.dataset.named)
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

    def _path(self, subject: Node, path: Path, end: Node) -> Rows:
        match path:
            case Link(iri):
                return self._basic((TriplePattern(subject, iri, end),))
            case Inverse(inner):
                return self._path(end, inner, subject)
            case PathSequence(left, right):
                middle = Variable(self.context.name(".path"))
                return self._join(self._path(subject, left, middle), self._path(middle, right, end))
            case Alternative():
                branches = [self._path(subject, each, end) for each in _alternatives(path)]
                return union(self.context, branches)
            case _:
                return self._walked(subject, path, end)

    def _walked(self, subject: Node, path: Path, end: Node) -> Rows:
        if self.graph is None:
            raise NotTranslatable("a path of unknown length within GRAPH with a variable")
        rows, alias, context = Rows(self.context), self.context.name("w"), self.context
        every = context.statistics.terms
        if isinstance(path, Closure | Optional) and not (isinstance(subject, Variable) and isinstance(end, Variable)):
            if isinstance(subject, Variable):
                return self._walked(end, reversed_path(path), subject)
            start = str(context.identifiers[subject])
            rows.inner.append(f"({reached(path, start, context, self.graph)}) {alias}")
            if isinstance(end, Variable):
                local = context.identifiers[subject] < 0
                kinds = every | context.constant(subject).types
                rows.values[end.name] = identified(f"{alias}.b", kinds, rows, bound=True, local=local)
            else:
                rows.conditions.append(f"{alias}.b = {context.identifiers[end]}")
            return rows
        rows.inner.append(f"({pairs(path, context, self.graph)}) {alias}")
        self._place(rows, subject, f"{alias}.a", every)
        self._place(rows, end, f"{alias}.b", every)
        return rows

    def _join(self, left: Rows, right: Rows) -> Rows:
        left.conditions += _each(agreement(left.values, right.values))
        values = dict(left.values)
        for name, value in right.values.items():
            values[name] = _merged(left.lookup(name), value, left)
        left.absorb(right)
        left.values = values
        return left

    def _optional(self, left: Rows, right: Rows, condition: Expression | None) -> Rows:
        named = mentioned(condition)
        shared = {name for name in left.values if right.lookup(name).types and left.lookup(name).types}
        if any(not left.lookup(name).bound for name in shared & named):
            raise NotTranslatable("a condition of OPTIONAL on a variable that may be bound on either side")
        right = derived(right, nullable=True, export=named & set(right.values) - shared)
        tests = [agreement(left.values, right.values)]
        if condition is not None:
            values = right.values | {name: value for name, value in left.values.items() if value.types}
            tests += conditions(condition, replace(self._scope(left), values=values))
        left.join_optionally(right, conjunction(tests))
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
        right.conditions += _each(agreement(left.values, right.values))
        if not any(one.bound and another.bound for one, another in pairs_):
            right.conditions.append(
                disjunction(conjunction((one.present, another.present)) for one, another in pairs_)
            )
        left.conditions.append(f"NOT EXISTS (SELECT 1{right.body()})")
        return left

    def _exists(self, pattern: Pattern, scope: Scope) -> str:
        known = {name for name, value in scope.values.items() if value.types}
        if scope.outer is not None:
            raise NotTranslatable("EXISTS within EXISTS")
        if not joins_like(pattern, known):
            raise NotTranslatable("EXISTS where a join differs from substitution")
        rows = replace(self, outer=scope).solutions(pattern)
        rows.conditions += _each(agreement(scope.values, rows.values))
        return f"EXISTS (SELECT 1{rows.body()})"

    def _named(self, name: Iri | Variable, pattern: Pattern) -> Rows:
        if isinstance(name, Iri):
            identifier = self.context.identifiers[name]
            graph = ActiveGraph(f"g = {identifier}")
            rows = replace(self, graph=graph).solutions(pattern)
            named = f" AND {self.dataset.named}" if self.dataset.named else ""
            if named or not rows.inner:
                rows.conditions.append(f"EXISTS (SELECT 1 FROM quads WHERE g = {identifier}{named})")
            return rows
        if self.graph is None:
            raise NotTranslatable("GRAPH within GRAPH with a variable")
        rows = replace(self, graph=None).solutions(pattern)
        found = rows.values.pop(GRAPH, UNBOUND)
        if not found.bound:
            raise NotTranslatable("GRAPH with a variable around patterns that match no triple")
        within = rows.lookup(name.name)
        rows.conditions += _each(agreement({"": found}, {"": within}))
        rows.values[name.name] = found
        return rows

    def _each_graph(self, rows: Rows) -> None:
        alias = self.context.name("t")
        where = f" WHERE {self.dataset.named}" if self.dataset.named else ""
        rows.inner.append(f"(SELECT DISTINCT g FROM quads{where}) {alias}")
        kinds = frozenset((types.IRI, types.BLANK))
        rows.values[GRAPH] = identified(f"{alias}.g", kinds, rows, bound=True)

    def _values(self, variables: Sequence[Variable], table: Sequence[Sequence[object]]) -> Rows:
        rows = Rows(self.context)
        if self.graph is None:
            self._each_graph(rows)
        if not table:
            rows.conditions.append("FALSE")
            return rows
        alias, constants = self.context.name("v"), [
            [UNBOUND if term is None else self.context.constant(term) for term in row]  # type: ignore[arg-type]
            for row in table
        ]
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


def _alternatives(path: Path) -> list[Path]:
    if isinstance(path, Alternative):
        return [*_alternatives(path.left), *_alternatives(path.right)]
    return [path]


def _each(condition: str) -> list[str]:
    return [] if condition == "TRUE" else [condition]


def _merged(left: Value, right: Value, owner: Rows) -> Value:
    """The value of a variable in the merge of two compatible solutions."""
    if not left.types or not right.types:
        return left if left.types else right
    if left.bound or right.bound:
        kept, other = (left, right) if left.bound else (right, left)
        if left.bound and right.bound and right.term is not None:
            return right
        return replace(kept, types=kept.types & other.types or kept.types)
    return coalesced([left, right], owner)

