"""Formats of query results, and which of them a client accepts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kankei.engine.operation import RESULT_MEDIA_TYPES, SPARQL_JSON, Form
from kankei.release.formats import JSON_LD, N_TRIPLES, RDF_XML, document_formats
from kankei.web.http.negotiation import LONGEST_MEMOIZED, choose_media_type
from kankei.web.responses.representation import HTML

RESULT_TYPES = tuple(
    dict.fromkeys(media_type for offers in RESULT_MEDIA_TYPES.values() for media_type in offers)
)
"""The media types of results, of whatever form."""
_SPARQL_XML = "application/sparql-results+xml"
_RDF_FORMATS = {row.media_type: row for row in document_formats()}
_RDF = [
    _RDF_FORMATS[media_type] for media_type in RESULT_MEDIA_TYPES[Form.TRIPLES] if media_type in _RDF_FORMATS
]
SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "json": (SPARQL_JSON, JSON_LD.media_type),
    "xml": (_SPARQL_XML, RDF_XML.media_type),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    **{row.suffix: (row.media_type,) for row in _RDF},
    "html": (HTML,),
}
"""The values of ``format=``, for people who cannot choose an ``Accept`` header, with their media types."""
LABELS = {
    "html": "HTML",
    **{name: name.upper() for name in SHORT_NAMES},
    **{row.suffix: row.label for row in _RDF},
}
"""The labels of formats by short name."""
_PAGE_TYPES = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: N_TRIPLES.media_type}
"""The media types that a page is made from."""
_GRAPH_FOR = {SPARQL_JSON: JSON_LD.media_type, _SPARQL_XML: RDF_XML.media_type}
"""The media type of a graph for clients that accept no other than one of solutions."""


@dataclass(frozen=True)
class AcceptedFormats:
    """The best media type for each form that has an acceptable one.

    For a page they are those that it is made from. `key` says the same for an entity tag.
    """

    page: bool
    media_types: Mapping[Form, str]
    key: tuple[str, ...]


def accepted_formats(accept: str | None) -> AcceptedFormats:
    """The formats of results that an ``Accept`` header allows, before the form of the query is known."""
    if accept is not None and len(accept) > LONGEST_MEMOIZED:
        return _accepted(accept)
    return _memoized(accept)


def _accepted(accept: str | None) -> AcceptedFormats:
    page = choose_media_type((*RESULT_TYPES, HTML), accept) == HTML
    best = {form: choose_media_type(offers, accept) for form, offers in RESULT_MEDIA_TYPES.items()}
    # Clients such as rdflib ask for a format of solutions before they know that the result is a graph.
    best[Form.TRIPLES] = best[Form.TRIPLES] or _GRAPH_FOR.get(best[Form.SOLUTIONS] or "")
    media_types = _PAGE_TYPES if page else {form: chosen for form, chosen in best.items() if chosen}
    return AcceptedFormats(page, media_types, tuple(f"{form.name} {media_types.get(form)}" for form in Form))


# Clients send one of few Accept headers, each time the same.
_memoized = lru_cache(1024)(_accepted)
