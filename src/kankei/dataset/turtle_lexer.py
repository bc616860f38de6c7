"""A small Turtle lexer: on which line each subject's block begins, and where a term stands.

Parsers do not say where a triple came from; a curator needs the line. The tokens follow the terminals of
the Turtle grammar (https://www.w3.org/TR/turtle/#sec-grammar-grammar); the file is known to parse.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}
             |'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             |"(?:[^"\\\r\n]|\\.)*"
             |'(?:[^'\\\r\n]|\\.)*')
  | (?P<directive>@prefix\b|@base\b)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:[\w](?:[\w.\-·]*[\w\-·])?)
  | (?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?<!\.))
  | (?P<name>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:
             (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:\-·]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-·]|%[0-9A-Fa-f]{2}|\\.))?)?)
  | (?P<word>[A-Za-z]+)
  | (?P<mark>\^\^|<<|{\||.)
    """,
    re.VERBOSE | re.DOTALL,
)
_UNICODE_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")  # RFC 3987 section 2.2: with it an IRI is absolute
_NAME_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Token:
    """One terminal of a Turtle file, as written."""

    kind: str
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a Turtle text, white space and comments left out."""
    line = 1
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup or "mark", match[0]
        if kind != "space":
            yield Token(kind, value, line)
        line += value.count("\n")


@dataclass(frozen=True)
class Occurrence:
    """An IRI of a Turtle file: written out, where, and whether a block begins with it."""

    iri: str
    line: int
    is_subject: bool


def occurrences(text: str, base_iri: str) -> Iterator[Occurrence]:
    """Every IRI of a Turtle text in order, resolved against prefixes and base."""
    prefixes: dict[str, str] = {}
    opens = True
    stream = tokens(text)
    for token in stream:
        directive = token.text.lower() if opens else ""
        if directive in {"@prefix", "prefix"}:
            prefix = next(stream).text.removesuffix(":")
            prefixes[prefix] = _resolve(next(stream).text, base_iri)
        elif directive in {"@base", "base"}:
            base_iri = _resolve(next(stream).text, base_iri)
        elif token.kind == "iri":
            yield Occurrence(_resolve(token.text, base_iri), token.line, opens)
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            yield Occurrence(prefixes.get(prefix, "") + _NAME_ESCAPE.sub(r"\1", local), token.line, opens)
        # The directives of SPARQL's kind end without a full stop; the next block opens right after them.
        opens = token.text == "." or directive in {"prefix", "base"}


def block_lines(text: str, base_iri: str) -> dict[str, int]:
    """Subject IRI to the line where its first block begins."""
    lines: dict[str, int] = {}
    for occurrence in occurrences(text, base_iri):
        if occurrence.is_subject:
            lines.setdefault(occurrence.iri, occurrence.line)
    return lines


def _resolve(token: str, base_iri: str) -> str:
    relative = _UNICODE_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token[1:-1])
    if _SCHEME.match(relative):
        return relative
    return urljoin(base_iri, relative) if relative else base_iri.partition("#")[0]
