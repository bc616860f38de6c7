"""Things and their documents over HTTP: dereferencing, formats, conditional requests."""

import json
from urllib.parse import urljoin

import pyoxigraph as ox
import pytest
from pyld import jsonld

from kankei.namespaces import HYDRA
from kankei.release.reader import Release
from kankei.web.http.headers import iri_to_uri
from support.client import BROWSER, INLINE_JSON_LD, Client

PROGRAMME = "/doc/programme/two-region-living"
IRI = "https://w3id.org/kankei/id/programme/two-region-living"
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}


def statements(body: bytes, rdf_format: ox.RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(body, format=rdf_format)}


@pytest.fixture(scope="module")
def dump(seed_release: Release) -> set[str]:
    """The statements of the dump, and the dates of the documents."""
    lines = seed_release.read("dumps/kankei.nt") + seed_release.read("records.nt")
    return statements(lines, ox.RdfFormat.N_TRIPLES)


def test_every_thing_in_the_dump_is_dereferenced_in_every_format(
    web: Client, seed_release: Release, dump: set[str]
) -> None:
    base = seed_release.manifest.base
    triples = list(ox.parse(seed_release.file("dumps/kankei.nt").read_bytes(), format=ox.RdfFormat.N_TRIPLES))
    terms = [term for triple in triples for term in (triple.subject, triple.object)]
    paths = sorted(
        {path for term in terms if isinstance(term, ox.NamedNode) and (path := base.path(term.value))}
    )
    assert len(paths) > 50
    union: set[str] = set()
    for path in paths:
        see_other = web.get(f"/id/{path}")
        document = urljoin(f"/id/{path}", see_other.headers["location"])
        assert (see_other.status_code, document) == (303, f"/doc/{path}")
        answers = {}
        for media_type, rdf_format in FORMATS.values():
            answer = web.get(document, INLINE_JSON_LD if "ld+json" in media_type else media_type)
            assert answer.status_code == 200, (path, media_type)
            assert answer.headers["content-type"].partition(";")[0] == media_type
            answers[media_type] = statements(answer.content, rdf_format)
        assert len(set(map(frozenset, answers.values()))) == 1, path
        page = web.get(document, BROWSER)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert base.thing(path) in page.text or f"https://w3id.org/kankei/id/{path}" in page.text
        union |= {triple for triple in answers["text/turtle"] if HYDRA not in triple}
    assert union <= dump


def test_json_ld_is_a_tree_that_another_processor_reads_alike(web: Client, dump: set[str]) -> None:
    document = json.loads(web.get(PROGRAMME, INLINE_JSON_LD).content)
    assert document["@context"]
    nquads = jsonld.to_rdf(document, {"format": "application/n-quads", "processingMode": "json-ld-1.1"})
    assert statements(nquads.encode(), ox.RdfFormat.N_QUADS) <= dump


def test_turtle_is_for_people_too(web: Client) -> None:
    text = web.get(PROGRAMME, "text/turtle").text
    assert f"\n<{IRI}> a kk:Programme" in text
    assert "\n:2025 a kk:CatalogueEntry" in text


@pytest.mark.parametrize("suffix", [*FORMATS, "html"])
def test_a_suffix_pins_the_format_whatever_is_accepted(web: Client, suffix: str) -> None:
    media_type = "text/html" if suffix == "html" else FORMATS[suffix][0]
    answer = web.get(f"{PROGRAMME}.{suffix}", "image/png")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert "Accept" not in answer.headers["vary"].split(", ")


def test_headers_of_a_document(web: Client) -> None:
    answer = web.get(PROGRAMME, "text/turtle")
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Profile, Accept-Encoding"
    link = answer.headers["link"]
    assert '<https://w3id.org/kankei/doc/programme/two-region-living>; rel="canonical"' in link
    assert f'<{IRI}>; rel="describes"' in link
    for suffix, (media_type, _) in FORMATS.items():
        relation = "alternate" if suffix == "jsonld" else "alternate related"
        assert f'<../..{PROGRAMME}.{suffix}>; rel="{relation}"; type="{media_type}"' in link
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


