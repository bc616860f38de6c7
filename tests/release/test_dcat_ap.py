"""The description of a release against the official SHACL shapes of DCAT-AP 3.0.1 (SEMICeu, CC BY 4.0)."""

import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, RDF, SH, Graph, Literal

from kankei.release.reader import Release
from support.paths import SUITES

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


def report(description: Graph, shapes: Graph) -> str:
    """What pySHACL says, or nothing where the description conforms."""
    conforms, _, text = pyshacl.validate(description, shacl_graph=shapes)
    return "" if conforms else text


def test_the_description_conforms(description: Graph, shapes: Graph) -> None:
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        assert (None, RDF.type, kind) in description, "it would pass vacuously"
    assert report(description, shapes) == ""


def test_a_description_with_a_text_for_its_publisher_does_not(description: Graph, shapes: Graph) -> None:
    (catalogue,) = description.subjects(RDF.type, DCAT.Catalog)
    description.set((catalogue, DCTERMS.publisher, Literal("somebody")))
    assert "publisher" in report(description, shapes)
