"""The sitemap: every document once, at its canonical address, in files of a bounded size."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from kankei.errors import UnknownResource
from kankei.namespaces import Base
from kankei.release.reader import Release
from kankei.web.pages import PAGES
from kankei.web.resources.site_documents import MAX_ADDRESSES, Sitemap
from support.client import Client

BASE = "https://w3id.org/kankei/"
PATHS = [page.path for page in PAGES if page.in_sitemap]


def locations(body: bytes, kind: str) -> list[str]:
    root = ET.fromstring(body)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == f"{space}{kind}"
    return [found.text or "" for found in root.iter(f"{space}loc")]


def test_every_document_is_in_the_sitemap_once(web: Client, seed_release: Release) -> None:
    index = web.get("/sitemap.xml")
    assert index.headers["content-type"] == "application/xml"
    (part,) = locations(index.content, "sitemapindex")
    assert part.startswith(BASE)
    answer = web.get(part.removeprefix(BASE[:-1]))
    found = locations(answer.content, "urlset")
    assert found == [
        *(BASE + path.removeprefix("/") for path in PATHS),
        *(f"{BASE}doc/{p}" for p in seed_release.documents),
    ]
    assert [a for a in found if web.get(a.removeprefix(BASE[:-1]), "*/*").status_code != 200] == []
    assert web.get("/sitemap-1.xml", if_none_match=answer.headers["etag"]).status_code == 304


def test_a_large_release_has_several_files(seed_release: Release) -> None:
    whole = locations(Sitemap(seed_release, PATHS, BASE).part("sitemap-1.xml"), "urlset")
    sitemap = Sitemap(seed_release, PATHS, BASE, max_addresses=7)
    parts = [locations(sitemap.part(name), "urlset") for name in sitemap.names]
    assert [address for part in parts for address in part] == whole
    assert {len(part) for part in parts[:-1]} == {7}
    assert locations(sitemap.index(), "sitemapindex") == [BASE + name for name in sitemap.names]
    assert MAX_ADDRESSES == 50_000


@pytest.mark.parametrize("name", ["sitemap-0.xml", "sitemap-2.xml", "sitemap-01.xml", "sitemap-x.xml", ""])
def test_a_sitemap_that_is_not_there(seed_release: Release, name: str) -> None:
    with pytest.raises(UnknownResource):
        Sitemap(seed_release, PATHS, BASE).part(name)


def test_addresses_are_under_the_base_and_escaped(seed_release: Release) -> None:
    base = Base("https://data.example.org/a&b/")
    document = next(iter(seed_release.documents.values()))
    own = replace(document, path="org/二&1", iri=f"{base.iri}id/org/二&1")
    manifest = replace(seed_release.manifest, base=base)
    release = replace(seed_release, manifest=manifest, documents={"x": document, own.path: own})
    found = locations(Sitemap(release, PATHS, base.iri).part("sitemap-1.xml"), "urlset")
    # A concept of the ontology's own base is canonical there.
    assert found[len(PATHS) :] == [f"{base.iri}doc/org/%E4%BA%8C%261"]
