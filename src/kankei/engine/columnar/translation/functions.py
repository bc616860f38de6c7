"""Functions of strings and terms (SPARQL 1.1 Query Language, sections 17.4.2, 17.4.3), and parts of dates.

A function that SQL does not have exactly, or not for these arguments, raises `NotTranslatable`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import ascii_lowercase, ascii_uppercase

from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.arithmetic import is_numeric, rounded
from kankei.engine.columnar.translation.term_types import Types, choice, conjunction, quoted
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.values import (
    UNBOUND,
    Value,
    boolean,
    integer,
    iri,
    literal_text,
    refusal,
    same_term,
    string,
    text,
    whole,
)

_STRING: Types = frozenset((types.STRING,))
_CASELESS = quoted(r"[^\x00-\x7F\p{Lo}\p{Lm}\p{Nd}\p{P}\p{Z}]")
"""Characters that may have another case in full Unicode than SQL knows."""
_ATOM = r"[^\\\[\](){}*+?|^$\0]|\\[.*+?()\[\]{}|^$\\/-]|\)|\[\^?[A-Za-z0-9_ ]+(?:-[A-Za-z0-9])?\]"
_COMMON_PATTERN = re.compile(rf"(?:(?:{_ATOM})[*+?]?|[|^$]|\((?!\?))*")
"""Characters, also escaped, `.`, `^`, `$`, `|`, repetitions, groups, sets of letters and digits."""

_MAX_PATTERN = 1000
"""Characters; RE2 nests no deeper."""


def call(name: str, arguments: Sequence[Value]) -> Value:
    """The value of a function that evaluates all its arguments."""
    if name not in _FUNCTIONS:
        raise NotTranslatable(f"the function {name}")
    if not all(value.types for value in arguments):
        return UNBOUND
    return _FUNCTIONS[name](*arguments)


def _textual(value: Value) -> str:
    """The characters of a string, with a language or without; NULL for anything else."""
    if not value.may(types.TEXT):
        return "NULL"
    if value.only(types.TEXT):
        return value.part("lexical")
    names = ", ".join(quoted(types.DATATYPES[name]) for name in sorted(value.types & types.TEXT))
    return choice([(f"{value.part('datatype')} IN ({names})", value.part("lexical"))])


def _simple(value: Value) -> str:
    """The characters of a string without a language; NULL for anything else."""
    if not value.may(_STRING):
        return "NULL"
    if value.only(_STRING):
        return value.part("lexical")
    return choice(
        [(f"{value.part('datatype')} = {quoted(types.DATATYPES[types.STRING])}", value.part("lexical"))]
    )


def _like(value: Value, sql: str) -> Value:
    """A string with the language of another."""
    kinds = value.types & types.TEXT
    if not kinds:
        return UNBOUND
    language = "''" if kinds == _STRING else value.part("language")
    return string(sql) if kinds == _STRING else text(sql, language, kinds)


def _str(value: Value) -> Value:
    if not value.may(types.ANY - {types.BLANK}):
        return UNBOUND
    if types.BLANK in value.types:
        return string(choice([(f"{value.part('kind')} <> 1", value.part("lexical"))]))
    return string(value.part("lexical"), bound=value.bound)


def _lang(value: Value) -> Value:
    if not value.may(types.NODES):
        return string(value.part("language"), bound=value.bound)
    return string(choice([(f"{value.part('kind')} = 3", value.part("language"))]))


def _datatype(value: Value) -> Value:
    if not value.may(types.NODES):
        return iri(value.part("datatype"), bound=value.bound)
    return iri(choice([(f"{value.part('kind')} = 3", value.part("datatype"))]))


def _is(kinds: Types) -> Callable[[Value], Value]:
    numbers = {1: frozenset((types.BLANK,)), 2: frozenset((types.IRI,)), 3: types.LITERALS}
    (kind,) = (number for number, of_kind in numbers.items() if of_kind == kinds)

    def test(value: Value) -> Value:
        if value.bound and value.only(kinds):
            return boolean("TRUE", bound=True)
        if value.bound and not value.may(kinds):
            return boolean("FALSE", bound=True)
        return boolean(f"({value.part('kind')} = {kind})", bound=value.bound)

    return test


def _concat(*values: Value) -> Value:
    if not values:
        return string("''", bound=True)
    joined = "(" + " || ".join(_textual(value) for value in values) + ")"
    kinds = [value.types & types.TEXT for value in values]
    if not all(kinds):
        return UNBOUND
    if any(kind == _STRING for kind in kinds):
        return string(joined)
    languages = [value.part("language") for value in values]
    alike = conjunction(f"{languages[0]} = {language}" for language in languages[1:])
    kind = frozenset().union(*kinds)
    language = choice([(alike, languages[0])], "''") if len(values) > 1 else languages[0]
    return text(joined, language, kind | _STRING if len(values) > 1 else kind)


def _substr(source: Value, start: Value, length: Value | None = None) -> Value:
    whole_number = frozenset((types.INTEGER,))
    if not all(value.only(whole_number) for value in (start, length) if value):
        raise NotTranslatable("SUBSTR with a place that may be no integer")
    characters, first = _textual(source), whole(start)
    if length is None:
        return _like(source, f"substring({characters}, greatest({first}, 1))")
    end = f"{first} + {whole(length)}"
    size = f"greatest({end} - greatest({first}, 1), 0)"
    return _like(source, f"substring({characters}, greatest({first}, 1), {size})")


def _strlen(value: Value) -> Value:
    # length() counts code points, as STRLEN does.
    return integer(f"length({_textual(value)})")


def _cased(function: str) -> Callable[[Value], Value]:
    def cased(value: Value) -> Value:
        characters = _textual(value)
        unsure = f"regexp_matches({characters}, {_CASELESS})"
        return _like(value, choice([(unsure, refusal("case of letters"))], f"{function}({characters})"))

    return cased


def _arguments(one: Value, another: Value) -> tuple[str, str, str]:
    """Two strings, and whether they are compatible (section 17.4.3.1.2)."""
    fits = "TRUE"
    if another.may(frozenset((types.LANG,))):
        language = another.part("language")
        fits = f"({language} = '' OR {one.part('language')} = {language})"
    return _textual(one), _textual(another), fits


def _tested(template: str) -> Callable[[Value, Value], Value]:
    def test(one: Value, another: Value) -> Value:
        left, right, fits = _arguments(one, another)
        tested = template.format(left, right)
        return boolean(tested if fits == "TRUE" else choice([(fits, tested)]))

    return test


def _part_of(template: str) -> Callable[[Value, Value], Value]:
    def cut(one: Value, another: Value) -> Value:
        left, right, fits = _arguments(one, another)
        if not one.may(types.TEXT) or not another.may(types.TEXT):
            return UNBOUND
        contained = f"{left} || {right} IS NOT NULL AND strpos({left}, {right}) > 0"
        missing = conjunction((fits, f"strpos({left}, {right}) = 0"))
        characters = choice([(conjunction((fits, contained)), template.format(left, right)), (missing, "''")])
        kinds = one.types & types.TEXT
        if kinds == _STRING:
            return string(characters)
        language = choice([(missing, "''")], one.part("language"))
        return text(characters, language, types.TEXT)

    return cut


def _ascii_lower(sql: str) -> str:
    """Without the Kelvin sign and others whose lower case is of ASCII."""
    return f"translate({sql}, '{ascii_uppercase}', '{ascii_lowercase}')"


def _langmatches(tag: Value, wanted: Value) -> Value:
    language, range_ = (_ascii_lower(_simple(value)) for value in (tag, wanted))
    if literal_text(wanted) == "*":
        return boolean(f"({language} <> '')")
    branches = [(f"{range_} = '*'", f"{language} <> ''")]
    matched = f"starts_with({language} || '-', {range_} || '-')"
    return boolean(matched if literal_text(wanted) else choice(branches, matched))


def _regex(value: Value, pattern: Value, flags: Value | None = None) -> Value:
    """Of patterns made of these parts RE2 and Rust's library think alike, whether or not case counts."""
    written, options = literal_text(pattern), "" if flags is None else literal_text(flags)
    if written is None or options not in {"", "i"} or not _COMMON_PATTERN.fullmatch(written):
        raise NotTranslatable("REGEX with a pattern or flags that other libraries may read differently")
    _check_pattern(written)
    prefix = "(?i-s)" if options else "(?-s)"
    return boolean(f"regexp_matches({_textual(value)}, {quoted(prefix + written)})")


