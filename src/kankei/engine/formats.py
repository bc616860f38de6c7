"""The media types an engine can serialise each form of result as, in order of preference."""

from collections.abc import Mapping

from pyoxigraph import QueryResultsFormat, RdfFormat

from kankei.engine.operation import Form

SPARQL_JSON = "application/sparql-results+json"

_BOOLEANS: dict[str, QueryResultsFormat] = {
    SPARQL_JSON: QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    # What many clients ask for instead, and what these formats also are (RFC 6839).
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
}

_SOLUTIONS: dict[str, QueryResultsFormat] = {
    SPARQL_JSON: QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
}

_TRIPLES: dict[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "text/n3": RdfFormat.N3,
}

RESULTS_FORMATS: Mapping[Form, Mapping[str, QueryResultsFormat]] = {
    Form.SOLUTIONS: _SOLUTIONS,
    Form.BOOLEAN: _BOOLEANS,
}
RDF_FORMATS: Mapping[str, RdfFormat] = _TRIPLES

RESULT_MEDIA_TYPES: Mapping[Form, tuple[str, ...]] = {
    Form.SOLUTIONS: tuple(_SOLUTIONS),
    Form.BOOLEAN: tuple(_BOOLEANS),
    Form.TRIPLES: tuple(_TRIPLES),
}
"""The media types of each form, the preferred one first."""
