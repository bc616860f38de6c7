"""A diagram of the ontology: which class leads to which, as the shapes say, and the shortcuts of programmes.

Most properties have no domain, since several classes have them; it is the shapes that say which do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.namespaces import KK, RDFS, SH
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.rdf.graph import Graph, node_key
from kankei.web.sparql.graph_drawings import Drawing, drawing
from kankei.web.sparql.result_names import Names

_ROOT = f"{KK}Programme"
_SHORTCUT = f"{KK}DerivedProperty"
_DEPTH = 3
"""Properties from the programme to a class that is drawn."""
_Edge = tuple[str, str, str]


@dataclass(frozen=True)
class OntologyDiagram:
    """The drawing has each class once, where it is reached first; the rows have all the properties."""

    drawing: Drawing
    rows: Sequence[tuple[Value, Value, Value]]


def ontology_diagram(ontology: Graph, shapes: Graph, localizer: Localizer) -> OntologyDiagram | None:
    """The diagram of classes and of the properties that lead from one to another; none without any."""
    edges = list(dict.fromkeys((*_shortcuts(ontology), *_of_shapes(shapes))))
    drawn = list(_first_ways(edges))
    if not drawn:
        return None
    triples = [tuple({"type": "uri", "value": iri} for iri in edge) for edge in drawn]
    rows = [tuple(localizer.resource(iri) for iri in edge) for edge in edges]
    return OntologyDiagram(
        drawing([(s, p, o) for s, p, o in triples], Names(localizer)), [(s, p, o) for s, p, o in rows]
    )


def _of_shapes(shapes: Graph) -> Iterator[_Edge]:
    """Class, property and the class of its values, of each node shape of a class (SHACL, section 2.1.3.3)."""
    for shape in shapes.nodes:
        for target in shapes.names(shape, f"{SH}targetClass"):
            for node in shapes.objects(shape, f"{SH}property"):
                for path in shapes.names(node_key(node), f"{SH}path"):
                    for value in shapes.names(node_key(node), f"{SH}class"):
                        if all(iri.startswith(KK) for iri in (target, path, value)):
                            yield target, path, value


def _shortcuts(ontology: Graph) -> Iterator[_Edge]:
    """Derived properties, which lead from the programme to what its latest entry says."""
    for iri in sorted(ontology.nodes):
        if _SHORTCUT in ontology.types(iri):
            for value in ontology.names(iri, f"{RDFS}range"):
                if value.startswith(KK):
                    yield _ROOT, iri, value


def _first_ways(edges: Sequence[_Edge]) -> Iterator[_Edge]:
    """The properties by which classes are first reached from the programme, breadth first."""
    reached, ends = {_ROOT}, [_ROOT]
    for _ in range(_DEPTH):
        known = frozenset(reached)
        for source in ends:
            for edge in edges:
                if edge[0] == source and edge[2] not in known:
                    yield edge
                    reached.add(edge[2])
        ends = [iri for iri in dict.fromkeys(edge[2] for edge in edges) if iri in reached - known]
