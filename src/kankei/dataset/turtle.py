"""Turtle files: their triples, and on which line of a file a term stands.

Parsers do not report where a triple came from; a curator needs the line, so a small lexer finds it. Its
tokens are the terminals of the Turtle grammar (https://www.w3.org/TR/turtle/#sec-grammar-grammar); it expects
text that parses.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

from kankei.dataset.data_folder import display_path
from kankei.errors import MalformedData, UsageError

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


def read_turtle(file: Path, base_iri: str) -> tuple[ox.Triple, ...]:
    """The distinct triples of a Turtle file, in the order of their first appearance.

    Raises `MalformedData` with line and column where the file does not parse.
    """
    content = _read_utf8(file)
    try:
        quads = ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri=base_iri)
        return tuple(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        message = error.msg.partition(": ")[2] or error.msg
        raise MalformedData(message, f"{display_path(file)}:{error.lineno}:{error.offset}") from error
    except MemoryError as error:  # raised by the parser for one token beyond its own limit
        raise MalformedData("a single value is longer than 16 MiB", display_path(file)) from error


def _read_utf8(file: Path) -> bytes:
    """The bytes of a file in UTF-8, as Turtle 1.1 section 4 demands."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", display_path(file)) from error
    if content.startswith(BOM_UTF8):
        message = "the file begins with a byte order mark: save it without one"
        raise MalformedData(message, f"{display_path(file)}:1:1")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise MalformedData("the file is not in UTF-8", f"{display_path(file)}:{line}:{column}") from error
    return content


@dataclass(frozen=True)
class TurtleFile:
    """A Turtle file with the base IRI that its relative IRIs are resolved against."""

    path: Path
    base_iri: str

    def content(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")

    def at_line(self, line: int) -> str:
        """``file:line`` of a line."""
        return f"{display_path(self.path)}:{line}"

    def position(self, iri: str) -> str:
        """``file:line`` of the first occurrence of an IRI; of the first line where there is none."""
        return self.at_line(self._lines[0].get(iri, 1))

    def subject_position(self, iri: str) -> str:
        """``file:line`` where the first block about an IRI begins; empty where there is none."""
        line = self._lines[1].get(iri)
        return self.at_line(line) if line else ""

    @cached_property
    def _lines(self) -> tuple[dict[str, int], dict[str, int]]:
        """First line by IRI: of any occurrence, and of those that begin a block. The file is lexed once."""
        anywhere: dict[str, int] = {}
        subjects: dict[str, int] = {}
        for iri, line, is_subject in occurrences(self.content(), self.base_iri):
            anywhere.setdefault(iri, line)
            if is_subject:
                subjects.setdefault(iri, line)
        return anywhere, subjects


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


def occurrences(text: str, base_iri: str) -> Iterator[tuple[str, int, bool]]:
    """Every IRI of a Turtle text, resolved; its line; whether a block begins with it."""
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
            yield _resolve(token.text, base_iri), token.line, opens
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            yield prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local), token.line, opens
        # The directives of SPARQL's kind end without a full stop; the next block opens right after them.
        opens = token.text == "." or directive in {"prefix", "base"}


def _resolve(token: str, base_iri: str) -> str:
    relative = _UNICODE_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token[1:-1])
    if _SCHEME.match(relative):
        return relative
    return urljoin(base_iri, relative) if relative else base_iri.partition("#")[0]
