"""SERVICE SILENT whose endpoint breaks off in the middle of its answer.

The engine ignores an endpoint that cannot be reached; an answer that breaks off fails the whole query, after
some of its solutions were used. SPARQL 1.1 Federated Query, section 2, wants a single solution with no
bindings in both cases.
"""

from collections.abc import Sequence

from kankei.engine.query.lexer import Kind, Token, tokens
from kankei.engine.query.service_guard import service_calls

_NO_BINDINGS = "{}"


def without_silent_call(query: str) -> str | None:
    """The query with its call of a service, if that is silent, replaced by one solution without bindings.

    None where there is no such call, and where there are several: which of them failed is not known.
    """
    if len(list(service_calls(query))) != 1:
        return None
    lexed = list(tokens(query))
    for place, token in enumerate(lexed):
        if token.kind is Kind.WORD and token.text.lower() == "service":
            words = [inner.text.lower() for inner in lexed[place : place + 4]]
            if len(words) < 4 or words[1] != "silent" or words[3] != "{":
                return None
            return query[: token.start] + _NO_BINDINGS + query[_end_of_group(lexed, place + 3) :]
    return None


def _end_of_group(lexed: Sequence[Token], opening: int) -> int:
    """The offset behind the brace that closes the one at a token."""
    depth = 0
    for token in lexed[opening:]:
        depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return token.end
    return lexed[-1].end
