"""The pages people see: both languages, labels, evidence, nothing that a strict policy forbids."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest

from kankei.namespaces import Base
from kankei.release.reader import Release
from kankei.web import pages
from kankei.web.app import create_app
from kankei.web.html.localizer import MESSAGES, Links, Localizer, line_range, prefixed_name
from kankei.web.site import linked_segments
from kankei.web.static_files import EDITOR
from support.building import build_quickly
from support.client import BROWSER, Client
from support.stub import StubEngine

PAGES = [
    *("/", "/dumps/", "/tables/", "/columns/", "/catalog", "/ns", "/shapes", "/report", "/sparql", "/nope"),
    *("/doc/programme/two-region-living", "/doc/source/sheets-103-106", "/doc/org/mlit", "/doc/dataset"),
    *("/doc/body-type/prefecture", "/doc/scheme/body-type", "/doc/rule/call-year", "/doc/fiscal-year/2025"),
]
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """A page's elements; notes elements that are not closed in order and ids that stand twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        # A data block is not run (HTML, section 4.12.1), so the policy does not reach it.
        is_data = tag == "script" and found == {"type": "application/ld+json"}
        is_editor = tag == "script" and found == {"src": f"./static/{EDITOR}", "defer": None}
        self.tags.add("data block" if is_data else "editor" if is_editor else tag)
        self.attributes |= set(found)
        if tag not in VOID:
            self.open.append(tag)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag == "a":
            self.hrefs.append(found.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_and_keeps_to_its_policy(web: Client, path: str, language: str) -> None:
    answer = web.get(f"{path}?lang={language}", BROWSER)
    page = Page(answer.text)
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    assert not page.tags & {"script", "style", "iframe", "object", "embed", "base"}
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert all(re.match(r"(https?://|mailto:|tel:|\.{1,2}/|\?lang=|#)", href) for href in page.hrefs)
    assert all(href[1:] in page.ids for href in page.hrefs if href.startswith("#"))


def test_local_links_of_all_things_lead_somewhere(web: Client, seed_release: Release) -> None:
    hrefs = {
        urljoin(f"/doc/{path}", href.partition("#")[0])
        for path in seed_release.documents
        for href in Page(web.get(f"/doc/{path}", BROWSER).text).hrefs
        if href.startswith(".")
    }
    assert len(hrefs) > 100
    assert [href for href in sorted(hrefs) if web.get(href, BROWSER).status_code != 200] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            ["二地域居住等の促進", "実施主体（対象者）", "国土交通省", "市区町村", "2,000万円", "推定"],
        ),
        (
            "en",
            [
                "Promotion of two-region living",
                "Who can apply",
                "Ministry of Land",
                "20 million yen",
                "inferred",
            ],
        ),
    ],
)
def test_a_programme_says_first_what_an_officer_needs(web: Client, language: str, words: list[str]) -> None:
    text = web.get(f"/doc/programme/two-region-living?lang={language}", BROWSER).text
    assert "https://w3id.org/kankei/id/programme/two-region-living" in text
    assert all(word in text for word in [*words, 'href="tel:+81352538369"', "４月～５月頃"])
    assert text.index('id="facts"') < text.index('id="details"')


def test_a_budget_is_told_as_printed_with_its_unit_and_in_yen(web: Client) -> None:
    text = web.get("/doc/programme/two-region-living?lang=ja", BROWSER).text
    facts, _, details = text.partition('id="details"')
    assert "<q>20</q>百万円" in facts
    assert "2,000万円" in facts
    # In the details too, where the integer itself is one look away.
    assert 'title="20000000 (xsd:integer)">2,000万円<' in details
    assert ">20000000<" not in text


def test_what_the_source_does_not_say_is_said_not_to_be_said(web: Client) -> None:
    text = web.get("/doc/programme/furusato-working-holiday?lang=en", BROWSER).text
    assert "The source does not say" in text


def test_evidence_links_to_the_lines_of_the_source(web: Client) -> None:
    text = web.get("/doc/programme/two-region-living?lang=en", BROWSER).text
    assert 'href="../../doc/source/sheets-103-106?lang=en#line=93,163"' in text
    assert "/doc/rule/call-year" in text
    assert "Curator&#39;s note" in text or "Curator's note" in text


@pytest.mark.parametrize(("language", "words"), [("ja", "推測しない"), ("en", "are not guessed")])
def test_a_ground_of_several_statements_is_told_once(web: Client, language: str, words: str) -> None:
    text = web.get(f"/doc/source/sheets-103-106?lang={language}", BROWSER).text
    assert text.count(words) == 1
    # Each of the statements still says what kind of basis it has.
    assert text.count('class="mark editorial"') == 11
    told = text.partition('<p class="shared">')[2].partition("</p>")[0]
    assert words in told
    assert MESSAGES.terms["dct:format"][language] in told


def test_an_organisation_shows_who_refers_to_it(web: Client) -> None:
    text = web.get("/doc/org/mlit?lang=en", BROWSER).text
    assert 'href="../../doc/programme/two-region-living?lang=en"' in section(text, "in-charge")
    # Its units stand in the tree alone.
    assert text.count('href="../../doc/org/jta?lang=en"') == 1
    assert "Referenced from" in web.get("/doc/fiscal-year/2025?lang=en", BROWSER).text


