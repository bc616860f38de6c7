"""What Oxigraph's parser says of a query, in words that its writer can act on."""

import re

_MESSAGE = re.compile(r"error at (?P<position>\d+:\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
# A class of characters: the inside of a token, which says nothing to a person.
_CLASS = re.compile(r"\[(?:'(?:\\.|[^'])*'|[^'\]])*\]")
_SENTENCE = re.compile(r"[A-Z][a-zA-Z]* [a-zA-Z][^,]*")
_KEYWORD = re.compile(r"[A-Z][A-Z0-9]*")
_MOST = 12


def explain_syntax_error(message: str) -> str:
    """A parser's message with its position; of what it expected, only what a person would write.

    >>> explain_syntax_error('error at 1:8: expected one of "{", VERSION, [_]')
    'error at line 1, column 8: expected "{", VERSION'
    """
    found = _MESSAGE.fullmatch(message.strip())
    if found is None:
        return " ".join(message.split())
    line, _, column = found["position"].partition(":")
    expected = _CLASS.sub("", found["expected"])
    if keywords := _only_keywords(expected):
        return f"error at line {line}, {_columns(int(column), keywords)}: this text is not SPARQL"
    return f"error at line {line}, column {column}: {_reason(expected)}"


def _only_keywords(expected: str) -> list[str]:
    """The keywords that a parser expected, if it expected nothing else."""
    parts = [part for part in re.split(r"[,\s]+", expected) if part]
    return parts if all(map(_KEYWORD.fullmatch, parts)) else []


def _columns(column: int, keywords: list[str]) -> str:
    """Where the fault is, by where it is said to be.

    Oxigraph compares as many characters as a keyword has, and says how far it looked rather than where it
    began; the keywords are then only those that were long enough to get furthest, and no help.
    """
    first, last = column - min(map(len, keywords)), column - 1
    return f"columns {first} to {last}" if 0 < first < last else f"before column {column}"


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
