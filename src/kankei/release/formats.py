"""Table of RDF formats: a row adds a dump, its DCAT distribution, its media type and documents in it.

Rows are in order of preference for a client that accepts several. `COMPRESSIONS` is the table of the dumps'
compressed copies. The server reads both, so this module imports nothing of the build.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

import pyoxigraph as ox
import zstandard

from kankei.dataset.statements import text
from kankei.namespaces import PREFIXES, SD
from kankei.release import jsonld
from kankei.release.document_index import Index
from kankei.release.jsonld_context import Context

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 10


@dataclass(frozen=True)
class DumpSource:
    """The statements of a release as already written: lines of N-Triples and of N-Quads."""

    triple_lines: Path
    quad_lines: Path
    index: Index
    context: Context

    def documents(self) -> Iterator[tuple[str, list[ox.Triple]]]:
        """Root and triples of each document; before them each subject that has no document of its own."""
        with self.triple_lines.open("rb") as dump:
            documents = self.index.documents
            loose = jsonld.parse_triples(dump.read(documents[0].offset if documents else -1))
            for subject, triples in groupby(loose, key=lambda triple: triple.subject):
                yield text(subject), list(triples)
            for document in documents:
                dump.seek(document.offset)
                yield document.iri, list(jsonld.parse_triples(dump.read(document.length)))


DumpWriter = Callable[[DumpSource, IO[bytes]], None]
DocumentWriter = Callable[[Sequence[ox.Triple], str, Context], bytes]
"""Serialises the triples of the document about a root IRI."""


@dataclass(frozen=True)
class Format:
    """One RDF format and its writers.

    `w3c_name` completes ``http://www.w3.org/ns/formats/``, `file_type` the EU's file type authority table.
    `write_dump` is none for the lines that are written while the data are loaded, `write_document` where one
    document is not offered in this format.
    """

    suffix: str
    label: str
    media_type: str
    w3c_name: str
    file_type: str
    write_dump: DumpWriter | None = None
    write_document: DocumentWriter | None = None
    profile: str = ""
    """The IRI of the profile that documents of this format conform to; empty for none."""


@dataclass(frozen=True)
class Compression:
    """One compression and its writer, from a file to a new file; the same bytes every time."""

    suffix: str
    label: str
    media_type: str
    write: Callable[[Path, Path], None]


def oxigraph_dump(rdf_format: ox.RdfFormat) -> DumpWriter:
    """The dump writer of an Oxigraph format: named graphs where the format has graphs, else their merge."""

    def write(source: DumpSource, output: IO[bytes]) -> None:
        lines = source.quad_lines if rdf_format.supports_datasets else source.triple_lines
        with lines.open("rb") as content:
            quads = ox.parse(content, format=ox.RdfFormat.N_QUADS)
            statements = quads if rdf_format.supports_datasets else (quad.triple for quad in quads)
            ox.serialize(statements, output, rdf_format, prefixes=PREFIXES)

    return write


def oxigraph_document(rdf_format: ox.RdfFormat, *, empty_prefix: bool = False) -> DocumentWriter:
    """The document writer of an Oxigraph format; `empty_prefix` abbreviates the root's hash nodes."""

    def write(triples: Sequence[ox.Triple], root: str, _: Context) -> bytes:
        prefixes = _used_prefixes(triples, {"": f"{root}#"} if empty_prefix else {})
        return ox.serialize(triples, format=rdf_format, prefixes=prefixes) or b""

    return write


def _used_prefixes(triples: Sequence[ox.Triple], own: dict[str, str]) -> dict[str, str]:
    """The prefixes, the project's and a document's own, whose namespaces occur in the triples."""
    terms = (
        term
        for triple in triples
        for term in (*triple, getattr(triple.object, "datatype", None))
        if isinstance(term, ox.NamedNode)
    )
    iris = [term.value for term in terms]
    prefixes = {**own, **PREFIXES, "sd": SD}
    return {prefix: space for prefix, space in prefixes.items() if any(iri.startswith(space) for iri in iris)}


def _jsonld_dump(source: DumpSource, output: IO[bytes]) -> None:
    jsonld.write_dump(source.documents(), source.context, output)


def _jsonld_document(triples: Sequence[ox.Triple], root: str, context: Context) -> bytes:
    return jsonld.serialize(jsonld.document(triples, context, root))


def _gzip(source: Path, target: Path) -> None:
    """RFC 1952 section 2.3: with neither name nor time in its header."""
    with (
        source.open("rb") as content,
        target.open("xb") as output,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, output, mtime=0) as writer,
    ):
        shutil.copyfileobj(content, writer, 1 << 20)


def _zstandard(source: Path, target: Path) -> None:
    """RFC 8878 section 3.1.1: one frame with its size and checksum."""
    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, threads=0, write_checksum=True)
    with source.open("rb") as content, target.open("xb") as output:
        compressor.copy_stream(content, output, size=source.stat().st_size)


TURTLE = Format(
    suffix="ttl",
    label="Turtle",
    media_type="text/turtle",
    w3c_name="Turtle",
    file_type="RDF_TURTLE",
    write_dump=oxigraph_dump(ox.RdfFormat.TURTLE),
    write_document=oxigraph_document(ox.RdfFormat.TURTLE, empty_prefix=True),
)
JSON_LD = Format(
    suffix="jsonld",
    label="JSON-LD",
    media_type="application/ld+json",
    w3c_name="JSON-LD",
    file_type="JSON_LD",
    write_dump=_jsonld_dump,
    write_document=_jsonld_document,
)
N_TRIPLES = Format(
    suffix="nt",
    label="N-Triples",
    media_type="application/n-triples",
    w3c_name="N-Triples",
    file_type="RDF_N_TRIPLES",
    write_document=oxigraph_document(ox.RdfFormat.N_TRIPLES),
)
RDF_XML = Format(
    suffix="rdf",
    label="RDF/XML",
    media_type="application/rdf+xml",
    w3c_name="RDF_XML",
    file_type="RDF_XML",
    write_dump=oxigraph_dump(ox.RdfFormat.RDF_XML),
    write_document=oxigraph_document(ox.RdfFormat.RDF_XML),
)
TRIG = Format(
    suffix="trig",
    label="TriG",
    media_type="application/trig",
    w3c_name="TriG",
    file_type="RDF_TRIG",
    write_dump=oxigraph_dump(ox.RdfFormat.TRIG),
)
N_QUADS = Format(
    suffix="nq",
    label="N-Quads",
    media_type="application/n-quads",
    w3c_name="N-Quads",
    file_type="RDF_N_QUADS",
)

FORMATS: tuple[Format, ...] = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
COMPRESSIONS: tuple[Compression, ...] = (
    Compression("gz", "gzip", "application/gzip", _gzip),
    Compression("zst", "Zstandard", "application/zstd", _zstandard),
)


def document_formats() -> tuple[Format, ...]:
    """The formats in which one document is offered."""
    return tuple(row for row in FORMATS if row.write_document)


def format_of(media_type: str) -> Format:
    """The format of a media type; raises `KeyError` where no row has it."""
    return {row.media_type: row for row in FORMATS}[media_type]


def serialize_document(triples: Sequence[ox.Triple], media_type: str, root: str, context: Context) -> bytes:
    """The triples of a document about a root IRI; raises `KeyError` for a media type not offered."""
    write = format_of(media_type).write_document
    if write is None:
        raise KeyError(media_type)
    return write(triples, root, context)
