"""Reading Turtle files: triples, or the exact position of what does not parse."""

from codecs import BOM_UTF8
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import shown
from kankei.errors import MalformedData, UsageError


def parse(file: Path, base_iri: str) -> tuple[ox.Triple, ...]:
    """The distinct triples of a Turtle file, in the order of their first appearance."""
    content = _content(file)
    try:
        quads = ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri=base_iri)
        return tuple(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        raise MalformedData(_sentence(error), f"{shown(file)}:{error.lineno}:{error.offset}") from error
    except MemoryError as error:  # the parser's own limit for one token, told as this
        raise MalformedData("a single value is longer than 16 MiB", shown(file)) from error


def _content(file: Path) -> bytes:
    """The bytes of a file in UTF-8, as Turtle 1.1 section 4 demands."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", shown(file)) from error
    if content.startswith(BOM_UTF8):
        message = "the file begins with a byte order mark: save it without one"
        raise MalformedData(message, f"{shown(file)}:1:1")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise MalformedData("the file is not in UTF-8", f"{shown(file)}:{line}:{column}") from error
    return content


def _sentence(error: SyntaxError) -> str:
    return error.msg.partition(": ")[2] or error.msg
