"""What an expression refers to."""

from collections.abc import Iterator

from kankei.engine.algebra.operators import (
    Aggregate,
    Arithmetic,
    Call,
    Cast,
    Comparison,
    Expression,
    Logical,
    Membership,
    Unary,
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
