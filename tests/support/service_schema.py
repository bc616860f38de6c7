"""What the schema of SPARQL 1.1 Service Description asks of a description: the W3C's `conforms-to-schema`."""

from collections.abc import Set

import pyoxigraph as ox

from kankei.namespaces import RDF, SD


def objects(graph: ox.Dataset, subject: str, predicate: str) -> list[str]:
    quads = graph.quads_for_subject(ox.NamedNode(subject))
    return [quad.object.value for quad in quads if quad.predicate.value == predicate]  # type: ignore[union-attr]


def instances(graph: ox.Dataset, kind: str) -> Set[str]:
    found = graph.quads_for_object(ox.NamedNode(SD + kind))
    return {quad.subject.value for quad in found if quad.predicate.value == RDF + "type"}  # type: ignore[union-attr]


def check_schema(graph: ox.Dataset) -> None:
    """Domains, ranges and the one value of each functional property."""
    (service,) = instances(graph, "Service")
    (dataset,) = objects(graph, service, SD + "defaultDataset")
    assert instances(graph, "Dataset") == {dataset}
    (default_graph,) = objects(graph, dataset, SD + "defaultGraph")
    named = objects(graph, dataset, SD + "namedGraph")
    assert instances(graph, "NamedGraph") == set(named)
    graphs = {default_graph}
    for node in named:
        assert len(objects(graph, node, SD + "name")) == 1
        graphs |= set(objects(graph, node, SD + "graph"))
    assert instances(graph, "Graph") == graphs
    assert len(graphs) == len(named) + 1
    assert objects(graph, service, SD + "supportedLanguage") == [f"{SD}SPARQL11Query"]
    formats = objects(graph, service, SD + "resultFormat")
    assert all(name.startswith("http://www.w3.org/ns/formats/") for name in formats)
    assert len(formats) == 11
    known = {"endpoint", "supportedLanguage", "resultFormat", "feature", "defaultDataset", "defaultGraph"}
    known |= {"namedGraph", "name", "graph"}
    used = {quad.predicate.value for quad in graph if quad.predicate.value.startswith(SD)}
    assert used == {SD + name for name in known}
