"""The description of a file of the review as a source document."""

import pyoxigraph as ox

from kankei.curation.candidate.evidence import Basis, Evidence, evidence_node
from kankei.curation.candidate.nodes import Node, document_turtle, number, rdf_type, texts
from kankei.localisation import catalogue
from kankei.namespaces import DCAT, DCT, KK, RDFS, Base
from kankei.source.review.sheets import ReviewSource

_MESSAGES = catalogue("kankei.curation.review")
_JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"
PUBLIC_DATA_LICENSE = "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"
_UNKNOWN = (f"{DCT}publisher", f"{DCT}issued", f"{DCAT}downloadURL")


def source_file(source: ReviewSource, base: Base) -> str:
    """The Turtle of a source document: a CSV file, which is not kept with the data."""
    iri = base.thing(f"source/{source.slug}")
    file = (
        (f"{KK}fileName", ox.Literal(source.file.name)),
        (f"{KK}sha256", ox.Literal(source.file.sha256)),
        number("byteSize", source.file.byte_size),
        number("lineCount", source.file.line_count),
        number("rowCount", source.row_count),
    )
    title = _MESSAGES.text(f"title-{source.kind}", year=source.year)
    statements = (
        rdf_type("SourceDocument"),
        *texts(f"{RDFS}label", title),
        *texts(f"{DCT}description", _MESSAGES.text("description", name=source.file.name)),
        (f"{DCT}title", ox.Literal(title.ja, language="ja")),
        (f"{DCT}language", ox.NamedNode(_JAPANESE)),
        (f"{DCT}format", ox.Literal("text/csv")),
        (f"{DCT}license", ox.NamedNode(PUBLIC_DATA_LICENSE)),
        *file,
        *((f"{KK}notKnown", ox.NamedNode(term)) for term in _UNKNOWN),
    )
    own = (
        f"{RDFS}label",
        *(f"{DCT}{name}" for name in ("description", "title", "language", "format", "license")),
        f"{KK}notKnown",
    )  # fmt: skip
    nodes = [Node(iri, statements)]
    for name, terms, key in (
        ("evidence", own, "evidence"),
        ("evidence-file", tuple(term for term, _ in file), "measured"),
    ):
        evidence = Evidence("", terms, Basis.EDITORIAL, (), reason=_MESSAGES.text(key))
        nodes.append(evidence_node(f"{iri}#{name}", evidence, [ox.NamedNode(iri)], iri))
    return document_turtle(nodes, iri, base)
