"""String-based constraint components (SHACL, section 4.4): lengths, patterns, languages."""

import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    Expression,
    PatternTest,
    ResultPattern,
    ValueTest,
    component,
    or_false,
)
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The string-based constraints of a shape."""
    for name, operator in {"minLength": ">=", "maxLength": "<="}.items():
        length = shape.number(name)
        if length is not None:
            yield ValueTest(component(name), _wrong_length(operator, length))
    flags = "".join(sorted({letter for value in shape.values("flags") for letter in value.value}))
    for pattern in shape.values("pattern"):
        yield ValueTest(component("pattern"), _no_match(shape, context, pattern, flags))
    ranges = shape.only("languageIn", shape.lists("languageIn"))
    if ranges is not None:
        yield _language_in(shape, ranges)
    if shape.flag("uniqueLang") and shape.one("uniqueLang") == ox.Literal(True):
        yield _unique_lang(shape, context)


def _wrong_length(operator: str, length: int) -> Expression:
    """Whether the length of a value node is wrong: a blank node has none."""
    return lambda value: f"!{or_false(f'STRLEN(STR({value})) {operator} {length}')}"


def _no_match(shape: Shape, context: Compilation, pattern: Term, flags: str) -> Expression:
    """Whether a value node does not match: by the store, or by Python what the store's dialect lacks."""
    if not isinstance(pattern, ox.Literal):
        raise shape.malformed("sh:pattern is not a literal")
    arguments = f"{ox.Literal(pattern.value)}, {ox.Literal(flags)}"
    if _is_supported(context, arguments):
        return lambda value: f"!{or_false(f'REGEX(STR({value}), {arguments})')}"
    try:
        expression = re.compile(pattern.value, sum(_FLAGS[letter] for letter in flags))
    except (re.error, KeyError) as error:
        raise shape.malformed(f"sh:pattern is no regular expression: {pattern.value} ({error})") from error
    function = context.functions.register(lambda term: expression.search(term.value) is not None)
    return lambda value: f"(isBlank({value}) || !{function}({value}))"


def _is_supported(context: Compilation, arguments: str) -> bool:
    """Whether the store can match a regular expression: one that it cannot would drop rows, and so pass."""
    rows: Any = context.store.query(f'SELECT (REGEX("", {arguments}) AS ?match) {{}}')
    return next(rows)["match"] is not None


def _language_in(shape: Shape, ranges: tuple[Term, ...]) -> Constraint:
    if any(not isinstance(item, ox.Literal) for item in ranges):
        raise shape.malformed("sh:languageIn has a member that is not a literal")

    def violated(value: str) -> str:
        matches = " || ".join(f"langMatches(LANG({value}), {ox.Literal(item.value)})" for item in ranges)
        return f"!{or_false(matches or 'false')}"

    return ValueTest(component("languageIn"), violated)


def _unique_lang(shape: Shape, context: Compilation) -> Constraint:
    if shape.path is None:
        raise shape.malformed("sh:uniqueLang needs a sh:path")

    def pattern(focus: str, value: str) -> ResultPattern:
        other, language = context.new_variable(), context.new_variable()
        pairs = context.value_nodes(shape, focus, value) + context.value_nodes(shape, focus, other)
        same = f'LANG({value}) != "" && LCASE(LANG({value})) = LCASE(LANG({other}))'
        same += f" && !sameTerm({value}, {other})"
        return ResultPattern(
            f"{pairs} FILTER ({or_false(same)}) BIND (LCASE(LANG({value})) AS {language}) ", (language,)
        )

    return PatternTest(component("uniqueLang"), pattern, has_value=False)
