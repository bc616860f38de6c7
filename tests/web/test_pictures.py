"""Pictures: certain and possible days differ, bounds are no amounts, each has its table and its query."""

import re
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kankei.web.resources.organisation_pictures import newest_sums
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


@pytest.mark.parametrize("day", ["2000-01-01", "2000-04-01", "2199-12-31"])
def test_the_first_and_last_year_lead_to_no_dead_address(web: Client, day: str) -> None:
    page = web.get(f"/pictures?on={day}", BROWSER)
    others = set(re.findall(r"pictures\?on=(\d{4}-04-01)", page.text))
    assert 0 < len(others) < 2
    assert all(web.get(f"/pictures?on={other}", BROWSER).status_code == 200 for other in others)


def test_an_organisation_has_pictures_each_with_table_and_query(joint_web: Client) -> None:
    text = joint_web.get("/doc/org/mlit?lang=ja", BROWSER).text
    budgets = words(section(text, "unit-budgets").partition("<table")[2])
    # What is only bounded is no amount, not even none.
    assert "新たな交流市場・観光資源の創出事業 3億7,600万円以内（1 件）" in budgets
    years = [words(row) for row in section(text, "unit-execution").split("<tr>")[2:]]
    assert years == ["令和5年度 6,000万円 4,500万円 1", "令和6年度 3億5,500万円 1億9,400万円 2"]
    drawn = section(text, "links-drawn")
    assert "<title>観光庁</title>" in drawn
    for part in ("units", "unit-budgets", "unit-execution", "links-drawn"):
        query = re.search(r'href="\.\./\.\./sparql\?(query=[^"]+)"', section(text, part))
        assert query is not None
        answer = joint_web.get(f"/sparql?{query[1].replace('&amp;', '&')}", BROWSER)
        assert answer.status_code == 200
        assert "<tbody>\n<tr>" in answer.text


def test_a_sum_is_over_the_newest_sheets_that_state_both_amounts() -> None:
    rows = [
        {"project": "p", "year": "y", "reviewYear": "2024", "budget": "5", "executed": "4"},
        {"project": "p", "year": "y", "reviewYear": "2025", "budget": "7", "executed": "6"},
        {"project": "q", "year": "y", "reviewYear": "2024", "budget": "90", "executed": "80"},
        {"project": "q", "year": "y", "reviewYear": "2025", "budget": "90"},
    ]
    assert newest_sums(rows) == [("y", 1, 7, 6)]


def test_the_ontology_has_a_diagram(web: Client) -> None:
    diagram = web.get("/ns?lang=en", BROWSER).text.partition("<svg")[2].partition("</svg>")[0]
    names = re.findall(r"<title>(.*?)</title>", diagram)
    assert {"programme", "catalogue entry", "entry", "measure"} <= set(names)
    # Without a domain: a shortcut of the programme, and what entries of programmes and of measures have.
    assert {"policy theme", "ministry", "implementing bodies", "application call", "call"} <= set(names)
    boxes = re.findall(r'<g class="thing"><title>(.*?)</title>', diagram)
    assert len(boxes) == len(set(boxes)) > 30


def test_the_diagram_of_the_ontology_is_a_table_too(web: Client) -> None:
    text = web.get("/ns?lang=en", BROWSER).text.partition("<table")[2].partition("</table>")[0]
    rows = [words(row) for row in text.split("<tr>")[2:]]
    assert "programme ministry ministry" in rows
    assert "catalogue entry call application call" in rows
    assert "measure entry call application call" in rows


def test_a_year_without_windows_says_so(web: Client) -> None:
    text = section(web.get("/pictures?on=2030-04-05&lang=en", BROWSER).text, "windows")
    assert "no call or survey with dates" in text
    assert "<svg" not in text


def test_a_thing_leads_to_a_drawing_of_its_neighbourhood(web: Client, seed_store: ox.Store) -> None:
    text = section(web.get("/doc/org/mlit?lang=ja", BROWSER).text, "page-data")
    query = re.search(r'href="\.\./\.\./sparql\?(query=CONSTRUCT[^"]+|query=%23[^"]+)"', text)
    assert query is not None
    drawn = web.get(f"/sparql?{query[1].replace('&amp;', '&')}", BROWSER).text
    assert "<svg" in drawn
