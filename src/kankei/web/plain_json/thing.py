"""Things other than programmes as plain JSON: organisations, concepts, sources, fiscal years."""

from kankei.namespaces import ADMS, DCT, FOAF, KK, ORG, RDFS, SCHEMA, SKOS
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.web.plain_json.programme import programme_json
from kankei.web.plain_json.values import Json, Values, without_empty
from kankei.web.rdf.graph import Graph

PROGRAMME, ORGANISATION, CONCEPT, OTHER = "programme", "organisation", "concept", "thing"
SCHEMAS = (PROGRAMME, ORGANISATION, CONCEPT, OTHER)
"""The names of the JSON Schemas."""


def schema_of(document: Document) -> str:
    """The name of the schema of a document's plain JSON."""
    kind = document.path.partition("/")[0]
    if kind == "programme":
        return PROGRAMME
    if kind == "org":
        return ORGANISATION
    return OTHER if kind in {"source", "fiscal-year", "dataset"} else CONCEPT


def document_json(graph: Graph, document: Document, release: Release) -> Json:
    """A document as plain JSON."""
    values, schema = Values(graph, release), schema_of(document)
    if schema == PROGRAMME:
        return programme_json(graph, document.iri, release)
    writers = {ORGANISATION: _organisation, CONCEPT: _concept, OTHER: _other}
    head = {"id": document.iri, "type": _type(values, document.iri), "label": dict(document.labels)}
    return {**head, **without_empty(writers[schema](values, document.iri))}


def _type(values: Values, iri: str) -> str:
    """The class in the project's own vocabulary, else another, without its namespace."""
    types = sorted(values.graph.types(iri), key=lambda kind: (not kind.startswith(KK), kind))
    return types[0].replace("#", "/").rpartition("/")[2] if types else ""


def _organisation(values: Values, iri: str) -> Json:
    identifiers = values.graph.names(iri, f"{ADMS}identifier")
    return {
        "alternative": values.texts(iri, f"{SKOS}altLabel"),
        "partOf": values.one_thing(iri, f"{ORG}subOrganizationOf"),
        "identifiers": [
            without_empty(
                {
                    "value": values.text(node, f"{SKOS}notation"),
                    "scheme": values.one_thing(node, f"{DCT}type"),
                }
            )
            for node in sorted(identifiers)
        ],
        "homepages": sorted(values.graph.names(iri, f"{FOAF}homepage")),
        "sameAs": sorted(values.graph.names(iri, f"{SCHEMA}sameAs")),
    }


def _concept(values: Values, iri: str) -> Json:
    return {
        "alternative": values.texts(iri, f"{SKOS}altLabel"),
        "definition": values.by_language(iri, f"{SKOS}definition"),
        "scheme": values.one_thing(iri, f"{SKOS}inScheme"),
        "broader": values.things(iri, f"{SKOS}broader"),
        "narrower": values.things(iri, f"{SKOS}narrower"),
        "topConcepts": values.things(iri, f"{SKOS}hasTopConcept"),
    }


def _other(values: Values, iri: str) -> Json:
    return {
        "definition": values.by_language(iri, f"{SKOS}definition"),
        "publisher": values.things(iri, f"{DCT}publisher"),
        "fileName": values.text(iri, f"{KK}fileName"),
        "lineCount": values.number(iri, f"{KK}lineCount"),
        "firstDay": values.text(iri, f"{KK}firstDay"),
        "lastDay": values.text(iri, f"{KK}lastDay"),
        "seeAlso": sorted(values.graph.names(iri, f"{RDFS}seeAlso")),
    }
