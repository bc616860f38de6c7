"""Refuses queries before the engine parses them: great length, SERVICE calls, deep nesting."""

import re
from collections.abc import Collection, Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from kankei.engine.query.lexer import Kind, Token, readings, tokens
from kankei.errors import MalformedQuery, MalformedRequest, TooLarge

MAX_DEPTH = 256
"""Brackets within brackets; the parser's stack overflows at some thousands."""
MAX_NEGATIONS = 32
"""Negations of negations in a row, in every bracket; it overflows at some ten thousands of them together."""

_SERVICE = "service"
_MAX_READINGS = 4  # times the length of a query that all its readings may have together

# Where prefix and local name together are no valid IRI, Oxigraph reads the prefix alone, and then perhaps a
# keyword that the local name begins with: after a namespace that ends in an authority, whose port the name
# spoils, before what no IRI holds. Escapes may spell an authority; without one, any local name is a path.
_AMBIGUOUS_NAMESPACE = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//[^/?#>]*>|<[^<>\"{}|^`\x00-\x20]*\\[uU]")
_NOT_IN_IRI = re.compile("[\ufff0-\uffff]")

_NEGATION = "!"
_BRACKETS = {"(": 1, "{": 1, "[": 1, "<": 1, ")": -1, "}": -1, "]": -1, ">": -1}

_UPDATE_KEYWORDS = frozenset(
    ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")
)


def check_query(query: str, services: Collection[str] = ()) -> None:
    """Raise `MalformedRequest` for a query that calls a service other than those, or nests too deeply."""
    if _SERVICE in query.lower() and not all(called in services for called in service_calls(query)):
        offer = f"SERVICE only calls {', '.join(sorted(services))}" if services else "SERVICE is not offered"
        raise MalformedRequest(f"{offer} here: this endpoint answers from its own data")
    if query.count(_NEGATION) > MAX_NEGATIONS or sum(map(query.count, ("(", "{", "[", "<<"))) > MAX_DEPTH:
        _check_nesting(query)


def _check_nesting(query: str) -> None:
    for depth, negations in nesting(query):
        if depth > MAX_DEPTH:
            raise MalformedRequest(f"the query nests its brackets more than {MAX_DEPTH} deep")
        if negations > MAX_NEGATIONS:
            raise MalformedRequest(f"the query negates a negation more than {MAX_NEGATIONS} times over")


def check_length(query: str, limit: int) -> None:
    """Raise `TooLarge` for a query of more bytes in UTF-8, and `MalformedQuery` for one that has no UTF-8."""
    try:
        too_long = len(query) > limit or len(query.encode()) > limit
    except UnicodeEncodeError as error:
        raise MalformedQuery(f"the query is not Unicode text: {error.reason}") from error
    if too_long:
        raise TooLarge(f"the query is longer than the {limit} bytes that one may have")


def calls_service(query: str) -> bool:
    """Whether a query holds the keyword SERVICE (SPARQL 1.1 Federated Query, section 2)."""
    return _SERVICE in query.lower() and any(True for _ in service_calls(query))


def service_calls(query: str) -> Iterator[str]:
    """The IRIs of the endpoints that a query may call; empty for one that is not written as an IRI.

    Every reading of the text counts, since only a parser knows which of them holds.
    """
    any_name = bool(_AMBIGUOUS_NAMESPACE.search(query) or _NOT_IN_IRI.search(query))
    pending: list[tuple[int, Token | None]] = [(0, None)]
    seen: set[tuple[int, bool]] = set()
    budget = len(query) * _MAX_READINGS
    while pending:
        position, before = pending.pop()
        state = position, bool(before and before.operand)
        if state in seen:
            continue
        seen.add(state)
        candidates = readings(query, position, before)
        budget -= sum(token.end - position for token in candidates) or len(query) - position
        if budget < 0:
            yield ""
            return
        for token in candidates:
            if _is_service(query, before, token, any_name=any_name):
                yield _endpoint(query, token)
            pending.append((token.end, token))