def _check_pattern(written: str) -> None:
    """Of a pattern that is none, a library ends the query, and Oxigraph the expression."""
    try:
        re.compile(written)
    except re.error:
        raise NotTranslatable("REGEX with a pattern that is none") from None
    if len(written) > _MAX_PATTERN:
        raise NotTranslatable("REGEX with a long pattern")


def _field(kinds: Sequence[str], pattern: str, cast: str = types.BIGINT) -> Callable[[Value], Value]:
    def extract(value: Value) -> Value:
        possible = value.types & frozenset(kinds)
        if not possible:
            return UNBOUND
        part = f"CAST(regexp_extract({value.part('lexical')}, {quoted(pattern)}, 1) AS {cast})"
        tests = [] if value.only(possible) else [f"{value.part('seconds')} IS NOT NULL"]
        if value.types & types.TEMPORAL != possible:
            names = ", ".join(quoted(types.DATATYPES[name]) for name in sorted(possible))
            tests.append(f"{value.part('datatype')} IN ({names})")
        return integer(choice([(conjunction(tests), part)]) if tests else part)

    return extract


def _iri(value: Value) -> Value:
    if value.only(frozenset((types.IRI,))):
        return value
    if not value.may(frozenset((types.IRI, types.STRING))):
        return UNBOUND
    raise NotTranslatable("IRI of a string, which may be relative or none")


