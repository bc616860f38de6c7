"""Dumps, tables, descriptions, ontology, shapes, context, health."""

import hashlib
import json

import pyoxigraph as ox
import pytest

from kankei.release.reader import Release
from support.client import BROWSER, INLINE_JSON_LD, Client

RDF_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
MEDIA_TYPES = {
    "dumps/kankei.ttl": "text/turtle; charset=utf-8",
    "dumps/kankei.nt": "application/n-triples",
    "dumps/kankei.trig": "application/trig",
    "dumps/kankei.nq": "application/n-quads",
    "dumps/kankei.rdf": "application/rdf+xml",
    "dumps/kankei.jsonld": "application/ld+json",
    "dumps/kankei.ttl.gz": "application/gzip",
    "dumps/kankei.ttl.zst": "application/zstd",
    "tables/programmes.csv": "text/csv; charset=utf-8; header=present",
    "tables/programmes.csv-metadata.json": "application/csvm+json",
    "tables/programmes.parquet": "application/vnd.apache.parquet",
    "columns/terms.parquet": "application/vnd.apache.parquet",
    "columns/columns.json": "application/json",
    "tables/kankei.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def test_every_dump_and_table_is_listed_and_sent_as_it_lies(web: Client, seed_release: Release) -> None:
    for folder in ("dumps", "tables"):
        page = web.get(f"/{folder}/", BROWSER)
        names = [name for name in seed_release.manifest.files if name.startswith(f"{folder}/")]
        assert len(names) > 5
        for name in names:
            assert f'href="../{name}"' in page.text
            answer = web.get(f"/{name}")
            assert answer.status_code == 200
            assert hashlib.sha256(answer.content).hexdigest() == seed_release.manifest.files[name].sha256


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_the_media_type_of_a_file(web: Client, seed_release: Release, name: str) -> None:
    answer = web.get(f"/{name}")
    assert answer.headers["content-type"] == MEDIA_TYPES[name]
    assert answer.headers["etag"] == f'"{seed_release.manifest.files[name].sha256}"'
    assert "content-encoding" not in answer.headers


def test_a_part_of_a_file_and_no_change(web: Client, seed_release: Release) -> None:
    whole = web.get("/dumps/kankei.nt")
    part = web.get("/dumps/kankei.nt", range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert web.get("/dumps/kankei.nt", range="bytes=999999999-").status_code == 416
    tag = whole.headers["etag"]
    assert web.get("/dumps/kankei.nt", range="bytes=0-1", if_range=tag).status_code == 206
    assert web.get("/dumps/kankei.nt", range="bytes=0-1", if_range='"other"').status_code == 200
    assert web.get("/dumps/kankei.nt", if_none_match=tag).status_code == 304
    head = web.request("HEAD", "/dumps/kankei.nt")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))


