"""What is refused of a query before the engine sees it: calls to other servers, and endless nesting."""

import re
from collections.abc import Iterator, Set
from heapq import heappop, heappush
from typing import NamedTuple

from kankei.engine.query.lexer import Kind, Token, readings, tokens
from kankei.errors import MalformedRequest

MAX_DEPTH = 256
"""Brackets within brackets; the parser's stack overflows at some thousands."""
MAX_NEGATIONS = 32
"""Negations of negations in a row, in every bracket; it overflows at some ten thousands of them together."""

_SERVICE = "service"
_MOST_READ_AGAIN = 4  # times the length of a query: what has so many readings is refused unread

# Where prefix and local name together are no valid IRI, Oxigraph reads the prefix alone, and then perhaps a
# keyword that the local name begins with: after a namespace that ends in an authority, whose port the name
# spoils, before what no IRI holds. Escapes may spell an authority; without one, any local name is a path.
_BARE_AUTHORITY = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.\-]*:)?//[^/?#>]*>|<[^<>\"{}|^`\x00-\x20]*\\[uU]")
_NOT_IN_IRIS = re.compile("[\ufff0-\uffff]")

_NEGATION = "!"
_OPENED = {"(": 1, "{": 1, "[": 1, "<": 1, ")": -1, "}": -1, "]": -1, ">": -1}

_UPDATES = frozenset(
    ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"),
)


def check(query: str, services: Set[str] = frozenset()) -> None:
    """Raise `MalformedRequest` for a query that asks a server other than those, or nests too deeply."""
    if _SERVICE in query.lower() and not all(called in services for called in calls(query)):
        offer = f"SERVICE only calls {', '.join(sorted(services))}" if services else "SERVICE is not offered"
        raise MalformedRequest(f"{offer} here: this endpoint answers from its own data")
    if query.count(_NEGATION) > MAX_NEGATIONS or sum(map(query.count, ("(", "{", "[", "<<"))) > MAX_DEPTH:
        _check_nesting(query)


def _check_nesting(query: str) -> None:
    for open_at_once, row in nesting(query):
        if open_at_once > MAX_DEPTH:
            raise MalformedRequest(f"the query nests its brackets more than {MAX_DEPTH} deep")
        if row > MAX_NEGATIONS:
            raise MalformedRequest(f"the query negates a negation more than {MAX_NEGATIONS} times over")


def calls_service(query: str) -> bool:
    """Whether a query holds the keyword SERVICE (SPARQL 1.1 Federated Query, section 2)."""
    return any(True for _ in calls(query))


def calls(query: str) -> Iterator[str]:
    """The IRIs of the endpoints that a query may call; empty for one that is not written as an IRI.

    Every reading of the text counts, since only a parser knows which of them holds.
    """
    loose = bool(_BARE_AUTHORITY.search(query) or _NOT_IN_IRIS.search(query))
    paths: list[tuple[int, Token | None]] = [(0, None)]
    seen: set[tuple[int, bool]] = set()
    unread = len(query) * _MOST_READ_AGAIN
    while paths:
        place, before = paths.pop()
        if (place, bool(before and before.operand)) in seen:
            continue
        seen.add((place, bool(before and before.operand)))
        found = readings(query, place, before)
        unread -= sum(token.end - place for token in found) or len(query) - place
        if unread < 0:
            yield ""
            return
        for token in found:
            if _is_service(query, before, token, loose=loose):
                yield _endpoint(query, token)
            paths.append((token.end, token))


def _is_service(query: str, before: Token | None, token: Token, *, loose: bool) -> bool:
    text = token.text.lower()
    if token.kind not in {Kind.WORD, Kind.PREFIXED} or _SERVICE not in text:
        return False
    if loose:
        return True
    if token.kind is Kind.WORD:
        called = readings(query, token.end, token)
        return text.endswith((_SERVICE, f"{_SERVICE}silent")) and any(map(_is_endpoint, called))
    # `service:a{` and `trueSERVICEex:a{` call a service, `GRAPH service:a{` does not.
    names_graph = before and before.kind is Kind.WORD and before.text.lower() in {"graph", "from", "named"}
    return _SERVICE in text.partition(":")[0] and not names_graph and _next(query, token) == "{"


def _is_endpoint(token: Token) -> bool:
    silent = token.kind is Kind.WORD and token.text.lower() == "silent"
    return silent or token.kind in {Kind.IRI, Kind.PREFIXED, Kind.VARIABLE}


def _endpoint(query: str, token: Token) -> str:
    """The IRI behind the keyword, if it stands there in full and nothing else is glued to the keyword."""
    after = _token_after(query, token)
    if token.text.lower() == _SERVICE and after and after.text.lower() == "silent":
        after = _token_after(query, after)
    glued = token.kind is not Kind.WORD or token.text.lower() != _SERVICE
    return after.text[1:-1] if after and after.kind is Kind.IRI and not glued else ""


def _token_after(query: str, token: Token) -> Token | None:
    return next(iter(readings(query, token.end, token)), None)


def _next(query: str, token: Token) -> str:
    after = _token_after(query, token)
    return after.text if after else ""


def nesting(query: str) -> Iterator[tuple[int, int]]:
    """How many brackets are open after each token, and how many negations stand in a row there.

    Where the text has several readings, the most that any of them comes to. Negation is the one operator that
    the grammar lets stand before itself without a bracket: `--1` and `^^ex:a` do not parse.
    """
    places = [0]
    reached = {0: _Reached(None, 0, 0)}
    unread = len(query) * _MOST_READ_AGAIN
    while places:
        place = heappop(places)
        here = reached.pop(place)
        while True:
            yield here.brackets, here.row if here.token and here.token.text == _NEGATION else 0
            found = readings(query, place, here.token)
            if places or len(found) != 1:
                break
            # As nearly everywhere: there is one way to go on, and nothing to compare it with.
            here, place = here.after(found[0]), found[0].end
        unread -= sum(token.end - place for token in found) or len(query) - place
        if unread < 0:
            raise MalformedRequest("the query can be read in too many ways")
        for token in found:
            if token.end not in reached:
                heappush(places, token.end)
            after = here.after(token)
            known = reached.setdefault(token.end, after)
            reached[token.end] = known._replace(brackets=max(known.brackets, after.brackets))


class _Reached(NamedTuple):
    """The token before some place, the brackets that are open there, and how often the token was repeated."""

    token: Token | None
    brackets: int
    row: int

    def after(self, token: Token) -> "_Reached":
        """The place behind the next token."""
        kind, text, start = token
        if kind is not Kind.PUNCTUATION:
            return _Reached(token, self.brackets, 0)
        before = self.token
        again = before is not None and before.text == text and (text == _NEGATION or before.end == start)
        row = self.row + 1 if again else 1
        # Brackets around a triple (RDF 1.2) are two characters, each a token by itself.
        opened = _OPENED.get(text, 0) if row % 2 == 0 or text not in "<>" else 0
        return _Reached(token, max(0, self.brackets + opened), row)


def is_update(query: str) -> bool:
    """Whether a text begins, after its prologue, as an update does (SPARQL 1.1 Update, section 3)."""
    for token in tokens(query):
        if token.kind is Kind.WORD and token.text.lower() not in {"prefix", "base"}:
            return token.text.lower() in _UPDATES
    return False
