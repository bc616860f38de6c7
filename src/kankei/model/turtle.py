"""Reading Turtle files: triples, or the exact position of what does not parse."""

from codecs import BOM_UTF8
from pathlib import Path

import pyoxigraph as ox

from kankei.errors import MalformedData
from kankei.model.files import shown


def parse(file: Path, base_iri: str) -> tuple[ox.Triple, ...]:
    """The distinct triples of a Turtle file, in the order of their first appearance."""
    content = file.read_bytes()
    if content.startswith(BOM_UTF8):
        raise MalformedData(
            "the file begins with a byte order mark: save it without one", f"{shown(file)}:1:1"
        )
    try:
        quads = ox.parse(content, format=ox.RdfFormat.TURTLE, base_iri=base_iri)
        return tuple(dict.fromkeys(quad.triple for quad in quads))
    except SyntaxError as error:
        raise MalformedData(_sentence(error), f"{shown(file)}:{error.lineno}:{error.offset}") from error


def _sentence(error: SyntaxError) -> str:
    return error.msg.partition(": ")[2] or error.msg
