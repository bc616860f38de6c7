"""Solutions as a SELECT that is being built: flat as long as one SELECT can express it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from kankei.engine.algebra.operators import Expression
from kankei.engine.algebra.terms import Term
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.literal_values import spelled_as_stored
from kankei.engine.columnar.translation.statistics import Statistics
from kankei.engine.columnar.translation.term_types import Types, conjunction
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import (
    UNBOUND,
    Value,
    coalesced,
    column_of,
    common_shape,
    constant,
    kept,
    same_term,
    shape_of,
)

_MAX_TABLES = 100


@dataclass(slots=True)
class Context:
    """What one translation shares: statistics, identifiers of the query's terms, names given so far."""

    statistics: Statistics
    identifiers: Mapping[Term, int]
    variables: AbstractSet[str] = frozenset()
    """The variables of the query, those within EXISTS alone left out."""
    names: int = 0

    def name(self, prefix: str) -> str:
        """A name that nothing else has."""
        self.names += 1
        return f"{prefix}{self.names}"

    def constant(self, term: Term) -> Value:
        """A term of the query, spelled as stored."""
        return constant(spelled_as_stored(term), self.identifiers[term])

    def terms(self, local: bool) -> str:
        """The table of terms, with those that only the query has where these may occur."""
        strangers = {identifier: term for term, identifier in self.identifiers.items() if identifier < 0}
        if not local or not strangers:
            return "terms"
        values = (self.constant(term) for term in strangers.values())
        rows = ", ".join(
            f"({value.id}, {', '.join(value.part(name) for name in types.COLUMNS)})" for value in values
        )
        columns = ", ".join(("id", *types.COLUMNS))
        return f"(SELECT {columns} FROM terms UNION ALL SELECT * FROM (VALUES {rows}))"


@dataclass(frozen=True, slots=True)
class Ordering:
    """A condition of ORDER BY, and the values that its variables had there."""

    expression: Expression
    descending: bool
    values: Mapping[str, Value]


