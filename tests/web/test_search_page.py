"""The page of a search: why each hit matched, facets as links that combine, the same in other formats."""

import re
from urllib.parse import parse_qs, urljoin, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from kankei.web.html.view import Value
from kankei.web.resources.search_page import SUMMARY_LENGTHS, shortened
from support.client import BROWSER, Client
from web.test_pages import Page
from web.test_programme_years import words

DAY = "on=2025-04-05"


def page(web: Client, query: str, language: str = "ja") -> str:
    answer = web.get(f"/search?{query}&lang={language}", BROWSER)
    assert answer.status_code == 200
    assert Page(answer.text).faults == []
    return answer.text


def hits(text: str) -> list[str]:
    return [words(title) for title in re.findall(r"<h2>(<a .*?</a>)", text.partition("<main")[2], re.DOTALL)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=空家&type=programme", ["二地域居住等の促進"]),
        ("q=総務省&type=programme", ["関係人口創出・拡大事業", "ふるさとワーキングホリデー"]),
        ("q=106&type=programme", ["二地域居住等の促進"]),
        ("q=03-5253-8369&type=programme", ["二地域居住等の促進"]),
        ("q=zzzz", []),
    ],
)
def test_words_find_programmes(web: Client, query: str, expected: list[str]) -> None:
    assert set(hits(page(web, query))) == set(expected)


def test_a_hit_says_why_it_matched_and_how_its_call_stands(web: Client) -> None:
    text = page(web, f"q=空家&type=programme&{DAY}").partition('<ol class="hits"')[2].partition("</ol>")[0]
    assert "分類：<span><mark>空き家</mark></span>" in text.replace("\n", "")
    assert "公募の状況：募集中の可能性あり" in words(text)


def test_facets_combine_by_links_and_are_taken_back(web: Client) -> None:
    text, address = page(web, "type=programme"), "/search?type=programme&lang=ja"
    for label, left in (("国土交通省", 2), ("NPO", 1)):
        (href,) = re.findall(rf'<li><a href="([^"]+)"[^>]*><span>{label}</span></a>', text)
        address = urljoin(address, href.replace("&amp;", "&"))
        text = web.get(address, BROWSER).text
        assert len(hits(text)) == left
    assert parse_qs(urlsplit(address).query) == {
        "type": ["programme"],
        "ministry": ["org/mlit"],
        "body": ["body-type/npo"],
        "lang": ["ja"],
    }
    chosen = text.partition('<ul class="chosen"')[2].partition("</ul>")[0]
    assert words(chosen.partition(">")[2]).count("外す") == 3
    back = urljoin(address, Page(chosen.partition(">")[2]).hrefs[1].replace("&amp;", "&"))
    assert len(hits(web.get(back, BROWSER).text)) < 4


def test_the_search_is_also_json_a_calendar_and_a_query(web: Client, seed_store: ox.Store) -> None:
    text = page(web, f"ministry=org/mlit&type=programme&{DAY}")
    links = {
        words(line): href for href, line in re.findall(r'href="([^"]+)" rel="nofollow"[^>]*>([^<]*)<', text)
    }
    addresses = {name: urljoin("/search", href.replace("&amp;", "&")) for name, href in links.items() if name}
    found = web.get(addresses["JSON"], BROWSER)
    assert (found.headers["content-type"], found.json()["total"]) == ("application/json", 2)
    calendar = web.get(addresses["カレンダー（.ics）"], BROWSER)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 2
    query = parse_qs(urlsplit(addresses["SPARQL"]).query)["query"][0]
    solutions = seed_store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert {str(row["thing"].value) for row in solutions} == {hit["iri"] for hit in found.json()["hits"]}


def test_the_search_is_also_a_feed(web: Client) -> None:
    answer = web.get("/search.atom?ministry=org/mlit&type=programme&lang=ja")
    root = ElementTree.fromstring(answer.text)
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert answer.headers["content-type"] == "application/atom+xml"
    assert {entry.findtext("a:title", "", space) for entry in root.findall("a:entry", space)} == {
        "二地域居住等の促進",
        "新たな交流市場・観光資源の創出事業",
    }
    assert all(entry.findtext("a:updated", "", space) for entry in root.findall("a:entry", space))


def offered_query(text: str) -> str:
    query = re.search(r'href="\./sparql\?(query=[^"]+)"', text)
    assert query is not None
    (text,) = parse_qs(query[1].replace("&amp;", "&"))["query"]
    return text


def test_words_enter_the_query_as_terms(web: Client, seed_store: ox.Store) -> None:
    text = page(web, 'q="}) %7D <script>alert(1)</script> \\')
    assert "<script>alert" not in text
    seed_store.query(offered_query(text))


@pytest.mark.parametrize(
    ("parameters", "has_class"),
    [
        ("", True),
        ("q=二地域", False),
        ("ministry=org/mlit", False),
        ("type=programme", True),
        ("year=2025", False),
    ],
)
def test_the_query_reads_all_things_only_where_all_are_wanted(
    web: Client, seed_store: ox.Store, parameters: str, has_class: bool
) -> None:
    """Each name was looked up for each thing with a class: a second at 10,000 programmes, now a tenth."""
    query = offered_query(page(web, parameters))
    assert (" a " in query) == has_class
    solutions = seed_store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert list(solutions)


def test_every_page_has_a_search_box_and_404_offers_a_large_one(web: Client) -> None:
    for path in ("/", "/doc/org/mlit", "/sparql", "/nope"):
        text = web.get(path, BROWSER).text
        # A large one takes the place of that in the head.
        assert text.count('role="search"') == 1
        assert ('class="large"' in text) == (path in {"/", "/nope"})
    assert 'name="lang" value="en"' in web.get("/nope?lang=en", BROWSER).text


@pytest.mark.parametrize("path", ["/search.ics", "/search.atom", "/feed"])
def test_the_language_of_a_file_is_negotiated_and_named(web: Client, path: str) -> None:
    for language in ("ja", "en"):
        answer = web.get(path, accept_language=language)
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"].split(", ")


def test_a_search_that_finds_nothing_leads_on(web: Client) -> None:
    text = page(web, "q=xyzzy")
    assert {"./programmes?lang=ja", "./?lang=ja#by-theme"} <= set(Page(text).hrefs)
    assert "条件をすべて外して探す" not in text
    assert "条件をすべて外して探す" in page(web, "q=xyzzy&ministry=org/mlit")


@pytest.mark.parametrize(("language", "length"), SUMMARY_LENGTHS.items())
def test_a_long_summary_is_shortened(language: str, length: int) -> None:
    short, long = Value("あ" * length, language), Value("あ" * (length + 1), language)
    assert shortened(short) == short.text
    assert shortened(long) == "あ" * (length - 1) + "…"