def test_entity_tags_are_strong_and_differ_by_representation(web: Client) -> None:
    tags = [web.get(PROGRAMME, media_type).headers["etag"] for media_type, _ in FORMATS.values()]
    tags += [web.get(f"{PROGRAMME}?lang={language}", BROWSER).headers["etag"] for language in ("ja", "en")]
    tags.append(web.get("/doc/org/mlit", "text/turtle").headers["etag"])
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_a_client_that_has_the_representation_is_told_so(web: Client) -> None:
    tag = web.get(PROGRAMME, "text/turtle").headers["etag"]
    for known in (tag, f"W/{tag}", f'"a", {tag}', "*"):
        answer = web.get(PROGRAMME, "text/turtle", if_none_match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Profile, Accept-Encoding"
    for other in ('"a"', tag.strip('"'), "", '"'):
        assert web.get(PROGRAMME, "text/turtle", if_none_match=other).status_code == 200
    assert web.get(PROGRAMME, "application/n-triples", if_none_match=tag).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(web: Client) -> None:
    got, head = web.get(PROGRAMME, "text/turtle"), web.request("HEAD", PROGRAMME, "text/turtle")
    assert head.content == b""
    assert {**head.headers, "x-request-id": ""} == {**got.headers, "x-request-id": ""}


def test_an_unoffered_type_gets_the_list_of_what_is_offered(web: Client) -> None:
    answer = web.get(PROGRAMME, "image/png")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/turtle" in answer.json()["offered"]
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        *("/id/programme/unknown", "/doc/programme/unknown", "/doc/programme/unknown.ttl", "/id/", "/doc/"),
        *("/doc/programme/two-region-living.exe", "/doc/programme", "/doc/programme/two-region-living/"),
        *("/id//evil.example/", "/id/https://evil.example/", "/doc/org/mlit.txt", "/doc/.ttl", "/id/%2e%2e"),
        *("/doc/programme/%00", "/doc/source/../../manifest.json.txt", "/id/programme/%E4%BA%8C"),
    ],
)
def test_an_unknown_thing_is_not_found(web: Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert "location" not in answer.headers


def test_the_language_asked_for_goes_with_the_redirect_and_nothing_else_does(web: Client) -> None:
    path = "/id/programme/two-region-living"
    assert web.get(f"{path}?lang=en").headers["location"] == f"../..{PROGRAMME}?lang=en"
    assert web.get(f"{path}?lang=%0d%0aX:1&x=//evil.example").headers["location"] == f"../..{PROGRAMME}"


def test_the_source_is_offered_as_received(web: Client, seed_release: Release) -> None:
    answer = web.get("/doc/source/sheets-103-106.txt")
    assert answer.content == seed_release.file("sources/sheets-103-106.txt").read_bytes()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_page_of_a_source_has_an_anchor_for_every_cited_place(web: Client, seed_release: Release) -> None:
    page = web.get("/doc/source/sheets-103-106", BROWSER).text
    prefix = "https://w3id.org/kankei/id/source/sheets-103-106#"
    cited = {
        triple.object.value.removeprefix(prefix)
        for triple in ox.parse(
            seed_release.file("dumps/kankei.nt").read_bytes(), format=ox.RdfFormat.N_TRIPLES
        )
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(prefix)
    }
    assert len(cited) > 20
    for fragment in cited:
        assert page.count(f' id="{fragment}"') == 1, fragment


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://example.org/id/x", "https://example.org/id/x"),
        ("https://例え.jp/データ/doc/x", "https://xn--r8jz45g.jp/%E3%83%87%E3%83%BC%E3%82%BF/doc/x"),
        ("../org/ほげ?é=%20#ü", "../org/%E3%81%BB%E3%81%92?%C3%A9=%20#%C3%BC"),
    ],
)
def test_a_header_holds_uris(iri: str, expected: str) -> None:
    assert iri_to_uri(iri) == expected