def _is_service(query: str, before: Token | None, token: Token, *, any_name: bool) -> bool:
    text = token.text.lower()
    if token.kind not in {Kind.WORD, Kind.PREFIXED} or _SERVICE not in text:
        return False
    if any_name:
        return True
    if token.kind is Kind.WORD:
        following = readings(query, token.end, token)
        return text.endswith((_SERVICE, f"{_SERVICE}silent")) and any(map(_is_endpoint, following))
    # `service:a{` and `trueSERVICEex:a{` call a service, `GRAPH service:a{` does not.
    names_graph = before and before.kind is Kind.WORD and before.text.lower() in {"graph", "from", "named"}
    after = _token_after(query, token)
    is_block = after is not None and after.text == "{"
    return _SERVICE in text.partition(":")[0] and not names_graph and is_block


def _is_endpoint(token: Token) -> bool:
    silent = token.kind is Kind.WORD and token.text.lower() == "silent"
    return silent or token.kind in {Kind.IRI, Kind.PREFIXED, Kind.VARIABLE}


def _endpoint(query: str, token: Token) -> str:
    """The IRI after the keyword, if it is written in full and nothing else is joined to the keyword."""
    after = _token_after(query, token)
    if token.text.lower() == _SERVICE and after and after.text.lower() == "silent":
        after = _token_after(query, after)
    joined = token.kind is not Kind.WORD or token.text.lower() != _SERVICE
    return after.text[1:-1] if after and after.kind is Kind.IRI and not joined else ""


def _token_after(query: str, token: Token) -> Token | None:
    return next(iter(readings(query, token.end, token)), None)


def nesting(query: str) -> Iterator[tuple[int, int]]:
    """How many brackets are open after each token, and how many negations stand in a row there.

    Where the text has several readings, the most that any of them comes to. Negation is the one operator that
    the grammar lets stand before itself without a bracket: `--1` and `^^ex:a` do not parse.
    """
    positions = [0]
    states = {0: _Nesting(None, 0, 0)}
    budget = len(query) * _MAX_READINGS
    while positions:
        position = heappop(positions)
        state = states.pop(position)
        while True:
            is_negation = state.token and state.token.text == _NEGATION
            yield state.brackets, state.repeats if is_negation else 0
            candidates = readings(query, position, state.token)
            if positions or len(candidates) != 1:
                break
            # As nearly everywhere: there is one reading, and nothing to compare it with.
            state, position = state.after(candidates[0]), candidates[0].end
        budget -= sum(token.end - position for token in candidates) or len(query) - position
        if budget < 0:
            raise MalformedRequest("the query can be read in too many ways")
        for token in candidates:
            if token.end not in states:
                heappush(positions, token.end)
            after = state.after(token)
            known = states.setdefault(token.end, after)
            states[token.end] = known._replace(brackets=max(known.brackets, after.brackets))


class _Nesting(NamedTuple):
    """The token before a position, the brackets that are open there, and how often the token was repeated."""

    token: Token | None
    brackets: int
    repeats: int

    def after(self, token: Token) -> "_Nesting":
        """The state behind the next token."""
        kind, text, start = token
        if kind is not Kind.PUNCTUATION:
            return _Nesting(token, self.brackets, 0)
        before = self.token
        repeated = before is not None and before.text == text and (text == _NEGATION or before.end == start)
        repeats = self.repeats + 1 if repeated else 1
        # Brackets around a triple (RDF 1.2) are two characters, each a token by itself.
        opened = _BRACKETS.get(text, 0) if repeats % 2 == 0 or text not in "<>" else 0
        return _Nesting(token, max(0, self.brackets + opened), repeats)


def is_update(query: str) -> bool:
    """Whether a text begins, after its prologue, as an update does (SPARQL 1.1 Update, section 3)."""
    for token in tokens(query):
        if token.kind is Kind.WORD and token.text.lower() not in {"prefix", "base"}:
            return token.text.lower() in _UPDATE_KEYWORDS
    return False