def test_a_concept_shows_its_place_and_a_scheme_its_concepts(web: Client) -> None:
    text = web.get("/doc/theme/related-population?lang=en", BROWSER).text
    above = text.partition('<ol class="crumbs">')[2].partition("</ol>")[0]
    assert re.findall(r">([^<]+)</a>", above) == [
        *("policy themes", "creating and expanding related population and settled population")
    ]
    lead = text.partition('<p class="lead">')[2].partition("</p>")[0]
    assert lead.startswith("The sub-theme of programmes")
    tree = section(web.get("/doc/scheme/theme?lang=en", BROWSER).text, "below")
    assert re.findall(r">([^<\n]+)</(?:a|span)>", tree)[-1] == "creating and expanding related population"
    assert "</li>\n</ul></li>\n</ul></li>\n</ul>" in tree


def test_what_people_ask_comes_before_what_programs_need(web: Client) -> None:
    for path in ("org/mlit", "theme/related-population", "programme/two-region-living", "fiscal-year/2025"):
        text = web.get(f"/doc/{path}?lang=en", BROWSER).text
        headings = re.findall(r'<h2 id="([^"]+)"', text)
        assert headings[-1] == "page-data", path
        assert text.index('class="iri"') > text.index('id="page-data"')


def section(text: str, name: str) -> str:
    return text.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def test_a_concept_shows_who_names_it_and_who_names_a_broader_one(web: Client) -> None:
    text = section(web.get("/doc/body-type/municipality?lang=ja", BROWSER).text, "naming")
    line_label = {Page(line).hrefs[0].partition("?")[0]: line for line in text.split("<li>")[1:]}
    broader = "これを含む上位の概念を挙げている： <a"
    folder = "../../doc/programme/"
    assert {href: broader in " ".join(line.split()) for href, line in line_label.items()} == {
        f"{folder}furusato-working-holiday": False,
        f"{folder}new-exchange-market": False,
        f"{folder}related-population-creation": False,
        f"{folder}two-region-living": True,
    }
    assert "市区町村" in line_label[f"{folder}two-region-living"]
    # The narrower concept is no mention of the broader one.
    broad = section(web.get("/doc/body-type/city-ward-town-village", BROWSER).text, "naming")
    assert [href.partition("?")[0] for href in Page(broad).hrefs] == [f"{folder}two-region-living"]


@pytest.mark.parametrize("path", ["body-type/prefecture", "support-kind/soft", "fiscal-year/2025"])
def test_a_programme_is_listed_once(web: Client, path: str) -> None:
    text = web.get(f"/doc/{path}", BROWSER).text
    lists = (section(text, "naming") + section(text, "incoming")).split("<li>")[1:]
    first = [Page(line).hrefs[0] for line in lists]
    assert len(first) == len(set(first)) > 1


def test_the_language_of_a_browser_is_heeded(web: Client) -> None:
    url = "/doc/org/mlit"
    english = web.get(url, BROWSER, accept_language="en-GB,en;q=0.9,ja;q=0.1")
    japanese = web.get(url, BROWSER)
    assert (english.headers["content-language"], japanese.headers["content-language"]) == ("en", "ja")
    assert english.headers["vary"] == "Accept, Accept-Language, Accept-Profile, Accept-Encoding"


def test_every_text_is_there_in_both_languages() -> None:
    for words in (*MESSAGES.sentences.values(), *MESSAGES.terms.values()):
        assert set(words) == {"ja", "en"}


@pytest.mark.parametrize(
    "iri",
    [
        *(
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "urn:x:y",
            "file:///etc",
        ),
        *("//evil.example", "", "http://[", "id/programme/x"),
    ],
)
def test_an_unsafe_iri_is_not_linked(seed_release: Release, iri: str) -> None:
    assert Links(seed_release, linked_segments(pages.PAGES)).href(iri) is None


def test_safe_iris_are_linked(seed_release: Release) -> None:
    links = Links(seed_release, linked_segments(pages.PAGES))
    assert links.href("https://example.org/a") == "https://example.org/a"
    assert links.href("tel:+81352538369") == "tel:+81352538369"
    assert links.href("https://w3id.org/kankei/dumps/kankei.ttl") == "/dumps/kankei.ttl"
    assert links.href("https://w3id.org/kankei/") == "/"
    assert links.href("https://w3id.org/kankei//evil.example") == "https://w3id.org/kankei//evil.example"
    assert links.href("https://w3id.org/kankei/ns#Programme") == "/ns#Programme"
    assert (
        links.href("https://w3id.org/kankei/id/org/mlit#corporate-number") == "/doc/org/mlit#corporate-number"
    )
    assert links.href('https://w3id.org/kankei/id/org/mlit#"><script>') == "/doc/org/mlit#%22%3E%3Cscript%3E"


def test_short_forms() -> None:
    assert prefixed_name("https://w3id.org/kankei/ns#raw") == "kk:raw"
    assert prefixed_name("http://example.org/x") == "http://example.org/x"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [("x#line=93,163", (94, 163)), ("x#line=114,115", (115, 115)), ("x#line=5,5", None), ("x#y", None)],
)
def test_places(seed_release: Release, iri: str, expected: tuple[int, int] | None) -> None:
    assert line_range(iri) == expected
    assert (Localizer(Links(seed_release), "ja").lines(iri) is None) == (expected is None)


def test_a_release_under_another_base_is_served_locally_too(tmp_path: Path) -> None:
    base = Base("https://data.example.org/grants/")
    release = Release.open(build_quickly(tmp_path, base=base))
    app = Client(create_app(release, StubEngine(), {}))
    answer = app.get("/doc/programme/two-region-living", "text/turtle")
    assert "<https://data.example.org/grants/id/programme/two-region-living> a kk:Programme" in answer.text
    assert (
        '<https://data.example.org/grants/doc/programme/two-region-living>; rel="canonical"'
        in (answer.headers["link"])
    )
    concept = app.get("/doc/body-type/prefecture", "text/turtle")
    assert "w3id.org/kankei/id/body-type/" in concept.text
    assert app.get("/id/body-type/prefecture").status_code == 303
