"""ORDER BY made total: before each condition one that tells apart what cannot be compared.

Oxigraph compares literals by value where SPARQL defines `<` for them, and by their text where it does not
(SPARQL 1.1 Query Language, section 15.1, leaves that order open). The two rules together are no order: with
10, "5" and 9 in one column, sorting may misplace numbers, or end in a panic. A condition before it that ranks
terms (numbers, then each datatype and language by itself) leaves only comparable terms to it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kankei.engine.query.lexer import Kind, Token, tokens
from kankei.errors import MalformedQuery

_XSD = "http://www.w3.org/2001/XMLSchema#"
# Terms that are no literals have no datatype: the error leaves the rank unbound, which comes first, and among
# themselves blank nodes and IRIs are ordered by the specification. `x <= x` holds of what has an order.
_RANK = (
    f'IF(isNumeric({{0}}), IF({{0}} <= {{0}}, "", "NaN"), IF(DATATYPE({{0}}) = <{_XSD}string>, "s", '
    'CONCAT(STR(DATATYPE({0})), LANG({0}), IF(COALESCE({0} <= {0}, false), " ordered", ""))))'
)
# Three kinds are compared in pairs, by rules that together are no order, and so as values that are in one:
# - A float or double is compared as such, to which many integers round: as the decimal that equals it.
# - A time without a zone has an order to one with a zone only where they are 14 hours apart (XML Schema
#   Part 2, section 3.2.7.4): taken for UTC it is in that order, and in one with all others.
# - Durations in months and in days have an order only if they keep it whatever months they are added to
#   (section 3.2.6.2): as the sum with one of the dates that are tried.
_TIMES = ("dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
_COMPARED = (
    f"COALESCE(IF(DATATYPE({{0}}) IN (<{_XSD}double>, <{_XSD}float>), "
    f"IF(<{_XSD}decimal>({{0}}) = {{0}}, <{_XSD}decimal>({{0}}), {{0}}), "
    f"IF(DATATYPE({{0}}) IN ({', '.join(f'<{_XSD}{name}>' for name in _TIMES)}), "
    'IF(REGEX(STR({0}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$"), {0}, '
    'STRDT(CONCAT(STR({0}), "Z"), DATATYPE({0}))), '
    f'IF(DATATYPE({{0}}) = <{_XSD}duration>, "1696-09-01T00:00:00Z"^^<{_XSD}dateTime> + {{0}}, {{0}}))), '
    # Triple terms (RDF 1.2) are compared by their objects, whatever these are: as equal.
    "IF(isTRIPLE({0}), 0, {0}))"
)
# Calls whose values are all of one kind: nothing has to be told apart.
_OF_ONE_KIND = re.compile(
    "count|group_concat|str|strlen|lang|encode_for_uri|year|month|day|hours|minutes|seconds|rand|isiri|isuri|isblank|isliteral|isnumeric|bound|regex|contains"
    "|strstarts|strends|langmatches|sameterm|exists|not",
    re.IGNORECASE,
)
# With a random value in one of these the kind of the value differs from one evaluation to the next.
_CHOICES = ("if", "coalesce", "strdt", "strlang", "strlangdir")
_RANDOM = ("rand", "uuid", "bnode")  # struuid ends in one of them
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_MAX_RANKED = 2_000
"""Characters of one condition; the rewriting repeats it some twenty times."""
_MAX_CONDITIONS = 100


def totally_ordered(query: str) -> str:
    """The query with its ORDER BY conditions rewritten so that only comparable terms are compared.

    A text that is no query comes back with the same faults, though perhaps at other places. Raises
    `MalformedQuery` where conditions are written in a way that cannot be told apart without a parser, or are
    longer or more than can be ranked.
    """
    if "order" not in query.lower():
        return query
    parts: list[str] = []
    end = 0
    for start, stop, conditions in _replacements(query, list(tokens(query))):
        parts += (query[end:start], conditions)
        end = stop
        if len(parts) > 2 * _MAX_CONDITIONS:
            raise MalformedQuery(f"a query has at most {_MAX_CONDITIONS} conditions of ORDER BY")
    return "".join((*parts, query[end:]))


def _replacements(query: str, lexed: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Where each condition begins and ends that may meet several kinds of terms, and what stands for it."""
    place = 0
    while place < len(lexed):
        if not _begins_order(lexed, place):
            place += 1
            continue
        place += 2
        while (after := _condition(lexed, place)) > place:
            if any(_begins_order(lexed, inner) for inner in range(place, after)):
                raise MalformedQuery("a condition of ORDER BY holds another ORDER BY: bind its value before")
            first, last = lexed[place], lexed[after - 1]
            direction = first.text.upper() if first.text.lower() in {"asc", "desc"} else "ASC"
            place += first.text.lower() in {"asc", "desc"}
            if not _is_of_one_kind(lexed, place, after):
                _check_repeatable(lexed[place:after])
                expression = query[lexed[place].start : last.end]
                yield first.start, last.end, _ranked(expression, direction)
            place = after


