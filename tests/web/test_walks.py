"""What a researcher, a portal's operator and a linker of data come for, by the links of the pages alone.

The officer's path is in `test_browser.py`.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from httpx import Response

from support.client import BROWSER, Client


@dataclass
class Walk:
    """A person at an address, who follows links by their words."""

    web: Client
    address: str

    @property
    def seen(self) -> Response:
        answer = self.web.get(self.address, BROWSER)
        assert answer.status_code == 200, self.address
        return answer

    def follow(self, words: str) -> "Walk":
        links = re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.seen.text, re.DOTALL)
        href = next(href for href, text in links if words in re.sub(r"<[^>]+>", "", text))
        return Walk(self.web, urljoin(self.address, href.replace("&amp;", "&")))


def test_a_researcher_finds_the_graph_behind_a_page_and_cites_it(joint_web: Client) -> None:
    page = Walk(joint_web, "/doc/programme/two-region-living?lang=en")
    assert "@prefix" in page.follow("Turtle").seen.text
    result = page.follow("See what it is linked to")
    assert "<svg" in result.seen.text
    assert "CONSTRUCT" in result.follow("Link to this query").seen.text
    assert result.follow("N-Triples").seen.headers["content-type"].startswith("application/n-triples")
    assert "@misc" in page.follow("How to cite").follow("BibTeX").seen.text


def test_a_portals_operator_finds_what_to_harvest_how_often_and_by_what_licence(joint_web: Client) -> None:
    page = Walk(joint_web, "/?lang=en").follow("Catalogue description")
    for words in ("every night", "catalog</code>", "CC BY 4.0", "annual"):
        assert words in page.seen.text
    assert "<feed" in page.follow("Feed of changes").seen.text
    assert "SHA-256" in page.follow("Dumps").seen.text
    assert "dcat:Catalog" in page.follow("Turtle").seen.text


@pytest.mark.parametrize(
    "path", ["/", "/catalog", "/dumps/", "/tables/", "/sparql", "/doc/org/mlit", "/nowhere"]
)
@pytest.mark.parametrize(("language", "words"), [("en", "every night"), ("ja", "毎晩収集")])
def test_each_page_says_what_to_harvest_and_how_often(
    web: Client, path: str, language: str, words: str
) -> None:
    text = web.get(f"{path}?lang={language}", BROWSER).text
    (href,) = re.findall(r'<a href="([^"]*)#portals"', text)
    assert words in text.partition("#portals")[2]
    home = web.get(urljoin(path, href), BROWSER).text
    assert 'id="portals"' in home
    assert words in home.partition('id="portals"')[2]


def test_a_linker_finds_reconciliation_look_up_and_alignments(joint_web: Client) -> None:
    page = Walk(joint_web, "/?lang=en").follow("About the API")
    assert "identifierSpace" in page.follow("Reconciliation").seen.text
    example = re.search(r"<code>[^<]*(lookup\?identifier=)…</code>", page.seen.text)
    assert example is not None
    found = joint_web.get(f"/{example[1]}03-5253-8369", BROWSER)
    assert "programme/two-region-living" in found.headers["location"]
    assert "mapping_justification" in page.follow("Alignments").follow("SSSOM").seen.text
    thing = Walk(joint_web, "/doc/org/mlit?lang=en")
    assert "https://w3id.org/kankei/id/org/mlit</code>" in thing.seen.text
