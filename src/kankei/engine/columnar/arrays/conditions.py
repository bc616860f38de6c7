"""Conditions of FILTER over columns: those alone that can have no error, so that they are true or false.

SPARQL 1.1 Query Language, section 17.
"""

import math
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

import numpy as np

from kankei.engine.algebra.operators import (
    Call,
    Comparison,
    Expression,
    Logical,
    Membership,
    Unary,
)
from kankei.engine.algebra.terms import XSD, Iri, Literal, Variable
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.table import Column, Integers, Table, Terms
from kankei.engine.columnar.arrays.triple_arrays import Mask, Whole
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.literal_values import type_of, worth
from kankei.engine.columnar.translation.term_types import Types
from kankei.engine.columnar.translation.translated import NotTranslatable

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_EXACT = {f"{XSD}integer", f"{XSD}decimal"}
_INTEGER: Types = frozenset((types.INTEGER,))
_STRING: Types = frozenset((types.STRING,))
_BY_TERM: Types = types.NODES | {types.LANG}
"""Types of which equality is that of terms, never an error."""


def holds(condition: Expression, table: Table, data: ReleaseArrays) -> Mask:
    """For which solutions a condition is true; raises `NotTranslatable` for one that may have errors."""
    match condition:
        case Logical(sign, left, right):
            one, another = holds(left, table, data), holds(right, table, data)
            return one & another if sign == "&&" else one | another
        case Unary("!", operand):
            return ~holds(operand, table, data)
        case Comparison():
            return _comparison(condition, table, data)
        case Membership(Variable() as variable, choices):
            mask: Mask = np.zeros(table.length, np.bool_)
            for choice in choices:
                mask |= _compared("=", _column(variable, table), choice, table, data)
            return mask
        case Call("LANGMATCHES", (Call("LANG", (Variable() as variable,)), Literal() as literal)):
            return _language_range(_literals(variable, table), literal, data)
        case _:
            raise NotTranslatable("a condition that arrays do not tell")


def _comparison(condition: Comparison, table: Table, data: ReleaseArrays) -> Mask:
    match condition:
        case Comparison(sign, Call("LANG", (Variable() as variable,)), Literal() as literal):
            return _language(sign, _literals(variable, table), literal, data)
        case Comparison(sign, Variable() as variable, other):
            return _compared(sign, _column(variable, table), other, table, data)
        case Comparison(sign, other, Variable() as variable):
            return _compared(_MIRRORED.get(sign, sign), _column(variable, table), other, table, data)
        case _:
            raise NotTranslatable("a comparison that arrays do not tell")


def _column(variable: Variable, table: Table) -> Column:
    try:
        return table.columns[variable.name]
    except KeyError:
        raise NotTranslatable("a condition on a variable that is not bound") from None


def _literals(variable: Variable, table: Table) -> Terms:
    column = _column(variable, table)
    if not isinstance(column, Terms) or not column.types <= types.LITERALS:
        raise NotTranslatable("a language of what may be no literal")
    return column


def _compared(sign: str, column: Column, other: Expression, table: Table, data: ReleaseArrays) -> Mask:
    mask: Mask
    if isinstance(other, Variable):
        another = _column(other, table)
        if (ours := integers(column, data)) is not None and (theirs := integers(another, data)) is not None:
            mask = _OPERATORS[sign](ours, theirs)
            return mask
        if isinstance(column, Terms) and isinstance(another, Terms):
            _check_equality(sign, column.types, another.types)
            mask = _OPERATORS[sign](column.ids, another.ids)
            return mask
    values, number = integers(column, data), _number(other)
    if values is not None and number is not None:
        return _compared_number(sign, values, number)
    if isinstance(other, Iri | Literal) and isinstance(column, Terms):
        _check_equality(sign, column.types, frozenset((type_of(other),)))
        mask = _OPERATORS[sign](column.ids, np.int32(data.identifier(other)))
        return mask
    raise NotTranslatable("a comparison that arrays do not tell")


def integers(column: Column, data: ReleaseArrays) -> Whole | None:
    """The numbers of a column that holds nothing but integers."""
    if isinstance(column, Integers):
        return column.values
    if isinstance(column, Terms) and column.types == _INTEGER:
        return data.terms.whole[column.ids]
    return None


def _number(constant: Expression) -> Decimal | None:
    """The value of an integer or a decimal, before which there may be a sign."""
    match constant:
        case Unary("-", Literal() as literal):
            number = _number(literal)
            return None if number is None else number.copy_negate()
        case Literal(lexical, datatype, "") if datatype in _EXACT:
            with suppress(OverflowError):
                return worth(lexical, datatype).exact
    return None


def _compared_number(sign: str, values: Whole, number: Decimal) -> Mask:
    """Integers against a number: against a fraction by the integer beside it."""
    mask: Mask
    if number == number.to_integral_value():
        mask = _OPERATORS[sign](values, int(number))
    elif sign in {"=", "!="}:
        mask = np.full(len(values), sign == "!=")
    elif sign.startswith("<"):
        mask = values <= math.floor(number)
    else:
        mask = values >= math.ceil(number)
    return mask


def _check_equality(sign: str, one: Types, another: Types) -> None:
    """Refuse a comparison that is not one of terms."""
    by_term = one <= _BY_TERM or another <= _BY_TERM or (one <= _STRING and another <= _STRING)
    if sign not in {"=", "!="} or not by_term:
        raise NotTranslatable("a comparison that arrays do not tell")


def _language(sign: str, column: Terms, literal: Literal, data: ReleaseArrays) -> Mask:
    if sign not in {"=", "!="} or type_of(literal) != types.STRING:
        raise NotTranslatable("a comparison of languages")
    numbers = [
        number for number, (_, language) in enumerate(data.terms.categories) if language == literal.lexical
    ]
    mask = data.terms.has_category(column.ids, numbers)
    return mask if sign == "=" else ~mask


def _language_range(column: Terms, literal: Literal, data: ReleaseArrays) -> Mask:
    """Basic filtering (RFC 4647, section 3.3.1)."""
    wanted = literal.lexical.lower()
    if type_of(literal) != types.STRING or not wanted or not wanted.isascii():
        raise NotTranslatable("a range of languages")
    numbers = [
        number
        for number, (_, language) in enumerate(data.terms.categories)
        if language and (wanted == "*" or f"{language}-".startswith(f"{wanted}-"))
    ]
    return data.terms.has_category(column.ids, numbers)
