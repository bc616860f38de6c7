"""String-based constraint components (SHACL, section 4.4): lengths, patterns, languages."""

import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kankei.namespaces import SH
from kankei.validation.components.compiler import Scope, certain
from kankei.validation.components.constraint import Constraint, Found, PatternTest, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """The string-based constraints of a shape."""
    for name, operator in {"minLength": ">=", "maxLength": "<="}.items():
        length = shape.number(name)
        if length is not None:
            component = f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"
            yield _length(component, operator, length)
    flags = "".join(sorted({letter for value in shape.values("flags") for letter in value.value}))
    for pattern in shape.values("pattern"):
        yield _pattern(shape, scope, pattern, flags)
    lists = list(shape.members("languageIn"))
    if len(lists) > 1:
        raise shape.malformed("sh:languageIn has several values")
    for ranges in lists:
        yield _language_in(shape, ranges)
    if shape.flag("uniqueLang") and shape.one("uniqueLang") == ox.Literal(True):
        yield _unique_lang(shape, scope)


def _length(component: str, operator: str, length: int) -> Constraint:
    """Literals and IRIs have a text; a blank node has none, and so no length."""
    return ValueTest(
        component, lambda value: f"!{certain(f'STRLEN(STR({value})) {operator} {length}', 'false')}"
    )


def _pattern(shape: Shape, scope: Scope, pattern: Term, flags: str) -> Constraint:
    """A regular expression of the store's dialect; what only Python's understands is left to Python's."""
    component = SH + "PatternConstraintComponent"
    if not isinstance(pattern, ox.Literal):
        raise shape.malformed("sh:pattern is not a literal")
    arguments = f"{ox.Literal(pattern.value)}, {ox.Literal(flags)}"
    if _is_known(scope, arguments):
        return ValueTest(component, lambda value: f"!{certain(f'REGEX(STR({value}), {arguments})', 'false')}")
    try:
        expression = re.compile(pattern.value, sum(_FLAGS[letter] for letter in flags))
    except (re.error, KeyError) as error:
        raise shape.malformed(f"sh:pattern is no regular expression: {pattern.value} ({error})") from error
    function = scope.functions.name(lambda term: expression.search(term.value) is not None)
    return ValueTest(component, lambda value: f"(isBlank({value}) || !{function}({value}))")


def _is_known(scope: Scope, arguments: str) -> bool:
    """Whether the store can match a regular expression: one that it cannot would drop rows, and so pass."""
    rows: Any = scope.store.query(f'SELECT (REGEX("", {arguments}) AS ?known) {{}}')
    return next(rows)["known"] is not None


def _language_in(shape: Shape, ranges: tuple[Term, ...]) -> Constraint:
    if any(not isinstance(item, ox.Literal) for item in ranges):
        raise shape.malformed("sh:languageIn has a member that is not a literal")

    def fails(value: str) -> str:
        matches = " || ".join(f"langMatches(LANG({value}), {ox.Literal(item.value)})" for item in ranges)
        return f"!{certain(matches or 'false', 'false')}"

    return ValueTest(SH + "LanguageInConstraintComponent", fails)


def _unique_lang(shape: Shape, scope: Scope) -> Constraint:
    if shape.path is None:
        raise shape.malformed("sh:uniqueLang needs a sh:path")

    def pattern(focus: str, value: str) -> Found:
        other, language = scope.fresh(), scope.fresh()
        pairs = scope.values(shape, focus, value) + scope.values(shape, focus, other)
        same = f'LANG({value}) != "" && LCASE(LANG({value})) = LCASE(LANG({other}))'
        same += f" && !sameTerm({value}, {other})"
        return Found(
            f"{pairs} FILTER ({certain(same, 'false')}) BIND (LCASE(LANG({value})) AS {language}) ",
            (language,),
        )

    return PatternTest(SH + "UniqueLangConstraintComponent", pattern, has_value=False)
