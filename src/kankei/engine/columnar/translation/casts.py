"""Constructor functions of XML Schema (SPARQL 1.1 Query Language, section 17.5) that SQL has exactly."""

from kankei.engine.algebra.terms import XSD
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.functions import call
from kankei.engine.columnar.translation.term_types import choice, quoted
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import (
    Value,
    boolean,
    exact,
    integer,
    number,
    refusal,
)

_BOOLEAN: types.Types = frozenset((types.BOOLEAN,))
_INTEGER = "[+-]?[0-9]+"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"


def cast(function: str, value: Value) -> Value:
    """The value of a constructor function; raises `NotTranslatable` for other functions and types."""
    name = function.removeprefix(XSD)
    if name == types.STRING and not value.may(types.APPROXIMATE):
        return call("STR", [value])
    if name in types.EXACT and value.only(types.EXACT | {types.BOOLEAN, types.STRING}):
        return _number(name, value)
    if name == types.BOOLEAN and value.only(types.EXACT | _BOOLEAN):
        truth = (f"{value.part('truth')} IS NOT NULL", value.part("truth"))
        return boolean(choice([truth] if value.may(_BOOLEAN) else [], f"{value.part('exact')} <> 0"))
    raise NotTranslatable(f"the function {name} of such values")


def _number(name: str, value: Value) -> Value:
    pattern, of_sql = (_INTEGER, types.BIGINT) if name == types.INTEGER else (_DECIMAL, types.NUMBER)
    branches = []
    if types.STRING in value.types:
        lexical = value.part("lexical")
        is_string = f"{value.part('datatype')} = {quoted(types.DATATYPES[types.STRING])}"
        fits = f"regexp_full_match({lexical}, {quoted(pattern)})"
        long = (f"{is_string} AND length({lexical}) > 18", refusal("a long number"))
        branches += [long, (is_string, choice([(fits, f"CAST({lexical} AS {of_sql})")]))]
    if types.BOOLEAN in value.types:
        truth = value.part("truth")
        branches.append((f"{truth} IS NOT NULL", f"CAST({truth} AS {types.BIGINT})"))
    whole = f"trunc({exact(value)})" if name == types.INTEGER else exact(value)
    result = choice(branches, whole) if value.may(types.EXACT) else choice(branches)
    converted = f"CAST({result} AS {of_sql})"
    return integer(converted) if name == types.INTEGER else number(converted, "FALSE")
