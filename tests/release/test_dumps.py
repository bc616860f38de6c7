"""The dumps: six formats of one graph, in canonical order, cut into documents."""

import gzip
import json

import pyoxigraph as ox
import pytest
import zstandard

from kankei.namespaces import CONCEPT_KINDS, CONCEPTS, Base
from kankei.release.formats import FORMATS
from kankei.release.reader import Release
from support.building import TRIPLE_FORMATS, build_quickly, quads, triples

OTHER = Base("https://data.example.org/subsidies/")


@pytest.fixture(scope="module", params=[Base(), OTHER], ids=["default base", "own base"])
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return Release.open(build_quickly(tmp_path_factory.mktemp("releases"), base=request.param))


def dump(release: Release, suffix: str) -> bytes:
    return release.file(f"dumps/kankei.{suffix}").read_bytes()


def views(release: Release) -> set[ox.Triple]:
    """The statements of the profiles, which the triple formats leave out."""
    lines = b"".join(file.read_bytes() for file in release.view_files)
    return triples(lines, ox.RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("suffix", TRIPLE_FORMATS)
def test_four_dumps_hold_the_same_triples(release: Release, suffix: str) -> None:
    found = triples(dump(release, suffix), TRIPLE_FORMATS[suffix])
    assert found == triples(dump(release, "nt"), ox.RdfFormat.N_TRIPLES)
    added = {triple for triple in views(release) if triple not in found}
    assert added
    assert len(found) + len(added) == release.manifest.triples


def test_a_release_opened_for_its_files_has_the_same_files_of_views(seed_release: Release) -> None:
    assert Release.open_files(seed_release.path).view_files == seed_release.view_files != ()


def test_two_dumps_hold_the_same_dataset(release: Release) -> None:
    found = quads(dump(release, "trig"), ox.RdfFormat.TRIG)
    assert found == quads(dump(release, "nq"), ox.RdfFormat.N_QUADS)
    assert len(found) == release.manifest.quads
    assert all(isinstance(quad.graph_name, ox.NamedNode) for quad in found)
    native = triples(dump(release, "nt"), ox.RdfFormat.N_TRIPLES)
    assert {quad.triple for quad in found} == native | views(release)
    added = tuple(f"<{release.manifest.base.graph(name)}" for name in ("profile/", "records>"))
    assert {quad.triple for quad in found if not f"{quad.graph_name}".startswith(added)} == native


def test_no_blank_nodes(release: Release) -> None:
    for triple in triples(dump(release, "nt"), ox.RdfFormat.N_TRIPLES):
        assert isinstance(triple.subject, ox.NamedNode)
        assert not isinstance(triple.object, ox.BlankNode)


@pytest.mark.parametrize("name", [f"kankei.{row.suffix}" for row in FORMATS])
def test_compressed_copies_hold_the_same_bytes(release: Release, name: str) -> None:
    content = release.file(f"dumps/{name}").read_bytes()
    packed = release.file(f"dumps/{name}.gz").read_bytes()
    assert gzip.decompress(packed) == content
    assert packed[3:8] == b"\0\0\0\0\0"  # neither name nor time in the header
    frame = release.file(f"dumps/{name}.zst").read_bytes()
    assert zstandard.ZstdDecompressor().decompress(frame) == content
    parameters = zstandard.get_frame_parameters(frame)
    assert (parameters.content_size, parameters.has_checksum) == (len(content), True)


def test_documents_are_cut_from_the_dump_without_gap_or_overlap(release: Release) -> None:
    content = dump(release, "nt")
    end = next(iter(release.documents.values())).offset
    for path in sorted(release.documents):
        document = release.documents[path]
        assert document.offset == end
        end += document.length
        block = release.triples(path)
        assert block == content[document.offset : end]
        lines = block.splitlines()
        assert lines == sorted(set(lines))
        own = (f"<{document.iri}>".encode(), f"<{document.iri}#".encode())
        assert all(line.startswith(own) for line in lines)
    assert end == len(content)


def test_what_no_document_holds_is_the_ontology(release: Release) -> None:
    first = min(document.offset for document in release.documents.values())
    subjects = {triple.subject for triple in triples(dump(release, "nt")[:first], ox.RdfFormat.N_TRIPLES)}
    assert subjects
    ours = (f"<{CONCEPTS}", f"<{release.manifest.base.thing('')}")
    assert not [subject for subject in subjects if str(subject).startswith(ours)]


def test_every_iri_of_ours_has_a_document(release: Release) -> None:
    things = (release.manifest.base.thing(""), *(f"{CONCEPTS}{kind}/" for kind in CONCEPT_KINDS))
    documents = {document.iri for document in release.documents.values()}
    for triple in triples(dump(release, "nt"), ox.RdfFormat.N_TRIPLES):
        for term in (triple.subject, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(things):
                assert term.value.partition("#")[0] in documents


def test_documents_are_labelled_and_typed(release: Release) -> None:
    document = release.documents["programme/two-region-living"]
    assert document.labels == {"ja": "二地域居住等の促進", "en": "Promotion of two-region living"}
    assert document.type.endswith("ns#Programme")
    assert release.documents["body-type/municipality"].type.endswith("ns#ImplementingBodyType")
    assert [path for path, found in release.documents.items() if not found.labels.get("ja")] == []
    assert [path for path, found in release.documents.items() if not found.type] == []
    call = release.manifest.base.thing("programme/two-region-living") + "#call-2025"
    assert call not in release.labels, "a hash node's label is in its document, not in the index"
    assert release.labels["https://w3id.org/kankei/ns#Programme"].keys() == {"ja", "en"}


def test_named_graphs_are_those_of_the_base(release: Release) -> None:
    base = release.manifest.base
    names = {"ontology", "schemes", "catalogue", "source/sheets-103-106", "data", "derived"}
    names |= {"profile/cpsv-ap", "profile/schema-org", "records"}
    found = {str(quad.graph_name)[1:-1] for quad in quads(dump(release, "nq"), ox.RdfFormat.N_QUADS)}
    assert found == {base.graph(name) for name in names}


def test_each_line_of_the_json_ld_is_one_thing(release: Release) -> None:
    content = json.loads(dump(release, "jsonld"))
    assert set(content) == {"@context", "@graph"}
    documents = sorted(document.iri for document in release.documents.values())
    assert sorted(node["id"] for node in content["@graph"] if node["id"] in documents) == documents
