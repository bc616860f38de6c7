"""The official SHACL shapes of DCAT-AP 3.0.1 and CPSV-AP 3.2.0 (SEMICeu, CC BY 4.0), and what they target."""

import pyshacl
from rdflib import RDF, RDFS, SH, Graph

from support.paths import SUITES

DCAT_AP = SUITES / "dcat-ap-3.0.1" / "dcat-ap-SHACL.ttl"
DCAT_AP_RANGES = DCAT_AP.with_name("ranges.ttl")
CPSV_AP = SUITES / "cpsv-ap-3.2.0" / "cpsv-ap-SHACL.ttl"
DANGLING = {False: 2, True: 5}
"""References to property shapes that DCAT-AP does not describe (its issue 448): without ranges, and with."""


def dcat_ap_shapes(*, with_ranges: bool) -> Graph:
    """The shapes of DCAT-AP without their dangling references, on which pySHACL raises."""
    graph = Graph().parse(DCAT_AP)
    if with_ranges:
        graph.parse(DCAT_AP_RANGES)
    dangling = {
        (shape, reference)
        for shape, reference in graph.subject_objects(SH.property)
        if (reference, SH.path, None) not in graph
    }
    assert len({reference for _, reference in dangling}) == DANGLING[with_ranges]
    for shape, reference in dangling:
        graph.remove((shape, SH.property, reference))
    return graph


def focus_nodes(data: Graph, shapes: Graph) -> dict[str, int]:
    """The instances of each class that the shapes target, of its subclasses too, where there are any."""
    counts = {}
    for kind in sorted(set(shapes.objects(None, SH.targetClass)), key=str):
        kinds = {kind, *data.subjects(RDFS.subClassOf, kind)}
        count = len({node for each in kinds for node in data.subjects(RDF.type, each)})
        if count:
            counts[str(kind).rpartition("/")[2].rpartition("#")[2]] = count
    return counts


def violations(data: Graph, shapes: Graph) -> str:
    """What pySHACL says, or nothing where the data conform."""
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes)
    return "" if conforms else str(text)


def summary(name: str, programmes: int, counts: dict[str, int]) -> str:
    """A line that tells how many nodes the shapes looked at."""
    return f"{name}, {programmes} programmes: {sum(counts.values())} focus nodes {counts}"
