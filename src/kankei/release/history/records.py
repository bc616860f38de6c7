"""Dates as statements: of each document about a thing, and of the dataset itself.

They are about documents (`doc/…`), since a programme does not change where its description is corrected,
and a source document has dates of its own. Like the views in other profiles they have a named graph, which
belongs to the merged graph that queries read, and the triple formats of the dumps leave them out.
"""

import mmap
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kankei.namespaces import DCT, FOAF, XSD, Base
from kankei.release.document_index import Document, Index
from kankei.release.history.moments import date_of
from kankei.release.reader import QUADS, RECORDS

GRAPH = "records"


def record_triples(document: Document, base: Base) -> list[ox.Triple]:
    """The thing that a document is about, and the document's dates; none for another publisher's document."""
    if document.iri != base.thing(document.path) or not document.modified:
        return []
    subject = ox.NamedNode(base.document(document.path))
    return [
        ox.Triple(subject, ox.NamedNode(FOAF + "primaryTopic"), ox.NamedNode(document.iri)),
        ox.Triple(subject, ox.NamedNode(DCT + "issued"), _date(document.issued)),
        ox.Triple(subject, ox.NamedNode(DCT + "modified"), _date(document.modified)),
    ]


def write_records(index: Index, base: Base, release: Path) -> dict[str, int]:
    """Write the dates of all documents, and add them to the N-Quads; returns their number by graph."""
    graph = base.graph(GRAPH)
    statements = [str(triple) for document in index.documents for triple in record_triples(document, base)]
    (release / RECORDS).write_text("".join(f"{statement} .\n" for statement in statements), encoding="utf-8")
    with (release / QUADS).open("a", encoding="utf-8") as quads:
        quads.writelines(f"{statement} <{graph}> .\n" for statement in statements)
    return {graph: len(statements)}


def restate_modified(dumps: Iterable[Path], store: ox.Store, base: Base, stated: str, modified: str) -> None:
    """Put the date of the newest change in place of the one that the data states of the dataset.

    Dates have one length, so that they are replaced in the dumps without moving anything.
    """
    if stated == modified:
        return
    subject, predicate = ox.NamedNode(base.dataset), ox.NamedNode(DCT + "modified")
    for dump in dumps:
        with dump.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
            start = f'{subject} {predicate} "'.encode()
            # A line begins so, and no literal does: its quotation marks are escaped.
            position = content.find(start + stated.encode()) + len(start)
            content[position : position + len(modified)] = modified.encode()
    old, new = (ox.Literal(date, datatype=ox.NamedNode(XSD + "date")) for date in (stated, modified))
    for graph in (ox.NamedNode(base.graph("catalogue")), ox.DefaultGraph()):
        store.remove(ox.Quad(subject, predicate, old, graph))
        store.add(ox.Quad(subject, predicate, new, graph))


def _date(moment: str) -> ox.Literal:
    return ox.Literal(date_of(moment), datatype=ox.NamedNode(XSD + "date"))
