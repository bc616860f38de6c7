"""The table of formats: a row is all that a new format takes."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import DCAT, VOID, Base
from kankei.release import formats
from kankei.release.formats import FORMATS, TURTLE, format_of, oxigraph_format
from kankei.release.jsonld_context import Context
from kankei.release.reader import Release
from support.building import build_quickly, triples

EXAMPLE = oxigraph_format(ox.RdfFormat.N3, "N3", "N3")


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release that is built with one more row."""
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, EXAMPLE))
    return Release.open(build_quickly(tmp_path))


def test_a_row_gives_a_dump_and_its_compressed_copies(release: Release) -> None:
    content = release.file("dumps/kankei.n3").read_bytes()
    assert triples(content, ox.RdfFormat.N3) == triples(
        release.file("dumps/kankei.nt").read_bytes(), ox.RdfFormat.N_TRIPLES
    )
    assert {name for name in release.manifest.files if ".n3" in name} == {
        f"dumps/kankei.n3{suffix}" for suffix in ("", ".gz", ".zst")
    }


def test_a_row_gives_a_distribution_with_its_media_type(release: Release) -> None:
    description = release.file("description.ttl").read_bytes()
    statements = triples(description, ox.RdfFormat.TURTLE)
    distribution = ox.NamedNode(f"{Base().dataset}#dumps-kankei.n3")
    media_type = ox.NamedNode("https://www.iana.org/assignments/media-types/text/n3")
    assert ox.Triple(distribution, ox.NamedNode(f"{DCAT}mediaType"), media_type) in statements
    feature = ox.NamedNode("http://www.w3.org/ns/formats/N3")
    assert ox.Triple(ox.NamedNode(Base().dataset), ox.NamedNode(f"{VOID}feature"), feature) in statements


@pytest.mark.usefixtures("release")
def test_a_row_gives_documents_in_its_media_type(context: Context) -> None:
    node = ox.NamedNode("https://example.org/x")
    triple = ox.Triple(node, node, ox.Literal("x"))
    body = formats.serialize_document([triple], "text/n3", node.value, context)
    assert triples(body, ox.RdfFormat.N3) == {triple}
    assert EXAMPLE in formats.document_formats()
    assert format_of("text/n3") is EXAMPLE


@pytest.fixture
def context() -> Context:
    return Context({}, {}, {}, "@id", "@type")


def test_suffixes_and_media_types_are_those_of_the_standards() -> None:
    assert {row.suffix: row.media_type for row in FORMATS} == {
        "ttl": "text/turtle",
        "jsonld": "application/ld+json",
        "nt": "application/n-triples",
        "rdf": "application/rdf+xml",
        "trig": "application/trig",
        "nq": "application/n-quads",
    }


def test_a_media_type_has_one_row() -> None:
    assert len({row.media_type for row in FORMATS}) == len({row.suffix for row in FORMATS}) == len(FORMATS)
    assert format_of("text/turtle") is TURTLE
