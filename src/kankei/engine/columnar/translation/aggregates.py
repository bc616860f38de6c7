"""Set functions over groups (SPARQL 1.1 Query Language, section 18.5.1); of errors Oxigraph's view."""

from kankei.engine.algebra.operators import Aggregate
from kankei.engine.algebra.terms import Variable
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.arithmetic import quotient_by_count, quotient_of_integers
from kankei.engine.columnar.translation.comparisons import sort_keys
from kankei.engine.columnar.translation.expressions import Scope, evaluated
from kankei.engine.columnar.translation.term_types import Types, choice, disjunction
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import (
    UNBOUND,
    Value,
    column_of,
    exact,
    identified,
    integer,
    kept,
    number,
    refusal,
    shape_of,
    whole,
)

_INTEGER: Types = frozenset((types.INTEGER,))
_FAULTY = refusal("an error in COUNT")


def aggregated(aggregate: Aggregate, scope: Scope, *, keys: bool) -> Value:
    """The value of a set function; `keys` tells whether groups have keys, so that none is empty."""
    if aggregate.operand is None:
        return integer("count(*)", bound=True)
    value = evaluated(aggregate.operand, scope)
    match aggregate.name:
        case "COUNT":
            return _count(aggregate, value)
        case "SUM":
            return _sum(aggregate, value, keys=keys)
        case "AVG":
            return _average(aggregate, value, keys=keys)
        case "MIN" | "MAX":
            return _extreme(aggregate.name.lower(), value, scope, bound=keys and value.bound)
        case "SAMPLE":
            return _sample(value, scope)
        case name:
            raise NotTranslatable(f"{name}: the order of its values decides")


def _count(aggregate: Aggregate, value: Value) -> Value:
    if not value.types:
        fault = [] if isinstance(aggregate.operand, Variable) else [("count(*) > 0", _FAULTY)]
        return integer(choice(fault, "0 * count(*)"), bound=True)
    columns = [column_of(value, name) for name in shape_of(value)]
    counted = columns[0]
    if len(columns) > 1 and aggregate.distinct:
        counted = f"CASE WHEN {value.present} THEN ({', '.join(columns)}) END"
    count = f"count({'DISTINCT ' if aggregate.distinct else ''}{counted})"
    if isinstance(aggregate.operand, Variable) or value.bound:
        return integer("count(*)" if value.bound and not aggregate.distinct else count, bound=True)
    # The specification leaves errors out, Oxigraph makes the count an error.
    return integer(choice([(f"count(*) <> count({columns[0]})", _FAULTY)], count), bound=True)


def _sum(aggregate: Aggregate, value: Value, *, keys: bool) -> Value:
    total, faults = _total(aggregate, value, keys=keys)
    if value.only(_INTEGER):
        return integer(choice(faults, f"CAST({total} AS BIGINT)"), bound=not faults)
    integral = choice([("count(*) = 0", "TRUE")], _all_integers(value))
    outside = f"({integral}) AND abs({total}) > CAST('9223372036854775807' AS {types.NUMBER})"
    if integral != "FALSE":
        faults.append((outside, refusal("an integer of more than 64 bits")))
    return number(choice(faults, total), f"({integral})")


def _average(aggregate: Aggregate, value: Value, *, keys: bool) -> Value:
    total, faults = _total(aggregate, value, keys=keys)
    count = f"count({'DISTINCT ' + value.part('exact') if aggregate.distinct else '*'})"
    divisor = count if keys else f"greatest({count}, 1)"
    if value.only(_INTEGER):
        quotient = quotient_of_integers(f"CAST({total} AS {types.BIGINT})", divisor)
    else:
        quotient = quotient_by_count(f"CAST({total} AS {types.NUMBER})", divisor)
    empty = [] if keys else [("count(*) = 0", "0")]
    result = choice([*empty, *faults], quotient)
    result = f"CAST({result} AS {types.NUMBER})" if empty else result
    return number(result, "FALSE" if keys else "(count(*) = 0)", bound=not faults)


