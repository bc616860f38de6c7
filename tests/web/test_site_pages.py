"""Pages about organisations, quality, the API, the ontology, the shapes and the dataset."""

import re

import pytest

from support.client import BROWSER, Client
from web.test_pages import Page, section
from web.test_programme_years import words


def test_an_organisation_has_its_tree_and_the_programmes_of_its_units(web: Client) -> None:
    text = web.get("/doc/org/mlit?lang=ja", BROWSER).text
    assert words(section(text, "units").partition("<p")[0]).split()[1:] == [
        *("国土交通省", "観光庁", "観光地域振興部", "観光資源課", "国土政策局", "地方政策課")
    ]
    assert "二地域居住等の促進 地方政策課" in words(section(text, "in-charge"))
    unit = web.get("/doc/org/mlit-regional-policy-division?lang=ja", BROWSER).text
    above = unit.partition('<ol class="crumbs">')[2].partition("</ol>")[0]
    assert words(above) == "国土交通省 国土政策局"


def test_a_catalogue_says_first_what_a_portal_asks(web: Client) -> None:
    page = web.get("/catalog.html?lang=ja", BROWSER).text
    facts = words(section(page, "facts"))
    for fact in (
        "利用条件 クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）",
        "更新頻度 毎年",
        "更新日 20",
    ):
        assert fact in facts
    assert "catalog</code>" in page.partition('id="facts"')[0]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "path", ["/quality", "/api", "/shapes", "/programmes", "/doc/org/mlit-regional-policy-division"]
)
def test_a_page_is_well_formed(web: Client, path: str, language: str) -> None:
    answer = web.get(f"{path}?lang={language}", BROWSER)
    page = Page(answer.text)
    assert (answer.status_code, page.faults) == (200, [])
    assert len(page.ids) == len(set(page.ids))


def test_coverage_tells_apart_values_blanks_and_neither(web: Client) -> None:
    text = section(web.get("/quality?lang=en", BROWSER).text, "coverage")
    rows = [words(row) for row in text.split("<tr>")[2:]]
    assert [row.rpartition("> ")[2] for row in rows if re.search(r"\b(call|needs survey)", row)] == [
        "call 2 2 0",
        "needs survey 0 4 0",
    ]


@pytest.mark.parametrize(
    ("language", "title", "licence"), [("ja", "予算", "利用条件"), ("en", "Budgets", "Licence")]
)
def test_the_dataset_says_what_its_tables_hold(web: Client, language: str, title: str, licence: str) -> None:
    text = section(web.get(f"/doc/dataset?lang={language}", BROWSER).text, "holds")
    assert f"{title} budgets.csv" in words(text)
    assert licence in text
    assert "creativecommons.org" in text
    assert 'href="../releases' in text


def test_inferences_are_counted_by_rule(web: Client) -> None:
    text = section(web.get("/quality?lang=ja", BROWSER).text, "bases")
    assert "公募・要望調査の年 2" in words(text)


def test_the_page_about_the_api_leads_to_each_part(web: Client) -> None:
    hrefs = {href.partition("?")[0] for href in Page(web.get("/api", BROWSER).text).hrefs}
    assert {"./sparql", "./catalog", "./dumps/", "./tables/", "./openapi.json"} <= hrefs
    assert {"./search", "./programmes", "./reconcile", "./feed"} <= hrefs


def test_the_page_about_the_api_tells_of_every_service(web: Client) -> None:
    text = words(web.get("/api?lang=ja", BROWSER).text)
    for part in ("名寄せ", "番号の照会", "lookup?identifier=…", "Model Context Protocol", "application/json"):
        assert part in text


def test_the_ontology_has_an_index_and_folded_definitions_in_one_language(web: Client) -> None:
    for language, own, other in (("ja", "支援施策", "programme"), ("en", "programme", "支援施策")):
        text = web.get(f"/ns?lang={language}", BROWSER).text
        index = words(text.partition('<ul class="index">')[2].partition("</ul>")[0]).split()
        assert own in index
        assert other not in index
        assert text.index('<details class="statements">') < text.index('id="Programme"')


def test_shapes_are_told_in_the_language_of_the_page(web: Client) -> None:
    text = web.get("/shapes?lang=en", BROWSER).text
    assert "Write the printed unit (kk:unit) once" in text
    assert "印字の単位" not in text


def test_the_dataset_says_what_it_holds_and_how_to_cite_it(web: Client) -> None:
    text = section(web.get("/doc/dataset?lang=en", BROWSER).text, "holds")
    assert "tables/programmes.csv" in text
    assert re.search(r"release 20\d\d-\d\d-\d\d-[0-9a-f]{12}, https://w3id.org/kankei/id/release/", text)
