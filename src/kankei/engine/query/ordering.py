"""ORDER BY made total: before each condition one that tells apart what cannot be compared.

Oxigraph compares literals by value where SPARQL defines `<` for them, and by their text where it does not
(SPARQL 1.1 Query Language, section 15.1, leaves that order open). The two rules together are no order: with
10, "5" and 9 in one column, sorting may misplace numbers, or end in a panic. A condition before it that ranks
terms (numbers, then each datatype and language by itself) leaves only comparable terms to it.
"""

import re
from collections.abc import Iterator, Sequence

from kankei.engine.query.lexer import Kind, Token, tokens
from kankei.errors import MalformedQuery

_XSD = "http://www.w3.org/2001/XMLSchema#"
# Terms that are no literals have no datatype: the error leaves the rank unbound, which comes first, and among
# themselves blank nodes and IRIs are ordered by the specification. `x <= x` holds of what has an order.
_RANK = (
    f'IF(isNumeric({{0}}), IF({{0}} <= {{0}}, "", "NaN"), IF(DATATYPE({{0}}) = <{_XSD}string>, "s", '
    'CONCAT(STR(DATATYPE({0})), LANG({0}), IF(COALESCE({0} <= {0}, false), " ordered", ""))))'
)
# A time without a zone has an order to one with a zone only where they are 14 hours apart (XML Schema Part 2,
# section 3.2.7.4): taken for UTC it is in that order, and in one with all others.
_COMPARED = (
    f"COALESCE(IF(DATATYPE({{0}}) IN (<{_XSD}dateTime>, <{_XSD}date>, <{_XSD}time>) "
    '&& !REGEX(STR({0}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$"), '
    'STRDT(CONCAT(STR({0}), "Z"), DATATYPE({0})), {0}), {0})'
)
# Calls whose values are all of one kind: nothing has to be told apart.
_OF_ONE_KIND = re.compile(
    "count|sum|avg|group_concat|str|strlen|lang|encode_for_uri|year|month|day|hours|minutes|seconds"
    "|abs|ceil|floor|round|rand|isiri|isuri|isblank|isliteral|isnumeric|bound|regex|contains"
    "|strstarts|strends|langmatches|sameterm|exists|not",
    re.IGNORECASE,
)
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_MAX_RANKED = 2_000
"""Characters of one condition; the rewriting repeats it fourteen times."""


def totally_ordered(query: str) -> str:
    """The query with its ORDER BY conditions rewritten so that only comparable terms are compared.

    A text that is no query comes back with the same faults, though perhaps at other places. Raises
    `MalformedQuery` where conditions are written in a way that cannot be told apart without a parser, or are
    longer than a rank may be.
    """
    if "order" not in query.lower():
        return query
    parts: list[str] = []
    end = 0
    for start, stop, conditions in _replacements(query, list(tokens(query))):
        parts += (query[end:start], conditions)
        end = stop
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
            first, last = lexed[place], lexed[after - 1]
            descending = first.kind is Kind.WORD and first.text.lower() == "desc"
            directed = descending or (first.kind is Kind.WORD and first.text.lower() == "asc")
            if not _is_of_one_kind(lexed, place + directed):
                expression = query[lexed[place + directed].start : last.end]
                if len(expression) > _MAX_RANKED:
                    message = f"a condition of ORDER BY has more than {_MAX_RANKED} characters"
                    raise MalformedQuery(f"{message}: bind its value to a variable, and order by that")
                direction = "DESC" if descending else "ASC"
                keys = (_RANK.format(expression), _COMPARED.format(expression))
                yield first.start, last.end, "".join(f" {direction}({key})" for key in keys)
            place = after


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
    if token.kind not in {Kind.WORD, Kind.IRI, Kind.PREFIXED}:
        return place
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


def _is_of_one_kind(lexed: Sequence[Token], place: int) -> bool:
    while place < len(lexed) and lexed[place].text == "(":
        inner = _condition(lexed, place + 1)
        if inner == place + 1 or inner >= len(lexed) or lexed[inner].text != ")":
            return False  # an expression of several operands
        place += 1
    return place < len(lexed) and _OF_ONE_KIND.fullmatch(lexed[place].text) is not None
