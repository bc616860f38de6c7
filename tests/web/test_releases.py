"""What changed, over HTTP: the feed, tombstones, earlier releases at their addresses, citations, dates."""

import json
import shutil
from email.utils import formatdate
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from kankei.dataset.statements import StatementIndex
from kankei.namespaces import ADMS, DCAT, DCT, Base
from kankei.release.history.changes import MAX_CHANGES, MAX_RELEASES
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.html.templates import Templates
from kankei.web.http.conditional import http_date
from kankei.web.resources import feed as feed_module
from kankei.web.resources import releases
from kankei.web.resources.citation import Citation, described
from kankei.web.resources.site_documents import context_path
from support.building import build_quickly, own_copy, triples
from support.client import BROWSER, Client
from support.stub import StubEngine
from support.successive_releases import CHANGED, DATES, NEW, Successive, dated

ATOM, TOMBSTONE = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
BASE = Base().iri
UNCHANGED = "programme/new-exchange-market"


@pytest.fixture(scope="module")
def site(successive: Successive, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The third release, the second one deleted since."""
    folder = tmp_path_factory.mktemp("kept")
    for release in (successive.first, successive.third):
        shutil.copytree(release.path, folder / release.path.name)
    (folder / "secret").mkdir()
    (folder / "secret" / "manifest.json").write_bytes((successive.first.path / "manifest.json").read_bytes())
    return Client(create_app(Release.open(folder / successive.third.path.name), StubEngine(), {}))


@pytest.fixture(scope="module")
def first(successive: Successive) -> str:
    return successive.first.path.name


@pytest.fixture(scope="module")
def second(successive: Successive) -> str:
    return successive.second.path.name


@pytest.fixture(scope="module")
def third(successive: Successive) -> str:
    return successive.third.path.name


def read(site: Client, path: str) -> ET.Element:
    answer = site.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml")
    return ET.fromstring(answer.content)


def links(root: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}


def ids(root: ET.Element) -> list[str]:
    """The IRIs of the entries, those of tombstones after a minus."""
    return [
        f"-{element.attrib['ref']}" if element.tag == f"{TOMBSTONE}deleted-entry" else element[0].text or ""
        for element in root
        if element.tag in {f"{ATOM}entry", f"{TOMBSTONE}deleted-entry"}
    ]


def test_the_feed_has_each_thing_with_its_last_change(
    site: Client, first: str, second: str, third: str
) -> None:
    root = read(site, "/feed?lang=en")
    release = f"{BASE}id/release/"
    new, changed = f"-{BASE}id/{NEW}", f"{BASE}id/{CHANGED}"
    assert ids(root) == [release + third, new, release + second, changed, release + first]
    (tombstone,) = root.findall(f"{TOMBSTONE}deleted-entry")
    assert tombstone.attrib["when"] == f"{DATES[2]}T00:00:00Z"
    entry = root.findall(f"{ATOM}entry")[2]
    texts = {child.tag.removeprefix(ATOM): child.text for child in entry}
    assert texts["title"] == "Promotion of life in two regions"
    assert texts["updated"] == f"{DATES[1]}T00:00:00Z"
    assert "Title" in (texts["summary"] or "")
    assert entry.find(f"{ATOM}category").attrib == {"term": "changed"}  # type: ignore[union-attr]
    addresses = [link.attrib["href"] for link in entry.findall(f"{ATOM}link")]
    assert [site.get(address.removeprefix(BASE[:-1])).status_code for address in addresses] == [200] * 3
    # RFC 4287, section 4.1.1: what a feed must have.
    assert all(root.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))
    assert DATES[0] in (root.find(f"{ATOM}subtitle").text or "")  # type: ignore[union-attr]


def test_pages_of_the_feed_link_to_each_other_and_end(
    successive: Successive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "PAGE_SIZE", 2)
    site = Client(create_app(successive.third, StubEngine(), {}))
    address, visited, found = f"{BASE}feed", list[str](), list[str]()
    while address:
        root = read(site, address.removeprefix(BASE[:-1]))
        assert links(root)["self"] == address
        assert (links(root)["first"], links(root)["last"]) == (f"{BASE}feed", f"{BASE}feed?page=3")
        if visited:
            assert links(root)["previous"] == visited[-1]
        visited.append(address)
        found += ids(root)
        address = links(root).get("next", "")
    assert (len(visited), len(found), len(set(found))) == (3, 5, 5)


@pytest.mark.parametrize("page", ["0", "2", "01", "-1", "x", "", "1.0", "９", "1" * 400, "1%00"])
def test_a_page_of_the_feed_that_is_not_there(site: Client, page: str) -> None:
    answer = site.get(f"/feed?page={page}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "the feed has the pages 1 to 1")


def test_the_feed_is_validated_by_tag_and_date(site: Client) -> None:
    answer = site.get("/feed")
    assert site.get("/feed", if_none_match=answer.headers["etag"]).status_code == 304
    assert site.get("/feed", if_modified_since=answer.headers["last-modified"]).status_code == 304
    assert site.get("/feed", "text/turtle").status_code == 406


@pytest.mark.parametrize("accept", ["application/rss+xml", "text/xml"])
def test_readers_that_do_not_name_atom_get_it(site: Client, accept: str) -> None:
    answer = site.get("/feed", accept)
    assert (answer.status_code, answer.text) == (200, site.get("/feed").text)


def test_the_feed_follows_the_public_address(successive: Successive) -> None:
    from kankei.settings import Settings  # noqa: PLC0415
    from kankei.web.server_state import ServerState  # noqa: PLC0415

    state = ServerState(Settings(public_url="https://data.example.org/x/"))
    root = read(Client(create_app(successive.third, StubEngine(), {}, state)), "/feed")
    assert {href.startswith("https://data.example.org/x/") for href in links(root).values()} == {True}
    assert (root.find(f"{ATOM}id").text or "").startswith(BASE)  # type: ignore[union-attr]


RELATIONS = ("alternate", "alternate related")


@pytest.mark.parametrize("path", ["/", "/catalog"])
def test_the_feed_is_found_from_home_and_catalogue(site: Client, path: str) -> None:
    answer = site.get(path, BROWSER)
    (link,) = (field for field in answer.headers["link"].split(", ") if "feed>" in field)
    # PyLD takes the one link whose relation is exactly `alternate` for JSON-LD.
    assert link.partition("; ")[2] in {f'rel="{rel}"; type="{feed_module.ATOM}"' for rel in RELATIONS}
    assert 'type="application/atom+xml"' in answer.text.split("</head>")[0]


@pytest.mark.parametrize("path", [f"/id/{NEW}", f"/doc/{NEW}", f"/doc/{NEW}.ttl", f"/doc/{NEW}.json"])
def test_a_removed_thing_is_gone_and_leads_on(site: Client, path: str, second: str, third: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.json()["title"]) == (410, "Gone")
    assert answer.json()["detail"] == f"this was removed on {DATES[2]}, by release {third}"
    assert answer.json()["offered"] == [
        f"{BASE}releases/{second}/",
        f"{BASE}releases/{third}/",
        f"{BASE}feed",
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_of_a_removed_thing(site: Client, language: str) -> None:
    answer = site.get(f"/doc/{NEW}?lang={language}", BROWSER)
    assert answer.status_code == 410
    assert f"removed on {DATES[2]}" in answer.text
    assert f'<a href="{BASE}feed">' in answer.text


def test_what_never_was_is_not_found(site: Client) -> None:
    assert site.get("/id/programme/never").status_code == 404
    assert site.get(f"/doc/{NEW}x").status_code == 404


def test_the_list_of_releases(site: Client, first: str, second: str, third: str) -> None:
    rows = site.get("/releases", "application/json").json()["releases"]
    assert [(row["version"], row["kept"]) for row in rows] == [(third, True), (second, False), (first, True)]
    assert [(row["date"], row["added"], row["changed"], row["removed"]) for row in rows] == [
        (DATES[2], 0, 0, 1),
        (DATES[1], 1, 1, 0),
        (DATES[0], 0, 0, 0),
    ]
    for path in ("/releases", "/releases/"):
        for language in ("ja", "en"):
            page = site.get(f"{path}?lang={language}", BROWSER)
            assert page.status_code == 200
            assert f"releases/{first}/" in page.text
            assert f"releases/{second}/" not in page.text


FILES = (
    "dumps/kankei.nt",
    "dumps/kankei.jsonld.gz",
    "tables/programmes.csv",
    "description.ttl",
    "report.ttl",
)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_an_earlier_release(site: Client, successive: Successive, first: str, name: str) -> None:
    address = f"/releases/{first}/{name}"
    answer = site.get(address)
    assert (answer.status_code, answer.content) == (200, successive.first.read(name))
    assert "immutable" in answer.headers["cache-control"]
    assert f'<{BASE}id/release/{first}>; rel="cite-as"' in answer.headers["link"]
    assert 'rel="latest-version"' in answer.headers["link"]
    assert site.get(f"/releases/{first}/{name}", if_none_match=answer.headers["etag"]).status_code == 304
    assert (
        site.get(f"/releases/{first}/{name}", if_modified_since=answer.headers["last-modified"]).status_code
        == 304
    )
    part = site.get(f"/releases/{first}/{name}", range="bytes=1-3")
    assert (part.status_code, part.content) == (206, answer.content[1:4])


def test_the_context_of_an_earlier_release_answers_at_its_address(
    successive: Successive, tmp_path: Path
) -> None:
    """Documents that were harvested before refer to it; once its release is deleted it is unknown."""
    inputs, releases = own_copy(tmp_path / "inputs"), tmp_path / "releases"
    earlier = releases / successive.first.path.name
    shutil.copytree(successive.first.path, earlier)
    (releases / "current").symlink_to(earlier.name)
    context = inputs.ontology / "context.jsonld"
    text = context.read_text(encoding="utf-8")
    term = '    "homepage": {'
    context.write_text(text.replace(term, f'    "added": {{"@id": "dct:added"}},\n{term}'), encoding="utf-8")
    later = Release.open(build_quickly(releases, inputs, succession=dated(DATES[1])))
    site = Client(create_app(later, StubEngine(), {}))
    old, new = context_path(successive.first), context_path(later)
    assert old != new
    answers = [site.get(path) for path in (old, new)]
    assert [answer.content for answer in answers] == [
        release.read("ontology/context.jsonld") for release in (successive.first, later)
    ]
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/ld+json"}
    assert site.get(old, if_none_match=answers[0].headers["etag"]).status_code == 304
    shutil.rmtree(earlier)
    assert site.get(old).status_code == 404


def test_the_manifest_of_an_earlier_release(
    site: Client, successive: Successive, first: str, third: str
) -> None:
    answer = site.get(f"/releases/{first}/manifest.json")
    assert answer.content == successive.first.manifest.json()
    assert (
        site.get(f"/releases/{first}/manifest.json", if_none_match=answer.headers["etag"]).status_code == 304
    )
    assert site.get(f"/releases/{third}/manifest.json").content == successive.third.manifest.json()


def test_an_iri_of_a_release_leads_to_it(site: Client, first: str, second: str, third: str) -> None:
    see_other = site.get(f"/id/release/{first}")
    assert (see_other.status_code, see_other.headers["location"]) == (303, f"../../releases/{first}/")
    assert site.get(f"/id/release/{third}").headers["location"] == "../../catalog"
    assert site.get(f"/id/release/{second}").status_code == 410
    assert site.get("/id/release/none").status_code == 404


@pytest.mark.parametrize("name", ["", "/", "/dumps/kankei.nt", "/citation", "/manifest.json", "/nothing"])
def test_a_release_that_was_deleted_is_gone(site: Client, second: str, name: str) -> None:
    answer = site.get(f"/releases/{second}{name}")
    assert (answer.status_code, answer.json()["offered"]) == (410, [f"{BASE}releases", f"{BASE}catalog"])
    assert answer.json()["detail"] == f"the release of {DATES[1]} is no longer kept here"


HOSTILE = (
    *("2020-01-01-0123456789ab", "secret", "secret/manifest.json", "..", "../..", "current", ".lock"),
    *("{first}/../secret/manifest.json", "{first}/store/CURRENT", "{first}/documents.json"),
    *("{first}/history.json", "{first}/dumps/../report.ttl", "{first}%2fdumps%2fkankei.nt"),
    *("{first}/dumps%2fkankei.nt", "{first}/dumps/", "{first}/%2e%2e/{first}/report.ttl"),
    *("{first}//report.ttl", "{first}/citation.xml", "{first}/records.nt%00", "{first}\\report.ttl"),
    "x" * 4000,
)


@pytest.mark.parametrize("path", HOSTILE)
def test_nothing_else_is_served(site: Client, first: str, path: str) -> None:
    asked = f"/releases/{path.format(first=first)}"
    assert site.raw(asked).status == 404
    if ".." not in asked:  # which the client would resolve
        assert site.get(asked).status_code == 404


def test_a_release_that_is_deleted_while_it_is_served(
    successive: Successive, tmp_path: Path, first: str
) -> None:
    for release in (successive.first, successive.third):
        shutil.copytree(release.path, tmp_path / release.path.name)
    site = Client(create_app(Release.open(tmp_path / successive.third.path.name), StubEngine(), {}))
    addresses = (f"/releases/{first}/", f"/releases/{first}/report.ttl", f"/releases/{first}/citation")
    assert [site.get(address).status_code for address in addresses] == [200] * 3
    shutil.rmtree(tmp_path / first)
    assert [site.get(address).status_code for address in addresses] == [410] * 3
    assert [row["kept"] for row in site.get("/releases", "application/json").json()["releases"]][-1] is False


def test_the_citation_in_each_form(site: Client, first: str) -> None:
    iri = f"{BASE}id/release/{first}"
    address = f"/releases/{first}/citation"
    line = site.get(f"{address}?lang=en")
    assert line.headers["content-type"] == "text/plain; charset=utf-8"
    assert line.text == (
        "kankei project (2026-11-24). kankei: Japanese government support programmes as linked data "
        f"(release {first}) [Data set]. {iri}\n"
    )
    assert site.get(f"{address}?lang=ja").text.startswith(
        "関係プロジェクト『関係: 国の支援施策のリンクトデータ』"
    )
    (csl,) = site.get(address, "application/vnd.citationstyles.csl+json").json()
    assert (csl["type"], csl["version"], csl["URL"]) == ("dataset", first, iri)
    assert csl["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert "author" not in csl
    bibtex = site.get(address, "application/x-bibtex").text
    assert bibtex.startswith(f"@misc{{kankei-{first},\n  title = {{")
    assert f"  url = {{{iri}}}" in bibtex
    for suffix, kind in (("json", "csl+json"), ("bib", "x-bibtex"), ("txt", "text/plain")):
        answer = site.get(f"{address}.{suffix}", "image/png")
        assert (answer.status_code, kind in answer.headers["content-type"]) == (200, True)
        assert site.get(f"{address}.{suffix}", if_none_match=answer.headers["etag"]).status_code == 304
    assert site.get(address, "image/png").status_code == 406
    page = site.get(f"/releases/{first}/?lang=en", BROWSER).text
    assert f"(release {first}) [Data set]." in page
    assert 'rel="cite-as"' in site.get("/catalog").headers["link"]


def test_a_citation_states_nothing_that_the_catalogue_does_not() -> None:
    titles = {"ja": "100% {x} & \\y_1", "en": "a~b^c#$"}
    bare = Citation("v", "2026-01-05", "https://example.org/id/release/v", titles, {"ja": "", "en": ""})
    assert "publisher" not in bare.bibtex("en")
    assert "publisher" not in json.loads(bare.csl("en"))[0]
    assert bare.line("ja") == "『100% {x} & \\y_1』v 版、2026-01-05。https://example.org/id/release/v"
    assert r"title = {100\% \{x\} \& \textbackslash{}y\_1}" in bare.bibtex("ja")
    assert r"title = {a\textasciitilde{}b\textasciicircum{}c\#\$}" in bare.bibtex("en")


def test_documents_are_dated_by_their_release_since_others_add_to_them(site: Client) -> None:
    for path in (f"/doc/{CHANGED}.ttl", f"/doc/{UNCHANGED}.nt"):
        modified = site.get(path).headers["last-modified"]
        assert modified == site.get("/catalog").headers["last-modified"]
        assert site.get(path, if_modified_since=modified).status_code == 304
        earlier = formatdate((http_date(modified) or 0) - 1, usegmt=True)
        assert site.get(path, if_modified_since=earlier).status_code == 200
        assert site.get(path, if_modified_since="yesterday").status_code == 200


def test_a_document_states_its_dates(site: Client) -> None:
    graph = StatementIndex.of(triples(site.get(f"/doc/{CHANGED}.ttl").content, ox.RdfFormat.TURTLE))
    document = Base().document(CHANGED)
    assert graph.value(document, f"{DCT}modified") == DATES[1]
    assert graph.value(document, f"{DCT}issued") == DATES[0]


DATED = (
    "/catalog",
    "/feed",
    "/sitemap.xml",
    "/manifest.json",
    "/data.json",
    "/changes.jsonl",
    "/openapi.json",
)


@pytest.mark.parametrize("path", [*DATED, "/dumps/kankei.nt", "/tables/programmes.csv", "/context.jsonld"])
def test_what_follows_from_the_release_has_its_date(site: Client, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert site.get(path, if_modified_since=answer.headers["last-modified"]).status_code == 304
    assert site.get(path, if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT").status_code == 200


def test_the_sitemap_has_the_date_of_each_thing(site: Client) -> None:
    text = site.get("/sitemap-1.xml").text
    assert f"<loc>{BASE}doc/{CHANGED}</loc><lastmod>{DATES[1]}</lastmod>" in text
    assert f"<loc>{BASE}doc/{UNCHANGED}</loc><lastmod>{DATES[0]}</lastmod>" in text
    assert f"<loc>{BASE}catalog</loc><lastmod>{DATES[2]}</lastmod>" in text


def test_the_catalogue_tells_of_changes_and_earlier_releases(
    site: Client, successive: Successive, first: str, second: str, third: str
) -> None:
    graph = StatementIndex.of(triples(site.get("/catalog.ttl").content, ox.RdfFormat.TURTLE))
    dataset = Base().dataset
    notes = {str(term.value) for term in graph.objects(dataset, f"{ADMS}versionNotes")}  # type: ignore[union-attr]
    assert "Since the release before: 0 added, 0 changed, 1 removed." in notes
    release = f"{BASE}id/release/"
    assert graph.value(release + third, f"{DCAT}previousVersion") == release + second
    assert graph.value(release + second, f"{DCAT}previousVersion") == release + first
    assert graph.value(release + first, f"{DCAT}previousVersion") == ""
    members = [node for node, _ in graph.pairs(f"{DCAT}inSeries")]
    assert sorted(members) == sorted(release + version for version in (first, second, third))
    changes = f"{dataset}#changes"
    assert graph.value(changes, f"{DCAT}downloadURL") == f"{BASE}changes.jsonl"
    size = successive.third.manifest.files["changes.jsonl"].size
    assert graph.value(changes, f"{DCAT}byteSize") == str(size)
    descriptions = " ".join(str(term) for term in graph.objects(changes, f"{DCT}description"))
    assert f"{MAX_RELEASES} releases" in descriptions
    assert str(MAX_CHANGES) in descriptions


def test_a_label_with_characters_that_xml_forbids_leaves_the_feed_well_formed() -> None:
    link = feed_module._empty("link", href="urn:\x02")
    entry = ET.fromstring("".join(feed_module._entry("urn:x", "a\x01\x0b\ufffe<b", "", "", link)))
    assert entry.findtext("title") == "a<b"


def test_a_release_is_described_once(successive: Successive, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Client(create_app(successive.third, StubEngine(), {}))
    made: list[Release] = []

    def noted(release: Release) -> Citation:
        made.append(release)
        return described(release)

    monkeypatch.setattr(releases, "described", noted)
    path = f"/releases/{successive.third.manifest.version}"
    tags = {
        name: site.get(f"{path}/{name}").headers["etag"] for name in ("", "citation.bib", "manifest.json")
    }
    assert len(made) == 1
    monkeypatch.setattr(Templates, "render", None)
    for name, tag in tags.items():
        assert site.get(f"{path}/{name}", if_none_match=tag).status_code == 304