@dataclass(eq=False, slots=True)
class Rows:
    """Tables that are joined, conditions, and the value of each variable."""

    context: Context
    inner: list[str] = field(default_factory=list)
    outer: list[tuple[str, str]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    order: list[Ordering] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """SQL of ORDER BY that a SELECT below has computed already."""
    attached: dict[str, str] = field(default_factory=dict)
    merged_into: "Rows | None" = None

    @property
    def incomplete(self) -> Types:
        """Types of which the table of terms does not hold each value."""
        return self.context.statistics.incomplete

    def attach(self, identifier: str, bound: bool, local: bool) -> str:
        """Join the table of terms to an identifier; what its columns are prefixed with."""
        if self.merged_into is not None:
            return self.merged_into.attach(identifier, bound, local)
        if identifier not in self.attached:
            alias = self.context.name("t")
            source, condition = f"{self.context.terms(local)} {alias}", f"{alias}.id = {identifier}"
            if bound:
                self.inner.append(source)
                self.conditions.append(condition)
            else:
                self.outer.append((source, condition))
            self.attached[identifier] = f"{alias}."
        return self.attached[identifier]

    def absorb(self, other: "Rows") -> None:
        """Take the tables and conditions of another SELECT; its values stay valid."""
        self.inner += other.inner
        self.outer += other.outer
        self.conditions += other.conditions
        self.attached |= other.attached
        other.merged_into = self

    def join_optionally(self, other: "Rows", condition: str, *, since: int) -> None:
        """LEFT JOIN with a SELECT of its own; its values stay valid.

        What was joined `since` for the sake of the condition must not refer to it.
        """
        alias = other.inner[0].rpartition(" ")[2]
        early = [text for _, text in self.outer[since:] if f"{alias}." in text]
        if len(other.inner) != 1 or other.outer or other.conditions or early:
            raise NotTranslatable("a condition of OPTIONAL that needs a column of a computed value")
        self.outer.append((other.inner[0], condition))
        other.merged_into = self

    def restrict(self, condition: str) -> None:
        """Keep the solutions for which a condition is true."""
        if condition != "TRUE":
            self.conditions.append(condition)

    def lookup(self, variable: str) -> Value:
        """The value of a variable."""
        return self.values.get(variable, UNBOUND)

    def body(self) -> str:
        """FROM and WHERE; of many tables the database plans the joins too long."""
        if len(self.inner) + len(self.outer) > _MAX_TABLES:
            raise NotTranslatable("too many tables in one join")
        source = " CROSS JOIN ".join(self.inner) if self.outer else ", ".join(self.inner)
        source = source or "(SELECT 1) unit"
        joined = "".join(f" LEFT JOIN {table} ON ({condition})" for table, condition in self.outer)
        where = " AND ".join(dict.fromkeys(self.conditions))
        return f" FROM {source}{joined}" + (f" WHERE {where}" if where else "")


def derived(
    rows: Rows,
    *,
    select: str = "SELECT",
    tail: str = "",
    keys: Sequence[tuple[str, bool]] = (),
    export: Iterable[str] = (),
    nullable: bool = False,
    grouped: Sequence[str] | None = None,
) -> Rows:
    """The solutions of a SELECT of its own, as a table of another.

    `keys` are ORDER BY, with whether each descends, kept for the SELECT around it. All columns of the
    variables in `export` are kept; where `nullable`, constants too, so that they can be unbound. `grouped`
    are the variables of GROUP BY.
    """
    result = Rows(rows.context)
    alias = rows.context.name("q")
    columns: list[str] = []
    groups: list[str] = []
    exported = set(export)

    def column(sql: str) -> str:
        name = rows.context.name("c")
        columns.append(f"{sql} AS {name}")
        return f"{alias}.{name}"

    for name, value in rows.values.items():
        if not value.types or (value.term is not None and not nullable):
            result.values[name] = value
            continue
        shape = shape_of(value)
        if name in exported:
            shape = (*shape, *(part for part in types.COLUMNS if part not in shape))
        names = {part: column(column_of(value, part)) for part in shape}
        if grouped is not None and name in grouped:
            groups += (sql.rpartition(".")[2] for sql in names.values())
        result.values[name] = kept(names, value.types, result, bound=value.bound, local=value.local)
    if grouped:
        # Keys that are all unbound make one group, if there is any solution.
        tail = f" GROUP BY {', '.join(groups)}" if groups else " HAVING count(*) > 0"
    elif grouped is not None and not columns:
        column("count(*)")  # one row, though no column of it is used
    order = []
    for sql, descending in keys:
        order.append(direction(sql, descending))
        result.keys.append(direction(column(sql), descending))
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    text = f"{select} {', '.join(columns) or '1'}{rows.body()}{ordered}{tail}"
    result.inner.append(f"({text}) {alias}")
    return result


def direction(sql: str, descending: bool) -> str:
    """A key of ORDER BY: what is unbound comes first, or last where it descends (section 15.1)."""
    return f"{sql} DESC NULLS LAST" if descending else f"{sql} ASC NULLS FIRST"


def union(context: Context, branches: Sequence[Rows]) -> Rows:
    """The solutions of each branch, one after another."""
    result = Rows(context)
    alias = context.name("q")
    variables = list(dict.fromkeys(name for rows in branches for name in rows.values))
    selects: list[list[str]] = [[] for _ in branches]
    for variable in variables:
        values = [rows.lookup(variable) for rows in branches]
        shape, kinds = common_shape(values)
        if not kinds:
            result.values[variable] = UNBOUND
            continue
        names = {}
        for part in shape:
            column = context.name("c")
            names[part] = f"{alias}.{column}"
            for columns, value in zip(selects, values, strict=True):
                columns.append(f"{column_of(value, part)} AS {column}")
        bound, local = all(value.bound for value in values), any(value.local for value in values)
        result.values[variable] = kept(names, kinds, result, bound=bound, local=local)
    texts = (
        f"SELECT {', '.join(columns) or '1'}{rows.body()}"
        for columns, rows in zip(selects, branches, strict=True)
    )
    result.inner.append(f"({' UNION ALL '.join(texts)}) {alias}")
    return result


def compatible(left: Value, right: Value) -> str:
    """Whether two solutions agree on a variable: one has it not, or both the same."""
    same = same_term(left, right)
    absent = [f"NOT ({value.present})" for value in (left, right) if not value.bound]
    return f"({' OR '.join([*absent, same])})" if absent else same


def agreement(left: Mapping[str, Value], right: Mapping[str, Value]) -> str:
    """Whether two solutions are compatible."""
    return conjunction(
        compatible(value, right[name])
        for name, value in left.items()
        if name in right and value.types and right[name].types
    )


def unsure(value: Value) -> Value:
    """The value where it may be unbound."""
    if value.term is not None:
        raise NotTranslatable("a constant that may be unbound")
    return replace(value, bound=False) if value.bound else value


def joined(left: Rows, right: Rows) -> Rows:
    """The solutions of both that are compatible, merged."""
    left.restrict(agreement(left.values, right.values))
    values = dict(left.values)
    for name, value in right.values.items():
        values[name] = _merged(left.lookup(name), value, left)
    left.absorb(right)
    left.values = values
    return left


def _merged(left: Value, right: Value, owner: Rows) -> Value:
    """The value of a variable in the merge of two compatible solutions."""
    if not left.types or not right.types:
        return left if left.types else right
    if left.bound and right.bound:
        kept_one = right if right.term is not None else left
        return replace(kept_one, types=left.types & right.types or kept_one.types)
    if left.bound or right.bound:
        return left if left.bound else right
    return coalesced([left, right], owner)
