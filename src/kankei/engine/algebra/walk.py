"""What expressions and patterns are made of."""

from collections.abc import Iterator

from kankei.engine.algebra.operators import (
    Aggregate,
    Arithmetic,
    BasicGraphPattern,
    Call,
    Cast,
    Comparison,
    Exists,
    Expression,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Logical,
    Membership,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Unary,
    Union,
    Values,
)
from kankei.engine.algebra.terms import Variable


def operands(expression: Expression) -> tuple[Expression, ...]:
    """The expressions that an expression is made of; EXISTS has none, and its pattern is no expression."""
    match expression:
        case Logical(_, left, right) | Comparison(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case Unary(_, operand):
            return (operand,)
        case Membership(operand, choices):
            return (operand, *choices)
        case Call(_, arguments) | Cast(_, arguments):
            return arguments
        case Aggregate(_, operand):
            return () if operand is None else (operand,)
        case _:
            return ()


def variables_of(expression: Expression) -> Iterator[Variable]:
    """The variables of an expression, those within EXISTS left out."""
    if isinstance(expression, Variable):
        yield expression
    for operand in operands(expression):
        yield from variables_of(operand)


def patterns_in(pattern: Pattern) -> tuple[Pattern, ...]:
    """The patterns that a pattern is made of, and those of EXISTS in its expressions."""
    match pattern:
        case LeftJoin(outer, inner, condition):
            return outer, inner, *(_asked(condition) if condition else ())
        case Join() | Union() | Minus():
            return pattern.left, pattern.right
        case BasicGraphPattern() | PathPattern() | Values():
            return ()
        case Filter(expression, inner) | Extend(inner, _, expression):
            return inner, *_asked(expression)
        case OrderBy(inner, conditions):
            return inner, *(each for expression, _ in conditions for each in _asked(expression))
        case _:
            return (pattern.pattern,)


def _asked(expression: Expression) -> Iterator[Pattern]:
    """The patterns of EXISTS in an expression."""
    if isinstance(expression, Exists):
        yield expression.pattern
    for operand in operands(expression):
        yield from _asked(operand)
