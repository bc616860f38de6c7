"""All shapes as one file, to publish beside the ontology."""

from collections.abc import Sequence
from pathlib import Path

from kankei.dataset.turtle import read_turtle
from kankei.errors import MalformedShapes
from kankei.namespaces import SHAPES


def merged_shapes(files: Sequence[Path]) -> bytes:
    """The shapes graphs one after the other, comments and all.

    They are joined as text since a parser would give their blank nodes new names on every build.
    """
    merged = b"\n".join(b"# " + file.name.encode() + b"\n\n" + file.read_bytes() for file in files)
    for file in files:
        read_turtle(file, SHAPES)
        if b"@base" in file.read_bytes() or b"_:" in file.read_bytes():
            raise MalformedShapes(
                "shapes are merged as text: no @base and no labelled blank nodes", str(file)
            )
    return merged
