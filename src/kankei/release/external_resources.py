"""What the description states of things outside the release, so that portals need not fetch them."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kankei.dataset.statements import Term
from kankei.localisation import catalogue
from kankei.namespaces import DCAT, DCT, FOAF, RDF, RDFS, SKOS, SPDX

DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
# Portals know a licence by its title; and a place by its label.
_TITLES = {
    "https://creativecommons.org/licenses/by/4.0/": {"en": "Creative Commons Attribution"},
    "https://creativecommons.org/publicdomain/zero/1.0/": {"en": "Creative Commons CCZero"},
}
_LABELS = {
    "http://publications.europa.eu/resource/authority/country/JPN": {"ja": "日本", "en": "Japan"},
}
_MESSAGES = catalogue("kankei.release")

# DCAT-AP 3.0.1 asks for the type of every external IRI inside the description itself.
_TYPE_OF_OBJECT = {
    DCAT + "accessURL": RDFS + "Resource",
    DCAT + "downloadURL": RDFS + "Resource",
    DCAT + "endpointDescription": RDFS + "Resource",
    DCAT + "endpointURL": RDFS + "Resource",
    DCAT + "compressFormat": DCT + "MediaType",
    DCAT + "landingPage": FOAF + "Document",
    DCAT + "mediaType": DCT + "MediaType",
    DCAT + "theme": SKOS + "Concept",
    DCAT + "themeTaxonomy": SKOS + "ConceptScheme",
    DCT + "accrualPeriodicity": DCT + "Frequency",
    DCT + "conformsTo": DCT + "Standard",
    DCT + "format": DCT + "MediaTypeOrExtent",
    DCT + "language": DCT + "LinguisticSystem",
    DCT + "license": DCT + "LicenseDocument",
    DCT + "spatial": DCT + "Location",
    FOAF + "homepage": FOAF + "Document",
    SPDX + "algorithm": SPDX + "ChecksumAlgorithm",
}


def external_statements(triples: Iterable[ox.Triple]) -> Iterator[tuple[str, str, Term | str]]:
    """Types and names of the external resources that a description refers to."""
    for triple in tuple(triples):
        if not isinstance(triple.object, ox.NamedNode):
            continue  # A text names nothing that could have a type.
        iri = triple.object.value
        if triple.predicate.value == DCAT + "theme":
            yield from _theme(iri)
        if kind := _TYPE_OF_OBJECT.get(triple.predicate.value):
            yield iri, RDF + "type", kind
            yield from _names(iri)


def _names(iri: str) -> Iterator[tuple[str, str, Term]]:
    for language, title in _TITLES.get(iri, {}).items():
        yield iri, DCT + "title", ox.Literal(title, language=language)
    for language, label in _LABELS.get(iri, {}).items():
        yield iri, SKOS + "prefLabel", ox.Literal(label, language=language)


def _theme(iri: str) -> Iterator[tuple[str, str, Term | str]]:
    if label := _MESSAGES.terms.get(iri.removeprefix(f"{DATA_THEMES}/"), {}).get("en"):
        yield iri, SKOS + "prefLabel", ox.Literal(label, language="en")
        yield iri, SKOS + "inScheme", DATA_THEMES
