"""Lines of N-Triples as Oxigraph writes them, taken apart without a parser: several times faster than terms.

An IRI and the label of a blank node hold no space, so the first two spaces of a line end its subject and its
predicate; in a literal a line break is escaped.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

import pyoxigraph as ox

from kankei.namespaces import Base

END = b" .\n"
"""What ends a line."""


def parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    """Subject, predicate and object of a line as written."""
    subject, predicate, value = line.split(b" ", 2)
    return subject, predicate, value.removesuffix(END)


def iri(term: bytes) -> str:
    """The IRI of a named node as written, the label of a blank node."""
    return (term[1:-1] if term.startswith(b"<") else term[2:]).decode()


def subject_document(line: bytes) -> bytes:
    """The beginning of a line up to the end of the IRI of its subject, the fragment left off."""
    return line[: line.index(b" ")].partition(b"#")[0].removesuffix(b">")


def by_subject_document(base: Base, lines: Iterable[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Sorted lines by the path of the document of their subject, ``""`` for what is outside the base."""
    for beginning, group in groupby(sorted(lines, key=subject_document), key=subject_document):
        yield base.path(beginning[1:].decode()) or "", list(group)


def parse_lines(lines: bytes) -> Iterator[ox.Triple]:
    """The triples of lines that were valid when they were written."""
    return (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True))
