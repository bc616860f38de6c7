"""Numbers: operators and functions (SPARQL 1.1 Query Language, sections 17.3 and 17.4.4), exact to 18 digits.

Doubles and floats are refused. SQL ends the query where a result leaves the range of its type.
"""

from kankei.engine.algebra.terms import XSD
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.comparisons import is_number
from kankei.engine.columnar.translation.term_types import choice, conjunction, quoted
from kankei.engine.columnar.translation.values import (
    UNBOUND,
    Value,
    exact,
    integer,
    number,
    refusal,
    whole,
)

_ONE = "CAST(1000000000000000000 AS HUGEINT)"
_INTEGER = frozenset((types.INTEGER,))


def calculated(operator: str, left: Value, right: Value) -> Value:
    """`left + right`, or with another operator; durations and dates are refused."""
    if not (left.may(types.NUMERIC) and right.may(types.NUMERIC)) and not (_dated(left) or _dated(right)):
        return UNBOUND
    if left.only(_INTEGER) and right.only(_INTEGER):
        if operator == "/":
            return number(quotient_of_integers(whole(left), whole(right)), "FALSE")
        return integer(f"({whole(left)} {operator} {whole(right)})")
    one, another = exact(left), exact(right)
    if operator == "/":
        return number(_checked(_quotient(one, another), left, right), "FALSE")
    result = _product(one, another) if operator == "*" else f"({one} {operator} {another})"
    integral = conjunction((_is_integer(left), _is_integer(right)))
    return number(_checked(_within_integers(result, integral), left, right), integral)


def negated(value: Value) -> Value:
    """`- value`."""
    return _of_one(value, "-({})")


def unchanged(value: Value) -> Value:
    """`+ value`: the number."""
    return _of_one(value, "({})")


def rounded(function: str, value: Value) -> Value:
    """ABS, CEIL, FLOOR or ROUND: to the nearest integer, halves upwards."""
    if value.only(_INTEGER) and function != "ABS":
        return integer(whole(value))
    half = "floor({} + CAST(0.5 AS DECIMAL(2,1)))"
    return _of_one(
        value, {"ABS": "abs({})", "CEIL": "ceil({})", "FLOOR": "floor({})", "ROUND": half}[function]
    )


def quotient_by_count(total: str, count: str) -> str:
    """A decimal sum divided by an integer, cut off at 18 digits."""
    return _with_scale(f"({_unscaled(total)} // CAST({count} AS HUGEINT))")


def quotient_of_integers(one: str, another: str) -> str:
    """A quotient of integers of 64 bits, cut off at 18 digits; NULL where the divisor is 0."""
    another = f"nullif({another}, 0)"
    fraction = f"CAST({one} % {another} AS HUGEINT) * {_ONE} // {another}"
    digits = f"CAST({fraction} AS DECIMAL(19,0)) * CAST('0.000000000000000001' AS DECIMAL(19,18))"
    return f"(CAST({one} // {another} AS {types.NUMBER}) + {digits})"


def _of_one(value: Value, template: str) -> Value:
    if not value.may(types.NUMERIC) and not _dated(value):
        return UNBOUND
    if value.only(_INTEGER):
        return integer(template.format(whole(value)))
    result = f"CAST({template.format(exact(value))} AS {types.NUMBER})"
    integral = _is_integer(value)
    return number(_checked(_within_integers(result, integral), value), integral)


def _dated(value: Value) -> bool:
    return value.may(types.TEMPORAL | {types.DURATION})


def _is_integer(value: Value) -> str:
    if value.only(_INTEGER) or not value.may(types.EXACT):
        return "TRUE"
    if not value.may(_INTEGER):
        return "FALSE"
    return f"{value.part('datatype')} = {quoted(types.DATATYPES[types.INTEGER])}"


def _within_integers(result: str, integral: str) -> str:
    """A result of integers has to be one of 64 bits."""
    if integral == "FALSE":
        return result
    outside = f"{integral} AND abs({result}) > CAST('9223372036854775807' AS {types.NUMBER})"
    return choice([(outside, refusal("an integer of more than 64 bits"))], result)


def _checked(result: str, *operands: Value) -> str:
    """The result, unless an operand is a double, a float, a date or a duration."""
    tests = []
    for value in operands:
        if value.may(types.APPROXIMATE):
            tests.append((f"{value.part('approximate')} IS NOT NULL", refusal("arithmetic of doubles")))
        if value.may(types.TEMPORAL):
            tests.append((f"{value.part('seconds')} IS NOT NULL", refusal("arithmetic of dates")))
        if types.DURATION in value.types:
            names = ", ".join(quoted(XSD + name) for name in types.DURATIONS)
            tests.append((f"{value.part('datatype')} IN ({names})", refusal("arithmetic of durations")))
    return choice(tests, result)


def _unscaled(sql: str) -> str:
    """A decimal times 10^18, as a HUGEINT."""
    fraction = "CAST(x - trunc(x) AS DECIMAL(19,18)) * CAST(1000000000000000000 AS DECIMAL(19,0))"
    value = f"CAST(trunc(x) AS HUGEINT) * {_ONE} + CAST({fraction} AS HUGEINT)"
    return f"list_transform([{sql}], lambda x: {value})[1]"


def _scaled(sql: str) -> str:
    """A HUGEINT divided by 10^18, as a decimal."""
    fraction = f"CAST({sql} % {_ONE} AS DECIMAL(19,0)) * CAST('0.000000000000000001' AS DECIMAL(19,18))"
    return f"(CAST({sql} // {_ONE} AS {types.NUMBER}) + {fraction})"


def _quotient(one: str, another: str) -> str:
    """Both reduced by their greatest common divisor, so that a multiplication by 10^18 seldom overflows."""
    divisor = "greatest(gcd(v.l, v.r), 1)"
    value = _with_scale(f"((v.l // {divisor}) * {_ONE} // nullif(v.r // {divisor}, 0))")
    return choice([(f"{another} <> 0", _where(_unscaled(one), _unscaled(another), value))])


def _product(one: str, another: str) -> str:
    """Both as fractions in lowest terms, so that their product seldom overflows; cut off at 18 digits."""
    left, right = (f"greatest(gcd(v.{side}, {_ONE}), 1)" for side in "lr")
    denominator = f"(({_ONE} // {left}) * ({_ONE} // {right}))"
    product = f"(v.l // {left}) * (v.r // {right})"
    cases = [
        (f"{_ONE} % {denominator} = 0", f"{product} * ({_ONE} // {denominator})"),
        (f"{denominator} % {_ONE} = 0", f"{product} // ({denominator} // {_ONE})"),
        ("v.l IS NOT NULL AND v.r IS NOT NULL", refusal("a product of more than 18 digits")),
    ]
    return _where(_unscaled(one), _unscaled(another), _with_scale(choice(cases)))


def _where(left: str, right: str, result: str) -> str:
    """A result in terms of v.l and v.r, so that the text of neither is repeated."""
    return f"list_transform([struct_pack(l := {left}, r := {right})], lambda v: {result})[1]"


def _with_scale(sql: str) -> str:
    return f"list_transform([{sql}], lambda w: {_scaled('w')})[1]"


def is_numeric(value: Value) -> str:
    """IsNumeric (section 17.4.2.4)."""
    tests = [(f"NOT ({value.present})", "NULL")] if not value.bound else []
    return choice(tests, is_number(value))