def _ranked(expression: str, direction: str) -> str:
    """The conditions that stand for one."""
    if len(expression) > _MAX_RANKED:
        message = f"a condition of ORDER BY has more than {_MAX_RANKED} characters"
        raise MalformedQuery(f"{message}: bind its value to a variable, and order by that")
    keys = (_RANK.format(expression), _COMPARED.format(expression))
    return "".join(f" {direction}({key})" for key in keys)


def _check_repeatable(condition: Sequence[Token]) -> None:
    """Raise `MalformedQuery` for a condition whose values may be of another kind when it is repeated."""
    calls = [
        token.text.lower()
        for token, following in pairwise(condition)
        if token.kind is Kind.WORD and following.text == "("
    ]
    if any(call.endswith(_RANDOM) for call in calls) and any(call.endswith(_CHOICES) for call in calls):
        message = "a condition of ORDER BY chooses between kinds of terms at random"
        raise MalformedQuery(f"{message}: bind its value to a variable, and order by that")


def _begins_order(lexed: Sequence[Token], place: int) -> bool:
    token = lexed[place]
    word = token.text.lower()
    if token.kind is not Kind.WORD or "order" not in word:
        return False
    following = lexed[place + 1] if place + 1 < len(lexed) else None
    if word == "order" and following and following.text.lower() == "by":
        return True
    raise MalformedQuery("write ORDER BY as two words, with white space around them")


def _condition(lexed: Sequence[Token], place: int) -> int:
    """Where a condition ends that begins at a token (production OrderCondition); there if none begins."""
    if place >= len(lexed):
        return place
    token = lexed[place]
    if token.kind is Kind.VARIABLE:
        return place + 1
    if token.text == "(":
        return _group(lexed, place)
    if token.kind not in {Kind.WORD, Kind.IRI, Kind.PREFIXED} or token.text.lower() == "values":
        return place  # VALUES may stand behind the last condition
    opening = place + 1
    if token.text.lower() == "not":  # NOT EXISTS { … }
        opening += 1
    if opening < len(lexed) and lexed[opening].text in {"(", "{"}:
        return _group(lexed, opening)
    return place


def _group(lexed: Sequence[Token], place: int) -> int:
    """Behind the bracket that closes the one at a token; the end where none does."""
    open_brackets: list[str] = []
    for index in range(place, len(lexed)):
        text = lexed[index].text
        if text in _CLOSING:
            open_brackets.append(_CLOSING[text])
        elif open_brackets and text == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return index + 1
    return len(lexed)


def _is_of_one_kind(lexed: Sequence[Token], start: int, stop: int) -> bool:
    """Whether a condition is a single call, in brackets or not, whose values are all of one kind."""
    while stop - start > 1 and lexed[start].text == "(" and lexed[stop - 1].text == ")":
        start, stop = start + 1, stop - 1
    return (
        start < stop
        and _OF_ONE_KIND.fullmatch(lexed[start].text) is not None
        and _condition(lexed, start) == stop
    )
