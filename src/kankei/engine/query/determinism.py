"""Whether a query has the same result, byte for byte, as often as it is asked of one release."""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

from kankei.engine.query.lexer import Kind, Token, tokens
from kankei.engine.query.service_guard import calls_service

_CALLS = ("bnode", "now", "rand", "uuid")  # struuid ends in one of them
# Cheap to look for; most queries hold none of these and need no lexer.
_SUSPECT = (*_CALLS, "construct", "service")
# A comparison may look like an IRI: `?a<NOW()&&?b>1`. With a scheme and two slashes it cannot be one.
_ABSOLUTE = re.compile("<[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HIDDEN = re.compile(rf"(?:{'|'.join(_CALLS)})\(", re.IGNORECASE)


def is_deterministic(query: str) -> bool:
    """Whether nothing in a query makes its results differ from time to time.

    That would be a call of BNODE, NOW, RAND, UUID or STRUUID
    (SPARQL 1.1 Query Language, section 17.4), a blank node to be made, or another server asked.
    """
    lowered = query.lower()
    if not any(word in lowered for word in _SUSPECT):
        return True
    found = list(tokens(query))
    after = Token(Kind.PUNCTUATION, "", len(query))
    if any(_calls(token, following) for token, following in pairwise((*found, after))):
        return False
    return not _makes_blank_nodes(found) and not calls_service(query)


def _calls(token: Token, following: Token) -> bool:
    if token.kind is Kind.IRI:
        return not _ABSOLUTE.match(token.text) and _HIDDEN.search(token.text) is not None
    # Oxigraph needs no white space before a call: `FILTERRAND()<1`.
    return token.kind is Kind.WORD and token.text.lower().endswith(_CALLS) and following.text == "("


def _makes_blank_nodes(found: list[Token]) -> bool:
    """Whether the template of a CONSTRUCT, or the pattern that serves as one, holds blank nodes."""
    query = iter(found)
    for token in query:
        if token.kind is Kind.WORD and token.text.lower().endswith("construct"):
            return any(inner.kind is Kind.BLANK or inner.text in {"[", "("} for inner in _group(query))
    return False


def _group(found: Iterator[Token]) -> Iterator[Token]:
    """The tokens of the first group in braces; a template has none inside, and a pattern only at its cost."""
    for token in found:
        if token.text == "{":
            break
    return takewhile(lambda token: token.text != "}", found)
