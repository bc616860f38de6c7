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

from kankei.dataset.statement_lines import parse_lines
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
            loose = parse_lines(dump.read(documents[0].offset if documents else -1))
            for subject, triples in groupby(loose, key=lambda triple: triple.subject):
                yield text(subject), list(triples)
            for document in documents:
                dump.seek(document.offset)
                yield document.iri, list(parse_lines(dump.read(document.length)))


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


def oxigraph_format(rdf_format: ox.RdfFormat, label: str, file_type: str) -> Format:
    """The row of a format that Oxigraph serialises; quad formats have dumps only."""
    is_written_on_loading = rdf_format in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    return Format(
        suffix=rdf_format.file_extension,
        label=label,
        media_type=rdf_format.media_type,
        w3c_name=label.replace("/", "_"),
        file_type=file_type,
        write_dump=None if is_written_on_loading else _oxigraph_dump(rdf_format),
        write_document=None if rdf_format.supports_datasets else _oxigraph_document(rdf_format),
    )


def _oxigraph_dump(rdf_format: ox.RdfFormat) -> DumpWriter:
    """The writer of a dump: of the named graphs where the format has graphs, else of their merge."""

    def write(source: DumpSource, output: IO[bytes]) -> None:
        lines = source.quad_lines if rdf_format.supports_datasets else source.triple_lines
        with lines.open("rb") as content:
            quads = ox.parse(content, format=ox.RdfFormat.N_QUADS, lenient=True)
            statements = quads if rdf_format.supports_datasets else (quad.triple for quad in quads)
            ox.serialize(statements, output, rdf_format, prefixes=PREFIXES)

    return write


def _oxigraph_document(rdf_format: ox.RdfFormat) -> DocumentWriter:
    """The writer of a document; the empty prefix abbreviates its hash nodes, which RDF/XML cannot have."""

    def write(triples: Sequence[ox.Triple], root: str, _: Context) -> bytes:
        own = {} if rdf_format == ox.RdfFormat.RDF_XML else {"": f"{root}#"}
        return ox.serialize(triples, format=rdf_format, prefixes=_used_prefixes(triples, own)) or b""

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


TURTLE = oxigraph_format(ox.RdfFormat.TURTLE, "Turtle", "RDF_TURTLE")
JSON_LD = Format(
    *("jsonld", "JSON-LD", "application/ld+json", "JSON-LD", "JSON_LD"),
    lambda source, output: jsonld.write_dump(source.documents(), source.context, output),
    lambda triples, root, context: jsonld.serialize(jsonld.document(triples, context, root)),
)
N_TRIPLES = oxigraph_format(ox.RdfFormat.N_TRIPLES, "N-Triples", "RDF_N_TRIPLES")
RDF_XML = oxigraph_format(ox.RdfFormat.RDF_XML, "RDF/XML", "RDF_XML")
TRIG = oxigraph_format(ox.RdfFormat.TRIG, "TriG", "RDF_TRIG")
N_QUADS = oxigraph_format(ox.RdfFormat.N_QUADS, "N-Quads", "RDF_N_QUADS")

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
