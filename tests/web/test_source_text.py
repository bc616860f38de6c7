"""Texts by pages of lines: that of a source, with the citations that begin on each, and the report."""

import html
import re
from collections.abc import Iterator

import pytest

from kankei.release.reader import Release
from kankei.web.html import text_pages
from kankei.web.html.text_pages import page_of_line, text_page
from support.application import client_of
from support.client import BROWSER, Client

SOURCE = "/doc/source/sheets-103-106"
LINES = 50


@pytest.fixture
def paged(seed_release: Release, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """An application whose pages have fewer lines than the seed's source."""
    monkeypatch.setattr(text_pages, "LINES", LINES)
    with client_of(seed_release) as client:
        yield client


def test_the_seed_fits_on_one_page(web: Client) -> None:
    text = web.get(f"{SOURCE}?lang=ja", BROWSER).text
    assert "本文のページ" not in text
    assert web.get(f"{SOURCE}?part=2", BROWSER).status_code == 404


def test_pages_have_every_line_and_every_citation_once(
    paged: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(text_pages, "LINES", 10**6)
        whole = paged.get(f"{SOURCE}?lang=en", BROWSER).text
    pages = [paged.get(f"{SOURCE}?lang=ja", BROWSER).text]
    while following := re.search(r'rel="next" href="[^?"]*(\?part=[0-9]+)&amp;lang=ja"', pages[-1]):
        pages.append(paged.get(f"{SOURCE}{following[1]}&lang=ja", BROWSER).text)
    assert len(pages) > 2
    for pattern in (r'<li id="line=[0-9,]+"><span class="text">[^<]*', r'<tr id="by-line=[0-9,]+">'):
        of_pages = [match for page in pages for match in re.findall(pattern, page)]
        assert of_pages == re.findall(pattern, whole) != []
    number = len(pages)
    assert f"{number} / {number} ページ" in pages[-1]
    assert f'start="{LINES + 1}"' in pages[1]


def test_a_page_keeps_its_number_in_the_other_language(paged: Client) -> None:
    text = paged.get(f"{SOURCE}?part=2&lang=ja", BROWSER).text
    assert 'href="?part=2&amp;lang=en"' in text
    assert re.search(r'rel="canonical" href="[^"]*\?part=2', text)


def test_evidence_leads_to_the_page_of_its_line(paged: Client) -> None:
    text = paged.get("/doc/programme/two-region-living?lang=ja", BROWSER).text
    links = re.findall(r"sheets-103-106\?(?:part=([0-9]+)&amp;)?lang=ja#line=([0-9]+),", text)
    assert {page for page, _ in links} > {"2"}
    for page, line in links:
        assert int(page or 1) == page_of_line(int(line))
        address = f"{SOURCE}?part={page}&lang=ja" if page else f"{SOURCE}?lang=ja"
        assert f'id="line={line},' in paged.get(address, BROWSER).text


@pytest.mark.parametrize("page", ["0", "01", "x", "99"])
def test_no_other_page(paged: Client, page: str) -> None:
    assert paged.get(f"{SOURCE}?part={page}", BROWSER).status_code == 404


def test_the_report_is_shown_by_pages_and_is_whole_elsewhere(
    paged: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_pages, "LINES", 2)
    turtle = paged.get("/report.ttl").text.splitlines()
    last = -(-len(turtle) // 2)
    assert last > 1
    pages = [paged.get(f"/report?part={number}&lang=en", BROWSER).text for number in range(1, last + 1)]
    shown = [re.search(r"<code>(.*?)\n</code>", page, re.DOTALL) for page in pages]
    lines = [line for match in shown if match for line in html.unescape(match[1]).split("\n")]
    assert lines == turtle
    assert f"Page {last} of {last}" in pages[-1]
    assert all('href="./report.ttl"' in page for page in pages)
    assert paged.get(f"/report?part={last + 1}", BROWSER).status_code == 404


def test_an_empty_text_has_one_page() -> None:
    page = text_page("", 1, "/report")
    assert (page.pages, page.total, page.before) == (1, 1, 0)
