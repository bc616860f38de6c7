"""The files that a candidate refers to and a dataset may lack: of its fiscal year and of its source."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.curation.candidate.evidence import Basis, Evidence, evidence_node
from kankei.curation.candidate.nodes import Node, Statement, document_turtle, number, rdf_type, texts, typed
from kankei.curation.candidate.value_node import MESSAGES
from kankei.namespaces import DCAT, DCT, KK, RDFS, SKOS, XSD, Base
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import SourceDocument

UNKNOWN_PROPERTIES = (
    *(f"{DCT}{name}" for name in ("title", "publisher", "creator", "license", "issued", "dateSubmitted")),
    f"{DCAT}downloadURL",
)
"""What a description of a source has to state, or to declare unknown; an ingest knows none of it."""
_JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"


@dataclass(frozen=True)
class ReceivedSource:
    """A source as it was received.

    `text` is the text that is kept beside the description. `original` is the name of the file that it was
    extracted from, empty where the text itself was received, and `digest` is that file's SHA-256.
    """

    text: SourceDocument
    original: str = ""
    digest: str = ""


def fiscal_year_file(year: FiscalYear, base: Base) -> str:
    """The Turtle of a fiscal year."""
    iri = base.thing(f"fiscal-year/{year.year}")
    label = MESSAGES.text("fiscal-year", era_name=year.era_name, year=year.year)
    statements = (
        rdf_type("FiscalYear"),
        *texts(f"{SKOS}prefLabel", label),
        number("startYear", year.year),
        (f"{KK}firstDay", typed(year.first_day.isoformat(), f"{XSD}date")),
        (f"{KK}lastDay", typed(year.last_day.isoformat(), f"{XSD}date")),
    )
    terms = (f"{SKOS}prefLabel", f"{KK}startYear", f"{KK}firstDay", f"{KK}lastDay")
    evidence = Evidence("", terms, Basis.EDITORIAL, (), reason=MESSAGES.text("fiscal-year-evidence"))
    return document_turtle([Node(iri, statements), _evidence(iri, "evidence", evidence)], iri, base)


def source_file(received: ReceivedSource, base: Base) -> str:
    """The Turtle of a source document, which describes the text that is kept beside it."""
    text = received.text
    iri = base.thing(f"source/{text.slug}")
    file = (
        (f"{KK}fileName", ox.Literal(text.path.name)),
        (f"{KK}sha256", ox.Literal(text.sha256)),
        number("byteSize", text.byte_size),
        number("lineCount", len(text.lines)),
    )
    statements = (
        rdf_type("SourceDocument"),
        *_labels(received),
        (f"{DCT}language", ox.NamedNode(_JAPANESE)),
        (f"{DCT}format", ox.Literal("text/plain")),
        *file,
        *((f"{KK}notKnown", ox.NamedNode(term)) for term in UNKNOWN_PROPERTIES),
    )
    ours = Evidence("", _OURS, Basis.EDITORIAL, (), reason=MESSAGES.text("source-evidence"))
    measured = MESSAGES.text("source-measured")
    of_file = Evidence("", tuple(term for term, _ in file), Basis.EDITORIAL, (), reason=measured)
    nodes = [
        Node(iri, statements),
        _evidence(iri, "evidence", ours),
        _evidence(iri, "evidence-file", of_file),
    ]
    return document_turtle(nodes, iri, base)


_OURS = (f"{RDFS}label", *(f"{DCT}{name}" for name in ("description", "language", "format")), f"{KK}notKnown")
"""The properties of a source's description that are ours."""


def _labels(received: ReceivedSource) -> Iterator[Statement]:
    """Label and description: which file was received, and how its text is kept."""
    name, digest = received.original or received.text.path.name, received.digest
    yield from texts(f"{RDFS}label", MESSAGES.text("source-label", name=name))
    key = "source-received"
    if received.original:
        key = "source-extracted-digest" if digest else "source-extracted"
    lines = len(received.text.lines)
    yield from texts(f"{DCT}description", MESSAGES.text(key, name=name, digest=digest, lines=lines))


def _evidence(iri: str, name: str, evidence: Evidence) -> Node:
    """Evidence about a whole document, in its own file."""
    return evidence_node(f"{iri}#{name}", evidence, [ox.NamedNode(iri)], iri)
