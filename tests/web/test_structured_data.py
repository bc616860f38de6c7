"""What search engines read in the page of a programme, and what the sitemap says of its age."""

import json
import re
from html.parser import HTMLParser
from urllib.robotparser import RobotFileParser

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kankei.namespaces import RDF, SCHEMA
from kankei.release.profile_views import SCHEMA_ORG
from kankei.release.reader import Release
from kankei.web.http.headers import COMMON_HEADERS
from kankei.web.rdf.graph import parse_triples
from kankei.web.resources.structured_data import service_data
from kankei.web.static_files import EDITOR
from support.client import Client

IRI = "https://w3id.org/kankei/id/programme/two-region-living"
ADDRESS = "/doc/programme/two-region-living"
PUBLIC = f"https://w3id.org/kankei{ADDRESS}"
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


class Head(HTMLParser):
    """The links, metadata and data blocks of a page; the query editor is the only script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.metadata: dict[str, str | None] = {}
        self.scripts: list[str] = []
        self.in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.in_script = tag == "script" and "src" not in values
        if tag == "link":
            self.links.append(values)
        elif tag == "meta":
            self.metadata[values.get("name") or values.get("property") or ""] = values.get("content")
        elif tag == "script" and "src" in values:
            assert (values["src"] or "").endswith(f"/static/{EDITOR}")
        elif tag == "script":
            assert values == {"type": "application/ld+json"}
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.scripts[-1] += data


def head(web: Client, language: str, address: str = ADDRESS) -> Head:
    return Head(web.get(f"{address}?lang={language}", "text/html").text)


@LANGUAGES
def test_a_programme_is_a_government_service(language: str, web: Client) -> None:
    (script,) = head(web, language).scripts
    service = json.loads(script)
    assert service["@context"] == "https://schema.org"
    assert (service["@type"], service["@id"]) == ("GovernmentService", IRI)
    names = {
        "ja": ("二地域居住等の促進", "国土交通省"),
        "en": ("Promotion of two-region living", "Ministry of Land"),
    }
    name, ministry = names[language]
    assert service["name"] == name
    assert service["provider"]["@type"] == "GovernmentOrganization"
    assert service["provider"]["name"].startswith(ministry)
    assert {body["@type"] for body in service["audience"]} == {"Audience"}
    assert all(isinstance(body["audienceType"], str) for body in service["audience"])


@LANGUAGES
def test_the_head_of_a_programme(language: str, web: Client) -> None:
    found = head(web, language)
    canonical = [link["href"] for link in found.links if link["rel"] == "canonical"]
    assert canonical == [f"{PUBLIC}?lang={language}"] == [found.metadata["og:url"]]
    translations = {link["hreflang"]: link["href"] for link in found.links if "hreflang" in link}
    assert translations == {
        "ja": f"{PUBLIC}?lang=ja",
        "en": f"{PUBLIC}?lang=en",
        "x-default": f"{PUBLIC}?lang=en",
    }
    assert found.metadata["description"] == found.metadata["og:description"]
    assert {"ja": "二地域居住", "en": "living in two regions"}[language] in (
        found.metadata["description"] or ""
    )
    assert found.metadata["og:locale"] == {"ja": "ja_JP", "en": "en_US"}[language]
    assert found.metadata["og:title"]


def test_the_header_names_no_other_canonical_address(web: Client) -> None:
    answer = web.get(ADDRESS, "text/html")
    assert 'rel="canonical"' not in answer.headers["link"]
    assert 'rel="canonical"' in web.get(ADDRESS, "text/turtle").headers["link"]
    assert answer.headers["content-security-policy"] == COMMON_HEADERS["Content-Security-Policy"]


KINDS = {
    "/": "WebSite",
    "/catalog": "DataCatalog",
    "/ns": "DefinedTermSet",
    "/ns/alignments": "WebPage",
    "/shapes": "WebPage",
    "/report": "WebPage",
    "/sparql": "WebPage",
    "/programmes": "WebPage",
    "/quality": "WebPage",
    "/api": "WebPage",
    "/dumps/": "WebPage",
    "/tables/": "WebPage",
    "/columns/": "WebPage",
    ADDRESS: "GovernmentService",
    "/doc/org/mlit": "GovernmentOrganization",
    "/doc/org/mlit-regional-policy-division": "GovernmentOrganization",
    "/doc/theme/related-population": "DefinedTerm",
    "/doc/source/sheets-103-106": "WebPage",
    "/doc/fiscal-year/2025": "WebPage",
}
"""What each kind of page is to search engines."""


@LANGUAGES
@pytest.mark.parametrize("address", KINDS)
def test_every_page_says_what_it_is(address: str, language: str, web: Client) -> None:
    found = head(web, language, address)
    (script,) = found.scripts
    data = json.loads(script)
    assert (data["@context"], data["@type"]) == ("https://schema.org", KINDS[address])
    public = f"https://w3id.org/kankei{address}"
    (canonical,) = (link["href"] for link in found.links if link["rel"] == "canonical")
    assert canonical == found.metadata["og:url"] == f"{public}?lang={language}"
    translations = {link["hreflang"]: link["href"] for link in found.links if "hreflang" in link}
    assert translations == {
        "ja": f"{public}?lang=ja",
        **dict.fromkeys(("en", "x-default"), f"{public}?lang=en"),
    }
    assert found.metadata["description"] == found.metadata["og:description"] != ""
    assert found.metadata["og:title"]
    assert "robots" not in found.metadata


@pytest.mark.parametrize("address", [*KINDS, "/.well-known/void", "/dumps", "/ns/0.2.0"])
def test_no_header_names_another_canonical_address_than_the_page(address: str, web: Client) -> None:
    answer = web.get(f"{address}?lang=en", "text/html")
    assert answer.status_code == 200
    assert 'rel="canonical"' not in answer.headers.get("link", "")
    aliases = {"/.well-known/void": "/catalog", "/dumps": "/dumps/", "/ns/0.2.0": "/ns"}
    (canonical,) = (link["href"] for link in Head(answer.text).links if link["rel"] == "canonical")
    assert canonical == f"https://w3id.org/kankei{aliases.get(address, address)}?lang=en"


def test_an_organisation_names_what_it_is_part_of(web: Client) -> None:
    (script,) = head(web, "en", "/doc/org/jta").scripts
    data = json.loads(script)
    assert data["name"] == "Japan Tourism Agency"
    assert data["parentOrganization"]["name"].startswith("Ministry of Land")
    assert json.loads(head(web, "ja", "/doc/org/mlit").scripts[0])["identifier"] == "2000012100001"


def test_the_catalogue_has_its_dataset_with_files(web: Client) -> None:
    (script,) = head(web, "en", "/catalog").scripts
    dataset = json.loads(script)["dataset"]
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    files = {file["contentUrl"]: file["encodingFormat"] for file in dataset["distribution"]}
    assert files["https://w3id.org/kankei/dumps/kankei.ttl"] == "text/turtle"


def test_a_problem_is_not_to_be_listed(web: Client) -> None:
    found = head(web, "ja", "/doc/programme/unknown")
    assert found.metadata["robots"] == "noindex"
    assert found.scripts == []
    assert not any(link["rel"] == "canonical" for link in found.links)


def test_robots_may_read_what_the_sitemap_lists(web: Client) -> None:
    rules = RobotFileParser()
    rules.parse(web.get("/robots.txt").text.splitlines())
    addresses = re.findall("<loc>(.*?)</loc>", web.get("/sitemap-1.xml").text)
    assert addresses
    for address in addresses:
        assert rules.can_fetch("anything", address), address
        page = web.get(address.removeprefix("https://w3id.org/kankei"), "text/html")
        assert page.status_code == 200
        assert "noindex" not in page.text
    assert not rules.can_fetch("anything", "https://w3id.org/kankei/sparql?query=ASK%7B%7D")


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "a & b \u2028 ]]>", '"\\']
)
def test_a_text_cannot_leave_its_script(text: str) -> None:
    service = NamedNode(IRI)
    triples = [
        Triple(service, NamedNode(RDF + "type"), NamedNode(SCHEMA + "GovernmentService")),
        Triple(service, NamedNode(SCHEMA + "name"), Literal(text, language="ja")),
    ]
    written = service_data(triples, IRI, "ja")
    assert not re.search("[<>&\u2028]", written)
    assert json.loads(written)["name"] == text


def test_a_view_that_refers_to_itself_ends(seed_release: Release) -> None:
    view = parse_triples(seed_release.view(SCHEMA_ORG, IRI.partition("/id/")[2]), RdfFormat.N_TRIPLES)
    mlit = NamedNode("https://w3id.org/kankei/id/org/mlit")
    circle = Triple(mlit, NamedNode(SCHEMA + "makesOffer"), NamedNode(IRI))
    assert json.loads(service_data([*view, circle], IRI, "en"))["provider"]["makesOffer"] == IRI


def test_the_sitemap_dates_each_address_by_the_release(web: Client, seed_release: Release) -> None:
    text = web.get("/sitemap-1.xml").text
    assert text.count("<lastmod>") == text.count("<loc>") > 0
    assert set(re.findall("<lastmod>(.*?)</lastmod>", text)) == {seed_release.manifest.version[:10]}
