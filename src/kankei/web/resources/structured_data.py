"""What search engines read of things: schema.org as JSON-LD in pages of documents, catalogue and ontology."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, Triple

from kankei.localisation import LANGUAGES
from kankei.namespaces import ADMS, DCAT, DCT, KK, ONTOLOGY, ORG, SCHEMA, SKOS
from kankei.release.document_index import Document
from kankei.web.html.localizer import Localizer
from kankei.web.html.page_head import script_data
from kankei.web.rdf.graph import TYPE, Graph, Term

_ORGANISATIONS = "org/"


def service_data(triples: Sequence[Triple], root: str, language: str) -> Markup:
    """A schema.org view as JSON-LD for a script element: texts in one language, linked things inside."""
    return script_data(_node(Graph.of(triples), root, language, frozenset()))


def thing_data(graph: Graph, document: Document, localizer: Localizer) -> Markup | None:
    """An organisation or a concept as schema.org has them; none for other things."""
    iri = document.iri
    head = {"@id": iri, "name": localizer.label(iri).text}
    if document.path.startswith(_ORGANISATIONS):
        parents = graph.names(iri, f"{ORG}subOrganizationOf")
        identifiers = [
            text
            for node in graph.names(iri, f"{ADMS}identifier")
            for text in graph.texts(node, f"{SKOS}notation")
        ]
        members: dict[str, Any] = {
            "@type": "GovernmentOrganization",
            **head,
            "alternateName": [value for value in document.labels.values() if value != head["name"]],
            "identifier": identifiers,
            "sameAs": list(graph.names(iri, f"{SCHEMA}sameAs")),
            "parentOrganization": [
                {"@type": "GovernmentOrganization", "@id": parent, "name": localizer.label(parent).text}
                for parent in parents
            ],
        }
    elif f"{SKOS}Concept" in graph.types(iri):
        schemes = graph.names(iri, f"{SKOS}inScheme")
        members = {
            "@type": "DefinedTerm",
            **head,
            "description": _texts(graph, iri, f"{SKOS}definition", localizer.language),
            "inDefinedTermSet": [
                {"@type": "DefinedTermSet", "@id": scheme, "name": localizer.label(scheme).text}
                for scheme in schemes
            ],
        }
    else:
        return None
    return script_data(_compact(members))


def catalogue_data(graph: Graph, dataset: str, address: str, localizer: Localizer) -> Markup:
    """The catalogue with its dataset and the files of it, as Google Dataset Search reads them."""
    language = localizer.language
    distributions = [
        _compact(
            {
                "@type": "DataDownload",
                "name": _texts(graph, node, f"{DCT}title", language),
                "contentUrl": list(graph.names(node, f"{DCAT}downloadURL")),
                "encodingFormat": [
                    name.partition("media-types/")[2] for name in graph.names(node, f"{DCAT}mediaType")
                ],
            }
        )
        for node in sorted(graph.names(dataset, f"{DCAT}distribution"))
        if graph.names(node, f"{DCAT}downloadURL")
    ]
    described = {
        "@type": "Dataset",
        "@id": dataset,
        "name": _texts(graph, dataset, f"{DCT}title", language),
        "description": _texts(graph, dataset, f"{DCT}description", language),
        "url": address,
        "license": list(graph.names(dataset, f"{DCT}license")),
        "keywords": _texts(graph, dataset, f"{DCAT}keyword", language),
        "version": list(graph.texts(dataset, f"{DCAT}version")),
        "dateModified": list(graph.texts(dataset, f"{DCT}modified")),
        "inLanguage": list(LANGUAGES),
        "isAccessibleForFree": True,
        "distribution": distributions,
    }
    catalogue = {"@type": "DataCatalog", "url": address, "dataset": _compact(described)}
    return script_data({**catalogue, "name": localizer.text("catalogue")})


def ontology_data(graph: Graph, address: str, localizer: Localizer) -> Markup:
    """The ontology as a set of terms."""
    classes = [term for term in graph.nodes if term.startswith(KK)]
    members = {
        "@type": "DefinedTermSet",
        "@id": ONTOLOGY,
        "name": _texts(graph, ONTOLOGY, f"{DCT}title", localizer.language) or localizer.text("ontology"),
        "url": address,
        "size": len(classes),
    }
    return script_data(_compact(members))


def _texts(graph: Graph, node: str, predicate: str, language: str) -> list[str]:
    """The texts of a property in one language."""
    terms = graph.objects(node, predicate)
    return [term.value for term in terms if isinstance(term, Literal) and term.language in {language, None}]


def _compact(members: Mapping[str, Any]) -> dict[str, Any]:
    """Members that have values; an array of one as its value."""
    single = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in members.items()
    }
    return {name: value for name, value in single.items() if value not in ([], "")}


def _node(graph: Graph, iri: str, language: str, above: frozenset[str]) -> dict[str, Any]:
    """The node object of a thing of the view; things above it in the tree are only named."""
    types = [kind.removeprefix(SCHEMA) for kind in graph.types(iri)]
    node: dict[str, Any] = {"@type": types[0] if len(types) == 1 else types, "@id": iri}
    for predicate, terms in _sorted(graph.nodes[iri]):
        values = [_value(graph, term, language, above | {iri}) for term in terms if _is_in(term, language)]
        if predicate != TYPE and values:
            node[predicate.removeprefix(SCHEMA)] = values[0] if len(values) == 1 else values
    return node


def _sorted(properties: Mapping[str, Sequence[Term]]) -> Iterator[tuple[str, list[Term]]]:
    for predicate in sorted(properties):
        yield predicate, sorted(properties[predicate], key=str)


def _is_in(term: Term, language: str) -> bool:
    return not isinstance(term, Literal) or term.language in {None, language}


def _value(graph: Graph, term: Term, language: str, above: frozenset[str]) -> Any:
    if isinstance(term, Literal):
        return term.value
    iri = str(getattr(term, "value", term))
    return _node(graph, iri, language, above) if iri in graph.nodes and iri not in above else iri
