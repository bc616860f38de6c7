"""SPARQL's terminals (SPARQL 1.1 Query Language, section 19.8), as far as SHACL-SPARQL must see them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kankei.errors import MalformedShapes

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


@dataclass(frozen=True)
class Token:
    """One terminal; the store's parser is particular about which ones stand apart."""

    kind: str
    text: str
    apart: bool = True

    @property
    def upper(self) -> str:
        """A keyword in capitals, anything else as it is."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def name(self) -> str:
        """A variable's name; empty for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


Tokens = tuple[Token, ...]


def terminals(text: str) -> Iterator[Token]:
    """The terminals of a text, white space and comments left out."""
    apart, before = True, ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            apart = True
            continue
        # A prefixed name becomes an IRI, whose bracket must not meet another.
        yield Token(kind, match[0], apart or (kind == "name" and before.startswith("<")))
        apart, before = False, match[0]


def text_of(tokens: Tokens) -> str:
    """Tokens as text."""
    return "".join(f" {token.text}" if token.apart else token.text for token in tokens)


def closing(tokens: Tokens, start: int) -> int:
    """Where the bracket that opens at a position is closed."""
    opening, close = tokens[start].text, _CLOSING[tokens[start].text]
    depth = 0
    for position in range(start, len(tokens)):
        depth += {opening: 1, close: -1}.get(tokens[position].text, 0)
        if depth == 0:
            return position
    raise MalformedShapes("a bracket of the query is not closed")


def split(tokens: Tokens, mark: str) -> list[Tokens]:
    """The parts of some tokens between the marks that stand in no bracket."""
    parts, depth, start = list[Tokens](), 0, 0
    for position, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == mark and depth == 0:
            parts.append(tokens[start:position])
            start = position + 1
    return [*parts, tokens[start:]]
