"""A diagram of the ontology: its classes from the programme on, and the properties between them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode

from kankei.namespaces import KK, OWL, RDF, RDFS
from kankei.web.html.localizer import Localizer
from kankei.web.rdf.graph import Graph, Term, node_key
from kankei.web.sparql.graph_drawings import Drawing, drawing
from kankei.web.sparql.result_names import Names

_ROOT = f"{KK}Programme"
_DEPTH = 3
"""Properties from the programme to a class that is drawn."""


def ontology_diagram(graph: Graph, localizer: Localizer) -> Drawing | None:
    """The drawing of classes and properties that lead from the programme to them; none without any."""
    triples = [
        tuple({"type": "uri", "value": iri} for iri in edge) for edge in _within_reach(_properties(graph))
    ]
    return drawing([(s, p, o) for s, p, o in triples], Names(localizer)) if triples else None


def _properties(graph: Graph) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The properties of each class with the class of their values."""
    properties: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for iri in sorted(graph.nodes):
        domains, ranges = (
            [its for term in graph.objects(iri, f"{RDFS}{end}") for its in _classes(graph, term)]
            for end in ("domain", "range")
        )
        if domains and ranges and domains[0].startswith(KK) and ranges[0].startswith(KK):
            properties[domains[0]].append((iri, ranges[0]))
    return properties


def _classes(graph: Graph, term: Term) -> Iterator[str]:
    """A class, or the classes of a union (OWL 2, section 8.1.2)."""
    if isinstance(term, NamedNode):
        yield term.value
        return
    lists = graph.objects(node_key(term), f"{OWL}unionOf")
    while lists:
        node = node_key(lists[0])
        yield from graph.names(node, f"{RDF}first")
        lists = graph.objects(node, f"{RDF}rest")


def _within_reach(properties: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[tuple[str, str, str]]:
    """Class, property and class, breadth first from the programme."""
    reached, edge_of_reach = {_ROOT}, [_ROOT]
    for _ in range(_DEPTH):
        found = []
        for domain in edge_of_reach:
            for iri, value in properties.get(domain, ()):
                yield domain, iri, value
                if value not in reached:
                    reached.add(value)
                    found.append(value)
        edge_of_reach = found
