"""The ontology's page: its terms in groups, each with labels, definition and relations."""

from dataclasses import dataclass

from kankei.namespaces import KK, OWL, RDF, RDFS, SKOS
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.html.view import Row, Section
from kankei.web.rdf.graph import Graph
from kankei.web.resources.thing_view import ThingView

_CLASSES = frozenset((f"{OWL}Class", f"{RDFS}Class"))
_PROPERTIES = frozenset(
    (f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty", f"{RDF}Property", f"{KK}DerivedProperty")
)
_DEFINITIONS = (f"{SKOS}definition", f"{RDFS}comment")
_APART = frozenset((*_DEFINITIONS, f"{RDFS}label", f"{RDFS}isDefinedBy", f"{SKOS}prefLabel"))


@dataclass(frozen=True)
class OntologyView:
    """What the page shows of an ontology's graph."""

    links: Links
    strings: Strings

    def __call__(self, graph: Graph, language: str) -> dict[str, object]:
        """The terms by group, as sections without parts."""
        groups: dict[str, list[Section]] = {"classes": [], "properties-of-ontology": [], "individuals": []}
        thing = ThingView(graph, "", self.links, self.strings, language)
        for term in sorted(graph.nodes, key=str.casefold):
            if term.startswith(KK):
                groups[_group(graph, term)].append(_section(thing, term))
        return {"groups": groups}


def _group(graph: Graph, term: str) -> str:
    types = set(graph.types(term))
    if types & _CLASSES:
        return "classes"
    return "properties-of-ontology" if types & _PROPERTIES else "individuals"


def _section(thing: ThingView, term: str) -> Section:
    shown = [
        (predicate, [thing.value(value) for value in values])
        for predicate, values in thing.graph.nodes[term].items()
        if predicate not in _APART
    ]
    definitions = [
        thing.value(value) for predicate in _DEFINITIONS for value in thing.graph.objects(term, predicate)
    ]
    ours = [value for value in definitions if value.language == thing.language] or definitions
    return Section(
        anchor=term.removeprefix(KK),
        iri=term,
        heading=thing.named(term),
        kind="",
        relation="",
        places=(),
        rows=[Row(thing.named(predicate), values) for predicate, values in shown],
        notes=ours,
        sections=(),
    )
