"""The description of a release against the official SHACL shapes of DCAT-AP 3.0.1 (SEMICeu, CC BY 4.0)."""

import sys

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, RDF, RDFS, SH, Graph, Literal

from kankei.release.reader import Release
from support.paths import SUITES
from support.successive_releases import Successive

FOLDER = SUITES / "dcat-ap-3.0.1"
SHAPES = FOLDER / "dcat-ap-SHACL.ttl"

pytestmark = pytest.mark.skipif(not SHAPES.is_file(), reason=f"the official shapes are not at {SHAPES}")


@pytest.fixture(scope="module", params=[False, True], ids=["without-ranges", "with-ranges"])
def shapes(request: pytest.FixtureRequest) -> Graph:
    """The official shapes without their dangling references, on which pySHACL raises (DCAT-AP issue 448)."""
    expected = 5 if request.param else 2
    graph = Graph().parse(SHAPES)
    if request.param:
        graph.parse(FOLDER / "ranges.ttl")
    dangling = {
        (shape, reference)
        for shape, reference in graph.subject_objects(SH.property)
        if (reference, SH.path, None) not in graph
    }
    assert len({reference for _, reference in dangling}) == expected
    for shape, reference in dangling:
        graph.remove((shape, SH.property, reference))
    return graph


@pytest.fixture
def description(seed_release: Release) -> Graph:
    return Graph().parse(seed_release.file("description.ttl"))


TARGETS = {
    *("Agent", "Catalog", "Checksum", "Concept", "ConceptScheme", "DataService", "Dataset", "Distribution"),
    *("Kind", "LicenseDocument", "PeriodOfTime"),
}
"""Classes of which the description has focus nodes; others, such as catalogue records, it has none of."""


def focus_nodes(data: Graph, shapes: Graph) -> dict[str, int]:
    """The instances of each class that the shapes target, of its subclasses too, where there are any."""
    counts = {}
    for kind in sorted(set(shapes.objects(None, SH.targetClass)), key=str):
        kinds = {kind, *data.subjects(RDFS.subClassOf, kind)}
        count = len({node for each in kinds for node in data.subjects(RDF.type, each)})
        if count:
            counts[str(kind).rpartition("/")[2].rpartition("#")[2]] = count
    return counts


def report(description: Graph, shapes: Graph) -> str:
    """What pySHACL says, or nothing where the description conforms."""
    conforms, _, text = pyshacl.validate(description, shacl_graph=shapes)
    return "" if conforms else text


@pytest.fixture
def third_release(successive: Successive) -> Release:
    """A release with two before it."""
    return successive.third


@pytest.mark.parametrize("name", ["seed_release", "generated_release", "third_release"])
def test_the_description_alone_conforms(
    name: str, shapes: Graph, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    release: Release = request.getfixturevalue(name)
    description = Graph().parse(release.file("description.ttl"))
    counts = focus_nodes(description, shapes)
    assert counts.keys() >= TARGETS, "it would pass vacuously"
    assert counts["Distribution"] > 40
    assert report(description, shapes) == ""
    with capsys.disabled():
        programmes = f"{release.manifest.programmes} programmes"
        sys.stdout.write(f"\nDCAT-AP 3.0.1, {programmes}: {sum(counts.values())} focus nodes {counts}\n")


def test_a_description_with_a_text_for_its_publisher_does_not(description: Graph, shapes: Graph) -> None:
    (catalogue,) = description.subjects(RDF.type, DCAT.Catalog)
    description.set((catalogue, DCTERMS.publisher, Literal("somebody")))
    assert "publisher" in report(description, shapes)
