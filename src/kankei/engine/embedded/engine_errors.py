"""Errors in words that a query's author can act on: syntax errors, and causes of a worker's exit."""

import os
import re
import signal

from kankei.engine.embedded.messages import NOT_FORKED
from kankei.errors import EngineFailed, KankeiError, OutOfMemory, TooSlow

_SYNTAX_ERROR = re.compile(
    r"error at (?P<position>\d+:\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL
)
# A class of characters: the inside of a token, which says nothing to a person.
_CHARACTER_CLASS = re.compile(r"\[(?:'(?:\\.|[^'])*'|[^'\]])*\]")
_SENTENCE = re.compile(r"[A-Z][a-zA-Z]* [a-zA-Z][^,]*")
_KEYWORD = re.compile(r"[A-Z][A-Z0-9]*")
_MAX_EXPECTED = 12

_ALLOCATION = re.compile(rb"memory allocation of \d+ bytes failed|MemoryError|Cannot allocate memory")
_PANIC = re.compile(rb"panicked at [^\n]*\n(?P<reason>[^\n]+)")
_STACK_OVERFLOW = (signal.SIGSEGV, signal.SIGBUS)


def timeout_error(timeout: float) -> TooSlow:
    """The error of a query at its deadline."""
    return TooSlow(f"the query was still running after the {timeout:g} s that it may take")


def exit_error(status: int, stderr: bytes, timeout: float) -> KankeiError:
    """The error of a query whose worker ended with a status by wait(2), by the end of its stderr."""
    number = os.WTERMSIG(status) if status >= 0 and os.WIFSIGNALED(status) else 0
    if number == signal.SIGALRM:
        return timeout_error(timeout)
    if _ALLOCATION.search(stderr):
        return OutOfMemory("the query wants more memory than one may have")
    if panic := _PANIC.search(stderr):
        return EngineFailed(f"the engine gave up on this query: {panic['reason'].decode(errors='replace')}")
    if number in _STACK_OVERFLOW:
        return EngineFailed("the query nests or chains more deeply than the engine can follow")
    reasons = {
        signal.SIGKILL: "the query was ended by the system, most likely for want of memory",
        NOT_FORKED: "the system has no process, memory or descriptor left for a query",
    }
    unexpected = f"the process answering the query ended unexpectedly, with status {status}"
    return EngineFailed(reasons.get(number or status, unexpected))


def explain_syntax_error(message: str) -> str:
    """Oxigraph's message about a syntax error; of what its parser expected, only what a person would write.

    >>> explain_syntax_error('error at 1:8: expected one of "{", VERSION, [_]')
    'error at line 1, column 8: expected "{", VERSION'
    """
    match = _SYNTAX_ERROR.fullmatch(message.strip())
    if match is None:
        return " ".join(message.split())
    line, _, column = match["position"].partition(":")
    expected = _CHARACTER_CLASS.sub("", match["expected"])
    if keywords := _only_keywords(expected):
        return f"error at line {line}, {_columns(int(column), keywords)}: this text is not SPARQL"
    return f"error at line {line}, column {column}: {_reason(expected)}"


def _only_keywords(expected: str) -> list[str]:
    """The keywords that a parser expected, if it expected nothing else."""
    parts = [part for part in re.split(r"[,\s]+", expected) if part]
    return parts if all(map(_KEYWORD.fullmatch, parts)) else []


def _columns(column: int, keywords: list[str]) -> str:
    """The columns of the error, by the column that the parser reports.

    Oxigraph compares as many characters as a keyword has, and reports where the comparison ended rather than
    where it began; the keywords are then only those that were long enough to get furthest, and no help.
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
    more = " or something else" if len(offered) > _MAX_EXPECTED else ""
    return f"expected {', '.join(offered[:_MAX_EXPECTED])}{more}"
