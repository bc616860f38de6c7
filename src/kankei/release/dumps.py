"""The dumps: the merged graph in four triple formats, the named graphs in two quad formats."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset, GraphLine
from kankei.dataset.statements import text
from kankei.namespaces import PREFIXES
from kankei.release.compression import compress
from kankei.release.document_index import Index
from kankei.release.jsonld import parsed, write_dump
from kankei.release.jsonld_context import Context
from kankei.release.statistics import Statistics

NAMES = tuple(f"kankei.{suffix}" for suffix in ("nt", "nq", "ttl", "trig", "rdf", "jsonld"))
"""The dumps of a release."""


def write_dumps(folder: Path, index: Index, context: Context) -> None:
    """Write the other dumps from the lines, in the same order, and a compressed copy of each."""
    lines, quads = folder / "kankei.nt", folder / "kankei.nq"
    _convert(lines, folder / "kankei.ttl", ox.RdfFormat.TURTLE)
    _convert(lines, folder / "kankei.rdf", ox.RdfFormat.RDF_XML)
    _convert(quads, folder / "kankei.trig", ox.RdfFormat.TRIG)
    with (folder / "kankei.jsonld").open("xb") as output:
        write_dump(_nodes(lines, index), context, output)
    compress(folder / name for name in NAMES)


def write_lines(dataset: Dataset, folder: Path) -> tuple[Index, Statistics]:
    """Write N-Triples and N-Quads, document after document, so that each document is one range of bytes."""
    index, figures = Index(), Statistics()
    with (folder / "kankei.nt").open("xb") as triples, (folder / "kankei.nq").open("xb") as quads:
        for path, statements in dataset.documents():
            block = b"".join(sorted({line for _, line in statements}))
            found = tuple(parsed(block))
            index.add(path, triples.tell(), len(block), found)
            figures.add(found)
            triples.write(block)
            quads.writelines(_quad(statement) for statement in statements)
    return index, figures


def _quad(statement: GraphLine) -> bytes:
    graph, line = statement
    return b"%b <%b> .\n" % (line.removesuffix(b" .\n"), graph.encode())


def _convert(source: Path, target: Path, form: ox.RdfFormat) -> None:
    with source.open("rb") as lines, target.open("xb") as output:
        quads = ox.parse(lines, format=ox.RdfFormat.N_QUADS)
        if form.supports_datasets:
            ox.serialize(quads, output, form, prefixes=PREFIXES)
        else:
            ox.serialize((quad.triple for quad in quads), output, form, prefixes=PREFIXES)


def _nodes(lines: Path, index: Index) -> Iterator[tuple[str, list[ox.Triple]]]:
    """Each document's root and triples; before them each subject that has no document of its own."""
    with lines.open("rb") as dump:
        preamble = index.documents[0].offset if index.documents else -1
        loose = parsed(dump.read(preamble))
        for subject, triples in groupby(loose, key=lambda triple: triple.subject):
            yield text(subject), list(triples)
        for document in index.documents:
            dump.seek(document.offset)
            yield document.iri, list(parsed(dump.read(document.length)))