def test_a_table_points_at_its_metadata(web: Client) -> None:
    assert web.get("/tables/budgets.csv").headers["link"] == (
        '<../tables/budgets.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    )


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/dumps/../manifest.json",
            "/dumps/%2e%2e/manifest.json",
            "/dumps/..%2fmanifest.json",
            "/dumps/nope",
        ),
        *("/dumps//etc/passwd", "/tables/%2e%2e%2f%2e%2e", "/dumps/kankei.nt%00", "/static/../app.py"),
        *(
            "/static/app.py",
            "/ns/9.9.9",
            "/catalog.exe",
            "/ns.exe",
            "/report.exe",
            "/sitemap-0.xml",
            "/sitemap-2.xml",
            "/sitemap-01.xml",
            "/id/release/1999-01-01-none",
            "/store/",
            "/%ff",
            "/nope",
        ),
        *("//evil.example", "//evil.example/dumps/"),
    ],
)
def test_nothing_else_is_sent(web: Client, path: str) -> None:
    raw = web.raw(path.replace("%2e", ".").replace("%2f", "/").replace("%00", "\0").replace("%ff", "\ufffd"))
    assert raw.status == 404
    assert json.loads(raw.body)["title"] == "Not Found"
    assert "location" not in raw.headers


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/catalog", "description.ttl"),
        ("/.well-known/void", "description.ttl"),
        ("/ns", "ontology/kankei.ttl"),
        ("/shapes", "ontology/shapes.ttl"),
        ("/report", "report.ttl"),
    ],
)
def test_a_published_graph_in_every_format(web: Client, seed_release: Release, path: str, file: str) -> None:
    turtle = seed_release.file(file).read_bytes()
    if file == "description.ttl":  # the server adds what it says of its own service
        served = web.get(path, "text/turtle").content
        assert served.startswith(turtle)
        turtle = served
    expected = ox.Dataset(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    expected.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    for media_type, rdf_format in RDF_FORMATS.items():
        accept = INLINE_JSON_LD if rdf_format == ox.RdfFormat.JSON_LD else media_type
        answer = web.get(path, accept)
        assert answer.headers["content-type"].partition(";")[0] == media_type
        found = ox.Dataset(ox.parse(answer.content, format=rdf_format))
        found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        assert found == expected, media_type
        assert web.get(path, accept, if_none_match=answer.headers["etag"]).status_code == 304
    assert web.get(path, "text/turtle").content == turtle
    assert web.get(path, BROWSER).headers["content-type"].startswith("text/html")
    assert web.get(path, "image/png").status_code == 406


def test_the_catalogue_keeps_the_literals_that_the_store_would_rewrite(web: Client) -> None:
    for media_type in RDF_FORMATS:
        accept = INLINE_JSON_LD if "ld+json" in media_type else media_type
        assert "nonNegativeInteger" in web.get("/catalog", accept).text


def test_the_suffixes_of_published_graphs(web: Client) -> None:
    for path in ("/catalog", "/ns", "/shapes", "/report"):
        assert web.get(f"{path}.ttl", "image/png").content == web.get(path, "text/turtle").content


def test_the_versions_of_the_ontology(web: Client, seed_release: Release) -> None:
    version = seed_release.manifest.ontology_version
    assert web.get(f"/ns/{version}", "text/turtle").content == web.get("/ns", "text/turtle").content


def test_the_context(web: Client, seed_release: Release) -> None:
    answer = web.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert "@context" in answer.json()


def test_health(web: Client, seed_release: Release) -> None:
    health = web.get("/health").json()
    assert health["status"] == "ready"
    assert health["version"] == seed_release.manifest.version
    assert health["triples"] == seed_release.manifest.triples


def test_the_manifest_is_served_as_it_lies(web: Client, seed_release: Release) -> None:
    answer = web.get("/manifest.json")
    assert answer.content == (seed_release.path / "manifest.json").read_bytes()
    assert answer.headers["content-type"] == "application/json"
    assert web.get("/manifest.json", if_none_match=answer.headers["etag"]).status_code == 304


def test_the_release_itself_is_described_by_the_catalogue(web: Client, seed_release: Release) -> None:
    answer = web.get(f"/id/release/{seed_release.manifest.version}?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "../../catalog?lang=en")
    assert seed_release.manifest.version in web.get("/catalog", "text/turtle").text
    assert 'href="./catalog' in web.get("/catalog", BROWSER).text


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "条件を満たしています。 指摘 0 件"), ("en", "The data conforms. Results: 0")],
)
def test_the_report_says_whether_the_data_conforms(web: Client, language: str, words: str) -> None:
    assert words in web.get(f"/report?lang={language}", BROWSER).text
    page = web.get(f"/dumps/?lang={language}", BROWSER).text
    assert f'href="../report?lang={language}"' in page
    assert 'href="../manifest.json"' in page


def test_robots_and_icon(web: Client) -> None:
    assert web.get("/robots.txt").text.endswith("\nSitemap: https://w3id.org/kankei/sitemap.xml\n")
    assert "Disallow: /kankei/sparql?query=" in web.get("/robots.txt").text
    assert web.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_alignments_are_a_table_too(web: Client, seed_release: Release) -> None:
    table = seed_release.read("ontology/alignments.sssom.tsv")
    for answer in (
        web.get("/ns/alignments.sssom.tsv"),
        web.get("/ns/alignments", "text/tab-separated-values"),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/tab-separated-values")
        assert answer.content == table
    assert "alignments.sssom.tsv" in web.get("/ns/alignments", "text/turtle").headers["link"]
    assert web.get("/ns", "text/tab-separated-values").status_code == 406
