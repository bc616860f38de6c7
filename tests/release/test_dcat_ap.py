"""The description of a release against the official SHACL shapes of DCAT-AP 3.0.1 (SEMICeu, CC BY 4.0)."""

import sys

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal

from kankei.release.reader import Release
from support.official_shapes import DCAT_AP, dcat_ap_shapes, focus_nodes, summary, violations
from support.successive_releases import Successive

pytestmark = pytest.mark.skipif(not DCAT_AP.is_file(), reason=f"the official shapes are not at {DCAT_AP}")


@pytest.fixture(scope="module", params=[False, True], ids=["without-ranges", "with-ranges"])
def shapes(request: pytest.FixtureRequest) -> Graph:
    """The official shapes without their dangling references, on which pySHACL raises (DCAT-AP issue 448)."""
    return dcat_ap_shapes(with_ranges=request.param)


@pytest.fixture
def description(seed_release: Release) -> Graph:
    return Graph().parse(seed_release.file("description.ttl"))


TARGETS = {
    *("Agent", "Catalog", "Checksum", "Concept", "ConceptScheme", "DataService", "Dataset", "Distribution"),
    *("Kind", "LicenseDocument", "PeriodOfTime"),
}
"""Classes of which the description has focus nodes; others, such as catalogue records, it has none of."""


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
    assert violations(description, shapes) == ""
    with capsys.disabled():
        sys.stdout.write(f"\n{summary('DCAT-AP 3.0.1', release.manifest.programmes, counts)}\n")


def test_a_description_with_a_text_for_its_publisher_does_not(description: Graph, shapes: Graph) -> None:
    (catalogue,) = description.subjects(RDF.type, DCAT.Catalog)
    description.set((catalogue, DCTERMS.publisher, Literal("somebody")))
    assert "publisher" in violations(description, shapes)
