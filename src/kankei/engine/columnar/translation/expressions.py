"""Expressions become values, and conditions SQL's truth values, whose NULL is SPARQL's error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
from kankei.engine.algebra.terms import Iri, Literal, Variable
from kankei.engine.columnar.translation import arithmetic, casts, functions
from kankei.engine.columnar.translation.comparisons import effective_boolean_value, equal, ordered
from kankei.engine.columnar.translation.rows import Rows
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import UNBOUND, Value, boolean, chosen, coalesced


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the values of its variables, and of those around an EXISTS."""

    rows: Rows
    values: Mapping[str, Value]
    exists: Callable[[Pattern, "Scope"], str]
    outer: "Scope | None" = None

    def lookup(self, name: str) -> Value:
        """The value of a variable; within EXISTS, of one that only the solution outside binds."""
        value = self.values.get(name, UNBOUND)
        outside = self.outer.lookup(name) if self.outer and not value.bound else UNBOUND
        if value.types and outside.types:
            raise NotTranslatable("EXISTS with a variable that is bound within and without")
        return value if value.types else outside


def evaluated(expression: Expression, scope: Scope) -> Value:
    """The value of an expression."""
    match expression:
        case Variable(name):
            return scope.lookup(name)
        case Iri() | Literal():
            return scope.rows.context.constant(expression)
        case Logical() | Comparison() | Membership() | Exists() | Unary(operator="!"):
            return boolean(condition(expression, scope), bound=isinstance(expression, Exists))
        case Arithmetic(operator, left, right):
            return arithmetic.calculated(operator, evaluated(left, scope), evaluated(right, scope))
        case Unary("-", operand):
            return arithmetic.negated(evaluated(operand, scope))
        case Unary("+", operand):
            return arithmetic.unchanged(evaluated(operand, scope))
        case Call():
            return _called(expression, scope)
        case Cast(function, (argument,)):
            return casts.cast(function.value, evaluated(argument, scope))
        case Aggregate():
            raise NotTranslatable("an aggregate inside an expression")
        case _:
            raise NotTranslatable(f"the expression {type(expression).__name__}")


def condition(expression: Expression, scope: Scope, *, lenient: bool = False) -> str:
    """The effective boolean value; where `lenient`, FALSE may stand for an error."""
    match expression:
        case Logical(operator, left, right):
            word = "AND" if operator == "&&" else "OR"
            sides = (condition(side, scope, lenient=lenient) for side in (left, right))
            return f"({f' {word} '.join(sides)})"
        case Unary("!", operand):
            return f"(NOT {condition(operand, scope)})"
        case Comparison("=", left, right):
            return f"({equal(evaluated(left, scope), evaluated(right, scope), lenient=lenient)})"
        case Comparison("!=", left, right):
            return f"(NOT ({equal(evaluated(left, scope), evaluated(right, scope))}))"
        case Comparison(operator, left, right):
            return f"({ordered(operator, evaluated(left, scope), evaluated(right, scope))})"
        case Membership(operand, choices):
            value = evaluated(operand, scope)
            tests = [f"({equal(value, evaluated(each, scope), lenient=lenient)})" for each in choices]
            return f"({' OR '.join(tests)})" if tests else "FALSE"
        case Exists(pattern):
            return scope.exists(pattern, scope)
        case _:
            return effective_boolean_value(evaluated(expression, scope))


def conditions(expression: Expression, scope: Scope) -> list[str]:
    """Conditions that all have to be true; an error is as good as false."""
    if isinstance(expression, Logical) and expression.operator == "&&":
        return [*conditions(expression.left, scope), *conditions(expression.right, scope)]
    return [condition(expression, scope, lenient=True)]


def _called(call: Call, scope: Scope) -> Value:
    match call:
        case Call("BOUND", (Variable(name),)):
            return boolean(f"({scope.lookup(name).present})", bound=True)
        case Call("IF", (test, first, second)):
            truth = condition(test, scope)
            branches = [(truth, evaluated(first, scope)), (f"({truth}) IS NULL", UNBOUND)]
            return chosen(branches, evaluated(second, scope), scope.rows)
        case Call("COALESCE", arguments):
            return coalesced([evaluated(argument, scope) for argument in arguments], scope.rows)
        case Call(name, arguments):
            return functions.call(name, [evaluated(argument, scope) for argument in arguments])
