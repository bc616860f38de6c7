"""What is refused of a query before the engine sees it: calls to other servers, and endless nesting."""

import re
from itertools import pairwise

from kankei.engine.lexer import Kind, Token, tokens
from kankei.errors import MalformedRequest

MAX_DEPTH = 256
"""Brackets within brackets; the parser's stack overflows at some thousands."""

_SERVICE = "service"

# Oxigraph's parser goes back where `<` cannot begin an IRI, and then reads a comparison: `?a<?b)SERVICE#>`.
_HIDDEN_IN_IRI = re.compile(r"\).*service.*#", re.IGNORECASE)

_UPDATES = frozenset(
    ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"),
)


def check(query: str) -> None:
    """Raise `MalformedRequest` for a query that asks another server or nests too deeply."""
    if _SERVICE in query.lower() and calls_service(query):
        raise MalformedRequest("SERVICE is not offered here: this endpoint answers from its own data only")
    if sum(map(query.count, "({[")) > MAX_DEPTH and depth(query) > MAX_DEPTH:
        raise MalformedRequest(f"the query nests its brackets more than {MAX_DEPTH} deep")


def calls_service(query: str) -> bool:
    """Whether a query holds the keyword SERVICE (SPARQL 1.1 Federated Query, section 2).

    Oxigraph needs no white space around keywords: ``trueSERVICEex:a{`` is a call, and so is ``service:a{``.
    """
    before = Token(Kind.PUNCTUATION, "", 0)
    for token, after in pairwise((*tokens(query), Token(Kind.PUNCTUATION, "", len(query)))):
        if _is_service(before, token, after):
            return True
        before = token
    return False


def _is_service(before: Token, token: Token, after: Token) -> bool:
    match token.kind:
        case Kind.WORD:
            return _SERVICE in token.text.lower()
        case Kind.PREFIXED:
            prefix = token.text.partition(":")[0].lower()
            names_graph = before.kind is Kind.WORD and before.text.lower() in {"graph", "from", "named"}
            return _SERVICE in prefix and after.text == "{" and not names_graph
        case Kind.IRI:
            return _HIDDEN_IN_IRI.search(token.text) is not None
        case _:
            return False


def depth(query: str) -> int:
    """How deeply the brackets of a query nest."""
    deepest = level = 0
    for token in tokens(query):
        if token.kind is Kind.PUNCTUATION:
            level += (token.text in "({[") - (token.text in ")}]")
            deepest = max(deepest, level)
    return deepest


def is_update(query: str) -> bool:
    """Whether a text begins, after its prologue, as an update does (SPARQL 1.1 Update, section 3)."""
    for token in tokens(query):
        if token.kind is Kind.WORD and token.text.lower() not in {"prefix", "base"}:
            return token.text.lower() in _UPDATES
    return False
