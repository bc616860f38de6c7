"""The CPSV-AP view of a release against the official SHACL shapes of CPSV-AP 3.2.0 (SEMICeu, CC BY 4.0)."""

import sys

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from kankei.release.profile_views import CPSV_AP
from kankei.release.reader import Release
from support.official_shapes import CPSV_AP as SHAPES
from support.official_shapes import focus_nodes, summary, violations

CPSV = Namespace("http://purl.org/vocab/cpsv#")
PUBLIC_SERVICE = CPSV.PublicService

pytestmark = pytest.mark.skipif(not SHAPES.is_file(), reason=f"the official shapes are not at {SHAPES}")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(SHAPES)


def view(release: Release) -> Graph:
    """The view alone, without the ontology."""
    return Graph().parse(release.file(CPSV_AP.lines), format="nt")


@pytest.mark.parametrize("name", ["seed_release", "generated_release"])
def test_the_view_alone_conforms(
    name: str, shapes: Graph, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    release: Release = request.getfixturevalue(name)
    data = view(release)
    counts = focus_nodes(data, shapes)
    assert counts["PublicService"] == release.manifest.programmes > 0, "it would pass vacuously"
    assert counts.keys() == {
        *("Agent", "Concept", "ContactPoint", "Dataset", "Document", "Location"),
        *("PublicOrganisation", "PublicService"),
    }
    assert violations(data, shapes) == ""
    with capsys.disabled():
        sys.stdout.write(f"\n{summary('CPSV-AP 3.2.0', release.manifest.programmes, counts)}\n")


def test_the_view_of_one_document_conforms(seed_release: Release, shapes: Graph) -> None:
    for path in (path for path in seed_release.documents if path.startswith("programme/")):
        data = Graph().parse(data=seed_release.view(CPSV_AP, path), format="nt")
        assert len(set(data.subjects(RDF.type, PUBLIC_SERVICE))) == 1
        assert violations(data, shapes) == ""


def test_every_object_is_typed_in_the_view(seed_release: Release) -> None:
    data = view(seed_release)
    for _, predicate, value in data:
        if isinstance(value, URIRef) and predicate != RDF.type:
            assert (value, RDF.type, None) in data, f"{value} has no type"


@pytest.mark.parametrize("predicate", [DCTERMS.identifier, DCTERMS.title])
def test_a_view_with_a_second_identifier_or_an_untagged_title_does_not_conform(
    predicate: URIRef, seed_release: Release, shapes: Graph
) -> None:
    data = view(seed_release)
    data.add((next(data.subjects(RDF.type, PUBLIC_SERVICE)), predicate, Literal("104")))
    assert str(predicate).rpartition("/")[2] in violations(data, shapes)
