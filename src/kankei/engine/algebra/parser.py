"""A query's text becomes the algebra (SPARQL 1.1, productions [2] to [28]; translated by section 18.2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Distinct,
    Expression,
    Extend,
    Filter,
    Logical,
    OrderBy,
    Pattern,
    Project,
    Query,
    Slice,
    TriplePattern,
    Values,
)
from kankei.engine.algebra.operators import Group as Grouping
from kankei.engine.algebra.pattern_parser import Group, PatternParser, is_hidden, nodes
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.algebra.tokens import END, NUMBER, PREFIXED, VARIABLE
from kankei.engine.algebra.walk import variables_of

_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class _Modifiers:
    """The clauses behind WHERE."""

    keys: tuple[tuple[Expression, Variable | None], ...] | None
    having: Expression | None
    order: tuple[tuple[Expression, bool], ...]
    limit: int | None
    offset: int
    values: Values | None


@dataclass(frozen=True)
class Selection:
    """The first clause of SELECT: DISTINCT, REDUCED or neither, and the variables, or `None` for all."""

    unique: str
    items: tuple[tuple[Variable, Expression | None], ...] | None


@lru_cache(256)
def parsed(query: str, base: str | None = None) -> Query:
    """The algebra of a query; raises `NotUnderstood` for a text whose meaning is not certain.

    `base` is what relative IRIs are resolved against, unless the query has a BASE of its own.
    """
    return QueryParser(query, base).query()


class QueryParser(PatternParser):
    """Reads a whole query."""

    def query(self) -> Query:
        """The query; nothing may follow it."""
        self._prologue()
        forms = {
            "SELECT": self._select_query,
            "ASK": self._ask,
            "CONSTRUCT": self._construct,
            "DESCRIBE": self._describe,
        }
        if self._kind not in forms:
            self._fail("the form of the query was expected")
        query = forms[self._kind]()
        if self._kind != END:
            self._fail("the query should end")
        return query

    def _prologue(self) -> None:
        while True:
            if self._accept("BASE"):
                self._base = self._reference(self._next())
            elif self._accept("PREFIX"):
                name = self._next()
                if name.kind != PREFIXED or not name.text.endswith(":") or name.text.count(":") > 1:
                    self._fail("a prefix with its colon was expected")
                self._prefixes[name.text[:-1]] = self._reference(self._next())
            else:
                return

    def _dataset(self) -> tuple[tuple[Iri, ...], tuple[Iri, ...]]:
        """The graphs of FROM and of FROM NAMED."""
        default: list[Iri] = []
        named: list[Iri] = []
        while self._accept("FROM"):
            (named if self._accept("NAMED") else default).append(self._iri())
        return tuple(default), tuple(named)

    def _select_query(self) -> Query:
        items = self._select_clause()
        default, named = self._dataset()
        return Query("SELECT", self._selected(items).pattern, default_graphs=default, named_graphs=named)

    def _sub_select(self) -> Group:
        return self._selected(self._select_clause())

    def _select_clause(self) -> Selection:
        self._expect("SELECT")
        self._aggregates = {}
        unique = self._next().kind if self._kind in {"DISTINCT", "REDUCED"} else ""
        return Selection(unique, self._items())

    def _selected(self, selection: Selection) -> Group:
        """The solutions of a SELECT whose first clause is read."""
        group, modifiers = self._solutions()
        if selection.items is None:
            if self._aggregates or modifiers.keys is not None:
                self._fail("SELECT * of groups")
            names = sorted(group.scope)
        else:
            names = self._extended(
                group, selection.items, is_grouped=bool(self._aggregates or modifiers.keys)
            )
        pattern: Pattern = Project(ordered(group.pattern, modifiers), tuple(map(Variable, names)))
        if selection.unique:
            pattern = Distinct(pattern, reduced=selection.unique == "REDUCED")
        return Group(sliced(pattern, modifiers), set(names))

    def _extended(
        self, group: Group, items: Sequence[tuple[Variable, Expression | None]], *, is_grouped: bool
    ) -> list[str]:
        """The names of the items of SELECT, whose values the group's pattern binds then."""
        names = [variable.name for variable, _ in items]
        if len(set(names)) < len(names):
            self._fail("SELECT names a variable twice")
        for variable, expression in items:
            used = {variable.name} if expression is None else {used.name for used in variables_of(expression)}
            if is_grouped and not used <= group.scope:
                self._fail("SELECT has a variable that is no key of the groups")
            if expression is not None:
                if variable.name in group.scope:
                    self._fail("SELECT binds a variable that is bound")
                group.pattern = Extend(group.pattern, variable, expression)
        return names

    def _ask(self) -> Query:
        self._expect("ASK")
        default, named = self._dataset()
        return Query("ASK", self._ungrouped().pattern, default_graphs=default, named_graphs=named)

    def _construct(self) -> Query:
        self._expect("CONSTRUCT")
        template: tuple[TriplePattern, ...] | None = self._template() if self._kind == "{" else None
        default, named = self._dataset()
        if template is not None:
            pattern = self._ungrouped().pattern
        else:
            self._expect("WHERE")
            template = self._template()
            if any(is_hidden(node) for triple in template for node in nodes(triple)):
                self._fail("a template that is the pattern has blank nodes")
            self._aggregates = None
            pattern = self._modified(Group(BasicGraphPattern(template))).pattern
        return Query("CONSTRUCT", pattern, template, default_graphs=default, named_graphs=named)

    def _template(self) -> tuple[TriplePattern, ...]:
        """Triples without paths, in brackets (production [73])."""
        self._expect("{")
        self._in_template = True
        block = self._triples_block()
        self._in_template = False
        self._expect("}")
        return tuple(triple for triple in block if isinstance(triple, TriplePattern))

    def _describe(self) -> Query:
        self._expect("DESCRIBE")
        described: list[Node] = []
        everything = self._accept("*")
        while not everything and (self._kind == VARIABLE or self._is_iri()):
            described.append(self._variable_or_iri())
        if not everything and not described:
            self._fail("what to describe was expected")
        default, named = self._dataset()
        has_pattern = self._kind in {"WHERE", "{"}
        group = self._ungrouped() if has_pattern else self._modified(Group())
        resources = [Variable(name) for name in sorted(group.scope)] if everything else described
        return Query("DESCRIBE", group.pattern, (), tuple(resources), default, named)

    def _ungrouped(self) -> Group:
        """WHERE and what follows, where no groups are formed."""
        self._aggregates = None
        return self._modified(self._where())

    def _modified(self, where: Group) -> Group:
        modifiers = self._modifiers()
        if modifiers.keys is not None:
            self._fail("groups without SELECT")
        group = self._grouped(where, modifiers)
        return Group(sliced(ordered(group.pattern, modifiers), modifiers), group.scope)

    def _solutions(self) -> tuple[Group, _Modifiers]:
        """WHERE with GROUP BY, HAVING and VALUES, and the clauses that were read."""
        where = self._where()
        modifiers = self._modifiers()
        return self._grouped(where, modifiers), modifiers

    def _items(self) -> tuple[tuple[Variable, Expression | None], ...] | None:
        """The variables of SELECT, each with its expression where it has one; `None` for all."""
        if self._accept("*"):
            return None
        items: list[tuple[Variable, Expression | None]] = []
        while self._kind in {VARIABLE, "("}:
            if self._kind == VARIABLE:
                items.append((self._variable(), None))
                continue
            self._expect("(")
            self._count()
            expression = self._expression()
            self._expect("AS")
            items.append((self._variable(), expression))
            self._expect(")")
        if not items:
            self._fail("the variables of SELECT were expected")
        return tuple(items)

    def _where(self) -> Group:
        self._accept("WHERE")
        group = self._group()
        return Group(group.whole, group.scope)

    def _modifiers(self) -> _Modifiers:
        keys = self._keys() if self._kind == "GROUP" else None
        having = self._having() if self._kind == "HAVING" else None
        order = self._order() if self._kind == "ORDER" else ()
        bounds: dict[str, int] = {}
        while self._kind in {"LIMIT", "OFFSET"} - bounds.keys():
            clause = self._next().kind
            bounds[clause] = self._count_of_solutions()
        values = self._data() if self._kind == "VALUES" else None
        return _Modifiers(keys, having, order, bounds.get("LIMIT"), bounds.get("OFFSET", 0), values)

    def _count_of_solutions(self) -> int:
        token = self._next()
        if token.kind != NUMBER or not token.text.isdecimal() or int(token.text) > _LARGEST:
            self._fail("a number of solutions was expected")
        return int(token.text)

    def _keys(self) -> tuple[tuple[Expression, Variable | None], ...]:
        """The conditions of GROUP BY, each with its variable where it is given one."""
        self._expect("GROUP", "BY")
        aggregates, self._aggregates = self._aggregates, None
        keys = [self._key()]
        while self._kind in {VARIABLE, "("} or self._begins_call():
            keys.append(self._key())
        self._aggregates = aggregates
        return tuple(keys)

    def _key(self) -> tuple[Expression, Variable | None]:
        self._count()
        if self._kind == VARIABLE:
            return self._variable(), None
        if self._kind != "(":
            return self._constraint(), None
        self._expect("(")
        expression = self._expression()
        variable = self._variable() if self._accept("AS") else None
        self._expect(")")
        return expression, variable

    def _having(self) -> Expression:
        self._expect("HAVING")
        conditions = [self._constraint()]
        while self._kind == "(" or self._begins_call():
            self._count()
            conditions.append(self._constraint())
        return reduce(lambda left, right: Logical("&&", left, right), conditions)

    def _order(self) -> tuple[tuple[Expression, bool], ...]:
        """The conditions of ORDER BY, each with whether it descends."""
        self._expect("ORDER", "BY")
        conditions: list[tuple[Expression, bool]] = []
        while True:
            self._count()
            if self._kind in {"ASC", "DESC"}:
                descends = self._next().kind == "DESC"
                conditions.append((self._bracketed(), descends))
            elif self._kind == VARIABLE:
                conditions.append((self._variable(), False))
            elif self._kind == "(" or self._begins_call() or not conditions:
                conditions.append((self._constraint(), False))
            else:
                return tuple(conditions)

    def _grouped(self, where: Group, modifiers: _Modifiers) -> Group:
        """The pattern with GROUP BY, HAVING and VALUES, and the variables that are in scope then."""
        group, aggregates = where, self._aggregates or {}
        if modifiers.keys is not None or aggregates:
            keys = [self._bound_key(where, *key) for key in modifiers.keys or ()]
            values = tuple((variable, aggregate) for aggregate, variable in aggregates.items())
            names = {variable.name for variable in (*keys, *aggregates.values())}
            group = Group(Grouping(where.pattern, tuple(dict.fromkeys(keys)), values), names)
        elif modifiers.having:
            self._fail("HAVING without groups")
        if modifiers.having:
            group.pattern = Filter(modifiers.having, group.pattern)
        if modifiers.values:
            group.join(modifiers.values)
            group.scope.update(variable.name for variable in modifiers.values.variables)
        return group

    def _bound_key(self, where: Group, expression: Expression, variable: Variable | None) -> Variable:
        """The variable of a key, to which the pattern binds its value."""
        if isinstance(expression, Variable):
            if variable:
                self._fail("a key of GROUP BY gives a variable another name")
            return expression
        variable = variable or self._new_variable("key")
        if variable.name in where.scope:
            self._fail("a key of GROUP BY is bound already")
        where.pattern = Extend(where.pattern, variable, expression)
        where.scope.add(variable.name)
        return variable


def ordered(pattern: Pattern, modifiers: _Modifiers) -> Pattern:
    """The pattern with ORDER BY."""
    return OrderBy(pattern, modifiers.order) if modifiers.order else pattern


def sliced(pattern: Pattern, modifiers: _Modifiers) -> Pattern:
    """The pattern with OFFSET and LIMIT."""
    has_bound = modifiers.offset > 0 or modifiers.limit is not None
    return Slice(pattern, modifiers.offset, modifiers.limit) if has_bound else pattern
