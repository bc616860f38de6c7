"""Tokens and triple patterns of SPARQL 1.1 (Query Language, section 19.8), as far as SHACL-SPARQL needs.

Triple patterns are parsed where they are plain: without blank nodes, lists and subqueries.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kankei.errors import MalformedShapes
from kankei.validation.shapes.paths import UNUSED_PROPERTY

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w][\w.\-]*)
  | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)
        (?:(?:[\w.:\-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\.))?)?)
  | (?P<word>[A-Za-z_][\w\-]*)
  | (?P<mark>\^\^|&&|\|\||[!<>]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"{": "}", "(": ")"}
PATH_MODIFIERS = {"*", "+", "?"}


@dataclass(frozen=True)
class Token:
    """One terminal. `spaced`: space stands before it, which the store's parser needs in some places."""

    kind: str
    text: str
    spaced: bool = True

    @property
    def upper(self) -> str:
        """A keyword in capitals, anything else as it is."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def name(self) -> str:
        """A variable's name; empty for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


Tokens = tuple[Token, ...]


def tokenize(text: str) -> Iterator[Token]:
    """The terminals of a text, without white space and comments."""
    spaced, before = True, ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            spaced = True
            continue
        # A prefixed name will become an IRI, whose bracket must not follow another one directly.
        yield Token(kind, match[0], spaced or (kind == "name" and before.startswith("<")))
        spaced, before = False, match[0]


def text_of(tokens: Tokens) -> str:
    """Tokens as text."""
    return "".join(f" {token.text}" if token.spaced else token.text for token in tokens)


def closing(tokens: Tokens, start: int) -> int:
    """The position of the bracket that closes the one at a position."""
    opening, close = tokens[start].text, _CLOSING[tokens[start].text]
    depth = 0
    for position in range(start, len(tokens)):
        depth += {opening: 1, close: -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position
    raise MalformedShapes("a bracket of the query is not closed")


def with_depth(tokens: Tokens) -> Iterator[tuple[int, Token, int]]:
    """Position, token, and the number of round brackets open after it."""
    depth = 0
    for position, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        yield position, token, depth


def split(tokens: Tokens, mark: str) -> list[Tokens]:
    """The parts of some tokens between the marks outside brackets."""
    marks = [n for n, token, depth in with_depth(tokens) if token.text == mark and depth == 0]
    return [tokens[a + 1 : b] for a, b in zip([-1, *marks], [*marks, len(tokens)], strict=True)]


class UnsupportedPattern(Exception):
    """A group that holds more than plain triple patterns and filters."""


@dataclass(frozen=True)
class TriplePattern:
    """A triple pattern, whose verb may be a property path."""

    subject: Token
    verb: Tokens
    objects: Tokens

    @property
    def variables(self) -> set[str]:
        """The names of its variables."""
        return {token.name for token in (self.subject, *self.verb, *self.objects) if token.name}

    @property
    def text(self) -> str:
        """The pattern as text; a sequence path is one that the store does not split, as in `Path.pattern`."""
        verb = text_of(self.verb)
        if any(token.text == "/" for token in self.verb):
            verb = f" ({verb})|{UNUSED_PROPERTY}"
        return f"{text_of((self.subject,))}{verb}{text_of(self.objects)} ."


def parse_triples(tokens: Tokens, start: int) -> tuple[list[TriplePattern], int]:
    """The triple patterns of one subject from a position on, and the position after them."""
    end = _triples_end(tokens, start)
    return (list(_patterns(tokens[start], tokens[start + 1 : end])) if end > start else []), end


def _triples_end(tokens: Tokens, start: int) -> int:
    for position, token, depth in with_depth(tokens[start:]):
        is_keyword = token.kind == "word" and token.text not in {"a", "true", "false"}
        if token.upper == "FILTER" or (token.text == "." and depth == 0):
            return start + position
        if is_keyword or token.text in {"{", "}", "[", "]"}:
            raise UnsupportedPattern
    return len(tokens)


def _patterns(subject: Token, rest: Tokens) -> Iterator[TriplePattern]:
    while rest:
        end = _verb_end(rest)
        stop = next((n for n in range(end, len(rest)) if rest[n].text == ";"), len(rest))
        for objects in split(rest[end:stop], ","):
            if not objects or "(" in {objects[0].text, subject.text}:
                raise UnsupportedPattern
            yield TriplePattern(subject, rest[:end], objects)
        rest = rest[stop + 1 :]


def _verb_end(tokens: Tokens) -> int:
    position = 0
    while position < len(tokens):
        while tokens[position].text in {"^", "!"}:
            position += 1
        position = closing(tokens, position) + 1 if tokens[position].text == "(" else position + 1
        while position < len(tokens) and tokens[position].text in PATH_MODIFIERS:
            position += 1
        if position >= len(tokens) or tokens[position].text not in {"/", "|"}:
            break
        position += 1
    return position


def expression_end(tokens: Tokens, position: int) -> int:
    """The position after an expression in brackets, a call or EXISTS."""
    while tokens[position].text not in {"(", "{"}:
        position += 1
    return closing(tokens, position) + 1