def _total(aggregate: Aggregate, value: Value, *, keys: bool) -> tuple[str, list[tuple[str, str]]]:
    """The sum, and the cases in which it is another one or an error."""
    numbers = value.types & types.NUMERIC
    if aggregate.distinct and len(numbers) > 1:
        raise NotTranslatable("a sum of distinct numbers of several types")
    distinct = "DISTINCT " if aggregate.distinct else ""
    known = [value.part(name) for name in ("exact", "approximate") if value.may(types.HOLDERS[name])]
    faults = []
    if not value.bound or not value.only(numbers):
        valid = " + ".join(f"count({column})" for column in known) or "0"
        faults.append((f"count(*) <> {valid}", "NULL"))
    if value.may(types.APPROXIMATE):
        faults.append((f"count({value.part('approximate')}) > 0", refusal("a sum of doubles")))
    summed = whole(value) if value.only(_INTEGER) else exact(value)
    zero = "0" if value.only(_INTEGER) else f"CAST(0 AS {types.NUMBER})"
    total = (
        f"sum({distinct}{summed})" if keys and not faults else f"coalesce(sum({distinct}{summed}), {zero})"
    )
    return (total if value.may(types.EXACT) else f"({zero} * count(*))"), faults


def _all_integers(value: Value) -> str:
    if not value.may(_INTEGER):
        return "FALSE"
    if not value.may(frozenset((types.DECIMAL,))):
        return "TRUE"
    integer_name = types.DATATYPES[types.INTEGER]
    return f"bool_and({value.part('datatype')} = '{integer_name}')"


def _extreme(function: str, value: Value, scope: Scope, *, bound: bool) -> Value:
    if not value.types:
        return UNBOUND
    missing = [] if value.bound else [(f"count(*) <> count({_column(value)})", "NULL")]
    if value.only(_INTEGER):
        return integer(choice(missing, f"{function}({whole(value)})"), bound=bound)
    if value.only(frozenset((types.DECIMAL,))):
        return number(choice(missing, f"{function}({exact(value)})"), "FALSE", bound=bound)
    shape = shape_of(value)
    if len(shape) == 1 and (shape != ("id",) or _sorted_by_identifier(value)):
        result = choice(missing, f"{function}({_column(value)})")
        return kept({shape[0]: result}, value.types, scope.rows, bound=bound)
    if shape != ("id",) or value.local:
        raise NotTranslatable("MIN or MAX of values of several types")
    keys = ", ".join(sort_keys(value))
    first, last = (f"arg_{function}({value.id}, ({keys}, {sign}{value.id}))" for sign in ("", "-"))
    least = choice([*missing, *_disorder(value, first, last)], first)
    return identified(least, value.types, scope.rows, bound=False)


def _disorder(value: Value, first: str, last: str) -> list[tuple[str, str]]:
    """The cases in which it matters which comes first: unlike terms, or different ones of equal rank."""
    ranks = [(f"{value.part('exact')} IS NOT NULL", "'number'")] if value.may(types.EXACT) else []
    if value.may(types.APPROXIMATE):
        ranks.append((f"{value.part('approximate')} IS NOT NULL", "'number'"))
    spelled = " || ".join(
        (f"CAST({value.part('kind')} AS VARCHAR)", value.part("datatype"), value.part("language"))
    )
    rank = choice(ranks, spelled)
    tests = [f"min({rank}) <> max({rank})", f"{first} <> {last}"]
    if value.may(types.TEMPORAL):
        tests.append(f"bool_and({value.part('zoned')}) <> bool_or({value.part('zoned')})")
    if types.DURATION in value.types:
        tests.append(f"bool_or({value.part('kind')} = 3 AND contains({value.part('datatype')}, 'uration'))")
    return [(disjunction(tests), refusal("the least or greatest of unlike terms"))]


def _sample(value: Value, scope: Scope) -> Value:
    shape = shape_of(value)
    if not value.types:
        return UNBOUND
    if len(shape) > 1:
        raise NotTranslatable("SAMPLE of values of several types")
    column = _column(value)
    choosable = [f"min({column}) <> max({column})"]
    if not value.bound:
        choosable.append(f"count({column}) NOT IN (0, count(*))")
    one = choice([(disjunction(choosable), refusal("SAMPLE of several values"))], f"min({column})")
    return kept({shape[0]: one}, value.types, scope.rows, bound=False, local=value.local)


def _column(value: Value) -> str:
    return column_of(value, shape_of(value)[0])


def _sorted_by_identifier(value: Value) -> bool:
    return (
        not value.local
        and value.only(types.NODES | {types.STRING})
        and not (types.STRING in value.types and value.may(types.NODES))
    )