def _replace(value: Value, pattern: Value, replacement: Value, flags: Value | None = None) -> Value:
    """Only of plain text by plain text."""
    written, new = literal_text(pattern), literal_text(replacement)
    if not written or new is None or flags or "$" in new or re.search(r"[\\\[\](){}.*+?|^$]", written):
        raise NotTranslatable("REPLACE with a pattern that is not plain")
    return _like(value, f"replace({_textual(value)}, {quoted(written)}, {quoted(new)})")


def _same(one: Value, another: Value) -> Value:
    return boolean(f"({same_term(one, another)})")


_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "STR": _str,
    "LANG": _lang,
    "DATATYPE": _datatype,
    "ISIRI": _is(frozenset((types.IRI,))),
    "ISURI": _is(frozenset((types.IRI,))),
    "ISBLANK": _is(frozenset((types.BLANK,))),
    "ISLITERAL": _is(types.LITERALS),
    "ISNUMERIC": lambda value: boolean(f"({is_numeric(value)})", bound=value.bound),
    "SAMETERM": _same,
    "IRI": _iri,
    "URI": _iri,
    "REPLACE": _replace,
    "ABS": partial(rounded, "ABS"),
    "CEIL": partial(rounded, "CEIL"),
    "FLOOR": partial(rounded, "FLOOR"),
    "ROUND": partial(rounded, "ROUND"),
    "CONCAT": _concat,
    "SUBSTR": _substr,
    "STRLEN": _strlen,
    "UCASE": _cased("upper"),
    "LCASE": _cased("lower"),
    "STRSTARTS": _tested("starts_with({0}, {1})"),
    "STRENDS": _tested("ends_with({0}, {1})"),
    "CONTAINS": _tested("contains({0}, {1})"),
    "STRBEFORE": _part_of("substring({0}, 1, strpos({0}, {1}) - 1)"),
    "STRAFTER": _part_of("substring({0}, strpos({0}, {1}) + length({1}))"),
    "LANGMATCHES": _langmatches,
    "REGEX": _regex,
    "YEAR": _field(("dateTime", "date", "gYear", "gYearMonth"), "^(-?[0-9]{4,})"),
    "MONTH": _field(("dateTime", "date", "gYearMonth"), "^-?[0-9]{4,}-([0-9]{2})"),
    "DAY": _field(("dateTime", "date"), "^-?[0-9]{4,}-[0-9]{2}-([0-9]{2})"),
    "HOURS": _field(("dateTime", "time"), "([0-9]{2}):[0-9]{2}:"),
    "MINUTES": _field(("dateTime", "time"), "[0-9]{2}:([0-9]{2}):"),
}
