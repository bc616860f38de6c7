"""What Oxigraph's parser says of a query, in words that its writer can act on."""

import re

_MESSAGE = re.compile(r"error at (?P<position>\d+:\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
# A class of characters: the inside of a token, which says nothing to a person.
_CLASS = re.compile(r"\[(?:'(?:\\.|[^'])*'|[^'\]])*\]")
_SENTENCE = re.compile(r"[A-Z][a-zA-Z]* [a-zA-Z][^,]*")
_MOST = 12


def plain(message: str) -> str:
    """A parser's message with its position; of what it expected, only what a person would write.

    >>> plain("error at 1:8: expected one of VERSION, [_]")
    'error at line 1, column 8: expected VERSION'
    """
    found = _MESSAGE.fullmatch(message.strip())
    if found is None:
        return " ".join(message.split())
    line, _, column = found["position"].partition(":")
    return f"error at line {line}, column {column}: {_reason(_CLASS.sub('', found['expected']))}"


def _reason(expected: str) -> str:
    expected = " ".join(expected.split())
    sentence = _SENTENCE.search(expected)
    if sentence:
        reason = sentence[0].strip()
        return "a prefix is used that the query does not declare" if reason == "Prefix not found" else reason
    offered = [part for part in (part.strip(" ,") for part in expected.split(", ")) if part and part != "|"]
    if not offered:
        return "this text is not SPARQL"
    more = " or something else" if len(offered) > _MOST else ""
    return f"expected {', '.join(offered[:_MOST])}{more}"
