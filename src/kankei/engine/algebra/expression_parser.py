"""Parser of expressions (SPARQL 1.1, productions [107] to [128])."""

from kankei.engine.algebra.functions import AGGREGATES, FUNCTIONS, SYNONYMS, WITHOUT_SPACE
from kankei.engine.algebra.operators import (
    Aggregate,
    Arithmetic,
    Call,
    Cast,
    Comparison,
    Exists,
    Expression,
    Logical,
    Membership,
    Pattern,
    Unary,
)
from kankei.engine.algebra.term_parser import TermParser, number
from kankei.engine.algebra.terms import Variable
from kankei.engine.algebra.tokens import NIL, NUMBER, VARIABLE

_COMPARISONS = {"=", "!=", "<", ">", "<=", ">="}
_CALLS = FUNCTIONS.keys() | AGGREGATES | {"BOUND", "EXISTS", "NOT"}


class ExpressionParser(TermParser):
    """Reads expressions; where aggregates may stand, each becomes a variable of the group."""

    _aggregates: dict[Aggregate, Variable] | None = None
    """Aggregates of the query whose clauses are read; `None` where none may stand."""

    def _pattern_of_exists(self) -> Pattern:
        """The group of EXISTS."""
        raise NotImplementedError

    def _expression(self) -> Expression:
        left = self._conjunction()
        while self._accept("||"):
            self._count()
            left = Logical("||", left, self._conjunction())
        return left

    def _conjunction(self) -> Expression:
        left = self._relation()
        while self._accept("&&"):
            self._count()
            left = Logical("&&", left, self._relation())
        return left

    def _relation(self) -> Expression:
        """At most one comparison (production [114])."""
        left = self._sum()
        kind = self._kind
        if kind in _COMPARISONS:
            self._at += 1
            self._count()
            return Comparison(kind, left, self._sum())
        if kind == "IN":
            self._at += 1
            return Membership(left, self._expressions())
        if kind == "NOT":
            self._expect("NOT", "IN")
            return Unary("!", Membership(left, self._expressions()))
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while self._kind in {"+", "-"}:
            self._count()
            left = Arithmetic(self._next().kind, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while self._kind in {"*", "/"}:
            self._count()
            left = Arithmetic(self._next().kind, left, self._unary())
        return left

    def _unary(self) -> Expression:
        kind = self._kind
        if kind in {"!", "+", "-"}:
            self._at += 1
            return Unary(kind, self._primary())
        return self._primary()

    def _primary(self) -> Expression:
        kind = self._kind
        if kind == VARIABLE:
            return Variable(self._next().text[1:])
        if kind == "(":
            return self._bracketed()
        if kind in _CALLS:
            return self._call()
        if kind == NUMBER:
            return number(self._next().text)
        if not self._is_iri():
            return self._constant()
        return self._function_or_iri()

    def _bracketed(self) -> Expression:
        self._expect("(")
        self._enter()
        expression = self._expression()
        self._leave()
        self._expect(")")
        return expression

    def _function_or_iri(self) -> Expression:
        iri = self._iri()
        return Cast(iri, self._expressions()) if self._kind in {"(", NIL} else iri

    def _constraint(self) -> Expression:
        """What FILTER, HAVING and ORDER BY take without a name (production [69])."""
        if self._kind == "(":
            return self._bracketed()
        if self._kind in _CALLS:
            return self._call()
        call = self._function_or_iri()
        if not isinstance(call, Cast):
            self._fail("the arguments of a function were expected")
        return call

    def _begins_call(self) -> bool:
        return self._kind in _CALLS or self._is_iri()

    def _call(self) -> Expression:
        """A built-in call (production [121])."""
        word = self._next()
        name = word.kind
        if name in AGGREGATES:
            return self._aggregate(name)
        if name == "NOT":
            self._expect("EXISTS")
            return Unary("!", Exists(self._pattern_of_exists()))
        if name == "EXISTS":
            return Exists(self._pattern_of_exists())
        if name == "BOUND":
            self._expect("(")
            variable = self._variable()
            self._expect(")")
            return Call(name, (variable,))
        if name in WITHOUT_SPACE and self._token.start != word.end:
            self._fail("the bracket does not follow the function's name at once")
        least, most = FUNCTIONS[name]
        arguments = self._expressions()
        if not least <= len(arguments) <= most:
            self._fail(f"{name} has another number of arguments")
        return Call(SYNONYMS.get(name, name), arguments)

    def _expressions(self) -> tuple[Expression, ...]:
        """Expressions in brackets, separated by commas (productions [71] and [78])."""
        if self._accept(NIL):
            return ()
        self._expect("(")
        self._enter()
        expressions = [self._expression()]
        while self._accept(","):
            expressions.append(self._expression())
        self._leave()
        self._expect(")")
        return tuple(expressions)

    def _aggregate(self, name: str) -> Variable:
        """The variable of the group that an aggregate's value is bound to; equal ones share it."""
        scope = self._aggregates
        if scope is None:
            self._fail("an aggregate stands where no group is formed")
        self._expect("(")
        self._enter()
        distinct = self._accept("DISTINCT")
        operand, separator = None, " "
        if name != "COUNT" or not self._accept("*"):
            self._aggregates = None
            operand = self._expression()
            self._aggregates = scope
            if name == "GROUP_CONCAT" and self._accept(";"):
                self._expect("SEPARATOR", "=")
                separator = self._string()
        elif distinct:
            self._fail("distinct solutions are counted, blank nodes among them")
        self._leave()
        self._expect(")")
        aggregate = Aggregate(name, operand, distinct, separator)
        if aggregate not in scope:
            scope[aggregate] = self._new_variable("aggregate")
        return scope[aggregate]
