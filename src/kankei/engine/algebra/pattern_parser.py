"""Parser of group graph patterns (SPARQL 1.1, productions [53] to [68]; translated by section 18.2.2)."""

from collections.abc import Callable
from typing import TypeGuard

from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Expression,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Logical,
    Minus,
    PathPattern,
    Pattern,
    TriplePattern,
    Union,
    Values,
)
from kankei.engine.algebra.terms import Iri, Node, Term, Variable
from kankei.engine.algebra.tokens import NIL, VARIABLE
from kankei.engine.algebra.triple_parser import TripleParser

UNIT = BasicGraphPattern()
"""The pattern with one solution that binds nothing."""


class Group:
    """A group as far as it is read: its pattern, the variables in scope and the condition of its FILTERs."""

    def __init__(self, pattern: Pattern = UNIT, scope: set[str] | None = None) -> None:
        self.pattern = pattern
        self.scope: set[str] = set() if scope is None else scope
        self.condition: Expression | None = None

    def join(self, pattern: Pattern) -> None:
        """Join what follows."""
        self.pattern = joined(self.pattern, pattern)

    def restrict(self, condition: Expression) -> None:
        """Add a FILTER, which holds for the group as a whole."""
        self.condition = Logical("&&", self.condition, condition) if self.condition else condition

    @property
    def whole(self) -> Pattern:
        """The pattern with its condition."""
        return Filter(self.condition, self.pattern) if self.condition else self.pattern


class PatternParser(TripleParser):
    """Reads groups and what they are made of."""

    def _sub_select(self) -> Group:
        """The SELECT that a group may be."""
        raise NotImplementedError

    def _pattern_of_exists(self) -> Pattern:
        return self._group().whole

    def _group(self) -> Group:
        """A group graph pattern in its brackets."""
        self._expect("{")
        self._enter()
        self._count()
        self._forget_labels()
        outside, self._aggregates = self._aggregates, None
        group = self._sub_select() if self._kind == "SELECT" else self._elements()
        self._aggregates = outside
        self._forget_labels()
        self._leave()
        self._expect("}")
        return group

    def _elements(self) -> Group:
        elements: dict[str, Callable[[Group], None]] = {
            "{": self._union,
            "OPTIONAL": self._optional,
            "MINUS": self._minus,
            "GRAPH": self._graph,
            "FILTER": self._filter,
            "BIND": self._bind,
            "VALUES": self._values,
        }
        group = Group()
        self._triples(group)
        while element := elements.get(self._kind):
            self._count()
            element(group)
            self._accept(".")
            self._triples(group)
        return group

    def _triples(self, group: Group) -> None:
        if block := self._triples_block():
            group.join(basic_pattern(block))
            for triple in block:
                group.scope.update(node.name for node in nodes(triple) if is_visible(node))

    def _union(self, group: Group) -> None:
        first = self._group()
        pattern, scope = first.whole, first.scope
        while self._accept("UNION"):
            other = self._group()
            pattern = Union(pattern, other.whole)
            scope |= other.scope
        group.join(pattern)
        group.scope |= scope

    def _optional(self, group: Group) -> None:
        self._expect("OPTIONAL")
        right = self._group()
        group.pattern = LeftJoin(group.pattern, right.pattern, right.condition)
        group.scope |= right.scope

    def _minus(self, group: Group) -> None:
        self._expect("MINUS")
        group.pattern = Minus(group.pattern, self._group().whole)

    def _graph(self, group: Group) -> None:
        self._expect("GRAPH")
        name = self._variable_or_iri()
        inner = self._group()
        group.join(Graph(name, inner.whole))
        group.scope |= inner.scope
        if isinstance(name, Variable):
            group.scope.add(name.name)

    def _variable_or_iri(self) -> Variable | Iri:
        return self._variable() if self._kind == VARIABLE else self._iri()

    def _filter(self, group: Group) -> None:
        self._expect("FILTER")
        group.restrict(self._constraint())

    def _bind(self, group: Group) -> None:
        self._expect("BIND", "(")
        expression = self._expression()
        self._expect("AS")
        variable = self._variable()
        self._expect(")")
        if variable.name in group.scope:
            self._fail("BIND has a variable that is in scope before")
        group.pattern = Extend(group.pattern, variable, expression)
        group.scope.add(variable.name)

    def _values(self, group: Group) -> None:
        data = self._data()
        group.join(data)
        group.scope.update(variable.name for variable in data.variables)

    def _data(self) -> Values:
        """VALUES with its block of data (productions [61] to [65])."""
        self._expect("VALUES")
        if self._kind == VARIABLE:
            variables: tuple[Variable, ...] = (self._variable(),)
            self._expect("{")
            column = self._row("}")
            return Values(variables, tuple((value,) for value in column))
        variables = self._columns()
        if len(set(variables)) < len(variables):
            self._fail("VALUES names a variable twice")
        self._expect("{")
        rows = []
        while not self._accept("}"):
            rows.append(() if self._accept(NIL) else self._bracketed_row())
            if len(rows[-1]) != len(variables):
                self._fail("a row of VALUES has another number of values than there are variables")
        return Values(variables, tuple(rows))

    def _columns(self) -> tuple[Variable, ...]:
        if self._accept(NIL):
            return ()
        self._expect("(")
        variables = []
        while not self._accept(")"):
            variables.append(self._variable())
        return tuple(variables)

    def _bracketed_row(self) -> tuple[Term | None, ...]:
        self._expect("(")
        return self._row(")")

    def _row(self, closing: str) -> tuple[Term | None, ...]:
        values: list[Term | None] = []
        while not self._accept(closing):
            values.append(None if self._accept("UNDEF") else self._constant())
        return tuple(values)


def joined(left: Pattern, right: Pattern) -> Pattern:
    """The join of two patterns; basic graph patterns become one."""
    if left == UNIT:
        return right
    if right == UNIT:
        return left
    if isinstance(left, BasicGraphPattern) and isinstance(right, BasicGraphPattern):
        return BasicGraphPattern(left.triples + right.triples)
    return Join(left, right)


def basic_pattern(block: list[TriplePattern | PathPattern]) -> Pattern:
    """The triples of a block, as one basic graph pattern, joined with its paths."""
    triples = tuple(triple for triple in block if isinstance(triple, TriplePattern))
    pattern: Pattern = BasicGraphPattern(triples)
    for path in block:
        if isinstance(path, PathPattern):
            pattern = joined(pattern, path)
    return pattern


def nodes(triple: TriplePattern | PathPattern) -> tuple[Node, ...]:
    """What a triple pattern may have variables at."""
    if isinstance(triple, PathPattern):
        return (triple.subject, triple.object)
    return (triple.subject, triple.property, triple.object)


def is_visible(node: Node) -> TypeGuard[Variable]:
    """Whether a node is a variable that the query names."""
    return isinstance(node, Variable) and not node.is_hidden


def is_hidden(node: Node) -> bool:
    """Whether a node stands for a blank node of the query."""
    return isinstance(node, Variable) and node.is_hidden
