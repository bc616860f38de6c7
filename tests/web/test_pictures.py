"""Pictures: certain and possible days differ, bounds are no amounts, each has its table and its query."""

import re
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from support.client import BROWSER, Client
from web.test_pages import Page, section
from web.test_programme_years import words

ADDRESS = "/pictures?on=2025-04-05"


def test_possible_days_are_not_drawn_as_certain(web: Client) -> None:
    text = section(web.get(f"{ADDRESS}&lang=ja", BROWSER).text, "windows")
    picture = text.partition("<svg")[2].partition("</svg>")[0]
    # Both windows are approximate: no day of theirs is certain.
    assert picture.count('class="perhaps"') == 2
    assert 'class="certain"' not in picture
    assert "二地域居住等の促進 公募時期 2025年4月～5月頃" in words(text)


def test_a_larger_budget_is_a_bound_and_no_amount(web: Client) -> None:
    rows = section(web.get(f"{ADDRESS}&lang=ja", BROWSER).text, "budgets-ministry").split("<tr>")[2:]
    told = [words(row) for row in rows]
    assert told == ["総務省 3,600万円", "国土交通省 2,000万円 3億7,600万円以内（1 件）"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_picture_has_its_query_and_no_style(web: Client, seed_store: ox.Store, language: str) -> None:
    text = web.get(f"{ADDRESS}&lang={language}", BROWSER).text
    page = Page(text)
    assert page.faults == []
    assert "style" not in page.attributes
    queries = re.findall(r'href="\./sparql\?(query=[^"]+)"', text)
    assert len(queries) == 3
    for query in queries:
        seed_store.query(parse_qs(query.replace("&amp;", "&"))["query"][0])


@pytest.mark.parametrize("path", [ADDRESS, "/doc/project/31"])
def test_a_chart_is_as_wide_as_the_window(web: Client, joint_web: Client, path: str) -> None:
    text = (joint_web if "project" in path else web).get(path, BROWSER).text
    charts = re.findall(r'<svg class="chart".*?</svg>', text, re.DOTALL)
    assert charts
    for chart in charts:
        assert 'width="100%"' in chart.partition(">")[0]
        assert "viewBox" not in chart
        assert all(float(x) <= 100 for x in re.findall(r'(?:x|width)="([\d.]+)%"', chart))


def test_the_ontology_has_a_diagram(web: Client) -> None:
    diagram = web.get("/ns?lang=en", BROWSER).text.partition("<svg")[2].partition("</svg>")[0]
    names = re.findall(r"<title>(.*?)</title>", diagram)
    assert {"programme", "catalogue entry", "entry", "measure"} <= set(names)


def test_a_year_without_windows_says_so(web: Client) -> None:
    text = section(web.get("/pictures?on=2030-04-05&lang=en", BROWSER).text, "windows")
    assert "no call or survey with dates" in text
    assert "<svg" not in text


def test_a_thing_leads_to_a_drawing_of_its_neighbourhood(web: Client, seed_store: ox.Store) -> None:
    text = web.get("/doc/org/mlit?lang=ja", BROWSER).text
    query = re.search(r'href="\.\./\.\./sparql\?(query=CONSTRUCT[^"]+|query=%23[^"]+)"', text)
    assert query is not None
    drawn = web.get(f"/sparql?{query[1].replace('&amp;', '&')}", BROWSER).text
    assert "<svg" in drawn
